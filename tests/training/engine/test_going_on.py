"""A run that goes on: from its last step, from any step as a branch, after every kind of end, digest for digest."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import CURE, Intervention
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.recording.notes import change_notes, read_notes
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.training.checkpoint import read_checkpoint
from gan_desktop.training.engine.recomputing import make_due
from tests.tiny import DIVERGES
from tests.trainer_pool import lend_trainer, take_back
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_starts")

Tiny = Callable[..., RunConfig]
Finished = Callable[[RunConfig, Path], str]

CHANGES = (Intervention(7, "d_learning_rate", 1e-3), Intervention(23, "g_steps", 2))
# A checkpoint at every block.
OFTEN = {"training.checkpoint_seconds": 1e-9}


def carried_out(*sent: commands.Command, until: type = events.RunEnded) -> Driver:
    """A session that has carried out these commands and ended."""
    driver = Driver(watched=False)
    driver.send(*sent)
    driver.wait((until, events.EngineError, events.CommandRefused))
    driver.quit()
    return driver


def started(driver: Driver) -> events.RunStarted:
    event: events.RunStarted = driver.of(events.RunStarted)[-1]
    return event


def digest(driver: Driver) -> str:
    return str(driver.of(events.RunEnded)[-1].weights_digest)


def whole(config: RunConfig, out: Path) -> Driver:
    return carried_out(commands.Start(config, "tiny", out, schedule=CHANGES))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A function that puts the whole run of a config into a folder, and gives its digest: it is trained only once."""
    trained: dict[str, tuple[Path, str]] = {}

    def put(config: RunConfig, out: Path) -> str:
        name = config.model_dump_json()
        if name not in trained:
            folder = tmp_path_factory.mktemp("finished") / "run"
            trained[name] = folder, digest(whole(config, folder))
        folder, weights = trained[name]
        shutil.copytree(folder, out)
        return weights

    return put


def same_record(one: RunRecord, other: RunRecord) -> bool:
    """Whether two runs have left the same figures, interventions, metrics and alerts."""
    steps = one.history.first_step, one.history.first_step + len(one.history)
    return (
        np.array_equal(one.history.block(*steps).values, other.history.block(*steps).values)
        and one.interventions == other.interventions
        and repr(one.metrics) == repr(other.metrics)
        and [alert.message for alert in one.alerts] == [alert.message for alert in other.alerts]
    )


@pytest.mark.parametrize("cuts", [(17,), (7,), (1, 2, 23, 39)])
def test_interrupted_and_resumed_is_uninterrupted(
    tiny_config: Tiny, tmp_path: Path, finished: Finished, cuts: tuple[int, ...]
) -> None:
    """Also where an intervention that was planned is due at the very step."""
    config = tiny_config({"training.measure_every": 10})
    uninterrupted = finished(config, tmp_path / "whole")
    whole(replace_keys(config, {"training.steps": cuts[0]}), tmp_path / "parts")
    for until in (*cuts[1:], 40):
        driver = carried_out(commands.Continue(tmp_path / "parts", length={"training.steps": until}))
    origin = started(driver).origin
    assert origin is not None
    assert (origin.step, origin.recomputed, origin.parted, origin.reasons) == (cuts[-1], 0, None, ())
    assert digest(driver) == uninterrupted
    assert same_record(read_run(tmp_path / "whole"), read_run(tmp_path / "parts"))


def test_a_killed_run_goes_on_from_its_last_step(tiny_config: Tiny, tmp_path: Path, finished: Finished) -> None:
    """What a killed process leaves is the folder as it is while the run stands still, and a checkpoint before that."""
    uninterrupted = finished(tiny_config(), tmp_path / "whole")
    driver = Driver(watched=False)
    driver.send(
        commands.Start(tiny_config(), "tiny", tmp_path / "run", paused=True, schedule=CHANGES), commands.Step(9)
    )
    driver.wait(events.StatusChanged, lambda event: event.step == 9)
    driver.send(commands.SaveCheckpoint(), commands.Step(10))
    driver.wait(events.StatusChanged, lambda event: event.step == 19 and event.status is Status.PAUSED)
    shutil.copytree(tmp_path / "run", tmp_path / "killed")
    driver.quit()
    assert read_run(tmp_path / "killed").facts["status"] == Status.INTERRUPTED
    went_on = carried_out(commands.Continue(tmp_path / "killed"))
    origin = started(went_on).origin
    assert origin is not None
    assert (origin.step, origin.checkpoint, origin.parted) == (19, 9, None)
    assert digest(went_on) == uninterrupted
    assert same_record(read_run(tmp_path / "whole"), read_run(tmp_path / "killed"))


def hand_driven(config: RunConfig, out: Path) -> None:
    """A run with ten moves of sliders, another objective, pauses, and a cure."""
    moves: list[tuple[int, commands.Set]] = [
        (3, commands.Set("objective", "hinge")),
        (20, commands.Set("d_steps", 2, author=f"{CURE}:mode_collapse")),
        *((2 * place + 5, commands.Set("g_learning_rate", 1e-3 * (place + 1))) for place in range(10)),
    ]
    driver = Driver(watched=True)
    driver.send(commands.Start(config, "tiny", out, paused=True))
    for step, move in sorted(moves, key=lambda item: item[0]):
        driver.send(commands.Step(1), move)
        driver.wait(events.ControlChanged)
        assert step
    driver.send(commands.Resume())
    driver.wait(events.RunEnded)
    driver.quit()


def digests_at(config: RunConfig, interventions: tuple[Intervention, ...]) -> dict[int, str]:
    """The digest at each of the first 40 steps, each computed by itself."""
    trainer, waiting, digests = lend_trainer(config), list(interventions), {}
    while trainer.step < 40:
        digests[trainer.step] = trainer.weights_digest()
        make_due(trainer, waiting)
        trainer.advance(1)
    take_back()
    return digests


@pytest.mark.parametrize("count", [5, pytest.param(40, marks=pytest.mark.slow)])
def test_every_step_of_a_hand_driven_run_is_reached_again(tiny_config: Tiny, tmp_path: Path, count: int) -> None:
    config = tiny_config(OFTEN)
    hand_driven(config, tmp_path / "run")
    record = read_run(tmp_path / "run")
    assert len(record.interventions) == 12
    recomputed = digests_at(config, record.interventions)
    driver = Driver(watched=False)
    for step in random.Random(0).sample(range(40), count):
        out = tmp_path / f"branch-{step}"
        driver.send(commands.Continue(tmp_path / "run", step, branch=True, out=out, paused=True))
        origin = driver.wait(events.RunStarted).origin
        assert (origin.step, origin.parted) == (step, None)
        assert driver.wait(events.DigestTaken).digest == recomputed[step]
    driver.quit()
    for step, recorded in record.digests.items():
        assert recorded == recomputed.get(step, recorded)


def test_a_branch_keeps_what_it_measures_at_the_steps_of_its_parents_measurements(
    tiny_config: Tiny, tmp_path: Path, finished: Finished
) -> None:
    finished(tiny_config({"training.measure_every": 10}), tmp_path / "run")
    assert {value.step for value in read_run(tmp_path / "run").metrics} == {0, 10, 20, 30, 40}
    driver = carried_out(commands.Continue(tmp_path / "run", 15, branch=True, out=tmp_path / "branch"))
    assert {value.step for value in read_run(tmp_path / "branch").metrics} == {20, 30, 40}
    assert [event.step for event in driver.of(Measured)] == [20, 30, 40]


def test_a_branch_has_its_parents_past_and_stands_alone(tiny_config: Tiny, tmp_path: Path, finished: Finished) -> None:
    finished(tiny_config(OFTEN), tmp_path / "run")
    change = Intervention(0, "d_learning_rate", 5e-3, author=f"{CURE}:divergence")
    driver = carried_out(
        commands.Continue(tmp_path / "run", 15, branch=True, out=tmp_path / "branch", changes=(change,))
    )
    kept = read_kept_run(tmp_path / "branch")
    past = kept.started.past
    assert past is not None
    assert [(made.step, made.key, made.author) for made in past.interventions] == [
        (7, "d_learning_rate", "hand"),
        (15, "d_learning_rate", "cure:divergence"),
    ]
    assert (len(past.history), past.history.first_step, past.ancestors[0].step) == (40, 0, 15)
    assert len(kept.record.history) == 25
    assert [bookmark.step for bookmark in read_notes(tmp_path / "run").bookmarks] == [15]
    # Its parent gone, it still goes on, and is still reached at any of its own steps.
    shutil.rmtree(tmp_path / "run")
    alone = carried_out(commands.Continue(tmp_path / "branch", 16, branch=True, out=tmp_path / "again"))
    assert digest(alone) == digest(driver)
    gone = read_kept_run(tmp_path / "branch").started.past
    assert gone is not None
    assert "is not shown" in gone.gap
    assert (len(gone.history), gone.history.first_step) == (25, 15)


def test_going_back_while_the_run_is_under_way(tiny_config: Tiny, tmp_path: Path) -> None:
    driver = Driver(watched=True)
    driver.send(commands.Start(tiny_config(OFTEN), "tiny", tmp_path / "run", paused=True), commands.Step(20))
    driver.wait(events.StatusChanged, lambda event: event.step == 20 and event.status is Status.PAUSED)
    driver.send(commands.Continue(tmp_path / "run"))
    assert "under way" in driver.wait(events.CommandRefused).message
    driver.send(commands.Continue(tmp_path / "run", 12, branch=True, out=tmp_path / "branch", paused=True))
    event = driver.wait(events.RunStarted)
    assert (event.origin.step, len(event.past.history), event.past.step) == (12, 12, 12)
    driver.wait_status(Status.PAUSED)
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    driver.quit()
    assert (read_run(tmp_path / "run").facts["status"], ended.step) == (Status.STOPPED, 40)


def test_a_diverged_run_goes_on_if_something_changes(tiny_config: Tiny, tmp_path: Path) -> None:
    carried_out(commands.Start(tiny_config(DIVERGES | OFTEN), out=tmp_path / "run"))
    last = read_run(tmp_path / "run").steps
    refused = carried_out(commands.Continue(tmp_path / "run"))
    assert "diverged" in refused.of(events.CommandRefused)[0].message
    changes = tuple(Intervention(0, key, 1e-4) for key in ("d_learning_rate", "g_learning_rate"))
    driver = carried_out(commands.Continue(tmp_path / "run", changes=changes))
    (ended,) = driver.of(events.RunEnded)
    record = read_run(tmp_path / "run")
    origin = started(driver).origin
    assert origin is not None
    assert origin.step < last
    assert [(change.step, change.key) for change in record.interventions] == [
        (origin.step, "d_learning_rate"),
        (origin.step, "g_learning_rate"),
    ]
    (replayed,) = carried_out(commands.Replay(tmp_path / "run"), until=events.Replayed).of(events.Replayed)
    assert (replayed.parted, replayed.steps, replayed.weights_digest) == (None, ended.step, ended.weights_digest)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty"])
def test_a_damaged_checkpoint_is_passed_over_and_named(
    tiny_config: Tiny, tmp_path: Path, finished: Finished, damage: str
) -> None:
    uninterrupted = finished(tiny_config(), tmp_path / "whole")
    finished(tiny_config({"training.steps": 20} | OFTEN), tmp_path / "run")
    newest = tmp_path / "run" / "checkpoints" / "step_00000020.npz"
    content = newest.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 3] ^= 16
    newest.write_bytes({"truncated": content[: len(content) // 2], "flipped": bytes(flipped), "empty": b""}[damage])
    driver = carried_out(commands.Continue(tmp_path / "run", length={"training.steps": 40}))
    origin = started(driver).origin
    assert origin is not None
    assert origin.checkpoint < 20
    assert str(newest) in " ".join(origin.reasons)
    assert digest(driver) == uninterrupted


def test_without_a_checkpoint_it_is_computed_from_the_start(
    tiny_config: Tiny, tmp_path: Path, finished: Finished
) -> None:
    uninterrupted = finished(tiny_config(), tmp_path / "whole")
    finished(tiny_config({"training.steps": 20}), tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints")
    driver = carried_out(commands.Continue(tmp_path / "run", length={"training.steps": 40}))
    origin = started(driver).origin
    assert origin is not None
    assert (origin.checkpoint, origin.recomputed, origin.parted) == (0, 20, None)
    assert digest(driver) == uninterrupted


def test_a_record_that_cannot_be_repeated_is_recorded_anew(
    tiny_config: Tiny, tmp_path: Path, finished: Finished
) -> None:
    """Another machine computes other last bits: a record of which half is of each would be the record of no run."""
    finished(tiny_config({"training.steps": 20}), tmp_path / "run")
    (tmp_path / "run" / "checkpoints" / "step_00000020.npz").unlink()
    with closing(sqlite3.connect(tmp_path / "run" / "run.sqlite")) as database, database:
        database.execute("UPDATE figures SET d_loss = d_loss + 1 WHERE step >= 11")
    (replayed,) = carried_out(commands.Replay(tmp_path / "run"), until=events.Replayed).of(events.Replayed)
    assert replayed.parted == 11
    driver = carried_out(commands.Continue(tmp_path / "run", length={"training.steps": 40}))
    origin = started(driver).origin
    assert origin is not None
    assert origin.parted == 11
    (replayed,) = carried_out(commands.Replay(tmp_path / "run"), until=events.Replayed).of(events.Replayed)
    assert (replayed.parted, replayed.steps) == (None, 40)


def test_a_run_that_another_process_writes_is_left_alone(tiny_config: Tiny, tmp_path: Path) -> None:
    driver = Driver(watched=False)
    driver.send(commands.Start(tiny_config(), out=tmp_path / "run", paused=True), commands.Step(5))
    driver.wait(events.StatusChanged, lambda event: event.step == 5)
    other = carried_out(commands.Continue(tmp_path / "run"))
    (refusal,) = other.of(events.CommandRefused)
    assert "is being written by another process" in refusal.message
    branch = carried_out(commands.Continue(tmp_path / "run", 3, branch=True, out=tmp_path / "branch"))
    assert branch.of(events.RunEnded)[0].step == 40
    driver.quit()


def test_room_for_checkpoints_is_kept_to_and_bookmarks_stay(tiny_config: Tiny, tmp_path: Path) -> None:
    driver = Driver(watched=True)
    config = tiny_config(OFTEN | {"training.checkpoint_megabytes": 0.0})
    driver.send(commands.Start(config, out=tmp_path / "run", paused=True))
    driver.wait(events.RunStarted)
    change_notes(tmp_path / "run", lambda notes: notes.with_bookmark(6))
    for step in range(1, 13):
        driver.send(commands.Step(1))
        while driver.wait_status(Status.PAUSED).step != step:
            pass  # it was paused at the start
        driver.send(commands.SaveCheckpoint())
        driver.wait(events.CheckpointSaved, lambda event: not event.by_time)
    driver.quit()
    names = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())
    assert names == ["step_00000006.npz", "step_00000012.npz"]
    assert [saved.step for saved in read_run(tmp_path / "run").checkpoints] == [6, 12]


def test_what_cannot_be_is_refused_in_a_sentence(tiny_config: Tiny, tmp_path: Path, finished: Finished) -> None:
    finished(tiny_config(), tmp_path / "run")
    wrong = {
        "has steps 0 to 40": commands.Continue(tmp_path / "run", 41, branch=True),
        "make a branch": commands.Continue(tmp_path / "run", 12),
        "would end at step 40": commands.Continue(tmp_path / "run"),
        "cannot change": commands.Continue(tmp_path / "run", length={"training.batch_size": 3}),
        "is not a run folder": commands.Continue(tmp_path / "nothing"),
        "d_learning_rate": commands.Continue(tmp_path / "run", changes=(Intervention(0, "d_learning_rate", -1.0),)),
    }
    for words, command in wrong.items():
        (refusal,) = carried_out(command).of(events.CommandRefused)
        assert words in refusal.message
    assert not list((tmp_path / "data").rglob("run.sqlite"))


@pytest.mark.parametrize("name", ["cycle-plane", "averaged", "cgan"])
def test_all_that_a_run_is_goes_on(tmp_path: Path, name: str) -> None:
    """The pool of earlier fakes, both pairs of players, averages, labels and batches."""
    small = {"generator.widths": [8], "discriminator.widths": [8], "training.batch_size": 8, "data.samples": 96}
    config = preset(name).config
    fields = {
        key: value for key, value in small.items() if key != "data.samples" or "samples" in config.data.model_dump()
    }
    config = replace_keys(config, fields | {"training.steps": 30, "training.measure_every": 10})
    (whole_run,) = carried_out(commands.Start(config, out=tmp_path / "whole")).of(events.RunEnded)
    carried_out(commands.Start(replace_keys(config, {"training.steps": 13}), out=tmp_path / "parts"))
    (resumed,) = carried_out(commands.Continue(tmp_path / "parts", length={"training.steps": 30})).of(events.RunEnded)
    assert resumed.weights_digest == whole_run.weights_digest
    assert same_record(read_run(tmp_path / "whole"), read_run(tmp_path / "parts"))
    one, other = (read_checkpoint(tmp_path / run / "checkpoints" / "step_00000030.npz") for run in ("whole", "parts"))
    assert one.arrays.keys() == other.arrays.keys()
    assert all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)


def test_a_replay_ends_with_an_event_and_changes_no_status(
    tiny_config: Tiny, tmp_path: Path, finished: Finished
) -> None:
    finished(tiny_config({"training.steps": 20}), tmp_path / "run")
    before = (tmp_path / "run" / "run.sqlite").read_bytes()
    driver = carried_out(commands.Replay(tmp_path / "run"), until=events.ReplayEnded)
    (ended,) = driver.of(events.ReplayEnded)
    assert not ended.broken_off
    assert [status.status for status in driver.of(events.StatusChanged)] == [Status.LOADING, Status.READY]
    assert (tmp_path / "run" / "run.sqlite").read_bytes() == before
    refused = carried_out(commands.Replay(tmp_path / "none"), until=events.ReplayEnded)
    assert len(refused.of(events.CommandRefused)) == len(refused.of(events.ReplayEnded)) == 1


def test_a_replay_gives_way_to_what_is_asked_for(tiny_config: Tiny, tmp_path: Path, finished: Finished) -> None:
    finished(tiny_config({"training.steps": 20}), tmp_path / "run")
    driver = Driver(watched=True)
    driver.wait_status(Status.READY)
    driver.send(commands.Replay(tmp_path / "run"), commands.Stop())
    assert driver.wait(events.ReplayEnded).broken_off
    going_on = commands.Continue(tmp_path / "run", length={"training.steps": 40})
    driver.send(commands.Replay(tmp_path / "run"), going_on)
    assert driver.wait(events.ReplayEnded).broken_off
    assert driver.wait(events.RunEnded).step == 40
    # A run that is under way is not replayed over.
    driver.send(commands.Start(tiny_config(), out=tmp_path / "other", paused=True), commands.Replay(tmp_path / "run"))
    assert "a run is under way" in driver.wait(events.CommandRefused).message
    assert not driver.wait(events.ReplayEnded).broken_off
    driver.quit()
    assert not driver.of(events.Replayed)
