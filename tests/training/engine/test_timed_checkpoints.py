"""Checkpoints by time: there when they are needed, never in the way, and without a trace in the weights."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.recording.reader import read_run
from gan_desktop.training.checkpoint import META, Checkpoint, load_checkpoint, take_checkpoint
from gan_desktop.training.engine import timed_checkpoints
from gan_desktop.training.engine.timed_checkpoints import TimedCheckpoints
from gan_desktop.training.state_arrays import digest_of
from gan_desktop.training.trainer import Trainer
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_compile")

Tiny = Callable[..., RunConfig]


class Bench:
    """A trainer with checkpoints by time, under a clock that is set by hand."""

    def __init__(self, trainer: Trainer, folder: Path, seconds: float = 60.0, megabytes: float = 1000.0) -> None:
        self.now = 0.0
        self.needed: set[int] = set()
        self.is_told = True
        self.told: list[events.Event] = []
        self.reports: list[RecordingError | None] = []
        self.trainer, self.folder = trainer, folder
        self.timed = TimedCheckpoints(
            self.take,
            folder,
            seconds,
            megabytes,
            self.told.append,
            self.reports.append,
            lambda: self.is_told,
            lambda: self.needed,
            clock=lambda: self.now,
        )

    def take(self) -> Checkpoint | None:
        return take_checkpoint(self.trainer) if self.is_sound and not self.is_busy else None

    is_sound, is_busy = True, False

    def pass_by(self, seconds: float) -> None:
        """A step is taken that takes so long, and what is begun then is waited for."""
        self.now += seconds
        self.trainer.advance(1)
        self.timed.passed(seconds)
        self.timed.make_due()
        self.timed.settle()

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
def bench(tiny_trainer: Callable[..., Trainer], tmp_path: Path) -> Bench:
    return Bench(tiny_trainer(), tmp_path / "checkpoints")


def digest_in(path: Path) -> str:
    with np.load(path, allow_pickle=False) as archive:
        return digest_of({name: archive[name] for name in archive.files if name != META})


def test_one_is_made_after_each_interval_of_training(bench: Bench) -> None:
    bench.pass_by(59)
    assert bench.files() == []
    bench.pass_by(1)
    assert bench.files() == ["step_00000002.npz"]
    assert digest_in(bench.folder / "step_00000002.npz") == bench.trainer.weights_digest()
    for _ in range(3):
        bench.pass_by(25)
    assert bench.files() == ["step_00000002.npz", "step_00000005.npz"]
    saved = [event for event in bench.told if isinstance(event, events.CheckpointSaved)]
    assert [(event.step, event.by_time, event.kept) for event in saved] == [(2, True, 1), (5, True, 2)]
    assert saved[1].digest == bench.trainer.weights_digest()
    assert saved[1].bytes == sum(path.stat().st_size for path in bench.folder.iterdir())
    assert bench.reports == [None, None]


def test_time_that_passes_while_the_run_stands_still_does_not_count(bench: Bench) -> None:
    """What lies between two checkpoints is what has to be computed again."""
    bench.now += 1e6
    bench.pass_by(59)
    assert bench.files() == []


def test_one_is_made_before_something_changes(bench: Bench) -> None:
    bench.pass_by(10)
    bench.timed.make_soon()
    bench.timed.make_due()
    bench.timed.settle()
    assert bench.files() == ["step_00000001.npz"]


def test_training_is_to_wait_for_one_only_if_it_is_overdue(bench: Bench) -> None:
    """What is measured beside training is usually done soon, and training need not wait for it."""
    bench.is_busy = True
    told = []
    for _ in range(3):
        bench.pass_by(37)
        told.append(bench.timed.is_overdue)
    assert told == [False, False, True]
    bench.is_busy = False
    bench.timed.make_due()
    assert not bench.timed.is_overdue
    bench.timed.settle()
    assert bench.files() == ["step_00000003.npz"]


def test_where_room_is_short_those_go_that_are_missed_least(
    tiny_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    probe = Bench(tiny_trainer(), tmp_path / "probe")
    probe.pass_by(60)
    size = (tmp_path / "probe" / "step_00000001.npz").stat().st_size
    bench = Bench(tiny_trainer(), tmp_path / "checkpoints", megabytes=3.5 * size / 1e6)
    bench.needed = {2}
    for seconds in (60, 60, 600, 60, 600):
        bench.pass_by(seconds)
    assert bench.files() == ["step_00000002.npz", "step_00000004.npz", "step_00000005.npz"]
    removed = [event.step for event in bench.told if isinstance(event, events.CheckpointRemoved)]
    assert removed == [1, 3]


def test_training_goes_on_while_one_is_written(bench: Bench) -> None:
    """What is written is what was copied, whatever has become of the weights meanwhile."""
    bench.trainer.advance(1)
    digest, bench.now = bench.trainer.weights_digest(), 60.0
    bench.timed.passed(60)
    bench.timed.make_due()
    bench.trainer.advance(3)
    bench.timed.settle()
    assert bench.files() == ["step_00000001.npz"]
    assert digest_in(bench.folder / "step_00000001.npz") == digest != bench.trainer.weights_digest()


def test_one_that_takes_long_makes_the_next_one_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = timed_checkpoints.write_checkpoint

    def slowly(*arguments: Any) -> None:
        real(*arguments)
        bench.now += 40

    monkeypatch.setattr(timed_checkpoints, "write_checkpoint", slowly)
    bench.pass_by(60)
    bench.pass_by(40 / timed_checkpoints.WRITING_SHARE - 1)
    assert bench.files() == ["step_00000001.npz"]
    bench.pass_by(1)
    assert bench.files() == ["step_00000001.npz", "step_00000003.npz"]


def test_standing_still_for_long_makes_the_next_one_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = bench.take

    def slowly() -> Any:
        bench.now += 2
        return real()

    monkeypatch.setattr(bench.timed, "_take", slowly)
    bench.pass_by(60)
    bench.pass_by(2 / timed_checkpoints.SHARE - 1)
    assert bench.files() == ["step_00000001.npz"]


def test_none_are_made_where_that_is_off_or_nothing_sound_is_there(
    tiny_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    off = Bench(tiny_trainer(), tmp_path / "off", seconds=0.0)
    off.pass_by(1e6)
    unsound = Bench(tiny_trainer(), tmp_path / "unsound")
    unsound.is_sound = False
    unsound.pass_by(100.0)
    for bench in (off, unsound):
        bench.timed.settle()
        assert bench.told == []


def test_one_that_cannot_be_written_is_told_and_the_next_is_tried_in_time(bench: Bench) -> None:
    bench.folder.write_text("in the way")
    bench.pass_by(60)
    (problem,) = bench.reports
    assert "step_00000001.npz cannot be written: " in str(problem)
    bench.folder.unlink()
    bench.pass_by(59)
    assert bench.files() == []
    bench.pass_by(1)
    assert bench.files() == ["step_00000003.npz"]
    assert bench.reports[1:] == [None]


def full_disk(room: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that has room for so many checkpoints, and none for another that is being written."""
    real = timed_checkpoints.write_checkpoint

    def write(path: Path, checkpoint: Checkpoint) -> None:
        if folder.exists() and len(list(folder.iterdir())) >= room:
            raise RecordingError(f"{path} cannot be written: no room") from OSError(errno.ENOSPC, "no room")
        real(path, checkpoint)

    monkeypatch.setattr(timed_checkpoints, "write_checkpoint", write)


def test_where_the_disk_is_full_older_ones_give_way(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(4, bench.folder, monkeypatch)
    bench.needed = {1}
    for _ in range(12):
        bench.pass_by(60)
    names = bench.files()
    assert (names[0], names[-1]) == ("step_00000001.npz", "step_00000012.npz")
    assert set(bench.reports) == {None}
    removed = [event for event in bench.told if isinstance(event, events.CheckpointRemoved)]
    assert removed[0].reason == timed_checkpoints.FULL
    assert len({event.step for event in removed}) == len(removed)
    # One that is asked for is written at once.
    bench.timed.save(take_checkpoint(bench.trainer))
    assert bench.files()[-1] == "step_00000012.npz"


def test_what_is_needed_does_not_give_way(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(2, bench.folder, monkeypatch)
    bench.needed = {1}
    for _ in range(4):
        bench.pass_by(60)
    assert bench.files() == ["step_00000001.npz", "step_00000002.npz"]
    assert "no room" in str(bench.reports[-1])
    with pytest.raises(RecordingError, match="no room"):
        bench.timed.save(take_checkpoint(bench.trainer))
    assert not bench.timed.give_way()


def test_none_go_while_it_is_not_known_which_are_needed(
    tiny_trainer: Callable[..., Trainer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tiny_trainer(), tmp_path / "checkpoints", megabytes=0.0)
    monkeypatch.setattr(bench.timed, "_needed", lambda: None)
    for _ in range(3):
        bench.pass_by(60)
    assert len(bench.files()) == 3
    assert not bench.timed.give_way()


def test_too_little_memory_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(bench.timed, "_take", exhausted)
        bench.pass_by(60)
    with monkeypatch.context() as patch:
        patch.setattr("gan_desktop.training.checkpoint.whole_file", exhausted)
        bench.pass_by(60)
    assert ["memory" in str(problem) for problem in bench.reports] == [True, True]
    bench.pass_by(60)
    assert bench.files() == ["step_00000003.npz"]


def test_a_file_goes_only_when_the_database_knows(tiny_trainer: Callable[..., Trainer], tmp_path: Path) -> None:
    bench = Bench(tiny_trainer(), tmp_path / "checkpoints", megabytes=0.0)
    bench.is_told = False
    bench.pass_by(60)
    bench.pass_by(60)
    assert bench.files() == ["step_00000001.npz", "step_00000002.npz"]
    bench.is_told = True
    bench.pass_by(60)
    assert bench.files() == ["step_00000003.npz"]


def test_they_change_no_weight(tiny_config: Tiny, tmp_path: Path) -> None:
    """One is made at every block that finds none being written, in a run that pauses, is saved and goes on."""
    digests, saved = [], []
    for seconds in (0.0, 1e-9):
        driver = Driver(watched=False)
        out = tmp_path / f"every-{seconds}"
        config = tiny_config({"training.checkpoint_seconds": seconds})
        driver.send(commands.Start(config, out=out, paused=True), commands.Step(10))
        driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 10)
        driver.send(commands.SaveCheckpoint(), commands.Resume())
        digests.append(driver.wait(events.RunEnded).weights_digest)
        driver.quit()
        saved.append([event.by_time for event in driver.of(events.CheckpointSaved)])
        record = read_run(out)
        steps = [file.step for file in record.checkpoints]
        assert {10, 40} <= set(steps)
        assert (len(steps) > 2) == (seconds > 0)
        assert sorted(path.name for path in (out / "checkpoints").iterdir()) == [
            f"step_{step:08d}.npz" for step in steps
        ]
        assert load_checkpoint(out / record.checkpoints[-1].path).weights_digest() == digests[-1]
    assert digests[0] == digests[1]
    assert saved[0] == [False, False]
    assert sum(saved[1]) > 0


def test_the_interval_is_checked(tiny_config: Tiny) -> None:
    for value in (-1, 1e10, "often"):
        with pytest.raises(InputError, match=r"training\.checkpoint_seconds = "):
            replace_keys(tiny_config(), {"training.checkpoint_seconds": value})
    assert tiny_config().training.checkpoint_seconds == 1.0
