"""What is kept of one run: its recorder and its checkpoints, and what becomes of them if they cannot be written."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.core.events import CheckpointSaved, DigestTaken, Event, NotKept, RecordingChanged
from gan_desktop.core.status import Status
from gan_desktop.recording.leftovers import clear_leftovers
from gan_desktop.recording.notes import needed_steps
from gan_desktop.recording.problems import is_full
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.rescue import Rescue
from gan_desktop.recording.run_folder import CHECKPOINTS, create_run_folder
from gan_desktop.training.checkpoint import Checkpoint, checkpoint_name, write_checkpoint
from gan_desktop.training.engine.opening import Opening
from gan_desktop.training.engine.timed_checkpoints import TimedCheckpoints
from gan_desktop.training.trainer import Trainer

# Copies the run's state; whether it is to wait until that can be done, and None if there is nothing sound to copy.
Take = Callable[[bool], Checkpoint | None]


class Keeping:
    """Keeps a run from its first to its last step. Every event goes to the recorder first, then to `emit`.

    If the run folder cannot be written, training goes on and the recorder tries again. One event says so, and another
    says when all is well. What the folder still does not take at the end goes to another one, which an event names.

    Args:
        trainer: the run's.
        opening: the folder.
        take: copies the run's state, if there is something sound to copy; if it is told to, it waits for that.
        emit: gets every event.

    Raises:
        InputError: the run folder cannot be made, or not be written.
        RecordingError: its files cannot be written; nothing that was made is left.
    """

    def __init__(self, trainer: Trainer, opening: Opening, take: Take, emit: Emit) -> None:
        self._trainer = trainer
        self._take = take
        self._emit = emit
        self._goes_on = opening.folder is not None
        self._keep_empty = opening.out is not None
        self._first_step = self._checkpoint_step = trainer.step
        self._weights_problem: RecordingError | None = None
        self._unwritten: Checkpoint | None = None  # the last checkpoint, if the folder did not take it
        self._said = ""  # the problem that was reported last
        self._begins_at = opening.begins_at
        self._gives_way = False
        self._start: CheckpointSaved | None = None
        self._rescue = Rescue(opening.name, trainer.initial_config)
        self.folder = opening.folder or create_run_folder(opening.out, opening.name, trainer.initial_config)
        self._recorder = self._open(opening)
        for folder in clear_leftovers(self.folder.parent):
            self._recorder.log.info("cleared what an interrupted run left in %s", folder)
        training = trainer.initial_config.training
        self._timed = TimedCheckpoints(
            lambda: take(False),
            self.folder / CHECKPOINTS,
            training.checkpoint_seconds,
            training.checkpoint_megabytes,
            self.tell,
            self._report,
            lambda: not self._recorder.is_behind,
            self._needed,
            opening.kept,
        )

    def _open(self, opening: Opening) -> Recorder:
        config = self._trainer.initial_config
        try:
            return Recorder(
                self.folder,
                config,
                opening.name,
                facts=opening.facts,
                goes_on_at=opening.goes_on_at,
                lock=opening.lock,
            )
        except BaseException:
            if not self._goes_on:
                shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def give_up(self) -> None:
        """The run does not begin: close its folder, and leave nothing that was made here. Never raises."""
        self._recorder.abandon()
        if not self._goes_on:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _needed(self) -> Collection[int] | None:
        """The steps whose checkpoints stay; None if it cannot be known."""
        try:
            needed = needed_steps(self.folder)
        except InputError as error:
            problem = RecordingError(f"no checkpoint is removed, since the bookmarks are not known: {error}")
            self._recorder.report("bookmarks", problem)
            return None
        self._recorder.report("bookmarks", None)
        return needed | {self._begins_at}

    def write_all(self) -> None:
        """Write all that waits, for somebody who is about to read it.

        Raises:
            RecordingError: some of it cannot be written.
        """
        self._timed.settle()
        self._recorder.flush()

    def forget_end(self, step: int, detectors: Collection[str]) -> None:
        """Forget what was measured because the run ended at `step`, and what these detectors said of it: it goes on.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self._recorder.forget_end(step, detectors)

    def forget_from(self, step: int, interventions: int) -> None:
        """Forget what was recorded from `step` on, and all but the first interventions: the run goes on otherwise.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self._recorder.forget_from(step, interventions)
        self._timed.forget_after(step)

    def tell(self, event: Event) -> None:
        """Record an event, then emit it."""
        self._recorder.on_event(event)
        self._emit(event)
        self._make_room()
        self._tell_problem()

    def keep_up(self) -> None:
        """Write what is due."""
        self._recorder.keep_up()
        self._make_room()
        self._tell_problem()

    def _make_room(self) -> None:
        """If there is no room for figures, checkpoints that others stand in for go."""
        if self._gives_way:
            return
        self._gives_way = True
        while self._recorder.is_behind and is_full(self._recorder.problem) and self._timed.give_way():
            with suppress(RecordingError):
                self._recorder.flush()
        self._gives_way = False

    def after_block(self, seconds: float) -> None:
        """Make the checkpoint that is due, now that training took so many seconds more."""
        self._timed.passed(seconds)
        self._timed.make_due()

    @property
    def checkpoint_is_overdue(self) -> bool:
        """Whether training should wait until the run's state can be copied."""
        return self._timed.is_overdue

    def make_due_checkpoint(self) -> None:
        """Begin the checkpoint that is due, if the run's state can be copied now."""
        self._timed.make_due()

    def before_change(self) -> None:
        """Have a checkpoint made before something changes that may be regretted."""
        self._timed.make_soon()
        self._timed.make_due()

    def settle(self) -> None:
        """The run is to stand still: finish what is being written."""
        self._timed.settle()

    def seconds_to_retry(self) -> float | None:
        """How many seconds later to call `keep_up`, if the run stands still; None if nothing waits to be written."""
        return self._recorder.seconds_to_retry()

    @property
    def overflow(self) -> str:
        """Why the run must not go on, if more waits than memory should hold; else empty."""
        return str(self._recorder.problem) if self._recorder.is_full else ""

    def _report(self, problem: RecordingError | None) -> None:
        self._recorder.report("checkpoints", problem)
        self._tell_problem()

    def _tell_problem(self) -> None:
        """Report that something cannot be written, or that everything can be again; each only once."""
        problem = self._recorder.problem
        if self._gives_way:
            return  # that may help
        if bool(problem) != bool(self._said):
            self._said = str(problem) if problem else ""
            self._emit(RecordingChanged(self._said, _details(problem)))

    def save_checkpoint(self) -> None:
        """Save all that the run is now into the run folder.

        Raises:
            RecordingError: it cannot be written; training can go on.
        """
        checkpoint = self._take(True)
        if checkpoint is not None:
            self._save(checkpoint)

    def _save(self, checkpoint: Checkpoint) -> None:
        self._timed.save(checkpoint)
        self._checkpoint_step = checkpoint.step

    def keep_samples(self) -> None:
        """Keep the samples that were told last, with a picture, as soon as it can be written."""
        self._recorder.keep_samples()
        self.keep_up()

    def write_start(self) -> None:
        """Write the state from which a branch begins: it must not need its parent. It is told by `tell_start`.

        Raises:
            RecordingError: it cannot be written.
        """
        checkpoint = self._take(True)
        if checkpoint is not None:
            self._start = self._timed.write(checkpoint)

    def tell_start(self) -> None:
        """Tell of the state from which a branch begins."""
        if self._start is not None:
            self._timed.tell_written(self._start)
            self._checkpoint_step = self._start.step

    def save_last(self) -> None:
        """Save the last checkpoint, unless there is nothing new or nothing sound to save."""
        self._timed.settle()
        if self._trainer.step <= self._checkpoint_step or self._trainer.diverged:
            return
        checkpoint = self._take(True)
        if checkpoint is None:
            return
        try:
            self._save(checkpoint)
        except RecordingError as error:
            self._weights_problem, self._unwritten = error, checkpoint

    def close(self, status: Status) -> None:
        """Close every file. A folder that was made here is removed again if no step was taken.

        What could not be written is written elsewhere, and an event says so.
        """
        self._timed.settle()
        problems = []
        if self._weights_problem is not None and self._unwritten is not None:
            problems.append((self._weights_problem, self._keep_weights(self._unwritten)))
        try:
            self._recorder.close(status)
        except RecordingError as error:
            problems.append((error, self._keep_rest()))
        self._recorder.abandon()
        if self._trainer.step == self._first_step and not self._keep_empty and not self._goes_on:
            shutil.rmtree(self.folder, ignore_errors=True)
        elif problems:
            self._tell_not_kept(problems)

    def _keep_weights(self, checkpoint: Checkpoint) -> RecordingError | None:
        """Write the last checkpoint elsewhere; returns why that failed too, or None."""
        name = f"{CHECKPOINTS}/{checkpoint_name(checkpoint.step)}"

        def write(folder: Path) -> None:
            write_checkpoint(folder / name, checkpoint)

        try:
            place = self._rescue.keep(write)
        except RecordingError as error:
            return error
        self._recorder.log.error("%s; the weights are kept in %s", self._weights_problem, place)
        self._recorder.note_rescue(place, name)
        self._recorder.on_event(DigestTaken(checkpoint.step, checkpoint.digest))
        return None

    def _keep_rest(self) -> RecordingError | None:
        """Write elsewhere what waits in the recorder; returns why that failed too, or None."""
        try:
            place = self._rescue.keep(self._recorder.write_elsewhere)
        except RecordingError as error:
            return error
        if self._unwritten is None and self._timed.newest is not None:
            # What is kept there can then go on there. It can be computed again without, if there is no room.
            with suppress(OSError):
                shutil.copy2(self._timed.newest, place / CHECKPOINTS)
        return None

    def _tell_not_kept(self, problems: list[tuple[RecordingError, RecordingError | None]]) -> None:
        """Report in one sentence everything that could not be written."""
        reasons = dict.fromkeys(str(problem) for problem, _ in problems)
        lost = dict.fromkeys(str(failure) for _, failure in problems if failure is not None)
        sentence = "; ".join([*reasons, *lost])
        details = "\n".join(_details(problem) for problem, _ in problems)
        self._emit(NotKept(sentence, self._rescue.folder, details))


def _details(problem: Exception | None) -> str:
    return "".join(traceback.format_exception(problem)) if problem is not None else ""
