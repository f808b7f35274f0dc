"""The engine's protocol: what commands do, in which status, and what is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core import commands, events, plugins
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertRaised, Diagnosed
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import TRANSITIONS, Status
from gan_desktop.core.watching import WATCHED_BUDGETS
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.recording.reader import read_run
from gan_desktop.training.checkpoint import load_checkpoint
from gan_desktop.training.engine import run as run_module
from gan_desktop.training.engine.timed_checkpoints import TimedCheckpoints
from tests.patience import SECONDS
from tests.tiny import DIVERGES
from tests.training.driving import Driver

# The protocol is the same without XLA, and each of these tests makes trainers of its own.
pytestmark = pytest.mark.usefixtures("quick_starts")


Tiny = Callable[..., RunConfig]


def test_a_whole_run(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    out = tmp_path / "run"
    driver.send(commands.Start(tiny_config(), "tiny", out))
    driver.wait_status(Status.FINISHED)
    driver.quit()
    statuses = [event.status for event in driver.of(events.StatusChanged)]
    assert statuses == [Status.LOADING, Status.READY, Status.PREPARING, Status.TRAINING, Status.FINISHED]
    assert all(later in TRANSITIONS[earlier] for earlier, later in pairwise(statuses))
    blocks = driver.of(events.MetricsBlock)
    assert [block.first_step for block in blocks[1:]] == [block.next_step for block in blocks[:-1]]
    assert blocks[-1].next_step == 40
    (ended,) = driver.of(events.RunEnded)
    assert (ended.status, ended.step) == (Status.FINISHED, 40)
    record = read_run(out)
    assert len(record.history) == 40
    assert (out / "samples" / "step_00000040.png").exists()
    assert load_checkpoint(out / "checkpoints" / "step_00000040.npz").weights_digest() == ended.weights_digest


def test_the_spread_of_the_data_is_told(driver: Driver, tiny_config: Tiny) -> None:
    """Of a ring, its radius."""
    driver.send(commands.Start(tiny_config({"data.radius": 4.0}), paused=True))
    assert driver.wait(events.RunStarted).data.spread == pytest.approx(4.0, rel=0.03)


def test_the_log_is_told_of_plugins_that_failed(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins, "_problems", ["The plug-in 'more' is left out."])
    driver.send(commands.Start(tiny_config(), paused=True))
    assert "The plug-in 'more' is left out." in driver.wait(events.RunStarted).notes


def test_pause_step_set_resume_stop(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None}), paused=True))
    assert driver.wait_status(Status.PAUSED).step == 0
    driver.send(commands.Step())
    assert driver.wait_status(Status.PAUSED).step == 1
    driver.send(commands.Step(5))
    assert driver.wait_status(Status.PAUSED).step == 6
    driver.send(commands.Set("g_learning_rate", 0.01))
    confirmed = driver.wait(events.ControlChanged)
    assert (confirmed.step, confirmed.key, confirmed.value, confirmed.previous) == (6, "g_learning_rate", 0.01, 2e-4)
    driver.send(commands.Resume())
    driver.wait(events.MetricsBlock, lambda block: block.next_step > 20)
    driver.send(commands.Pause())
    paused = driver.wait_status(Status.PAUSED).step
    driver.send(commands.SaveCheckpoint())
    assert driver.wait(events.CheckpointSaved).step == paused
    driver.send(commands.Stop())
    assert driver.wait(events.RunEnded).step == paused


def test_refused_commands_change_nothing(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Set("d_steps", 1))
    assert "no run" in driver.wait(events.CommandRefused).message
    driver.send(commands.Start(tiny_config({"training.steps": None}), paused=True))
    driver.wait_status(Status.PAUSED)
    for key, value in (
        ("batch_size", 3),
        ("d_learning_rate", -1.0),
        ("d_learning_rate", float("nan")),
        ("nonsense", 1),
    ):
        driver.send(commands.Set(key, value))
        assert driver.wait(events.CommandRefused).message
    driver.send(commands.Step())
    driver.wait_status(Status.PAUSED)
    assert driver.of(events.ControlChanged) == []


def test_a_start_that_cannot_be_leaves_the_engine_ready(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    out = tmp_path / "run"
    driver.send(commands.Start(tiny_config({"training.batch_size": 97}), out=out))
    assert driver.wait(events.CommandRefused).key == "training.batch_size"
    driver.wait_status(Status.READY)
    assert not out.exists()
    driver.send(commands.Start(tiny_config(), out=out))
    driver.wait_status(Status.FINISHED)


def test_a_second_start_ends_the_first_run(driver: Driver, tiny_config: Tiny) -> None:
    endless = tiny_config({"training.steps": None})
    driver.send(commands.Start(endless))
    driver.wait(events.MetricsBlock)
    driver.send(commands.Start(endless))
    assert driver.wait(events.RunEnded).status is Status.STOPPED
    driver.wait(events.RunStarted)
    assert driver.wait(events.MetricsBlock).first_step == 0


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"training.batch_size": 97}, "training.batch_size"),
        ({"training.device": "GPU:7"}, "training.device"),
        ({"generator.minibatch_stddev": True}, "generator.minibatch_stddev"),
    ],
)
def test_a_start_that_is_refused_leaves_the_run_under_way(
    driver: Driver, tiny_config: Tiny, values: dict[str, Any], key: str
) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None})))
    last = driver.wait(events.MetricsBlock)
    driver.send(commands.Start(tiny_config(values)))
    refused = driver.wait(events.CommandRefused)
    assert (refused.of_start, refused.key) == (True, key)
    assert driver.wait(events.MetricsBlock).first_step >= last.next_step
    assert driver.of(events.RunEnded) == []
    driver.send(commands.Stop())
    driver.wait_status(Status.STOPPED)


def test_an_error_while_reading_leaves_the_run_under_way(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None})))
    driver.wait(events.MetricsBlock)

    def broken(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("gan_desktop.training.engine.preparation.load_data", broken)
    driver.send(commands.Start(tiny_config({"training.seed": 9})))
    assert "no room" in driver.wait(events.EngineError).message
    assert driver.wait(events.CommandRefused).of_start
    driver.wait(events.MetricsBlock)
    driver.send(commands.Stop())
    driver.wait_status(Status.STOPPED)


def test_a_stop_while_another_start_is_looked_at_ends_both(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.send(commands.Start(tiny_config({"training.steps": None})))
    driver.wait(events.MetricsBlock)

    def reading(config: RunConfig, report: Callable[[str, float | None], None]) -> None:
        driver.send(commands.Stop())
        report("half of it", 0.5)

    monkeypatch.setattr("gan_desktop.training.engine.preparation.load_data", reading)
    driver.send(commands.Start(tiny_config({"training.seed": 9})))
    assert driver.wait(events.RunEnded).status is Status.STOPPED
    assert [driver.wait(events.StatusChanged).status for _ in range(3)] == [
        Status.STOPPED,
        Status.PREPARING,
        Status.STOPPED,
    ]


def test_schedule_and_a_live_change_are_one_thing(tiny_config: Tiny, driver: Driver, tmp_path: Path) -> None:
    """`--at` and a slider give the same digest; no intervention gives another."""
    schedule = (Intervention(7, "d_steps", 3),)
    driver.send(commands.Start(tiny_config(), out=tmp_path / "scheduled", schedule=schedule))
    scheduled = driver.wait(events.RunEnded).weights_digest
    driver.send(commands.Start(tiny_config(), paused=True), commands.Step(7))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 7)
    driver.send(commands.Set("d_steps", 3), commands.Resume())
    live = driver.wait(events.RunEnded).weights_digest
    driver.send(commands.Start(tiny_config()))
    untouched = driver.wait(events.RunEnded).weights_digest
    driver.wait_status(Status.FINISHED)
    assert scheduled == live != untouched
    (kept,) = read_run(tmp_path / "scheduled").interventions
    assert (kept.step, kept.key, kept.value, kept.previous) == (7, "d_steps", 3, 1)


def test_what_compiles_anew_is_told_once(driver: Driver, tiny_config: Tiny) -> None:
    """A number of another size needs nothing, the first cure another step, which is then there."""
    own = {"generator.widths": (7,), "regularization.r1_weight": 0.0}  # which no other test has compiled
    driver.send(commands.Start(tiny_config(own), paused=True))
    driver.wait_status(Status.PAUSED)
    for step, (key, value) in enumerate((("d_learning_rate", 1e-4), ("r1_weight", 1.0), ("r1_weight", 2.0)), start=1):
        driver.send(commands.Set(key, value), commands.Step())
        driver.wait(events.StatusChanged, lambda event, step=step: event.status is Status.PAUSED and event.step == step)
    compiling = [index for index, event in enumerate(driver.seen) if isinstance(event, events.StepCompiling)]
    changes = [index for index, event in enumerate(driver.seen) if isinstance(event, events.ControlChanged)]
    assert len(compiling) == 1
    assert changes[1] < compiling[0] < changes[2]


def test_watched_and_headless_give_one_digest(tiny_config: Tiny, tmp_path: Path) -> None:
    digests = set()
    for watched in (True, False):
        driver = Driver(watched)
        driver.send(commands.Start(tiny_config(), out=tmp_path / str(watched)))
        digests.add(driver.wait(events.RunEnded).weights_digest)
        driver.quit()
    assert len(digests) == 1


def test_it_is_measured_now_and_then_and_at_the_end(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    config = tiny_config(
        {"training.steps": 45, "training.measure_every": 10, "training.stop_when": "modes_covered > 8"}
    )
    driver.send(commands.Start(config, out=tmp_path / "run"))
    driver.wait(events.RunEnded)
    driver.wait_status(Status.FINISHED)
    measured = driver.of(Measured)
    assert [event.step for event in measured] == [0, 10, 20, 30, 40, 45]
    assert all(event.floors == measured[0].floors for event in measured)
    assert measured[0].most == {"modes_covered": 8}
    record = read_run(tmp_path / "run")
    kept = {(value.step, value.metric): value for value in record.metrics}
    assert len(kept) == len(record.metrics) == 6 * len(measured[0].values)
    for event in measured:
        for name, value in event.values.items():
            assert kept[event.step, name].value == pytest.approx(value, nan_ok=True)
            assert kept[event.step, name].floor == event.floors[name]
            assert kept[event.step, name].averaged is None


def test_measuring_changes_no_weight_and_no_picture(tiny_config: Tiny) -> None:
    """Every step, never, and in whichever blocks: one digest, and the samples shown are the same."""
    seen = set()
    for every, watched in ((1, True), (1, False), (1000, True)):
        driver = Driver(watched)
        never = "modes_covered < 0"
        driver.send(commands.Start(tiny_config({"training.measure_every": every, "training.stop_when": never})))
        ended = driver.wait(events.RunEnded)
        driver.quit()
        last = driver.of(events.Samples)[-1]
        seen.add((ended.weights_digest, last.step, last.values.tobytes()))
        assert len(driver.of(Measured)) == (41 if every == 1 else 2)
    assert len(seen) == 1


def test_measuring_beside_training_changes_no_weight(tiny_config: Tiny) -> None:
    digests = set()
    for every, watched in ((1, True), (1, False), (1000, True)):
        driver = Driver(watched)
        driver.send(commands.Start(tiny_config({"training.measure_every": every})))
        digests.add(driver.wait(events.RunEnded).weights_digest)
        driver.quit()
        steps = [event.step for event in driver.of(Measured)]
        assert steps == (list(range(41)) if every == 1 else [0, 40])
    assert len(digests) == 1


class Gate:
    """Holds measurements of `Measurer` after the first of a run until it is opened, or they are cancelled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_under_way, self.is_open = threading.Event(), threading.Event()
        self.error: Exception | None = None
        measure = Measurer.measure

        def held(measurer: Measurer, fakes: np.ndarray, asked: Any, give_way: Callable[[], None] = lambda: None) -> Any:
            if threading.current_thread().name == "measuring":
                self.is_under_way.set()
                while not self.is_open.is_set():
                    give_way()
                if self.error is not None:
                    raise self.error
            return measure(measurer, fakes, asked, give_way)

        monkeypatch.setattr(Measurer, "measure", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


EVERY = 200
# A checkpoint that is overdue would have training wait for the measurement.
ENDLESS = {"training.steps": None, "training.measure_every": EVERY, "training.checkpoint_seconds": 0.0}


def test_training_goes_on_while_it_is_measured_until_the_next_one_is_due(
    driver: Driver, tiny_config: Tiny, gate: Gate
) -> None:
    driver.send(commands.Start(tiny_config(ENDLESS)))
    assert driver.wait(Measured).step == 0
    gate.is_under_way.wait(SECONDS)
    driver.wait(events.MetricsBlock, lambda block: block.next_step == 2 * EVERY)
    driver.send(commands.Set("d_steps", 2))  # commands are taken meanwhile
    assert driver.wait(events.ControlChanged).step == 2 * EVERY
    gate.is_open.set()
    assert driver.wait(Measured).step == EVERY
    assert driver.wait(Measured).step == 2 * EVERY
    assert set(driver.of(events.Progress)[-1].watching) == set(WATCHED_BUDGETS)


def test_commands_are_taken_while_an_overdue_checkpoint_waits_for_a_measurement(
    driver: Driver, tiny_config: Tiny, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimedCheckpoints, "is_overdue", property(lambda _: True))
    driver.send(commands.Start(tiny_config(ENDLESS)))
    gate.is_under_way.wait(SECONDS)
    for steps in (2, 3):
        driver.send(commands.Set("d_steps", steps))
        assert driver.wait(events.ControlChanged).step == EVERY
    gate.is_open.set()
    driver.wait(events.MetricsBlock, lambda block: block.next_step > EVERY)


def test_a_pause_tells_what_was_being_measured(driver: Driver, tiny_config: Tiny, gate: Gate) -> None:
    driver.send(commands.Start(tiny_config(ENDLESS)))
    gate.is_under_way.wait(SECONDS)
    driver.send(commands.Pause())
    paused = driver.wait_status(Status.PAUSED)
    gate.is_open.set()
    assert driver.wait(Measured).step <= paused.step


def test_a_pause_tells_the_lights_of_its_step(driver: Driver, tiny_config: Tiny) -> None:
    """Two blocks of a few steps are nearer to each other than the lights are told."""
    driver.send(commands.Start(tiny_config(ENDLESS), paused=True))
    driver.wait_status(Status.PAUSED)
    for steps in (1, 3):
        driver.send(commands.Step(steps))
        paused = driver.wait_status(Status.PAUSED)
        driver.send(commands.SaveCheckpoint())
        driver.wait(events.CheckpointSaved)
        assert driver.of(Diagnosed)[-1].step == paused.step


def test_an_error_in_measuring_is_told(driver: Driver, tiny_config: Tiny, gate: Gate) -> None:
    gate.error = ZeroDivisionError("broken on purpose")
    gate.is_open.set()
    driver.send(commands.Start(tiny_config(ENDLESS)))
    error = driver.wait(events.EngineError)
    assert error.message == "ZeroDivisionError: broken on purpose"
    assert "in held" in error.traceback
    driver.wait_status(Status.FAILED)


@pytest.mark.parametrize("end", ["error", "quit"])
def test_however_a_run_ends_its_measuring_ends(
    end: str, driver: Driver, tiny_config: Tiny, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That no thread is left is what a fixture of every test looks at."""
    driver.send(commands.Start(tiny_config(ENDLESS)))
    gate.is_under_way.wait(SECONDS)
    if end == "error":
        monkeypatch.setattr(run_module.Trainer, "advance", lambda *_: 1 / 0)
        driver.wait_status(Status.FAILED)
    else:
        driver.send(commands.Quit())
        gate.is_open.set()
        ended = driver.wait(events.RunEnded)
        assert driver.of(Measured)[-1].step == ended.step
    assert not [thread for thread in threading.enumerate() if thread.name == "measuring"]


def test_where_a_condition_ends_a_run_depends_on_the_run_alone(tiny_config: Tiny) -> None:
    ends = set()
    # The discriminator's accuracy at the checks, which is that of the last step before each.
    config = tiny_config(
        {"training.stop_when": "d_accuracy <= 0.5", "training.measure_every": 6, "training.steps": 600}
    )
    for watched in (True, False):
        driver = Driver(watched)
        driver.send(commands.Start(config))
        ended = driver.wait(events.RunEnded)
        driver.quit()
        blocks = driver.of(events.MetricsBlock)
        accuracy = np.concatenate([block.column("d_accuracy") for block in blocks])
        first = next(step for step in range(6, 600, 6) if accuracy[step - 1] <= 0.5)
        assert (ended.status, ended.step) == (Status.FINISHED, first)
        assert ended.message == f"d_accuracy = {accuracy[-1]:.6g} reached the condition d_accuracy <= 0.5"
        assert driver.of(events.StatusChanged)[-1].message == ended.message
        ends.add((ended.step, ended.weights_digest))
    assert len(ends) == 1


def test_a_condition_on_a_metric_ends_the_run(driver: Driver, tiny_config: Tiny) -> None:
    changes = {"data.sigma": 100.0, "training.stop_when": "high_quality_share >= 1", "training.measure_every": 7}
    driver.send(commands.Start(tiny_config(changes)))
    ended = driver.wait(events.RunEnded)
    assert (ended.status, ended.step) == (Status.FINISHED, 7)
    assert ended.message == "high_quality_share = 1 reached the condition high_quality_share >= 1"
    (last,) = [event for event in driver.of(Measured) if event.step == 7]
    assert last.values["high_quality_share"] == 1


def test_a_condition_that_cannot_be_known_is_refused(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    changes = {"data.name": "digits", "training.stop_when": "high_quality_share > 0.5"}
    driver.send(commands.Start(replace_keys(tiny_config(), changes), out=tmp_path / "run"))
    refused = driver.wait(events.CommandRefused)
    assert refused.key == "training.stop_when"
    assert "high_quality_share > 0.5" in refused.message
    assert "defined for points alone" in refused.message
    driver.wait_status(Status.READY)
    assert not (tmp_path / "run").exists()


def test_divergence_is_named(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    config = tiny_config(DIVERGES)
    driver.send(commands.Start(config, out=tmp_path / "run"))
    ended = driver.wait(events.RunEnded)
    assert ended.status is Status.DIVERGED
    assert f"at step {ended.step - 1}" in ended.message
    driver.wait_status(Status.DIVERGED)
    assert read_run(tmp_path / "run").facts["status"] == "diverged"


def test_new_latents_show_other_samples(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(tiny_config(), paused=True))
    first = driver.wait(events.Samples)
    driver.send(commands.NewLatents())
    assert (driver.wait(events.Samples).values != first.values).any()


def test_an_error_in_training_is_told_and_a_second_start_works(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, steps: int) -> None:
        raise ZeroDivisionError("broken on purpose")

    config = tiny_config({"training.seed": 5})
    with monkeypatch.context() as patch:
        patch.setattr(run_module.Trainer, "advance", broken)
        driver.send(commands.Start(config))
        error = driver.wait(events.EngineError)
        assert error.message == "ZeroDivisionError: broken on purpose"
        assert "Traceback" in error.traceback
        assert "in broken" in error.traceback
        driver.wait_status(Status.FAILED)
    driver.send(commands.Start(config))
    assert driver.wait(events.RunEnded).status is Status.FINISHED


def test_a_checkpoint_that_cannot_be_written_is_refused(
    driver: Driver, tiny_config: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    driver.send(commands.Start(tiny_config({"training.steps": 30}), out=out, paused=True), commands.Step(10))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 10)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        driver.send(commands.SaveCheckpoint())
        assert "No space left" in driver.wait(events.CommandRefused).message
    driver.send(commands.Resume())
    assert driver.wait(events.RunEnded).status is Status.FINISHED
    driver.quit()
    assert len(read_run(out).history) == 30


def test_quitting_while_networks_compile_begins_no_run(
    driver: Driver, tiny_config: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate of `core/leave_gate.py` is told before the folder is made."""
    compile_ = run_module.Trainer.compile

    def quit_meanwhile(trainer: run_module.Trainer) -> None:
        compile_(trainer)
        driver.send(commands.Quit())

    monkeypatch.setattr(run_module.Trainer, "compile", quit_meanwhile)
    driver.send(commands.Start(tiny_config(), out=tmp_path / "run"))
    driver.wait(events.RunOpening)
    driver.wait_status(Status.STOPPED)
    driver.thread.join(SECONDS)
    assert not driver.of(events.RunStarted)
    assert not (tmp_path / "run").exists()


def test_a_run_without_a_step_leaves_no_folder(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    driver.send(commands.Start(tiny_config(), paused=True))
    folder = driver.wait(events.RunStarted).run_folder
    driver.wait_status(Status.PAUSED)
    assert folder.is_dir()
    driver.quit()
    assert not folder.exists()


def test_reset_after_stop_starts_alike(driver: Driver, tiny_config: Tiny) -> None:
    """The same config again is not compiled again, and starts from the same samples."""
    driver.send(commands.Start(tiny_config(), paused=True))
    first = driver.wait(events.Samples)
    driver.send(commands.Step(3))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 3)
    driver.send(commands.Start(tiny_config(), paused=True))
    driver.wait(events.RunStarted)
    again = driver.wait(events.Samples)
    assert (again.values == first.values).all()


def test_a_file_that_has_gone_ends_the_run_with_all_that_it_reached(
    driver: Driver, tiny_config: Tiny, tmp_path: Path
) -> None:
    folder, out = tmp_path / "images", tmp_path / "run"
    folder.mkdir()
    for number in range(20):
        Image.new("L", (8, 8), 10 * number).save(folder / f"{number}.png")
    changes = {"data.name": "images", "data.path": str(folder), "data.image_size": 8, "data.stream": "always"}
    basic = {"training.steps": None, "training.batch_size": 8, "generator.widths": (8,), "discriminator.widths": (8,)}
    start = commands.Start(replace_keys(RunConfig(), changes | basic), out=out, paused=True)
    driver.send(start, commands.Step(5))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 5)
    (folder / "7.png").unlink()
    driver.send(commands.Resume())
    error = driver.wait(events.EngineError)
    reason = "cannot be read: No such file or directory; it could be read when the run began"
    assert error.message == f"data.path: {folder / '7.png'} {reason}"
    assert error.traceback == ""
    ended = driver.wait(events.RunEnded)
    assert (ended.status, ended.message) == (Status.FAILED, error.message)
    assert ended.step > 5
    assert driver.wait_status(Status.FAILED).message == error.message
    assert len(read_run(out).history) == ended.step
    assert load_checkpoint(out / "checkpoints" / f"step_{ended.step:08d}.npz").weights_digest() == ended.weights_digest
    # The engine lives on, and looks at the folder again.
    driver.send(commands.Start(start.config, paused=True))
    assert driver.wait(events.RunStarted).data.count == 19
    assert driver.of(events.CommandRefused) == []


def collapsing(tiny_config: Tiny) -> RunConfig:
    """A generator that stands still as one small cloud in a large ring."""
    changes = {"training.steps": None, "training.measure_every": 50, "training.stop_when": "d_loss < -1"}
    data = {"data.samples": 2000, "data.radius": 20.0}
    return tiny_config(changes | data | {"optimizer.g_learning_rate": 1e-9})


def test_an_alert_pauses_the_run_where_that_was_asked_for(driver: Driver, tiny_config: Tiny, tmp_path: Path) -> None:
    out = tmp_path / "run"
    driver.send(commands.PauseOnAlert(True), commands.Start(collapsing(tiny_config), out=out))
    paused = driver.wait_status(Status.PAUSED)
    raised = driver.of(AlertRaised)
    assert [event.alert.detector for event in raised] == ["mode_collapse"]
    assert paused.message == str(raised[0].alert.message)
    assert paused.step >= raised[0].alert.step
    # It goes on, and an alert that stands does not stop it again.
    driver.send(commands.Resume())
    driver.wait(events.MetricsBlock, lambda block: block.next_step > paused.step + 200)
    # The wish outlives the run, and can be taken back.
    driver.send(commands.Start(collapsing(tiny_config)))
    driver.wait_status(Status.PAUSED)
    driver.send(commands.PauseOnAlert(False), commands.Start(collapsing(tiny_config)))
    driver.wait(AlertRaised)
    driver.wait(events.MetricsBlock)
    driver.quit()
    assert [event.status for event in driver.of(events.StatusChanged)].count(Status.PAUSED) == 2
    (kept,) = read_run(out).alerts
    assert (kept.step, kept.detector, kept.ended) == (raised[0].alert.step, "mode_collapse", None)


def test_a_run_may_pause_at_its_first_alert_alone(driver: Driver, tiny_config: Tiny) -> None:
    driver.send(commands.Start(collapsing(tiny_config), pause_at_first_alert=True))
    paused = driver.wait_status(Status.PAUSED)
    (first,) = driver.of(AlertRaised)
    assert paused.message == str(first.alert.message)
    # A D that stands still is fooled: at the second alert the run goes on.
    driver.send(commands.Set("d_learning_rate", 1e-9), commands.Set("g_learning_rate", 0.05), commands.Resume())
    second = driver.wait(AlertRaised)
    assert second.alert.detector == "generator_wins"
    driver.wait(events.MetricsBlock)
    # So does the next run, which was not started so.
    driver.send(commands.Start(collapsing(tiny_config)))
    driver.wait(AlertRaised)
    driver.wait(events.MetricsBlock)
    driver.quit()
    assert [event.status for event in driver.of(events.StatusChanged)].count(Status.PAUSED) == 1


def test_alerts_are_the_same_however_the_run_is_driven(driver: Driver, tiny_config: Tiny) -> None:
    """Headless in long blocks, and under the window: with a condition to stop, every measurement is made."""
    config = replace_keys(collapsing(tiny_config), {"training.steps": 1200})
    driver.send(commands.Start(config))
    driver.wait_status(Status.FINISHED)
    driver.quit()
    headless = Driver(watched=False)
    headless.send(commands.Start(config))
    headless.wait_status(Status.FINISHED)
    headless.quit()
    alerts = [[event.alert for event in each.of(AlertRaised)] for each in (driver, headless)]
    assert alerts[0] == alerts[1] != []


def shown_at(driver: Driver, step: int) -> events.Samples:
    """The last samples that were told, once the metrics of that step have been told too."""
    if not any(event.step == step for event in driver.of(Measured)):
        driver.wait(Measured, lambda event: event.step == step)
    samples: events.Samples = driver.of(events.Samples)[-1]
    return samples


def test_a_run_that_stands_still_shows_this_very_step(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Samples and metrics after a pause, a step and the end: not those that the cost of watching left time for."""
    monkeypatch.setattr("gan_desktop.training.watching.samples.SAMPLE_SECONDS", 1e9)
    driver.send(commands.Start(tiny_config({"training.steps": None, "training.measure_every": 100_000})))
    driver.wait(events.MetricsBlock, lambda block: block.next_step > 30)
    driver.send(commands.Pause())
    paused = driver.wait_status(Status.PAUSED).step
    assert driver.of(events.Samples)[-1].step == paused
    assert shown_at(driver, paused).step == paused
    driver.send(commands.Step())
    assert driver.wait_status(Status.PAUSED).step == paused + 1
    assert shown_at(driver, paused + 1).step == paused + 1
    driver.send(commands.Resume())
    driver.wait(events.MetricsBlock, lambda block: block.next_step > paused + 30)
    driver.send(commands.Stop())
    ended = driver.wait_status(Status.STOPPED).step
    assert shown_at(driver, ended).step == ended
    # What was measured because the run stood still is no part of it.
    asides = {event.step for event in driver.of(Measured) if event.aside}
    assert asides == {paused, paused + 1}
    folder = driver.of(events.RunStarted)[0].run_folder
    assert {row.step for row in read_run(folder).metrics} == {0, ended}


def test_the_end_shows_its_samples_though_its_checkpoint_was_saved_before(
    driver: Driver, tiny_config: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_desktop.training.watching.samples.SAMPLE_SECONDS", 1e9)
    driver.send(commands.Start(tiny_config({"training.steps": None})))
    driver.wait(events.MetricsBlock, lambda block: block.next_step > 30)
    driver.send(commands.SaveCheckpoint(), commands.Stop())
    ended = driver.wait_status(Status.STOPPED).step
    assert driver.of(events.Samples)[-1].step == ended
    (saved,) = driver.of(events.CheckpointSaved)
    assert saved.step == ended
