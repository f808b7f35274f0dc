"""The model: what it sends, what its record and its form tell when, and that panels and thread meet only here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import NextUpdate, Pause, Quit, Resume, Set, Start, Step
from gan_desktop.core.diagnosis import AlertRaised
from gan_desktop.core.events import (
    CommandRefused,
    ControlChanged,
    EngineError,
    Preparing,
    Progress,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.training_thread import STACK_BYTES, TrainingThread
from tests.gui.conftest import Bench
from tests.gui.diagnoses import collapse, diagnosed
from tests.gui.fake_engine import FakeEngine, summary
from tests.gui.panels.test_quality import measured


def test_step_numbers_beyond_32_bits_arrive_whole(qtbot: QtBot) -> None:
    progress = Progress(2**40, 2**41, 1.0, 1.0, 1.0, 1.0, 1)

    def engine(commands: object, emit: object) -> None:
        emit(progress)

    thread = TrainingThread(engine)
    with qtbot.waitSignal(thread.event_emitted) as caught:
        thread.start()
    assert caught.args == [progress]
    assert thread.wait(1000)


def test_thread_has_a_large_stack_and_ends_on_quit(qtbot: QtBot) -> None:
    engine = FakeEngine()
    thread = TrainingThread(engine)
    assert thread.stackSize() == STACK_BYTES
    thread.start()
    assert thread.shutdown()
    assert engine.seen == [Quit()]
    assert thread.shutdown()


class Listener(QObject):
    """Receives events in the main thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    @Slot(object)
    def hear(self, event: object) -> None:
        self.heard.append(event)


def test_exception_becomes_an_event_with_its_traceback(qtbot: QtBot) -> None:
    def engine(commands: object, emit: object) -> None:
        raise ValueError("broken")

    thread = TrainingThread(engine)
    listener = Listener()
    thread.event_emitted.connect(listener.hear)
    thread.start()
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    error, status = listener.heard
    assert isinstance(error, EngineError)
    assert "ValueError: broken" in error.message
    assert "in engine" in error.traceback
    assert status.status is Status.FAILED
    assert thread.wait(1000)


def test_run_started_begins_afresh(bench: Bench) -> None:
    config = bench.model.form.config
    bench.start(config)
    bench.take_steps(100)
    bench.model.receive(Samples(100, np.zeros((4, 8, 8, 1), np.float32)))
    bench.model.receive(ControlChanged(100, "d_steps", 2, 1))
    bench.start(config)
    model = bench.model
    assert (len(model.record.history), len(model.record.snapshots), model.record.interventions) == (0, 0, [])
    assert model.record.samples is None
    assert model.controls["d_steps"] == 1


SIGNALS_OF_RECORD = ["run_started", "samples_changed", "status_changed", "alerts_changed", "control_confirmed"]
SIGNALS_OF_MODEL = ["state_changed", "controls_changed", "refused", "refusals_settled"]


def signals_of(model: RunModel) -> list[str]:
    """The names of signals, in the order in which they are emitted from now on."""
    names: list[str] = []
    owners = ((model.record, SIGNALS_OF_RECORD), (model, SIGNALS_OF_MODEL), (model.form, ["config_changed"]))
    for owner, signals in owners:
        for name in signals:
            getattr(owner, name).connect(lambda *_, name=name: names.append(name))
    return names


def test_the_form_has_followed_before_a_change_of_a_control_is_told(bench: Bench) -> None:
    bench.start()
    told = signals_of(bench.model)
    bench.model.receive(ControlChanged(10, "d_steps", 2, 1))
    settled = "refusals_settled"
    assert told == [settled, "config_changed", settled, "control_confirmed", "controls_changed"]


def test_controls_are_told_when_everything_is_known_of_a_run_that_begins(bench: Bench) -> None:
    bench.model.start()
    bench.model.receive(StatusChanged(Status.PREPARING, 0))
    told, config = signals_of(bench.model), bench.model.form.config
    bench.model.record.run_started.connect(lambda _: told.append("starts" if bench.model.is_starting else "runs"))
    bench.model.receive(RunStarted(config, "digits", summary(config), "CPU", None, 100, 1, 1))
    assert told == [
        "refusals_settled",
        "run_started",
        "runs",
        "samples_changed",
        "state_changed",
        "status_changed",
        "alerts_changed",
        "controls_changed",
    ]


def test_a_refused_start_changes_the_state_and_not_the_status(bench: Bench) -> None:
    told = signals_of(bench.model)
    bench.model.start()
    bench.model.receive(CommandRefused("no", of_start=True))
    assert told == ["state_changed", "controls_changed", "state_changed", "refused", "controls_changed"]


def test_toggle_by_status(bench: Bench) -> None:
    bench.start()
    bench.model.toggle()
    bench.model.receive(StatusChanged(Status.PAUSED, 10))
    bench.model.toggle()
    assert bench.sent == [Pause(), Resume()]


def test_impatience_starts_once(bench: Bench) -> None:
    for _ in range(3):
        bench.model.start_or_resume()
        bench.model.step_once()
    assert len(bench.sent) == 1
    bench.start()
    bench.model.step_once()
    assert bench.sent[-1] == Step()


def test_start_during_a_run_replaces_it(bench: Bench) -> None:
    bench.start()
    bench.model.start()
    assert isinstance(bench.sent[-1], Start)
    # The old run's end does not answer the new start.
    bench.model.receive(StatusChanged(Status.STOPPED, 10))
    assert bench.model.is_starting
    bench.start()
    assert not bench.model.is_starting


def test_refused_start_can_be_repeated(bench: Bench) -> None:
    bench.model.start()
    bench.model.receive(CommandRefused("no", "data.path"))
    assert not bench.model.is_starting
    bench.model.start_or_resume()
    assert len(bench.sent) == 2


def test_what_was_pending_is_forgotten_when_the_run_ends(bench: Bench) -> None:
    bench.start()
    bench.model.set_control("d_learning_rate", 0.5)
    bench.model.receive(StatusChanged(Status.FINISHED, 100))
    assert bench.model.pending == {}
    bench.model.set_control("d_learning_rate", 0.25)
    assert bench.sent == [Set("d_learning_rate", 0.5)]
    assert bench.model.form.config.optimizer.d_learning_rate == 0.25


def test_form_follows_what_was_set_last(bench: Bench) -> None:
    bench.start()
    bench.model.receive(ControlChanged(10, "d_learning_rate", 0.5, 2e-4))
    assert bench.model.form.config.optimizer.d_learning_rate == 0.5
    assert not bench.model.is_edited
    bench.model.form.edit({"training.seed": 5})
    bench.model.receive(ControlChanged(20, "d_learning_rate", 0.1, 0.5))
    assert bench.model.form.config.optimizer.d_learning_rate == 0.1
    bench.model.form.choose_preset("ring")
    chosen = bench.model.form.config.optimizer
    bench.model.receive(ControlChanged(30, "d_learning_rate", 0.2, 0.1))
    # The preset's other rate is what a new start uses, as it was chosen last.
    assert bench.model.form.config.optimizer == chosen.model_copy(update={"d_learning_rate": 0.2})


def test_form_keeps_what_does_not_go_with_the_run(bench: Bench) -> None:
    bench.start()
    bench.model.form.edit({"objective.objective": "wasserstein"})
    bench.model.receive(ControlChanged(20, "label_smoothing", 0.1, 0.0))
    assert bench.model.controls["label_smoothing"] == 0.1
    assert bench.model.form.config.regularization.label_smoothing == 0


def test_names_are_confirmed_like_numbers(bench: Bench) -> None:
    bench.start()
    assert bench.model.set_control("objective", "hinge")
    assert bench.sent == [Set("objective", "hinge")]
    assert bench.model.pending == {"objective": "hinge"}
    assert bench.model.controls["objective"] == "non_saturating"
    bench.model.receive(ControlChanged(20, "objective", "hinge", "non_saturating"))
    assert bench.model.pending == {}
    assert bench.model.controls["objective"] == bench.model.form.config.objective.objective == "hinge"


def test_refusal_of_a_combination_goes_to_the_key_that_was_touched(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    bench.model.receive(ControlChanged(20, "label_smoothing", 0.1, 0.0))
    with qtbot.waitSignal(bench.model.refused) as refused:
        assert not bench.model.set_control("objective", "wasserstein")
    event = refused.args[0]
    assert (event.key, event.place) == ("regularization.label_smoothing", "objective.objective")
    # The engine's own word, on something that was asked for.
    bench.model.set_control("objective", "hinge")
    bench.model.receive(CommandRefused("no", "regularization.label_smoothing", asked="objective.objective"))
    assert bench.model.pending == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [(2e-4, "2.0e-4"), (0.00012345, "1.2345e-4"), (1.0, "1.0e0"), (1e-6, "1.0e-6")],
)
def test_rates_in_words(value: float, text: str) -> None:
    assert words.rate(value) == text
    assert float(text) == value


def test_figures_in_words() -> None:
    assert words.figure(1.38629) == "1.386"
    assert words.figure(-0.5) == "−0.500"
    assert words.figure(float("nan")) == "–"
    assert words.figure(float("inf")) == "∞"
    assert [words.duration(s) for s in (12, 75, 3700, 400_000)] == ["12 s", "1 min 15 s", "1 h 1 min", "4 days"]
    assert words.memory(3 * 2**30) == "3.0 GB"


def test_networks_can_be_looked_at_while_they_are_there_and_sound(bench: Bench) -> None:
    assert not bench.model.can_look
    bench.start()
    assert bench.model.can_look
    for status, can in (
        (Status.PAUSED, True),
        (Status.FINISHED, True),
        (Status.DIVERGED, False),
        (Status.FAILED, False),
    ):
        bench.model.receive(StatusChanged(status, 5))
        assert bench.model.can_look is can, status
    bench.model.receive(StatusChanged(Status.STOPPED, 5))
    bench.model.start()
    assert not bench.model.can_look


def test_updates_are_asked_of_a_run_and_one_is_built_where_there_is_none(bench: Bench) -> None:
    assert bench.model.next_update()
    start, update = bench.sent
    assert isinstance(start, Start)
    assert start.paused
    assert update == NextUpdate()
    # Until it is built, no other is asked for.
    assert not bench.model.next_update()
    bench.start(status=Status.PAUSED)
    assert bench.model.next_update()
    assert bench.sent[2:] == [NextUpdate()]


def test_while_a_run_is_prepared_nothing_is_known_of_the_last_one(bench: Bench) -> None:
    """Its curves, samples and alerts would be taken for those of the run that comes."""
    model = bench.model
    panels = {name: bench.show(name) for name in ("diagnosis", "losses", "samples", "phase", "quality")}
    bench.start()
    bench.take_steps(100)
    model.receive(Samples(100, np.full((64, 8, 8, 1), 0.5, np.float32)))
    model.receive(AlertRaised(collapse(50)))
    model.receive(diagnosed(100, collapse(50)))
    model.receive(measured(100))
    for panel in panels.values():
        panel.refresh()
    assert panels["diagnosis"].cards
    model.start()
    model.receive(StatusChanged(Status.STOPPED, 100))
    model.receive(StatusChanged(Status.PREPARING, 0))
    model.receive(Preparing("Reading the data"))
    assert model.record.run is None
    assert (
        len(model.record.history),
        model.record.samples,
        model.record.measurement,
        model.record.diagnosis.latest,
    ) == (0, None, None, None)
    assert model.record.diagnosis.alerts == {}
    assert model.record.diagnosis.past_alerts == []
    for panel in panels.values():
        panel.refresh()
    assert panels["diagnosis"].cards == {}
    assert not panels["losses"].view.spans
    assert panels["samples"].generated.images is None
    assert panels["samples"].real.images is None
    assert not panels["phase"].message.isHidden()
    assert panels["quality"].caption.text() == ""
    # What is waited for is said where the run will be seen.
    said = "Preparing the next run: reading the data…"
    assert (panels["losses"].view.message, panels["samples"].generated.message) == (said, said)
    assert panels["diagnosis"].intro.text() == said
    model.receive(Preparing("Compiling the training step"))
    assert panels["losses"].view.message == "Preparing the next run: compiling the training step…"
    bench.start()
    assert model.record.run is not None


def test_a_run_that_paused_at_its_first_alert_does_so_again_after_a_reset(bench: Bench) -> None:
    model = bench.model
    for asked in (True, False):
        model.start(pause_at_first_alert=asked)
        bench.start()
        for _ in range(2):
            model.reset()
            (*_, start) = [sent for sent in bench.sent if isinstance(sent, Start)]
            assert start.pause_at_first_alert is asked
            assert start.paused
            bench.start(status=Status.PAUSED)
