"""A lockstep from a run that is under way in the real window; a side of it goes on as a branch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gan_desktop.core import events
from gan_desktop.core.status import Status
from gan_desktop.gui.lockstep.dialog import LockstepDialog
from gan_desktop.gui.lockstep.window import LockstepWindow
from tests.gui.conftest import _frozen_heap, _no_leaks  # noqa: F401
from tests.test_window_with_trainer import CONFIG, Person

pytestmark = pytest.mark.usefixtures("quick_starts")


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    made = Person(qtbot, CONFIG)
    yield made
    made.close()


def test_a_side_goes_on_as_a_branch_with_the_same_weights(person: Person) -> None:
    person.wait_status(Status.READY)
    person.click("start_button")
    person.wait_steps(30)
    person.window.actions_by_name["lockstep_action"].trigger()
    dialog = person.find(LockstepDialog, "lockstep_dialog")
    assert dialog.start_box.count() == 2
    fields = dialog.sides[0]
    fields.what.setCurrentIndex(fields.what.findText("D learning rate"))
    fields.field.line.setText("1e-3")
    dialog.begin_button.click()
    person.wait_status(Status.PAUSED)
    opened = person.find(LockstepWindow, "lockstep_window")
    person.wait(lambda: opened.controls.play_button.isEnabled())
    opened.controls.run.emit(12)
    begin = opened._begin
    person.wait(lambda: opened.shown is not None and opened.shown.step == begin + 12)
    opened.change.side_box.setCurrentIndex(1)
    opened.change.key_box.setCurrentIndex(opened.change.key_box.findText("D steps"))
    opened.change.field.line.setText("2")
    opened.change.button.click()
    opened.controls.run.emit(8)
    person.wait(lambda: opened.shown is not None and opened.shown.step == begin + 20)
    digest = opened.shown.states[1].digest
    person.wait(lambda: opened.change.branch_button.isEnabled())
    opened.change.branch_button.click()
    person.wait(lambda: len(person.heard.of(events.RunStarted)) == 2)
    person.wait(lambda: person.model.record.status is Status.PAUSED and not person.model.is_starting)
    opened.close()
    person.model.stop()
    person.wait(lambda: len(person.heard.of(events.RunEnded)) == 2)
    ended = person.heard.of(events.RunEnded)[-1]
    assert ended.step == begin + 20
    assert ended.weights_digest == digest
