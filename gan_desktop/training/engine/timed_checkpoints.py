"""Checkpoints by time: one every minute or so, written beside training, so that a killed process costs no more.

The state is copied between two blocks; a thread of its own writes the copy. So no weight depends on when that was: only
what is kept does. The one before goes once the new one is whole, and the last one when the run's own is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import CheckpointRemoved, CheckpointSaved, Event
from gan_desktop.core.machine import usable_cores
from gan_desktop.training.checkpoint import checkpoint_name, take_checkpoint, write_checkpoint
from gan_desktop.training.engine.side_work import SideWork
from gan_desktop.training.trainer import Trainer

# What they may take of the machine's time, and of the time that passes: where a checkpoint costs more, because the
# networks are large or the disk is slow, the next one waits longer.
SHARE = 0.01
WRITING_SHARE = 0.5


class TimedCheckpoints:
    """Those of one run.

    Args:
        trainer: of the run.
        folder: where they go.
        seconds: the time from one to the next, where that leaves enough for training; 0 for none at all.
        tell: told of every checkpoint that is whole, and of every one that goes.
        report: told why one could not be written, and None once one could.
        is_told: whether all that was told is kept, so that the database names no file that has gone.
        clock: seconds, ever more of them.
    """

    def __init__(
        self,
        trainer: Trainer,
        folder: Path,
        seconds: float,
        tell: Callable[[Event], None],
        report: Callable[[RecordingError | None], None],
        is_told: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trainer = trainer
        self._folder = folder
        self._seconds = seconds
        self._tell = tell
        self._report = report
        self._is_told = is_told
        self._clock = clock
        self._due = clock() + seconds
        self._begun = self._stood_still = 0.0
        self._writing: SideWork[CheckpointSaved] | None = None
        self._kept: CheckpointSaved | None = None
        self._outdated: list[Path] = []

    def make_due(self) -> None:
        """Tell of the one that is written by now, and begin the next where it is due."""
        if self._writing is not None and self._writing.is_done:
            self.settle()
        is_due = self._seconds > 0 and self._clock() >= self._due
        if is_due and self._writing is None and self._trainer.step > 0 and not self._trainer.diverged:
            self._begin()

    def _begin(self) -> None:
        self._begun = self._clock()
        try:
            checkpoint = take_checkpoint(self._trainer)
        except MemoryError:
            self._report(RecordingError("there is not enough memory to keep the weights while training goes on"))
            self._due = self._clock() + self._seconds
            return
        self._stood_still = self._clock() - self._begun
        saved = CheckpointSaved(checkpoint.step, self._folder / checkpoint_name(checkpoint.step), by_time=True)

        def write(_: object) -> CheckpointSaved:
            write_checkpoint(saved.path, checkpoint)
            return saved

        self._writing = SideWork(write, "checkpoint")

    def settle(self) -> None:
        """Wait for the one that is being written, and tell of it."""
        writing, self._writing = self._writing, None
        if writing is None:
            return
        try:
            saved = writing.result()
        except RecordingError as error:
            self._report(error)
        else:
            self._report(None)
            self._tell(saved)
            self._drop()
            self._kept = saved
        took = self._clock() - self._begun
        cost = self._stood_still + writing.processor_seconds / usable_cores()
        # So early that it is whole when the interval is over, if it takes as long as this one.
        self._due = self._begun + max(self._seconds - took, cost / SHARE, took / WRITING_SHARE)

    def replaced(self, step: int) -> None:
        """Somebody else has saved that step, and it is whole: one of these of an earlier step goes, one of it stays."""
        if self._kept is not None and self._kept.step == step:
            self._kept = None
        self._drop()

    def _drop(self) -> None:
        """Let go of the last one: there is another."""
        old, self._kept = self._kept, None
        if old is not None:
            self._tell(CheckpointRemoved(old.step, old.path))
            self._outdated.append(old.path)
        while self._outdated and self._is_told():
            path = self._outdated.pop()
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._report(RecordingError(f"{path} cannot be removed: {error.strerror or error}"))
