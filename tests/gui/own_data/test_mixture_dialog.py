"""Drawing a mixture: by mouse, by keyboard, within its limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core import commands
from gan_desktop.core.keys import replace_keys
from gan_desktop.gui.own_data.mixture_dialog import MixtureDialog
from gan_desktop.gui.own_data.modes import MOST_MODES, Modes, Place
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.fake_engine import FakeEngine

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Draw = Callable[..., MixtureDialog]


@pytest.fixture
def draw(bench: Bench, qtbot: QtBot) -> Draw:
    """Opens the dialog on the bench's model, with these modes in its form if any."""

    def open_(places: list[Place] | None = None, **values: object) -> MixtureDialog:
        if places is not None:
            bench.model.form.edit({"data.name": "mixture", "data.centres": [list(place) for place in places], **values})
        bench.host.show()
        dialog = MixtureDialog(bench.host, bench.model, bench.context.theme.colors)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    return open_


def at(dialog: MixtureDialog, place: Place) -> QPoint:
    return dialog.view.position_of(place).toPoint()


def near(place: Place | None, other: Place) -> bool:
    """Whether they are within a pixel or two of each other in the view."""
    return place is not None and max(abs(place[0] - other[0]), abs(place[1] - other[1])) < 0.03


def test_drawn_with_the_mouse(draw: Draw) -> None:
    dialog = draw()
    port, modes = dialog.view.viewport(), dialog.modes
    assert not dialog.train_button.isEnabled()
    QTest.mouseClick(port, LEFT, pos=at(dialog, (1.0, 0.5)))
    QTest.mouseClick(port, LEFT, pos=at(dialog, (-1.0, 0.0)))
    assert len(modes.places) == 2
    assert near(modes.places[0], (1.0, 0.5))
    assert all(round(value, 3) == value for place in modes.places for value in place)
    assert "2 of at most 100" in dialog.count_label.text()
    # A click on a mode selects it, dragging moves it.
    QTest.mousePress(port, LEFT, pos=at(dialog, (1.0, 0.5)))
    assert modes.selected == 0
    assert len(modes.places) == 2
    QTest.mouseMove(port, at(dialog, (0.0, -1.0)))
    QTest.mouseRelease(port, LEFT, pos=at(dialog, (0.0, -1.0)))
    QTest.mouseMove(port, at(dialog, (1.5, 1.5)))
    assert near(modes.places[0], (0.0, -1.0))
    # The right button removes the mode under it, if there is one.
    QTest.mouseClick(port, RIGHT, pos=at(dialog, (1.5, 1.5)))
    assert len(modes.places) == 2
    QTest.mouseClick(port, RIGHT, pos=at(dialog, (0.0, -1.0)))
    assert len(modes.places) == 1
    assert near(modes.places[0], (-1.0, 0.0))


def test_drawn_with_the_keyboard_alone(draw: Draw) -> None:
    dialog = draw()
    view, modes = dialog.view, dialog.modes
    QTest.keyClick(view, Qt.Key.Key_Insert)
    assert modes.places == [(0.0, 0.0)]
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    x, y = modes.places[0]
    assert 0 < x < y
    QTest.keyClick(view, Qt.Key.Key_Insert)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert modes.selected == 1
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert modes.selected == 0
    assert "Mode 1 of 2" in view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert modes.selected == 1
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert modes.places == [(x, y)]
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert modes.places == []
    assert not dialog.use_button.isEnabled()
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert modes.selected is None


def test_moved_out_of_view_it_is_still_seen(draw: Draw) -> None:
    dialog = draw([(1.9, 0.0)])
    before = dialog.view.viewRange()[0][1]
    for _ in range(20):
        QTest.keyClick(dialog.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    place = dialog.modes.places[0]
    assert place[0] > before
    assert dialog.view.viewRange()[0][1] > place[0]
    QTest.keyClick(dialog.view, Qt.Key.Key_Minus)
    wide = dialog.view.viewRange()[0][1]
    QTest.keyClick(dialog.view, Qt.Key.Key_Plus)
    assert dialog.view.viewRange()[0][1] < wide


def test_numbers_are_typed(draw: Draw) -> None:
    dialog = draw([(0.0, 0.0), (1.0, 1.0)])
    assert (dialog.x_spin.value(), dialog.y_spin.value()) == (1.0, 1.0)
    dialog.x_spin.setValue(-1.2345)
    dialog.y_spin.setValue(99.0)
    assert dialog.modes.places == [(0.0, 0.0), (dialog.x_spin.value(), 99.0)]
    dialog.sigma_spin.setValue(0.25)
    assert dialog.values()["data.sigma"] == 0.25
    dialog.clear_button.click()
    assert dialog.modes.places == []
    assert not dialog.x_spin.isEnabled()
    dialog.add_button.click()
    dialog.remove_button.click()
    assert dialog.modes.places == []


def test_what_is_typed_wrongly_stays_and_is_said(draw: Draw) -> None:
    dialog = draw([(0.0, 0.0)])
    for text, said in (("0,1x", "is not a number"), ("99", "must be from 0.001 to 10.000")):
        spin = dialog.sigma_spin
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, text)
        # Return is also the default button's key: it must not train on the value from before.
        QTest.keyClick(spin, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert spin.text() == text
        assert dialog.message.text().startswith("⚠ Width of each mode (sigma): ")
        assert said in dialog.message.text()
        assert not dialog.train_button.isEnabled()
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "0,125")
    spin.interpretText()
    spin.editingFinished.emit()
    assert dialog.message.isHidden()
    assert dialog.train_button.isEnabled()
    assert dialog.values()["data.sigma"] == 0.125


def test_no_more_than_a_hundred_modes(draw: Draw) -> None:
    dialog = draw([(x / 10, y / 10) for x in range(-10, 10, 2) for y in range(-10, 10, 2)])
    assert len(dialog.modes.places) == MOST_MODES
    QTest.mouseClick(dialog.view.viewport(), LEFT, pos=at(dialog, (1.9, 1.9)))
    assert "100 modes are the most" in dialog.message.text()
    QTest.keyClick(dialog.view, Qt.Key.Key_Insert)
    assert len(dialog.modes.places) == MOST_MODES
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    assert not dialog.message.isVisible()
    assert dialog.add_button.isEnabled()


def test_places_stay_within_reach() -> None:
    modes = Modes([(1e9, -1e9), (0.12345, -0.0004)])
    assert modes.places == [(100.0, -100.0), (0.123, 0.0)]
    modes.nudge(200, 0)
    assert modes.selected_place == (100.0, 0.0)


def test_all_that_is_drawn_is_allowed(draw: Draw, bench: Bench) -> None:
    """The limits of the drawing are those of the data set."""
    dialog = draw([(100.0, -100.0)] * MOST_MODES)
    for sigma in (dialog.sigma_spin.minimum(), dialog.sigma_spin.maximum()):
        dialog.sigma_spin.setValue(sigma)
        config = replace_keys(bench.model.form.config, dialog.values())
        assert config.data.options.sigma == sigma
        assert len(config.data.options.centres) == MOST_MODES


def test_begins_with_what_there_is(draw: Draw, bench: Bench) -> None:
    assert draw().modes.places == []
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    assert len(draw().modes.places) == 8
    dialog = draw([(0.5, 0.25)], **{"data.sigma": 0.3})
    assert dialog.modes.places == [(0.5, 0.25)]
    assert dialog.sigma_spin.value() == 0.3


def test_shares_of_other_modes_are_forgotten(draw: Draw, bench: Bench) -> None:
    dialog = draw([(0.0, 0.0), (1.0, 1.0)], **{"data.weights": [0.2, 0.8]})
    QTest.keyClick(dialog.view, Qt.Key.Key_Insert)
    assert bench.model.form.edit(dialog.values())
    assert bench.model.form.config.data.options.weights is None


def test_mixture_is_trained_on_in_one_edit(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    window.model.form.edit({"generator.family": "dcgan", "discriminator.family": "dcgan"})
    edits = []
    window.model.form.config_changed.connect(lambda: edits.append(window.model.form.config))
    window.actions_by_name["draw_mixture_action"].trigger()
    dialog = window.findChild(MixtureDialog)
    assert dialog is not None
    QTest.keyClick(dialog.view, Qt.Key.Key_Insert)
    dialog.sigma_spin.setValue(0.2)
    dialog.train_button.click()
    qtbot.waitUntil(lambda: any(isinstance(command, commands.Start) for command in engine.seen))
    config = next(command for command in engine.seen if isinstance(command, commands.Start)).config
    assert config.data.name == "mixture"
    assert config.data.options.centres == ((0.0, 0.0),)
    assert config.data.options.sigma == 0.2
    assert config.generator.family == config.discriminator.family == "mlp"
    assert len(edits) == 1


def test_button_beside_the_points_opens_it(window: MainWindow, qtbot: QtBot) -> None:
    window.model.form.edit({"data.name": "ring"})
    window.model.start()
    button = window.panel("scatter").draw_button  # type: ignore[attr-defined]
    qtbot.waitUntil(button.isVisible)
    button.click()
    dialog = window.findChild(MixtureDialog)
    assert dialog is not None
    assert len(dialog.modes.places) == 8
    dialog.reject()
