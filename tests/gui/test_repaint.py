"""The repainter: only what is seen, one widget at a time, no widget forgotten, and no more than its budget."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.core.watching import PAINTING_BUDGET
from gan_desktop.gui.repaint import (
    BETWEEN_MS,
    FASTEST_MS,
    LONGEST_DEBT,
    SLOWEST_MS,
    PaintCost,
    Refreshable,
    Repainter,
)


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
    row, log = QHBoxLayout(window), list[str]()
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


def test_who_waits_for_an_answer_is_not_put_off(window: QWidget, qtbot: QtBot) -> None:
    repainter, widgets, log = fill(window, "abc")
    window.show()
    for widget in widgets:
        repainter.request(widget)
    qtbot.waitUntil(lambda: len(log) == 3)
    # The next round is far away, and yet one widget, and no other, is refreshed.
    repainter._due = time.perf_counter() + 3600
    repainter.request(widgets[0])
    for _ in range(5):
        repainter.request(widgets[1], soon=True)
    qtbot.waitUntil(lambda: len(log) == 4)
    qtbot.wait(3 * BETWEEN_MS)
    assert log == ["a", "b", "c", "b"]
    repainter._timer.stop()


def test_a_hidden_widget_is_not_hurried(window: QWidget, qtbot: QtBot) -> None:
    repainter, widgets, log = fill(window, "ab")
    window.show()
    widgets[0].hide()
    repainter.request(widgets[0], soon=True)
    repainter.request(widgets[1], soon=True)
    qtbot.waitUntil(lambda: log == ["b"])
    widgets[0].show()
    repainter.wake()
    qtbot.waitUntil(lambda: log == ["b", "a"])


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> PaintCost:
    monkeypatch.setattr("gan_desktop.gui.repaint.usable_cores", lambda: 2)
    return PaintCost()


def repaint(cost: PaintCost, seconds: float, price: float) -> int:
    """Repaint for a number of seconds, each round taking `price` of the thread's time. Returns how often."""
    now, computed, rounds = 0.0, 0.0, 0
    while now < seconds:
        cost.take_stock(now, computed)
        now += cost.interval_ms / 1000
        computed += price
        rounds += 1
    return rounds


def test_cheap_rounds_are_as_fast_as_can_be(cost: PaintCost) -> None:
    assert repaint(cost, 60.0, price=0.001) == pytest.approx(60_000 / FASTEST_MS, rel=0.02)
    assert cost.share == pytest.approx(0.001 / 2 / (FASTEST_MS / 1000), rel=0.05)


@pytest.mark.parametrize("price", [0.004, 0.01, 0.016])
def test_cost_stretches_the_interval_to_its_budget(cost: PaintCost, price: float) -> None:
    rounds = repaint(cost, 60.0, price)
    assert price / 2 * rounds / 60 == pytest.approx(PAINTING_BUDGET, rel=0.05)
    assert cost.share == pytest.approx(PAINTING_BUDGET, rel=0.1)


def test_the_window_stays_alive_whatever_it_costs(cost: PaintCost) -> None:
    assert repaint(cost, 60.0, price=0.1) == pytest.approx(60_000 / SLOWEST_MS, rel=0.02)
    assert cost.share == pytest.approx(0.1, rel=0.1)


def test_a_burst_is_soon_forgotten(cost: PaintCost) -> None:
    cost.take_stock(0.0, 0.0)
    cost.take_stock(10.0, 8.0)
    assert cost.interval_ms == SLOWEST_MS
    cost.take_stock(10.0 + LONGEST_DEBT, 8.0)
    assert cost.interval_ms == FASTEST_MS
