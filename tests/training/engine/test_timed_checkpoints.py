"""Checkpoints by time: there when they are needed, never in the way, and without a trace in the weights."""

from __future__ import annotations

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
from gan_desktop.training.checkpoint import META, load_checkpoint
from gan_desktop.training.engine import timed_checkpoints
from gan_desktop.training.engine.timed_checkpoints import TimedCheckpoints
from gan_desktop.training.state_arrays import digest_of
from gan_desktop.training.trainer import Trainer
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_compile")

Tiny = Callable[..., RunConfig]


class Bench:
    """A trainer with checkpoints by time, under a clock that is set by hand."""

    def __init__(self, trainer: Trainer, folder: Path, seconds: float = 60.0) -> None:
        self.now = 0.0
        self.is_told = True
        self.told: list[events.Event] = []
        self.reports: list[RecordingError | None] = []
        self.trainer, self.folder = trainer, folder
        self.timed = TimedCheckpoints(
            trainer, folder, seconds, self.told.append, self.reports.append, lambda: self.is_told, lambda: self.now
        )

    def pass_by(self, seconds: float) -> None:
        """So much later a step is taken, and what is begun then is waited for."""
        self.now += seconds
        self.trainer.advance(1)
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


def test_one_is_made_after_each_interval_and_replaces_the_one_before(bench: Bench) -> None:
    bench.pass_by(59)
    assert bench.files() == []
    bench.pass_by(1)
    assert bench.files() == ["step_00000002.npz"]
    assert digest_in(bench.folder / "step_00000002.npz") == bench.trainer.weights_digest()
    for _ in range(3):
        bench.pass_by(25)
    assert bench.files() == ["step_00000005.npz"]
    first, second = (bench.folder / f"step_0000000{step}.npz" for step in (2, 5))
    assert bench.told == [
        events.CheckpointSaved(2, first, by_time=True),
        events.CheckpointSaved(5, second, by_time=True),
        events.CheckpointRemoved(2, first),
    ]
    assert bench.reports == [None, None]


def test_training_goes_on_while_one_is_written(bench: Bench) -> None:
    """What is written is what was copied, whatever has become of the weights meanwhile."""
    bench.trainer.advance(1)
    digest, bench.now = bench.trainer.weights_digest(), 60.0
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
    bench.pass_by(40 / timed_checkpoints.WRITING_SHARE - 40 - 1)
    assert bench.files() == ["step_00000001.npz"]
    bench.pass_by(1)
    assert bench.files() == ["step_00000003.npz"]


def test_the_next_one_is_whole_when_the_interval_is_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = timed_checkpoints.write_checkpoint

    def for_a_while(*arguments: Any) -> None:
        real(*arguments)
        bench.now += 4

    monkeypatch.setattr(timed_checkpoints, "write_checkpoint", for_a_while)
    bench.pass_by(60)
    bench.pass_by(51)
    assert bench.files() == ["step_00000001.npz"]
    bench.pass_by(1)
    assert (bench.files(), bench.now) == (["step_00000003.npz"], 120)


def test_standing_still_for_long_makes_the_next_one_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = timed_checkpoints.take_checkpoint

    def slowly(trainer: Trainer) -> Any:
        bench.now += 2
        return real(trainer)

    monkeypatch.setattr(timed_checkpoints, "take_checkpoint", slowly)
    bench.pass_by(60)
    bench.pass_by(2 / timed_checkpoints.SHARE - 2 - 1)
    assert bench.files() == ["step_00000001.npz"]


def test_none_are_made_where_that_is_off_or_nothing_sound_is_there(
    tiny_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    off = Bench(tiny_trainer(), tmp_path / "off", seconds=0.0)
    off.pass_by(1e6)
    untrained = Bench(tiny_trainer(), tmp_path / "untrained")
    untrained.now = 100.0
    untrained.timed.make_due()
    diverged = Bench(tiny_trainer(), tmp_path / "diverged")
    diverged.now = 100.0
    diverged.trainer.advance(1)
    diverged.trainer.diverged = True
    diverged.timed.make_due()
    for bench in (off, untrained, diverged):
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


def test_too_little_memory_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(timed_checkpoints, "take_checkpoint", exhausted)
        bench.pass_by(60)
    with monkeypatch.context() as patch:
        patch.setattr("gan_desktop.training.checkpoint.whole_file", exhausted)
        bench.pass_by(60)
    assert ["memory" in str(problem) for problem in bench.reports] == [True, True]
    bench.pass_by(60)
    assert bench.files() == ["step_00000003.npz"]


def test_a_file_goes_only_when_the_database_knows(bench: Bench) -> None:
    bench.is_told = False
    bench.pass_by(60)
    bench.pass_by(60)
    assert bench.files() == ["step_00000001.npz", "step_00000002.npz"]
    bench.is_told = True
    bench.pass_by(60)
    assert bench.files() == ["step_00000003.npz"]


def test_what_a_person_saved_stays(bench: Bench) -> None:
    bench.pass_by(60)
    bench.timed.replaced(1)
    bench.pass_by(60)
    assert bench.files() == ["step_00000001.npz", "step_00000002.npz"]
    bench.timed.replaced(7)
    assert bench.files() == ["step_00000001.npz"]


def test_they_change_no_weight_and_leave_the_last_checkpoint_alone(tiny_config: Tiny, tmp_path: Path) -> None:
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
        assert [file.step for file in record.checkpoints] == [10, 40]
        assert sorted(path.name for path in (out / "checkpoints").iterdir()) == [
            "step_00000010.npz",
            "step_00000040.npz",
        ]
        assert load_checkpoint(out / record.checkpoints[-1].path).weights_digest() == digests[-1]
    assert digests[0] == digests[1]
    assert saved[0] == [False, False]
    assert sum(saved[1]) > 0


def test_the_interval_is_checked(tiny_config: Tiny) -> None:
    for value in (-1, 1e10, "often"):
        with pytest.raises(InputError, match=r"training\.checkpoint_seconds = "):
            replace_keys(tiny_config(), {"training.checkpoint_seconds": value})
    assert tiny_config().training.checkpoint_seconds == 60
