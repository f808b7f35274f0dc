"""Going on with a run: its past fills the record, and what is sent to the engine."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.commands import Continue, Resume, Start, Step
from gan_desktop.core.diagnosis import Level
from gan_desktop.core.events import (
    CommandRefused,
    ControlChanged,
    MetricsBlock,
    Origin,
    Recomputing,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.history import History
from gan_desktop.core.interventions import Intervention, current_controls
from gan_desktop.core.past import Ancestor, Past, SavedSamples
from gan_desktop.core.status import Status
from gan_desktop.gui.run.continuing import ancestors_of
from gan_desktop.gui.run.opened import Opened, last_progress
from gan_desktop.recording.saved import read_samples
from tests.gan import FIGURES
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, diagnosed
from tests.gui.fake_engine import losses, summary
from tests.gui.panels.test_quality import measured

FOLDER = Path("kept").absolute()
IMAGES = np.full((4, 8, 8, 1), 0.5, np.float32)


def past(steps: int = 600, **changes: Any) -> Past:
    """What a run of so many steps has behind it."""
    history = History()
    history.append(MetricsBlock(0, losses(0, steps, 0), FIGURES))
    alert = collapse(500)
    saved = tuple(SavedSamples(step, partial(Samples, step, IMAGES)) for step in range(0, steps, 50))
    known = Past(
        steps,
        history,
        interventions=(ControlChanged(200, "d_learning_rate", 0.01, 0.0005),),
        alerts=((alert, None),),
        measured=(measured(250), measured(500)),
        samples=saved,
        lights=diagnosed(steps, alert),
        seconds=12.0,
    )
    return replace(known, **changes)


def opened(bench: Bench, status: Status = Status.STOPPED, known: Past | None = None, **changes: Any) -> Opened:
    config = bench.model.form.config
    run = RunStarted(config, "digits", summary(config), "CPU", FOLDER, 20_000, 1, 1, past=known or past())
    return replace(Opened(run, status, "my run", Samples(600, IMAGES)), **changes)


def test_an_opened_run_is_shown_with_all_of_its_past(bench: Bench) -> None:
    model, record = bench.model, bench.model.record
    started: list[object] = []
    record.run_started.connect(started.append)
    model.show_kept(opened(bench))
    assert len(started) == 1
    assert (record.status, record.run_name) == (Status.STOPPED, "my run")
    assert len(record.history) == 600
    assert [change.step for change in record.interventions] == [200]
    assert record.measurement is not None
    assert record.measurement.step == 500
    assert record.metric_history.table()["step"].tolist() == [250, 500]
    assert record.diagnosis.alerts.keys() == {"mode_collapse"}
    assert record.diagnosis.past_alerts[0][1] is None
    assert record.progress is not None
    assert (record.progress.step, record.progress.seconds) == (600, 12.0)
    assert record.samples is not None
    assert record.snapshots.steps() == list(range(0, 600, 50))
    record.look_at(record.snapshots[3].step)
    assert record.shown_samples is not None
    assert record.shown_samples.step == 150


def test_there_are_no_networks_of_an_opened_run(bench: Bench) -> None:
    bench.model.show_kept(opened(bench, Status.FINISHED))
    assert not bench.model.can_look
    assert not bench.model.is_active
    # What the engine loads meanwhile, or still says of another run, is not of this one.
    bench.model.receive(StatusChanged(Status.READY, 0))
    bench.take_steps(5)
    assert bench.model.record.status is Status.FINISHED
    assert len(bench.model.record.history) == 600


def test_the_form_shows_the_opened_run(bench: Bench) -> None:
    run = opened(bench)
    bench.model.form.choose_preset("ring")
    bench.model.show_kept(run)
    assert bench.model.form.preset_name == "digits"
    assert not bench.model.is_edited
    assert bench.model.controls["d_learning_rate"] == pytest.approx(0.01)


def test_lights_that_were_not_kept_are_not_known(bench: Bench) -> None:
    bench.model.show_kept(opened(bench, known=past(lights=None)))
    latest = bench.model.record.diagnosis.latest
    assert latest is not None
    assert {aspect.level for aspect in latest.aspects} == {Level.UNKNOWN}
    assert bench.model.record.diagnosis.alerts.keys() == {"mode_collapse"}


def test_many_kept_samples_are_thinned_and_stay_in_the_folder(bench: Bench) -> None:
    def refuse() -> Samples:
        raise AssertionError("read too early")

    many = tuple(SavedSamples(step, refuse) for step in range(1001))
    bench.model.show_kept(opened(bench, known=past(samples=many)))
    steps = bench.model.record.snapshots.steps()
    assert len(steps) <= 200
    assert steps[-1] == 1000


@pytest.mark.parametrize("status", [Status.INTERRUPTED, Status.STOPPED, Status.FINISHED, Status.FAILED])
def test_start_goes_on_with_a_run_that_ended(bench: Bench, status: Status) -> None:
    bench.model.show_kept(opened(bench, status))
    bench.model.start_or_resume()
    (sent,) = bench.sent
    assert isinstance(sent, Continue)
    assert (sent.folder, sent.step, sent.branch, sent.changes) == (FOLDER, None, False, ())
    # What reached its end goes on without one.
    assert set(sent.length.values()) == ({None} if status is Status.FINISHED else set())
    assert bench.model.is_starting
    assert not bench.model.continue_run(), "it is asked for once"


def test_what_was_set_after_the_end_is_used_when_it_goes_on(bench: Bench) -> None:
    bench.model.show_kept(opened(bench))
    bench.model.set_control("g_learning_rate", 0.02)
    bench.model.go_on()
    (sent,) = bench.sent
    assert isinstance(sent, Continue)
    assert [(change.key, change.value) for change in sent.changes] == [("g_learning_rate", 0.02)]


def test_start_begins_anew_where_something_else_was_chosen(bench: Bench) -> None:
    bench.model.show_kept(opened(bench))
    bench.model.form.edit({"training.seed": 5})
    bench.model.start_or_resume()
    assert isinstance(bench.sent[0], Start)


def test_a_run_that_diverged_asks_for_an_earlier_step(bench: Bench) -> None:
    asked: list[bool] = []
    bench.model.way_back_asked.connect(lambda: asked.append(True))
    bench.model.show_kept(opened(bench, Status.DIVERGED))
    bench.model.start_or_resume()
    assert (asked, bench.sent) == ([True], [])
    assert not bench.model.continue_run()
    assert bench.model.continue_run(step=400, branch=True)


def test_a_run_that_another_process_trains_does_not_go_on_here(bench: Bench) -> None:
    bench.model.show_kept(opened(bench, Status.INTERRUPTED, writer="process 7 on host"))
    assert not bench.model.can_go_on
    assert not bench.model.can_branch


def test_a_branch_has_the_controls_of_its_step_and_its_changes(bench: Bench) -> None:
    before = current_controls(bench.model.form.config)
    bench.model.show_kept(opened(bench))
    bench.model.continue_run(100, True, [Intervention(0, "r1_weight", 1.0, author="cure:mode_collapse")], "healed", 50)
    (sent,) = bench.sent
    assert isinstance(sent, Continue)
    assert (sent.step, sent.branch, sent.name, sent.more, dict(sent.length)) == (100, True, "healed", 50, {})
    assert sent.changes[0].author == "cure:mode_collapse"
    # The rate was changed at step 200 only.
    assert bench.model.controls == before | {"r1_weight": 1.0}


def test_a_step_before_a_branch_began_is_its_parents(bench: Bench, tmp_path: Path) -> None:
    for name in ("parent", "grandparent"):
        (tmp_path / name).mkdir()
    ancestors = (
        Ancestor(tmp_path / "parent", "p", "1", 300),
        Ancestor(tmp_path / "grandparent", "g", "2", 100),
        Ancestor(tmp_path / "gone", "x", "3", 80),
    )
    for step, folder in ((400, FOLDER), (300, FOLDER), (200, "parent"), (50, "grandparent")):
        bench.sent.clear()
        bench.model.show_kept(opened(bench, known=past(ancestors=ancestors)))
        bench.model.continue_run(step=step, branch=True)
        (sent,) = bench.sent
        assert isinstance(sent, Continue)
        assert sent.folder == tmp_path / folder
        bench.model.receive(CommandRefused("no", of_start=True))


def go_on(bench: Bench, **changes: Any) -> None:
    """Have the engine go on as it was asked to."""
    sent = bench.sent[-1]
    assert isinstance(sent, Continue)
    run = bench.model.record.run
    assert run is not None
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    bench.model.receive(Recomputing(180, 0.5))
    assert bench.model.record.recomputing == Recomputing(180, 0.5)
    origin = Origin(sent.folder, 600, checkpoint=420)
    bench.model.receive(replace(run, origin=origin, past=past(), **changes))
    bench.model.receive(StatusChanged(Status.TRAINING, 600))


def test_the_run_stays_in_view_until_it_goes_on(bench: Bench) -> None:
    record = bench.model.record
    cleared: list[bool] = []
    record.run_cleared.connect(lambda: cleared.append(True))
    bench.model.show_kept(opened(bench))
    bench.model.go_on()
    go_on(bench)
    assert cleared == []
    assert (record.recomputing, record.run_name) == (None, "my run")
    assert not record.is_opened
    assert bench.model.can_look
    bench.take_steps(20)
    assert len(record.history) == 620
    assert [change.step for change in record.interventions] == [200]
    assert bench.model.controls["d_learning_rate"] == pytest.approx(0.01)


def test_the_form_follows_a_run_that_goes_on_without_an_end(bench: Bench) -> None:
    bench.model.show_kept(opened(bench, Status.FINISHED))
    bench.model.go_on()
    config = bench.model.form.config
    endless = config.model_copy(update={"training": config.training.model_copy(update={"steps": None})})
    go_on(bench, config=endless)
    assert not bench.model.is_edited
    assert bench.model.form.config.training.steps is None


def test_reset_after_going_on_begins_the_run_anew(bench: Bench) -> None:
    run = opened(bench)
    bench.model.show_kept(run)
    bench.model.go_on()
    go_on(bench)
    bench.model.reset()
    sent = bench.sent[-1]
    assert isinstance(sent, Start)
    assert sent.config == run.started.config


@pytest.mark.parametrize("while_preparing", [False, True])
def test_a_run_that_cannot_go_on_is_as_it_was(bench: Bench, while_preparing: bool) -> None:
    record = bench.model.record
    bench.model.show_kept(opened(bench, Status.FINISHED))
    bench.model.go_on()
    if while_preparing:
        bench.model.receive(StatusChanged(Status.PREPARING, 0))
    bench.model.receive(CommandRefused("the checkpoint is damaged", of_start=True))
    if while_preparing:
        bench.model.receive(StatusChanged(Status.READY, 0, "the checkpoint is damaged"))
    assert (record.status, len(record.history), record.is_opened) == (Status.FINISHED, 600, True)
    assert bench.model.can_go_on
    # A start forgets it, as ever.
    bench.model.start()
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    assert record.run is None


def test_more_steps_are_run_of_whatever_is_there(bench: Bench) -> None:
    assert bench.model.run_more(300)
    assert [type(sent) for sent in bench.sent] == [Start, Step]
    bench.start(status=Status.PAUSED)
    bench.sent.clear()
    bench.model.run_more(300)
    assert bench.sent == [Step(300)]
    bench.model.receive(StatusChanged(Status.TRAINING, 0))
    assert not bench.model.run_more(300)
    bench.model.receive(StatusChanged(Status.STOPPED, 0))
    bench.model.show_kept(opened(bench))
    bench.sent.clear()
    bench.model.run_more(300)
    (sent,) = bench.sent
    assert isinstance(sent, Continue)
    assert sent.more == 300


def test_a_paused_run_is_resumed_and_not_continued(bench: Bench) -> None:
    bench.start(status=Status.PAUSED)
    assert not bench.model.continue_run()
    bench.model.start_or_resume()
    assert bench.sent == [Resume()]


def test_samples_that_are_gone_are_told_and_what_was_shown_stays(bench: Bench, tmp_path: Path) -> None:
    said: list[str] = []
    bench.model.record.unreadable.connect(said.append)
    gone = (SavedSamples(10, partial(read_samples, tmp_path, 10)),)
    bench.model.show_kept(opened(bench, known=past(samples=gone)))
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    assert len(said) == 1
    assert bench.model.record.moment == 10
    assert bench.model.record.shown_samples is bench.model.record.samples


def test_a_parent_is_named_once_though_the_origin_names_it_too(bench: Bench) -> None:
    parent = Ancestor(FOLDER, "digits", "id", 200)
    run = replace(opened(bench).started, origin=Origin(FOLDER, 200, parent="id"), past=past(200, ancestors=(parent,)))
    assert ancestors_of(run) == (parent,)
    assert len(ancestors_of(replace(run, past=past(200)))) == 1


def test_the_epoch_of_an_opened_run_counts_the_batches_of_every_update_of_d(bench: Bench) -> None:
    run = opened(bench).started
    changes = (ControlChanged(100, "d_steps", 5, 1), ControlChanged(300, "d_steps", 0, 5))
    known = past(400, interventions=changes)
    batches = 100 + 200 * 5 + 100
    assert last_progress(run, known).epoch == batches * run.config.training.batch_size / run.data.count
