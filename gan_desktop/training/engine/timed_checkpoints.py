"""Checkpoints by time: one every minute or so, written beside training, so that a killed process loses no more.

The state is copied between two blocks; a thread of its own writes the copy. So no weight depends on when that happens,
only what is kept does. A checkpoint is removed once the next one is whole, be it by time or one that the run saves.
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

# The shares of the machine's time, and of the time that passes, that checkpoints may take: if one costs more, because
# the networks are large or the disk is slow, the next one waits longer.
SHARE = 0.01
WRITING_SHARE = 0.5


class TimedCheckpoints:
    """The checkpoints by time of one run.

    Args:
        trainer: the run's.
        folder: where they are written.
        seconds: the time from one to the next, if that leaves enough for training; 0 for none at all.
        tell: gets an event for every checkpoint that is whole, and for every one that is removed.
        report: gets the reason why one could not be written, and None once one could.
        is_told: says whether all events so far are kept. Files go only then: the database names none that has gone.
        clock: a clock in seconds that never goes back.
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
        """Report the checkpoint that is written by now, and begin the next one if it is due."""
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
        """Wait for the checkpoint that is being written, and report it."""
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
        """Give up the last checkpoint: the run itself has now saved `step`. The file stays if it is of that step."""
        if self._kept is not None and self._kept.step == step:
            self._kept = None
        self._drop()

    def _drop(self) -> None:
        """Remove the last checkpoint, since there is a newer one."""
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
