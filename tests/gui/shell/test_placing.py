"""Windows on small screens, and at large scales."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.gui.own_data.mixture_dialog import MixtureDialog
from gan_desktop.gui.shell import placing
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.shell.placing import FRAME, fitted
from gan_desktop.gui.widgets.style import scroll_to
from tests.gui.conftest import MakeWindow
from tests.gui.fake_preview import FakePreview

SCREENS = [QRect(0, 0, 1280, 720), QRect(0, 0, 640, 360), QRect(0, 24, 1366, 704), QRect(1920, 0, 1440, 900)]


@pytest.mark.parametrize("free", SCREENS)
@pytest.mark.parametrize("window", [QRect(0, 0, 1440, 900), QRect(-50, -80, 500, 300), QRect(9000, 9000, 4000, 4000)])
def test_windows_lie_on_the_screen(window: QRect, free: QRect) -> None:
    place = fitted(window, free)
    assert free.contains(place.marginsAdded(FRAME))
    assert place.width() == min(window.width(), free.width() - 8)


def test_a_window_that_fits_stays_where_it_is() -> None:
    assert fitted(QRect(100, 80, 900, 600), QRect(0, 0, 1920, 1080)) == QRect(100, 80, 900, 600)


@pytest.mark.parametrize("size", [QSize(632, 320), QSize(845, 440), QSize(1272, 680)])
def test_on_a_small_screen_everything_can_be_reached(window: MainWindow, size: QSize) -> None:
    window.resize(size)
    assert window.size() == size
    for name in ("start_button", "dataset_box", "d_learning_rate_slider", "step_ratio_slider", "timeline_slider"):
        widget = window.findChild(QWidget, name)
        assert widget is not None
        scroll_to(widget)
        assert widget.visibleRegion().boundingRect() == widget.rect(), name


def test_a_layout_of_a_larger_screen_is_fitted(make_window: MakeWindow) -> None:
    first = make_window()
    first.resize(3000, 2000)
    first.close()
    second = make_window()
    assert second.screen().availableGeometry().contains(second.geometry())


@pytest.mark.parametrize("size", [QSize(1272, 680), QSize(1432, 800), QSize(1912, 1020)])
def test_live_controls_are_shown_whole(window: MainWindow, size: QSize) -> None:
    window.resize(size)
    window.reset_layout()
    QCoreApplication.processEvents()  # Qt shares the room out when it is idle
    panel = window.panel("live_controls")
    assert panel.visibleRegion().boundingRect() == panel.rect()


@pytest.mark.parametrize("free", [QRect(0, 0, 720, 450), QRect(0, 0, 1280, 720)])
def test_dialogs_stay_on_a_small_screen(
    make_window: MakeWindow,
    preview: FakePreview,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    free: QRect,
) -> None:
    monkeypatch.setattr(placing, "free_area", lambda window: free)
    window = make_window()
    opened = window.data.open(tmp_path)
    # Where a small dialog may stand while it still looks, before it has found something.
    opened.move(free.right() - opened.width() - 20, free.bottom() - opened.height() - 20)
    qtbot.waitUntil(lambda: opened.choices is not None)
    assert free.contains(opened.geometry())
    assert opened.rect().contains(opened.train_button.geometry())
    opened.reject()
    window.data.draw_mixture()
    drawn = window.findChild(MixtureDialog)
    assert drawn is not None
    assert drawn.height() <= free.height()
    assert drawn.rect().contains(drawn.train_button.geometry())
    drawn.reject()


@pytest.mark.parametrize("free", [QRect(0, 0, 720, 450), QRect(0, 0, 1280, 1000)])
def test_the_shortcuts_fit_on_the_screen(window: MainWindow, monkeypatch: pytest.MonkeyPatch, free: QRect) -> None:
    monkeypatch.setattr(placing, "free_area", lambda window: free)
    window.actions_by_name["shortcuts_action"].trigger()
    box = window.findChild(QDialog, "shortcuts_dialog")
    table = box.findChild(QLabel, "shortcuts_label")
    keys = [action.shortcut().toString() for action in window.actions_by_name.values()]
    assert all(f"<b>{key}</b>" in table.text() for key in keys if key)
    assert box.size() == fitted(QRect(QPoint(), box.size()), free).size()
    # Nothing is cut off beside, and where there is room nothing below.
    shown = table.visibleRegion().boundingRect().size()
    assert shown.width() == table.width() >= table.sizeHint().width()
    assert shown.height() == table.height() or free.height() < 1000
    box.close()
