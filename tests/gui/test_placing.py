"""Windows on small screens, and at large scales."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.main_window import MainWindow
from gan_desktop.gui.placing import FRAME, fitted
from gan_desktop.gui.widgets.style import scroll_to
from tests.gui.conftest import MakeWindow

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
    panel = window.panel("live_controls")
    assert panel.visibleRegion().boundingRect() == panel.rect()
