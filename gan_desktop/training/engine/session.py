"""The engine: takes commands between blocks of steps and tells what happens, to a window and a terminal alike.

    commands -> Session -> Run -> Trainer -> figures -> events

A run is the same whoever drives it: only how many steps a call runs differs, and no weight depends on that.
"""

from __future__ import annotations

import queue
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from gan_desktop.core.commands import (
    Command,
    CommandQueue,
    Continue,
    Inspect,
    NewLatents,
    NextUpdate,
    Pause,
    PauseOnAlert,
    Quit,
    Replay,
    Resume,
    SampleNow,
    SaveCheckpoint,
    Set,
    ShowClass,
    Start,
    Step,
    Stop,
    Tell,
    Walk,
    Watch,
)
from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import DataLostError, InputError, RecordingError
from gan_desktop.core.events import (
    CommandRefused,
    EngineError,
    EngineReady,
    Recomputing,
    ReplayEnded,
    Replaying,
    RunOpening,
    StatusChanged,
)
from gan_desktop.core.interventions import control_path
from gan_desktop.core.status import TRANSITIONS, Status
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.recording.run_folder import check_out, check_writable
from gan_desktop.recording.writer_lock import held
from gan_desktop.training.backend import load_tensorflow
from gan_desktop.training.devices import gpu_note, list_devices
from gan_desktop.training.engine.ahead import CompilingAhead
from gan_desktop.training.engine.memory import settle_imports
from gan_desktop.training.engine.opening import Opening, branch_of, opening_of, same_folder
from gan_desktop.training.engine.post import Post
from gan_desktop.training.engine.preparation import CancelledError, Preparation
from gan_desktop.training.engine.replaying import recorded, replay
from gan_desktop.training.engine.resumption import Resumption
from gan_desktop.training.engine.run import Run
from gan_desktop.training.engine.taking_up import TakenUp, machine_reasons, take_up
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.wishes import Looking


class Session:
    """Carries out commands until `Quit`.

    Args:
        commands: where they come from; safe to put on from any thread.
        emit: gets every event, on the thread that called `run`.
        watched: whether a window looks on; calls are shorter then, and samples come several times a second.
    """

    def __init__(self, commands: CommandQueue, emit: Emit, *, watched: bool) -> None:
        self._commands = commands
        self._emit = emit
        self._watched = watched
        self._inbox: deque[Command] = deque()
        self._status = Status.LOADING
        self._run: Run | None = None
        self._preparation = Preparation(emit, self._give_way, self._cancel_if_pointless)
        self._ahead = CompilingAhead()
        self._looking = Looking()
        self._pauses_on_alert = False
        self._quitting = False
        self._post = Post(commands)

    def run(self) -> None:
        """Load TensorFlow, then take commands and train until told to quit. Errors become events; none is raised."""
        self._emit(StatusChanged(Status.LOADING, 0))
        self._post.open()
        self._guard(self._load)
        while not self._quitting:
            self._collect(wait=self._status is not Status.TRAINING and not self._is_behind)
            while self._inbox:
                command = self._inbox.popleft()
                self._guard(partial(self._carry_out, command))
            if self._status is Status.TRAINING:
                self._guard(self._advance)
            else:
                if self._run is not None and self._live:
                    self._guard(self._run.keeping.keep_up)
                if self._is_behind:
                    self._guard(self._catch_up)
        self._ahead.finish()
        self._post.close()

    def _load(self) -> None:
        started = time.perf_counter()
        load_tensorflow()
        settle_imports()
        devices = list_devices()
        self._emit(EngineReady(devices, time.perf_counter() - started, gpu_note()))
        self._set_status(Status.READY)

    def _collect(self, wait: bool) -> None:
        """Take what is on the queue; with `wait`, wait until there is something, or until it is time to write again."""
        if wait and not self._inbox:
            with suppress(queue.Empty):
                self._inbox.append(self._commands.get(timeout=self._seconds_to_retry()))
        while True:
            try:
                self._inbox.append(self._commands.get_nowait())
            except queue.Empty:
                return

    def _seconds_to_retry(self) -> float | None:
        return self._run.keeping.seconds_to_retry() if self._run is not None and self._live else None

    def _guard(self, action: Callable[[], None]) -> None:
        """Run `action`; whatever goes wrong becomes an event, and the session goes on."""
        try:
            action()
        except InputError as error:
            self._emit(CommandRefused(str(error), error.key))
            if self._status is Status.PREPARING:
                self._set_status(Status.READY, str(error))
        except RecordingError as error:
            self._refuse_folder(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told and the window lives on
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        message = _first_line(error)
        event = EngineError(message, traceback.format_exc())
        run, self._run = self._run, None
        self._post.leave()
        self._preparation.forget()  # the trainer's state is not to be trusted any more
        if run is None:
            self._emit(event)
        else:
            run.tell(event)
            run.close(Status.FAILED)
        if Status.FAILED in TRANSITIONS[self._status]:
            self._set_status(Status.FAILED, message)

    def _set_status(self, status: Status, message: str = "") -> None:
        if status is self._status:
            return
        if status not in TRANSITIONS[self._status]:
            raise RuntimeError(f"status cannot change from {self._status} to {status}")
        self._status = status
        if self._run is not None:
            self._run.cost.set_counting(status is Status.TRAINING)
            if status is Status.PAUSED:
                self._run.stand_still()
            elif status is Status.TRAINING:
                self._run.diagnosing.go_on()
        event = StatusChanged(status, self._run.trainer.step if self._run else 0, message)
        if self._run is None:
            self._emit(event)
        else:
            self._run.tell(event)
            if status is Status.PAUSED:
                self._run.diagnosing.settle()
                self._run.keeping.settle()
                self._run.take_digest()

    def _carry_out(self, command: Command) -> None:
        """Do what a command asks; one that makes no sense now does nothing."""
        match command:
            case Start() | Continue():
                self._start(command)
            case Replay():
                self._replay(command)
            case Stop() | Quit():
                self._quitting = isinstance(command, Quit)
                self._end(Status.STOPPED)
            case Set():
                self._set(command)
            case Pause() | Resume() | Step() | NextUpdate():
                self._pace(command)
            case Watch() | Walk() | Inspect() | NewLatents() | ShowClass():
                self._looking.carry_out(command, self._run)
            case PauseOnAlert(on):
                self._pause_on_alert(on)
            case Tell(done):
                done()
            case SaveCheckpoint() | SampleNow() if self._run and self._live:
                self._keep(command, self._run)

    def _pause_on_alert(self, on: bool) -> None:
        self._pauses_on_alert = on
        if self._run is not None:
            self._run.diagnosing.pauses_on_alert = on

    @staticmethod
    def _keep(command: SaveCheckpoint | SampleNow, run: Run) -> None:
        try:
            if isinstance(command, SampleNow):
                run.sample_now()
            else:
                run.keeping.save_checkpoint()
        except RecordingError as error:
            run.tell(CommandRefused(str(error)))

    @property
    def _live(self) -> bool:
        return self._status in (Status.TRAINING, Status.PAUSED)

    def _pace(self, command: Pause | Resume | Step | NextUpdate) -> None:
        """Go on or wait."""
        if isinstance(command, (Pause, NextUpdate)):
            if self._status is Status.TRAINING:
                self._set_status(Status.PAUSED)
            if isinstance(command, NextUpdate):
                self._next_update()
        elif self._status is Status.PAUSED and self._run is not None:
            self._run.steps_wanted = max(1, command.count) if isinstance(command, Step) else None
            self._run.diagnosing.take_alerts()  # the person has seen the alerts of what was still being measured
            self._set_status(Status.TRAINING)

    @property
    def _is_behind(self) -> bool:
        """Whether something that the person looks at is not of the step at which the run stands still."""
        run = self._run
        return run is not None and (run.is_behind if self._status is Status.PAUSED else run.viewing.is_behind)

    def _catch_up(self) -> None:
        """Bring one thing that the person looks at up to date, while the run stands still."""
        run = self._run
        assert run is not None
        run.catch_up()
        if not self._live:
            run.trainer.close()  # a view may have begun to read samples ahead

    def _next_update(self) -> None:
        """Show one update of a run that is paused; with the last update of a step, take the step."""
        run = self._run
        if run is None or self._status is not Status.PAUSED:
            return
        update = run.next_update()
        if update.is_last:
            run.steps_wanted = 1
            self._set_status(Status.TRAINING)
            self._advance()
        run.tell(update)

    def _set(self, change: Set) -> None:
        if self._run is None or not self._live:
            raise InputError(f"'{change.key}' cannot be changed: no run is under way", change.key)
        try:
            self._run.intervene(change.key, change.value, change.author)
        except InputError as error:
            self._emit(CommandRefused(str(error), error.key, asked=control_path(change.key)))
            return
        if self._status is not Status.TRAINING:
            self._run.tell_progress()

    def _start(self, command: Start | Continue) -> None:
        """Begin the run that a command asks for; what keeps it from beginning becomes an event."""
        try:
            run = self._begin(command) if isinstance(command, Start) else self._go_on(command)
        except CancelledError:
            if self._status is Status.PREPARING:
                self._set_status(Status.STOPPED)
            return
        except InputError as error:
            self._refuse_start(str(error), error.key)
            return
        except Exception as error:
            if isinstance(error, RecordingError) and isinstance(command, Continue):
                self._refuse_start(str(error))  # another process writes it, say
                return
            if not self._live:
                raise
            # The run under way has no part in it.
            self._emit(EngineError(_first_line(error), traceback.format_exc()))
            self._emit(CommandRefused(_first_line(error), of_start=True))
            return
        self._run = run
        self._post.watch(run.keeping.folder)
        run.diagnosing.pauses_on_alert = self._pauses_on_alert
        self._looking.again(run)
        self._set_status(Status.PAUSED if command.paused else Status.TRAINING)

    def _refuse_start(self, reason: str, key: str | None = None) -> None:
        self._emit(CommandRefused(reason, key, of_start=True))
        if self._status is Status.PREPARING:
            self._set_status(Status.READY, reason)

    def _begin(self, start: Start) -> Run:
        """A run from its first step on."""
        trainer, measurer = self._replace(start.config, start.out)
        self._emit(RunOpening())
        self._cancel_if_pointless()
        return Run(
            trainer,
            measurer,
            opening_of(start),
            self._emit,
            self._watched,
            schedule=start.schedule,
            pause_at_first_alert=start.pause_at_first_alert,
        )

    def _go_on(self, command: Continue) -> Run:
        """A run that goes on from a step that it, or its parent, has reached before."""
        if self._run is not None and self._live and self._run.keeping.folder == command.folder.absolute():
            if not command.branch:
                raise InputError(f"{command.folder} is under way")
            self._run.keeping.write_all()
        taken = take_up(command)
        if command.branch:
            return self._taken_up(command, taken, branch_of(taken, command))
        check_writable(taken.record.folder)  # before a run under way ends for it
        with held(taken.record.folder) as lock:  # nobody else is to begin meanwhile what only one can do
            return self._taken_up(command, taken, same_folder(taken, lock))

    def _taken_up(self, command: Continue, taken: TakenUp, opening: Opening) -> Run:
        trainer, measurer = self._replace(taken.config, command.out)
        resumption = Resumption(taken, command.branch, self._reporting(taken.step - taken.start))
        self._emit(RunOpening())
        run = Run(trainer, measurer, opening, self._emit, self._watched, schedule=taken.planned, resumption=resumption)
        run.steps_wanted = command.more
        return run

    def _reporting(self, steps: int) -> Callable[[float], None]:
        """What tells how far steps are computed again, and breaks it off if a later command makes it pointless."""

        def report(fraction: float) -> None:
            self._emit(Recomputing(steps, fraction))
            self._cancel_if_pointless()

        return report

    def _replay(self, command: Replay) -> None:
        """Repeat a run's record. The folder of the run that ended last stays as it is; its networks go."""
        broken_off = False
        try:
            if self._live:
                raise InputError("a run is under way: stop it before another one is replayed")
            what = recorded(command.folder)
            self._run = None  # its trainer may be used now
            trainer, _ = self._preparation.of(what.config)
            reasons = machine_reasons(what.record, trainer.machine)
            self._emit(Replaying(command.folder, what.steps, reasons))
            try:
                self._emit(replay(trainer, what, reasons, self._reporting(what.steps)))
            finally:
                trainer.close()
        except CancelledError:
            broken_off = True
        except InputError as error:
            self._emit(CommandRefused(str(error), error.key))
        finally:
            self._emit(ReplayEnded(command.folder, broken_off))

    def _replace(self, config: RunConfig, out: Path | None) -> tuple[Trainer, Measurer]:
        """End the run under way once it is known that the new one can begin, and prepare that one.

        Raises:
            InputError: the new run cannot begin; a run that is under way goes on.
            CancelledError: a later command makes it pointless.
        """
        if not self._live:
            self._run = None
            self._set_status(Status.PREPARING)
        check_out(out)
        return self._preparation.of(config)

    def _give_way(self) -> None:
        """End the run under way, if there is one, so that another can begin."""
        if self._live:
            self._end(Status.STOPPED)
            self._run = None
            self._set_status(Status.PREPARING)

    def _cancel_if_pointless(self) -> None:
        """Raise CancelledError if a later command has made what is prepared pointless."""
        self._collect(wait=False)
        if any(isinstance(command, (Start, Continue, Stop, Quit)) for command in self._inbox):
            # A stop ends the run under way too; another start decides by itself what becomes of that run.
            if not any(isinstance(command, (Start, Continue)) for command in self._inbox):
                self._give_way()
            raise CancelledError

    def _advance(self) -> None:
        run = self._run
        assert run is not None
        if not run.may_advance():
            run.keeping.keep_up()  # what waits for a measurement must not wait to be written
            return
        try:
            block = run.advance()
        except DataLostError as error:
            self._end_for_data(run, str(error))
            return
        if self._watched:
            self._ahead.after(run.trainer, run.speed.seconds)
        if run.trainer.diverged:
            self._end(Status.DIVERGED, run.divergence(block))
        elif run.is_complete or run.reached:
            self._end(Status.FINISHED, run.reached)
        elif run.steps_wanted is not None and run.steps_wanted <= 0:
            self._set_status(Status.PAUSED)
        self._pause_for_alerts(run)
        self._stop_for_recording(run)

    def _pause_for_alerts(self, run: Run) -> None:
        """If that was asked for, pause with the sentences of the alerts that were raised since the last look."""
        pauses = run.diagnosing.pauses_at_next_alert
        alerts = run.diagnosing.take_alerts()
        if alerts and pauses and self._status is Status.TRAINING:
            self._set_status(Status.PAUSED, " ".join(str(alert.message) for alert in alerts))

    def _end_for_data(self, run: Run, message: str) -> None:
        """End a run whose samples cannot be read any more, and keep all that it has reached."""
        self._preparation.forget()  # the next start looks at the files again
        run.tell(EngineError(message, ""))
        self._end(Status.FAILED, message)

    def _end(self, status: Status, message: str = "") -> None:
        """End the run that is under way, if there is one: its last checkpoint, its summary, its files."""
        run = self._run
        if run is None or not self._live:
            return
        self._post.leave()
        try:
            run.save_last()
        finally:
            run.tell(run.ended(status, message))
            try:
                run.close(status)
            finally:
                # Last, so that whoever hears of the end finds every file complete.
                self._set_status(status, message)

    def _stop_for_recording(self, run: Run) -> None:
        """If more waits to be written than memory should hold: pause under the window, else end the run."""
        reason = run.keeping.overflow
        if not reason or self._status is not Status.TRAINING:
            return
        sentence = f"more waits to be written than memory should hold: {reason}"
        if self._watched:
            self._set_status(Status.PAUSED, sentence)
            run.tell(CommandRefused(f"the run is paused, because {sentence}"))
        else:
            self._end(Status.FAILED, sentence)

    def _refuse_folder(self, error: RecordingError) -> None:
        """Report that a run could not begin because its folder cannot be written."""
        if self._status is Status.PREPARING:
            self._set_status(Status.FAILED, str(error))
        self._emit(EngineError(str(error), ""))


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().splitlines()[0]
