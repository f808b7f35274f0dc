"""Lockstep at the window: the sides are chosen in the dialog and advanced by a real engine in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gan_desktop.app import run_lockstep
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.lockstep import LockstepEvent, LockstepFailed, LockstepQueue, Order, Side
from gan_desktop.gui.lockstep.dialog import LockstepDialog
from gan_desktop.gui.lockstep.window import LockstepWindow
from gan_desktop.gui.look.theme import DARK, ThemeMode
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.training import lockstep as lockstep_module
from tests.gui.conftest import MakeWindow
from tests.trainer_pool import lend_trainer, take_back
from tests.training.conftest import TINY

CONFIG = replace_keys(RunConfig(), TINY)


def advance(order: Order, commands: LockstepQueue, tell: Callable[[LockstepEvent], None]) -> None:
    """The real engine; its trainers come back for the next test."""
    try:
        run_lockstep(order, commands, tell)
    finally:
        take_back()


@pytest.fixture
def _pooled(quick_starts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockstep_module, "Trainer", lend_trainer)


def dialog_of(window: MainWindow) -> LockstepDialog:
    window.actions_by_name["lockstep_action"].trigger()
    dialog = window.findChild(LockstepDialog)
    assert dialog is not None
    return dialog


def opened_by(window: MainWindow) -> LockstepWindow:
    found = window.findChild(LockstepWindow)
    assert found is not None
    return found


def choose(dialog: LockstepDialog, place: int, title: str, value: str | None = None) -> None:
    fields = dialog.sides[place]
    fields.what.setCurrentIndex(fields.what.findText(title))
    if value is not None:
        fields.field.line.setText(value)


def test_what_is_wrong_is_said_beside_the_field(make_window: MakeWindow) -> None:
    window = make_window(CONFIG, lockstep=advance)
    dialog = dialog_of(window)
    first = dialog.sides[0]
    assert [fields.isVisibleTo(dialog) for fields in dialog.sides] == [True, False, False]
    assert dialog.begin_button.isEnabled()
    choose(dialog, 0, "D learning rate", "-1")
    assert "D learning rate = -1: must be" in first.message.text()
    assert not dialog.begin_button.isEnabled()
    first.field.line.setText("0.0002")
    assert first.hint.text() == "That is what A has."
    first.field.line.setText("1e-3")
    assert (first.message.text(), first.hint.text()) == ("", "A has 2.0e-4.")
    choose(dialog, 1, "D learning rate", "x")
    assert dialog.begin_button.isEnabled()  # C is not asked for
    dialog.count_spin.setValue(3)
    assert not dialog.begin_button.isEnabled()
    choose(dialog, 1, "R1 penalty")
    assert dialog.sides[1].side == Side({"regularization.r1_weight": 1.0})
    choose(dialog, 1, "Objective")
    assert dialog.sides[1].side == Side({"objective.objective": "non_saturating"})
    choose(dialog, 1, "Other seed: other batches and latents")
    assert dialog.sides[1].side == Side({"training.seed": 2})
    dialog.reject()


@pytest.mark.usefixtures("_pooled")
def test_sides_are_advanced_together(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(CONFIG, lockstep=advance)
    dialog = dialog_of(window)
    dialog.count_spin.setValue(3)
    choose(dialog, 1, "G learning rate", "1e-3")
    dialog.begin_button.click()
    lockstep = opened_by(window)
    qtbot.waitUntil(lambda: lockstep.controls.play_button.isEnabled())
    assert lockstep.caption.text().startswith("custom, anew. All sides begin at step 0;")

    lockstep.activateWindow()
    QTest.keyClick(lockstep, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: lockstep.controls.status.text() == "step 1, paused")
    assert [side.verdict.text() for side in lockstep.sides] == ["the first", "equal", "parted at step 1"]
    assert [side.title.text() for side in lockstep.sides] == ["", "as A", "G learning rate 1.0e-3"]
    one, two, three = (side.digest.text() for side in lockstep.sides)
    assert one == two != three
    assert not lockstep.change.branch_button.isEnabled()
    assert [len(side.fake.points) for side in lockstep.sides] == [1000] * 3

    lockstep.controls.steps_spin.setValue(20)
    lockstep.controls.run_button.click()
    qtbot.waitUntil(lambda: lockstep.controls.status.text() == "step 21, paused")
    assert [len(history) for history in lockstep.histories] == [21] * 3
    assert lockstep.controls.figure == "g_loss"
    assert [strand.name for strand in lockstep.curves.strands] == ["A", "B", "C"]

    row = lockstep.change
    row.key_box.setCurrentIndex(row.key_box.findText("D steps"))
    row.field.line.setText("many")
    row.button.click()
    assert "D steps = 'many': must be a whole number" in row.message.text()
    row.field.line.setText("2")
    assert not row.message.text()
    QTest.keyClick(row.field.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: lockstep.sides[1].title.text() == "D steps 2")
    assert lockstep.sides[1].verdict.text() == "equal"
    lockstep.toggle()
    qtbot.waitUntil(lambda: len(lockstep.histories[0]) > 60)
    lockstep.toggle()
    qtbot.waitUntil(lambda: lockstep.controls.status.text().endswith("paused") and not lockstep.is_moving)
    assert lockstep.sides[1].verdict.text() == "parted at step 22"
    lockstep.controls.log_check.click()
    window.set_theme(ThemeMode.DARK)
    assert lockstep.curves.backgroundBrush().color().name() == DARK.surface

    lockstep.close()
    qtbot.waitUntil(lambda: not window.lockstep.threads)


@pytest.mark.usefixtures("_pooled")
def test_a_side_that_cannot_begin_is_told(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(CONFIG, lockstep=advance)
    opened = window.lockstep.open(Order(CONFIG, None, [Side({"training.batch_size": 97})]), "tiny")
    qtbot.waitUntil(lambda: not window.lockstep.threads)
    assert "training.batch_size = 97: larger than the data" in opened.message.text()
    assert not opened.controls.play_button.isEnabled()


def test_what_breaks_in_the_thread_is_shown_with_its_details(make_window: MakeWindow, qtbot: QtBot) -> None:
    def breaks(order: Order, commands: LockstepQueue, tell: Callable[[LockstepEvent], None]) -> None:
        tell(LockstepFailed("ValueError: bad luck", "Traceback: here"))

    window = make_window(CONFIG, lockstep=breaks)
    opened = window.lockstep.open(Order(CONFIG, None, [Side()]), "tiny")
    qtbot.waitUntil(lambda: opened.findChild(QMessageBox) is not None)
    box = opened.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert (box.text(), box.detailedText()) == ("ValueError: bad luck", "Traceback: here")
    box.close()
    opened.close()
    qtbot.waitUntil(lambda: not window.lockstep.threads)


@pytest.mark.usefixtures("_pooled")
def test_closing_the_main_window_ends_what_is_being_advanced(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(CONFIG, lockstep=advance)
    opened = window.lockstep.open(Order(CONFIG, None, [Side()]), "tiny")
    qtbot.waitUntil(lambda: opened.controls.play_button.isEnabled())
    opened.toggle()
    qtbot.waitUntil(lambda: len(opened.histories[0]) > 0)
    window.close()
    assert all(thread.isFinished() for thread in window.lockstep.threads)


@pytest.mark.usefixtures("_pooled")
def test_esc_pauses_what_moves(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(CONFIG, lockstep=advance)
    opened = window.lockstep.open(Order(CONFIG, None, [Side()]), "tiny")
    qtbot.waitUntil(lambda: opened.controls.play_button.isEnabled())
    opened.toggle()
    qtbot.waitUntil(lambda: opened.is_moving)
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.is_moving)
    assert opened.isVisible()
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.lockstep.threads)


@pytest.mark.usefixtures("_pooled")
@pytest.mark.parametrize("moves", [False, True])
def test_a_side_goes_on_as_a_branch_at_the_step_that_is_shown(
    make_window: MakeWindow, qtbot: QtBot, moves: bool
) -> None:
    window = make_window(CONFIG, lockstep=advance)
    opened = window.lockstep.open(Order(CONFIG, None, [Side()]), "tiny")
    qtbot.waitUntil(lambda: opened.controls.play_button.isEnabled())
    if moves:
        opened.toggle()
        qtbot.waitUntil(lambda: len(opened.histories[0]) > 20)
    else:
        opened.controls.step_button.click()
        qtbot.waitUntil(lambda: opened.controls.status.text() == "step 1, paused")
    opened.branch_asked.disconnect()  # there is no run to branch from
    with qtbot.waitSignal(opened.branch_asked) as asked:
        opened.change.branch_asked.emit(1)
    qtbot.waitUntil(lambda: opened.controls.status.text().endswith("paused"))
    assert asked.args == [0, (), len(opened.histories[0])]
    opened.close()
    qtbot.waitUntil(lambda: not window.lockstep.threads)
