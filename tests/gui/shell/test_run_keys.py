"""The keys of the run work wherever the focus is, except in text fields and in what Tab has led to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QCheckBox, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.core import commands
from gan_desktop.core.status import Status
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.fake_engine import FakeEngine

Key = Qt.Key
# One widget of each kind that a mouse can put the focus on.
CLICKED = ("smoothing_slider", "d_learning_rate_slider", "step_ratio_slider", "dataset_box", "link_rates_check")
TEXT_FIELDS = ("d_learning_rate_field", "seed_spin", "d_steps_spin", "batch_size_spin")


def find(window: MainWindow, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert isinstance(found, QWidget), name
    return found


def state(widget: QWidget) -> object:
    """What one of the widget's own keys would change."""
    if isinstance(widget, QAbstractSlider):
        return widget.value()
    if isinstance(widget, QComboBox):
        return widget.currentIndex(), widget.view().isVisible()
    return widget.isChecked() if isinstance(widget, QCheckBox | QPushButton) else None


@pytest.fixture
def paused(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window in front, with a run that waits at its first step."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.model.start()
    window.model.pause()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    return window


@pytest.fixture
def press(paused: MainWindow, engine: FakeEngine, qtbot: QtBot) -> Callable[..., list[type]]:
    """A function that presses a key where the focus is, and returns the commands that came of it."""

    def press(key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> list[type]:
        before, steps = len(engine.seen), len(paused.model.record.history)
        QTest.keyClick(QApplication.focusWidget() or paused, key, modifiers)
        # Whatever the key has sent stands before this in the queue.
        paused.training_thread.send(mark := commands.ShowClass(None))
        qtbot.waitUntil(lambda: any(seen is mark for seen in engine.seen))
        sent = [type(seen) for seen in engine.seen[before:] if seen is not mark]
        if commands.Resume in sent:
            qtbot.waitUntil(lambda: paused.model.record.status is Status.TRAINING)
        if commands.Pause in sent or commands.Step in sent:
            wanted = steps + (commands.Step in sent)
            qtbot.waitUntil(
                lambda: len(paused.model.record.history) >= wanted and paused.model.record.status is Status.PAUSED
            )
        return sent

    return press


def tab_to(window: MainWindow, widget: QWidget) -> None:
    """Go to it by the keyboard, from wherever the focus is."""
    for _ in range(300):
        QTest.keyClick(QApplication.focusWidget() or window, Key.Key_Tab)
        if widget.hasFocus():
            return
    raise AssertionError(f"Tab does not lead to {widget.objectName()}")


def click_on(widget: QWidget) -> None:
    """Put the focus there with the mouse, and change nothing."""
    before = state(widget)
    if isinstance(widget, QComboBox):
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
    elif isinstance(widget, QCheckBox):
        for _ in range(2):
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(10, widget.height() // 2))
    else:
        QTest.mouseClick(widget, Qt.MouseButton.RightButton)
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert widget.hasFocus()
    assert state(widget) == before


@pytest.mark.parametrize("name", CLICKED)
def test_a_click_leaves_the_keys_to_the_run(paused: MainWindow, press: Callable[..., list[type]], name: str) -> None:
    widget = find(paused, name)
    click_on(widget)
    before, settings = state(widget), paused.settings.get("losses/smoothing", 0)
    assert press(Key.Key_Right) == [commands.Step]
    assert press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier) == [commands.NextUpdate]
    assert press(Key.Key_Space) == [commands.Resume]
    assert press(Key.Key_Space) == [commands.Pause]
    assert state(widget) == before
    assert paused.settings.get("losses/smoothing", 0) == settings


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("smoothing_slider", Key.Key_Right),
        ("step_ratio_slider", Key.Key_Right),
        ("log_axis_check", Key.Key_Space),
        ("dataset_box", Key.Key_Space),
    ],
)
def test_what_tab_has_led_to_keeps_its_keys(
    paused: MainWindow, press: Callable[..., list[type]], name: str, key: Key
) -> None:
    widget = find(paused, name)
    tab_to(paused, widget)
    before = state(widget)
    assert not {commands.Step, commands.Resume} & set(press(key))
    assert state(widget) != before
    if isinstance(widget, QComboBox):
        widget.hidePopup()
    # Where the mouse leads the focus back, they are the run's again.
    find(paused, "d_learning_rate_slider").setFocus(Qt.FocusReason.MouseFocusReason)
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    before = state(widget)
    assert press(Key.Key_Right) == [commands.Step]
    assert state(widget) == before


def test_a_box_that_tab_has_led_to_leaves_right_to_the_run(
    paused: MainWindow, press: Callable[..., list[type]]
) -> None:
    """A closed box does nothing with the key."""
    tab_to(paused, find(paused, "dataset_box"))
    assert press(Key.Key_Right) == [commands.Step]


def test_a_button_that_tab_has_led_to_is_pressed_by_space_alone(
    paused: MainWindow, press: Callable[..., list[type]]
) -> None:
    button = paused.header.step_button
    button.setFocus(Qt.FocusReason.OtherFocusReason)
    assert press(Key.Key_Space) == [commands.Resume]
    assert press(Key.Key_Space) == [commands.Pause]
    paused.setFocus()
    tab_to(paused, button)
    assert press(Key.Key_Space) == [commands.Step]
    assert press(Key.Key_Right) == [commands.Step]


@pytest.mark.parametrize("name", TEXT_FIELDS)
@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Right])
def test_typing_is_never_stolen_from(paused: MainWindow, press: Callable[..., list[type]], name: str, key: Key) -> None:
    for group in paused.panel("what_trains").groups.values():  # type: ignore[attr-defined]
        group.set_open(True)
    widget = find(paused, name)
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert widget.hasFocus()
    assert press(key) == []
    assert press(key, Qt.KeyboardModifier.ShiftModifier) == []


def test_the_focus_does_not_wander_off_when_a_button_is_disabled(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    """Start is disabled while a run is prepared: the focus would go on to the slider of the smoothing."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.header.start_button.setFocus()
    QTest.mouseClick(window.header.start_button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is window
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)
    assert window.header.pause_button.hasFocus()
    QTest.keyClick(window.header.pause_button, Key.Key_Space)
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    assert window.header.start_button.hasFocus()
    steps = len(window.model.record.history)
    QTest.keyClick(window.header.start_button, Key.Key_Right)
    qtbot.waitUntil(lambda: len(window.model.record.history) == steps + 1)
    assert sum(isinstance(seen, commands.Step) for seen in engine.seen) == 1


def test_a_widget_that_is_hidden_leaves_the_focus_to_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    find(window, "smoothing_slider").setFocus()
    window.docks.docks["losses"].hide()
    assert QApplication.focusWidget() is window
