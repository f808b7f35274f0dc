"""The timeline: every step can be looked at, is shown by all panels, and can be gone on from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Continue, SaveCheckpoint
from gan_desktop.core.events import CheckpointSaved, CommandRefused, ControlChanged, RunStarted, Samples, StatusChanged
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Ancestor, Past
from gan_desktop.core.status import Status
from gan_desktop.gui.panel import panels
from gan_desktop.gui.timeline.marks import Kind, step_back
from gan_desktop.gui.timeline.slider import TimeSlider
from gan_desktop.recording.notes import read_notes
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, oscillation, tell_ended, tell_raised
from tests.gui.fake_engine import summary


def begin(bench: Bench, folder: Path | None, past: Past | None = None, status: Status = Status.TRAINING) -> None:
    """Begin a run that has a folder, or none."""
    config = bench.model.form.config
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    data = summary(config)
    bench.model.receive(RunStarted(config, "digits", data, "CPU", folder, 20_000, 1, 1, past=past))
    bench.model.receive(StatusChanged(status, 0))


@pytest.fixture
def timeline(bench: Bench, tmp_path: Path) -> Any:
    """The timeline of a run of 1,000 steps with a folder, and samples of every hundredth step."""
    panel = bench.show("timeline")
    begin(bench, tmp_path)
    for step in range(0, 1000, 100):
        bench.model.receive(Samples(step, np.full((4, 8, 8, 1), step / 1000, np.float32)))
        bench.take_steps(100)
    panel.refresh()
    yield panel
    panel.finish()


def beside(bench: Bench, name: str) -> Any:
    """Another panel, which is not shown."""
    panel = panels[name].value(bench.context)
    panel.setParent(bench.host)
    return panel


def press(slider: TimeSlider, key: Qt.Key, control: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(slider, key, modifiers)


def test_every_step_can_be_looked_at(bench: Bench, timeline: Any) -> None:
    record = bench.model.record
    timeline.slider.setValue(437)
    assert record.moment == 437
    assert record.shown_samples.step == 400
    assert record.then.figures["d_loss"] == pytest.approx(float(record.history.column("d_loss")[436]))
    assert timeline.spin.value() == 437
    timeline.spin.setValue(438)
    assert record.moment == 438
    timeline.slider.setValue(1000)
    assert record.is_live
    assert timeline.caption.text() == "live · 10 kept samples"


def test_keys_go_from_samples_to_samples_or_by_one_step(bench: Bench, timeline: Any) -> None:
    record, slider = bench.model.record, timeline.slider
    seen = []
    for key, control in (
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_Left, True),
        (Qt.Key.Key_Right, False),
        (Qt.Key.Key_Right, True),
        (Qt.Key.Key_Home, False),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_End, False),
    ):
        press(slider, key, control)
        seen.append(record.moment)
    assert seen == [900, 800, 799, 800, 801, 0, 0, None]


@pytest.mark.parametrize("typed", ["abc-5", "99999999"])
def test_what_was_typed_wrongly_stays_until_the_next_move(
    bench: Bench, timeline: Any, tmp_path: Path, typed: str
) -> None:
    spin = timeline.spin

    def type_wrongly() -> None:
        spin.selectAll()
        QTest.keyClicks(spin, typed)
        QTest.keyClick(spin, Qt.Key.Key_Return)
        bench.take_steps(10)
        timeline.refresh()
        assert (spin.text(), spin.property("invalid")) == (typed, True)

    type_wrongly()
    timeline.slider.setValue(437)
    assert (spin.text(), spin.property("invalid")) == ("437", False)
    type_wrongly()
    begin(bench, tmp_path / "another")
    assert (spin.text(), spin.property("invalid")) == ("0", False)


def test_nothing_moves_while_the_run_goes_on_and_one_looks_back(bench: Bench, timeline: Any) -> None:
    record = bench.model.record
    tell_raised(bench.model, collapse(700))
    timeline.slider.setValue(400)
    timeline.refresh()
    (mark,) = timeline.strip.marks
    before = timeline.slider.value(), timeline.slider.maximum(), timeline.strip.place(mark.step)
    then = record.then
    bench.take_steps(3000)
    bench.model.receive(Samples(4000, np.ones((4, 8, 8, 1), np.float32)))
    bench.model.receive(ControlChanged(4000, "d_steps", 3, 1))
    timeline.refresh()
    assert (timeline.slider.value(), timeline.slider.maximum(), timeline.strip.place(mark.step)) == before
    assert record.then is then
    assert record.shown_samples.step == 400
    # A step beyond the end that is shown can be typed.
    timeline.spin.setValue(3500)
    assert (record.moment, timeline.slider.maximum()) == (3500, 4000)


def test_controls_and_alerts_are_as_they_were(bench: Bench, timeline: Any, qtbot: QtBot) -> None:
    model, record = bench.model, bench.model.record
    controls = beside(bench, "live_controls")
    diagnosis = beside(bench, "diagnosis")
    rate = float(model.controls["d_learning_rate"])
    model.receive(ControlChanged(300, "d_learning_rate", 5e-3, rate))
    tell_raised(model, oscillation(200))
    tell_ended(model, oscillation(200), 500)
    diagnosis.refresh()
    assert not diagnosis.cards
    record.look_at(250)
    diagnosis.refresh()
    assert set(diagnosis.cards) == {"oscillation"}
    assert controls.rates["d_learning_rate"].confirmed == pytest.approx(rate)
    assert not controls.rates["d_learning_rate"].isEnabled()
    assert controls.then.text.text() == "As they were at step 250."
    # A change at a step is of the next one.
    record.look_at(300)
    assert controls.rates["d_learning_rate"].confirmed == pytest.approx(rate)
    record.look_at(301)
    assert controls.rates["d_learning_rate"].confirmed == pytest.approx(5e-3)
    record.look_at(600)
    diagnosis.refresh()
    assert not diagnosis.cards
    assert diagnosis.intro.text() == "Lights as at step 500. No alert stood at step 600, and none came later."
    controls.then.live_button.click()
    assert record.is_live
    assert controls.rates["d_learning_rate"].isEnabled()
    assert controls.then.isHidden()


def test_any_step_can_be_gone_on_from(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    timeline.slider.setValue(437)
    assert timeline.continue_button.property("primary")
    timeline.continue_button.click()
    assert bench.sent == [Continue(tmp_path, 437, True, paused=True)]
    timeline.refresh()
    assert not timeline.continue_button.isEnabled()


def test_a_run_without_a_folder_cannot_be_branched_from(bench: Bench, timeline: Any) -> None:
    begin(bench, None)
    bench.take_steps(100)
    timeline.refresh()
    assert not timeline.continue_button.isEnabled()
    assert not timeline.bookmark_button.isEnabled()
    timeline.menu_actions()["continue_from_here"]()
    timeline.menu_actions()["bookmark"]()
    assert not bench.sent


def test_one_finds_the_way_to_before_the_alert_and_its_cure(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    model, record = bench.model, bench.model.record
    assert timeline.before_button.isHidden()
    tell_raised(model, collapse(800))
    timeline.refresh()
    timeline.before_button.click()
    assert record.moment == 400
    assert timeline.before_button.isHidden()
    timeline.heal_button.click()
    cure = Intervention(400, "r1_weight", 1.0, author="cure:mode_collapse")
    assert bench.sent == [Continue(tmp_path, 400, True, changes=(cure,))]


def test_the_card_leads_to_before_it_and_heals_from_there(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    model, record = bench.model, bench.model.record
    diagnosis = beside(bench, "diagnosis")
    tell_raised(model, collapse(800))
    diagnosis.refresh()
    diagnosis.cards["mode_collapse"].before.click()
    diagnosis.refresh()
    assert record.moment == 400
    assert diagnosis.intro.text() == "No alert stood at step 400. This one came at step 800:"
    card = diagnosis.cards["mode_collapse"]
    assert card.before.isHidden()
    assert card.note.text() == "A click goes on from step 400 with it, as a branch:"
    card.buttons[1].click()
    (command,) = bench.sent
    assert isinstance(command, Continue)
    assert [change.key for change in command.changes] == ["d_steps", "d_learning_rate"]
    assert {change.author for change in command.changes} == {"cure:mode_collapse"}


def test_an_alert_at_the_end_offers_its_cure_as_a_branch(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    diagnosis = beside(bench, "diagnosis")
    tell_raised(bench.model, collapse(800))
    bench.model.receive(StatusChanged(Status.STOPPED, 1000))
    diagnosis.refresh()
    diagnosis.cards["mode_collapse"].buttons[0].click()
    (command,) = bench.sent
    assert isinstance(command, Continue)
    assert (command.step, command.branch, command.changes[0].key) == (400, True, "r1_weight")


def test_before_an_alert_is_where_samples_are_kept(bench: Bench, timeline: Any) -> None:
    record = bench.model.record
    assert step_back(record, 850) == 400
    assert step_back(record, 30) == 15
    bench.take_steps(20_000)
    # Not the samples of long before, and not more than so far back.
    assert step_back(record, 20_000) == 18_500


def test_marks_lead_to_their_steps(bench: Bench, timeline: Any) -> None:
    model, record = bench.model, bench.model.record
    model.receive(ControlChanged(600, "d_steps", 3, 1))
    tell_raised(model, collapse(800))
    timeline.refresh()
    assert [(mark.kind, mark.step, mark.goal) for mark in timeline.strip.marks] == [
        (Kind.INTERVENTION, 600, 600),
        (Kind.ALERT, 800, 400),
    ]
    for mark in timeline.strip.marks:
        place = QPoint(round(timeline.strip.place(mark.step)), 4)
        QTest.mouseClick(timeline.strip, Qt.MouseButton.LeftButton, pos=place)
        assert record.moment == mark.goal
    timeline.places.fill()
    texts = [action.text() for action in timeline.places.actions() if action.isEnabled()]
    assert texts == ["400   Mode collapse", "600   D steps 1 → 3"]
    timeline.places.actions()[-1].trigger()
    assert record.moment == 600


def test_a_bookmark_has_a_note_and_is_kept(bench: Bench, timeline: Any, tmp_path: Path, qtbot: QtBot) -> None:
    record = bench.model.record
    record.look_at(400)
    timeline.bookmark_button.click()
    qtbot.waitUntil(lambda: [mark.step for mark in timeline.bookmarks.found] == [400])
    assert bench.sent == []
    timeline.popup.note.setText(" here it was well ")
    QTest.keyClick(timeline.popup.note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: timeline.bookmarks.found[0].note == "here it was well")
    assert read_notes(tmp_path).bookmarks == timeline.bookmarks.found
    timeline.refresh()
    assert [mark.text for mark in timeline.strip.marks] == ["bookmark: here it was well"]
    assert timeline.bookmark_button.isChecked()
    timeline.bookmark_button.click()
    timeline.popup.findChild(QPushButton, "remove_bookmark_button").click()
    qtbot.waitUntil(lambda: not timeline.bookmarks.found)
    assert read_notes(tmp_path).bookmarks == ()


def test_a_bookmark_of_now_is_on_the_step_of_a_checkpoint(bench: Bench, timeline: Any, qtbot: QtBot) -> None:
    timeline.bookmark_button.click()
    assert bench.sent == [SaveCheckpoint()]
    bench.model.receive(CheckpointSaved(900, Path("by time"), by_time=True))
    assert not timeline.popup.isVisible()
    bench.take_steps(20)
    bench.model.receive(CheckpointSaved(1012, Path("asked for")))
    assert timeline.popup.title.text() == "Bookmark on step 1,012"
    timeline.popup.close()
    qtbot.waitUntil(lambda: [mark.step for mark in timeline.bookmarks.found] == [1012])
    # Another checkpoint that the person asks for is none of it.
    bench.model.receive(CheckpointSaved(1020, Path("asked for")))
    assert not timeline.popup.isVisible()


def test_a_bookmark_of_a_paused_run_is_on_its_step(bench: Bench, timeline: Any, qtbot: QtBot) -> None:
    bench.model.receive(StatusChanged(Status.PAUSED, 1000))
    timeline.bookmark_button.click()
    timeline.popup.close()
    assert bench.sent == [SaveCheckpoint()]
    qtbot.waitUntil(lambda: [mark.step for mark in timeline.bookmarks.found] == [1000])


@pytest.mark.parametrize("event", [CommandRefused("the disk is full"), StatusChanged(Status.DIVERGED, 1010)])
def test_a_bookmark_does_not_wait_for_a_checkpoint_that_does_not_come(
    bench: Bench, timeline: Any, qtbot: QtBot, event: Any
) -> None:
    timeline.bookmark_button.click()
    bench.model.receive(event)
    timeline.popup.close()
    qtbot.waitUntil(lambda: [mark.step for mark in timeline.bookmarks.found] == [1000])


def test_a_bookmark_that_cannot_be_kept_is_told(bench: Bench, timeline: Any, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "notes.json").write_text("{")
    told: list[str] = []
    bench.model.refused.connect(lambda event: told.append(event.message))
    bench.model.record.look_at(400)
    timeline.bookmark_button.click()
    timeline.popup.close()
    qtbot.waitUntil(lambda: bool(told))
    assert "notes.json" in told[0]


def test_a_branch_shows_where_it_begins_and_waits(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    record = bench.model.record
    controls = beside(bench, "live_controls")
    history = record.history
    history.cut(400)
    parent = Ancestor(tmp_path / "parent", "first try", "id", 400)
    past = Past(400, history, ancestors=(parent,))
    begin(bench, tmp_path / "branch", past, Status.PAUSED)
    timeline.refresh()
    assert [(mark.kind, mark.step, mark.text) for mark in timeline.strip.marks] == [
        (Kind.BRANCH, 400, "branch of first try")
    ]
    assert controls.hint.text().startswith("Change what you like")
    # While it compiles its first step, it waits for nobody, and there is no Resume.
    bench.model.receive(StatusChanged(Status.TRAINING, 400))
    assert controls.hint.text() == ""
    bench.take_steps(20)
    assert controls.hint.text() == ""
    # Its past can be looked at as if it were its own.
    record.look_at(100)
    assert record.moment == 100


def test_a_new_run_is_shown_live(bench: Bench, timeline: Any, tmp_path: Path) -> None:
    bench.model.record.look_at(400)
    begin(bench, tmp_path)
    timeline.refresh()
    assert bench.model.record.is_live
    assert not timeline.slider.isEnabled()
    assert timeline.caption.text() == "Earlier steps can be looked at here"


def test_a_run_of_more_steps_than_a_slider_has_places() -> None:
    slider = TimeSlider()
    asked: list[int | None] = []
    slider.step_asked.connect(asked.append)
    last = 2**40
    slider.show_run(0, last, None, [])
    slider.setValue(slider.maximum() // 2)
    assert asked[-1] == pytest.approx(last / 2, rel=1e-6)
    slider.show_run(0, last, 5, [])
    slider.go(1, True)
    assert asked[-1] == 6


def test_right_belongs_to_the_slider_only_while_looking_back(bench: Bench, timeline: Any, qtbot: QtBot) -> None:
    def is_taken() -> bool:
        override = QEvent.Type.ShortcutOverride
        event = QKeyEvent(override, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        timeline.slider.event(event)
        return event.isAccepted()

    assert not is_taken()
    bench.model.record.look_at(400)
    assert is_taken()


def test_figures_of_a_moment(bench: Bench, timeline: Any) -> None:
    figures = beside(bench, "figures")
    record = bench.model.record
    record.look_at(437)
    figures.refresh()
    assert figures.caption.text() == "as it was at step 437"
    expected = record.history.values(("g_loss",), 436, 437)[0, 0]
    assert record.then.figures["g_loss"] == pytest.approx(float(expected))


def test_metrics_of_a_moment(bench: Bench, timeline: Any) -> None:
    record = bench.model.record
    for step in (250, 500, 750):
        record.receive(Measured(step, {"coverage": step / 1000}, None, {}, {}, 0.1))
    assert record.measurement is not None
    record.receive(replace(record.measurement, step=990, aside=True, values={"coverage": 9.0}))
    record.look_at(749)
    assert (record.shown_measurement.step, record.shown_measurement.values["coverage"]) == (500, 0.5)
    record.look_at(100)
    assert record.shown_measurement is None
    record.look_at(None)
    assert record.shown_measurement is not None
    assert record.shown_measurement.values["coverage"] == 9.0
