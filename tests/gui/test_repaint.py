"""The repainter: only what is seen, one widget at a time, and no widget forgotten."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.gui.repaint import BETWEEN_MS, FASTEST_MS, SLOWEST_MS, Refreshable, Repainter


class Counting(Refreshable):
    log: list[str]

    def __init__(self, name: str, log: list[str]) -> None:
        super().__init__()
        self.name, self.log = name, log

    def refresh(self) -> None:
        self.log.append(self.name)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(300, 100)
    qtbot.addWidget(made)
    return made


def fill(window: QWidget, names: str) -> tuple[Repainter, list[Counting], list[str]]:
    row, log = QHBoxLayout(window), []
    widgets = [Counting(name, log) for name in names]
    for widget in widgets:
        row.addWidget(widget)
    return Repainter(window), widgets, log


def test_every_widget_gets_its_turn(window: QWidget, qtbot: QtBot) -> None:
    repainter, widgets, log = fill(window, "abc")
    window.show()
    for widget in (*widgets, widgets[0]):
        repainter.request(widget)
    qtbot.waitUntil(lambda: len(log) == 3)
    assert log == ["a", "b", "c"]
    qtbot.wait(FASTEST_MS + 3 * BETWEEN_MS)
    assert len(log) == 3


def test_nothing_while_hidden_and_all_when_shown(window: QWidget, qtbot: QtBot) -> None:
    repainter, widgets, log = fill(window, "ab")
    for widget in widgets:
        repainter.request(widget)
    qtbot.wait(FASTEST_MS + 3 * BETWEEN_MS)
    assert log == []
    window.show()
    repainter.wake()
    qtbot.waitUntil(lambda: log == ["a", "b"])


def test_a_hidden_widget_waits(window: QWidget, qtbot: QtBot) -> None:
    repainter, widgets, log = fill(window, "ab")
    window.show()
    widgets[0].hide()
    for widget in widgets:
        repainter.request(widget)
    qtbot.waitUntil(lambda: log == ["b"])
    widgets[0].show()
    repainter.wake()
    qtbot.waitUntil(lambda: log == ["b", "a"])


def test_cost_stretches_the_interval_within_bounds(window: QWidget, qtbot: QtBot) -> None:
    repainter, _, _ = fill(window, "a")
    assert repainter.interval_ms == FASTEST_MS
    repainter._cost = 0.008
    assert repainter.interval_ms == 160
    repainter._cost = 1.0
    assert repainter.interval_ms == SLOWEST_MS
