"""The checkpoints of one run: one every second or two of training, written beside it, so that every step is near.

The state is copied between two blocks; a thread of its own writes the copy. So no weight depends on when that happens,
only what is kept does. When they take more room than they may, some of them go (`recording/thinning.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import CheckpointRemoved, CheckpointSaved, Event
from gan_desktop.core.machine import usable_cores
from gan_desktop.recording.problems import is_full
from gan_desktop.recording.thinning import KeptCheckpoint, surplus
from gan_desktop.training.checkpoint import Checkpoint, checkpoint_name, write_checkpoint
from gan_desktop.training.engine.side_work import SideWork

# The shares of the machine's time, and of the time that passes, that checkpoints may take: if one costs more, because
# the networks are large or the disk is slow, the next one waits longer.
SHARE = 0.01
WRITING_SHARE = 0.5
# The share of the interval after which training waits for a checkpoint, if the checkpoint waits for something itself.
PATIENCE = 0.25
MEGABYTE = 1_000_000
# How many of the largest checkpoint's size are made free when the disk is full: for the next one, which is written
# before another goes, and for figures.
MADE_FREE = 2
FULL = "the disk is full, and newer checkpoints and figures are worth more"


class TimedCheckpoints:
    """The checkpoints of one run, those that a person asks for among them.

    Args:
        take: copies the run's state; None if there is nothing sound to copy, or if something has to be waited for.
        folder: where they are written.
        seconds: the time from one to the next, if that leaves enough for training; 0 for none but those asked for.
        megabytes: how much room they may take.
        tell: gets an event for every checkpoint that is whole, and for every one that is removed.
        report: gets the reason why one could not be written, and None once one could.
        is_told: says whether all events so far are kept. Files go only then, unless the disk is full: the database
            names none that has gone.
        needed: the steps whose checkpoints stay, whatever room they take; None if they are not known, and all stay.
        kept: those that the run has already, in the order of their steps.
        clock: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        take: Callable[[], Checkpoint | None],
        folder: Path,
        seconds: float,
        megabytes: float,
        tell: Callable[[Event], None],
        report: Callable[[RecordingError | None], None],
        is_told: Callable[[], bool],
        needed: Callable[[], Collection[int] | None] = frozenset,
        kept: Iterable[KeptCheckpoint] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take = take
        self._folder = folder
        self._seconds = seconds
        self._room = round(megabytes * MEGABYTE)
        self._tell = tell
        self._report = report
        self._is_told = is_told
        self._needed = needed
        self._clock = clock
        self._kept = list(kept)
        # The time of training, which is what it takes to compute steps again: it stands still while the run does.
        self._trained = self._kept[-1].seconds if self._kept else 0.0
        self._due = self._trained + seconds
        self._begun = self._stood_still = self._began_at = 0.0
        self._writing: SideWork[CheckpointSaved] | None = None
        self._outdated: list[Path] = []

    @property
    def newest(self) -> Path | None:
        """The file of the newest checkpoint that was written whole; None if there is none."""
        return self._kept[-1].path if self._kept else None

    def passed(self, seconds: float) -> None:
        """Note that training took so many seconds more."""
        self._trained += seconds

    def make_due(self) -> None:
        """Report the checkpoint that is written by now, and begin the next one if it is due."""
        if self._writing is not None and self._writing.is_done:
            self.settle()
        if self._is_due():
            self._begin()

    @property
    def is_overdue(self) -> bool:
        """Whether one has been due for so long that training should wait until its state can be copied."""
        return self._is_due() and self._trained >= self._due + PATIENCE * self._seconds

    def _is_due(self) -> bool:
        return self._seconds > 0 and self._trained >= self._due and self._writing is None

    def make_soon(self) -> None:
        """Begin one at the next `make_due`: something is about to change."""
        self._due = min(self._due, self._trained)

    def _begin(self) -> None:
        self._begun, self._began_at = self._clock(), self._trained
        try:
            checkpoint = self._take()
        except MemoryError:
            self._report(RecordingError("there is not enough memory to keep the weights while training goes on"))
            self._due = self._trained + self._seconds
            return
        if checkpoint is None:
            return
        self._stood_still = self._clock() - self._begun
        path = self._folder / checkpoint_name(checkpoint.step)

        def write(_: object) -> CheckpointSaved:
            write_checkpoint(path, checkpoint)
            return CheckpointSaved(checkpoint.step, path, by_time=True, digest=checkpoint.digest)

        self._writing = SideWork(write, "checkpoint")

    def settle(self) -> None:
        """Wait for the checkpoint that is being written, and report it."""
        writing, self._writing = self._writing, None
        if writing is None:
            return
        try:
            saved = writing.result()
        except RecordingError as error:
            if is_full(error) and self.give_way():
                self._due = self._trained  # it is tried again at once
                return
            self._report(error)
        else:
            self._report(None)
            self._keep(saved)
        took = self._clock() - self._begun
        cost = self._stood_still + writing.processor_seconds / usable_cores()
        self._due = self._began_at + max(self._seconds, cost / SHARE, took / WRITING_SHARE)

    def forget_after(self, step: int) -> None:
        """Remove the checkpoints of later steps: the run goes on otherwise."""
        self.settle()
        later = [checkpoint for checkpoint in self._kept if checkpoint.step > step]
        self._kept = [checkpoint for checkpoint in self._kept if checkpoint.step <= step]
        for checkpoint in later:
            checkpoint.path.unlink(missing_ok=True)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write a checkpoint now: a person has asked for it, or the run stands still.

        Raises:
            RecordingError: it cannot be written; training can go on.
        """
        self.tell_written(self.write(checkpoint))

    def write(self, checkpoint: Checkpoint) -> CheckpointSaved:
        """Write a checkpoint now, of which `tell_written` is to tell.

        Raises:
            RecordingError: it cannot be written; training can go on.
        """
        self.settle()
        path = self._folder / checkpoint_name(checkpoint.step)
        while True:
            try:
                write_checkpoint(path, checkpoint)
            except RecordingError as error:
                if not (is_full(error) and self.give_way()):
                    raise
            else:
                return CheckpointSaved(checkpoint.step, path, digest=checkpoint.digest)

    def tell_written(self, saved: CheckpointSaved) -> None:
        """Tell of what `write` has written."""
        self._report(None)
        self._keep(saved)
        self._due = self._trained + self._seconds

    def give_way(self) -> bool:
        """Remove some checkpoints because the disk is full, and keep fewer from now on; says whether any could go."""
        gone = self._surplus(sum(checkpoint.size for checkpoint in self._kept) - MADE_FREE * self._largest())
        if not gone:
            return False
        self._forget(gone, FULL)
        self._room = min(self._room, sum(checkpoint.size for checkpoint in self._kept))
        # Where the disk is full, the database can perhaps not forget them before they have gone.
        self._remove_outdated()
        return True

    def _largest(self) -> int:
        return max((checkpoint.size for checkpoint in self._kept), default=0)

    def _surplus(self, room: int) -> list[KeptCheckpoint]:
        """Those that go so that the others take no more; none if it is not known which are needed."""
        if len(self._kept) < 2 or sum(checkpoint.size for checkpoint in self._kept) <= room:
            return []
        needed = self._needed()
        return [] if needed is None else surplus(self._kept, room, needed)

    def _keep(self, saved: CheckpointSaved) -> None:
        """Report a checkpoint that is whole, and make room for it."""
        self._kept = [checkpoint for checkpoint in self._kept if checkpoint.step < saved.step]
        self._kept.append(KeptCheckpoint(saved.step, saved.path, self._began_or_now(saved), _size(saved.path)))
        gone = self._surplus(self._room)
        left = [checkpoint for checkpoint in self._kept if checkpoint not in gone]
        self._tell(replace(saved, kept=len(left), bytes=sum(checkpoint.size for checkpoint in left)))
        self._forget(gone)
        if self._is_told():
            self._remove_outdated()

    def _forget(self, gone: Collection[KeptCheckpoint], reason: str = "") -> None:
        """Tell that checkpoints are to go."""
        self._kept = [checkpoint for checkpoint in self._kept if checkpoint not in gone]
        for checkpoint in gone:
            self._outdated.append(checkpoint.path)
            self._tell(CheckpointRemoved(checkpoint.step, checkpoint.path, reason))

    def _remove_outdated(self) -> None:
        """Remove the files of those that are to go."""
        while self._outdated:
            path = self._outdated.pop()
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._report(RecordingError(f"{path} cannot be removed: {error.strerror or error}"))

    def _began_or_now(self, saved: CheckpointSaved) -> float:
        """The time of training at which its state was copied."""
        return self._began_at if saved.by_time else self._trained


def _size(path: Path) -> int:
    """How many bytes it takes; 0 if it has gone already."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
