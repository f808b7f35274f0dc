"""An engine without TensorFlow: plausible events, quickly, and the same ones every time."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gan_desktop.core import commands
from gan_desktop.core.commands import CommandQueue
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertRaised
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import (
    CheckpointSaved,
    CommandRefused,
    ControlChanged,
    DataSummary,
    Device,
    EngineError,
    EngineReady,
    MetricsBlock,
    Origin,
    Preparing,
    Progress,
    Recomputing,
    Replayed,
    ReplayEnded,
    Replaying,
    RunOpening,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.interventions import check_control, control_path, current_controls
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.past import Past
from gan_desktop.core.status import Status
from gan_desktop.core.views import View
from gan_desktop.gui.form.config import with_controls
from gan_desktop.recording.past import read_kept_run, read_past
from tests.gan import FIGURES
from tests.gui.diagnoses import collapse, diagnosed, ended
from tests.gui.fake_image_views import ImageViews
from tests.gui.fake_views import MADE, centres

BLOCK = 20
MEMORY = 512 * 2**20
WATCHING = {"pictures": 0.004, "metrics": 0.011, "views": 0.0}


def summary(config: RunConfig) -> DataSummary:
    rng = np.random.default_rng(config.training.seed)
    if config.data.name in ("ring", "grid", "mixture"):
        modes = rng.integers(8, size=1000)
        real = (centres()[modes] + rng.normal(0, 0.02, (1000, 2))).astype("f")
        title = "Ring of 8 Gaussians"
        return DataSummary(title, "points", (2,), 100_000, real, centres(), 0.02, classes=8, real_labels=modes)
    real = rng.random((100, 8, 8, 1)).astype(np.float32)
    digits = np.arange(100) % 10
    title = "Digits, 1,797 scans of 8 x 8"
    return DataSummary(title, "images", (8, 8, 1), 1797, real, classes=10, real_labels=digits)


def losses(first: int, steps: int, seed: int) -> np.ndarray:
    """All figures of each step that settle and tremble, from the seed and the step number alone."""
    step = np.arange(first, first + steps)
    rng = np.random.default_rng([seed, first])
    noise = rng.normal(0, 0.05, (steps, len(FIGURES)))
    settle = np.exp(-step / 800.0)
    columns = [
        1.386 - 0.5 * settle,
        0.69 - 0.2 * settle,
        0.69 - 0.3 * settle,
        0.1 * settle,
        0.75 + 1.2 * settle,
        0.5 + 0.3 * settle,
        0.5 - 0.3 * settle,
        0.6 + 0.3 * settle,
        0.1 + 0.3 * settle,
        0.6 + 2 * settle,
        0.4 + 1 * settle,
    ]
    return (np.stack(columns, axis=1) + noise).astype(np.float32)


@dataclass
class FakeEngine:
    """Called by the training thread like the real engine.

    Attributes:
        load: called in place of importing TensorFlow.
        fail_start: raised (once each) while a run is prepared.
        diverge_at: the step at which a loss is no longer finite.
        alert_at: the step from which on the generator has collapsed.
        pauses: whether to pause where an alert is raised, as it was told.
        notes: what is to be known of the data.
        parted: the step at which a replay parts from the record; None if it is equal.
        reasons: what is known to differ, for a replay.
        holds_replay: whether a replay waits, half done, until a command breaks it off.
        confirm: whether live controls are confirmed; a test may withhold it.
        seen: every command that came.
    """

    load: Callable[[], None] = lambda: None
    fail_start: list[Exception] = field(default_factory=list)
    diverge_at: int | None = None
    alert_at: int | None = None
    pauses: bool = False
    notes: tuple[str, ...] = ()
    parted: int | None = None
    reasons: tuple[str, ...] = ()
    holds_replay: bool = False
    confirm: bool = True
    block_seconds: float = 0.005
    seen: list[commands.Command] = field(default_factory=list)
    _run: _FakeRun | None = None
    _replaying: Path | None = None
    watched: commands.Watch = field(default_factory=lambda: commands.Watch(frozenset()))

    def __call__(self, commands_: CommandQueue, emit: Emit) -> None:
        emit(StatusChanged(Status.LOADING, 0))
        self.load()
        emit(EngineReady((Device("CPU", "CPU (2 cores)"),), 0.1, "No GPU was found: install the GPU build."))
        emit(StatusChanged(Status.READY, 0))
        while True:
            run = self._run
            try:
                command = commands_.get(timeout=self.block_seconds if run and run.is_training else None)
            except queue.Empty:
                assert run is not None
                run.advance()
                continue
            self.seen.append(command)
            if self._replaying and isinstance(command, commands.Start | commands.Continue | commands.Stop):
                emit(ReplayEnded(self._replaying, broken_off=True))
                self._replaying = None
                if isinstance(command, commands.Stop):
                    continue
            if isinstance(command, commands.Quit):
                return
            self._obey(command, emit)

    def _obey(self, command: commands.Command, emit: Emit) -> None:
        if isinstance(command, commands.Watch):
            self.watched = command
            if self._run is not None:
                self._run.watched = command.views
                self._run.image_views.obey(command)
                self._run.show_views()
        elif isinstance(command, commands.Start):
            self._start(command, emit)
        elif isinstance(command, commands.Continue):
            self._go_on(command, emit)
        elif isinstance(command, commands.Replay):
            self._replay(command.folder, emit)
        elif isinstance(command, commands.PauseOnAlert):
            self.pauses = command.on
        elif isinstance(command, commands.Walk | commands.Inspect):
            # Networks can be looked at whatever the run does, even when it is over.
            if self._run is not None:
                self._run.image_views.obey(command)
        elif self._run is None or self._run.status.is_final:
            emit(CommandRefused("There is no run under way."))
        else:
            self._run.obey(command, self.confirm)

    def _start(self, command: commands.Start, emit: Emit) -> None:
        is_live = self._run is not None and not self._run.status.is_final
        if self.fail_start and isinstance(error := self.fail_start[0], InputError) and is_live:
            self.fail_start.pop(0)
            emit(CommandRefused(str(error), error.key, of_start=True))
            return
        emit(StatusChanged(Status.PREPARING, 0))
        emit(Preparing("Compiling the networks", None))
        if self.fail_start:
            error = self.fail_start.pop(0)
            if isinstance(error, InputError):
                emit(CommandRefused(str(error), error.key, of_start=True))
                emit(StatusChanged(Status.READY, 0, str(error)))
            else:
                emit(EngineError(f"{type(error).__name__}: {error}", "Traceback (most recent call last):\n  fake"))
                emit(StatusChanged(Status.FAILED, 0, str(error)))
            self._run = None
            return
        emit(RunOpening())
        self._run = _FakeRun(command, emit, self)
        self._run.image_views.obey(self.watched)

    def _replay(self, folder: Path, emit: Emit) -> None:
        """Repeat the record of a run that is kept in a folder."""
        if self.fail_start:
            emit(CommandRefused(str(self.fail_start.pop(0)), "data.path"))
            emit(ReplayEnded(folder))
            return
        self._run = None
        steps = read_past(folder)[1].step
        emit(Preparing("Compiling the networks", None))
        emit(Replaying(folder, steps, self.reasons))
        emit(Recomputing(steps, 0.5))
        if self.holds_replay:
            self._replaying = folder
            return
        emit(Replayed(folder, steps if self.parted is None else self.parted + 1, 4, self.parted, "0", self.reasons))
        emit(ReplayEnded(folder))

    def _go_on(self, command: commands.Continue, emit: Emit) -> None:
        """Go on with a run that is kept in a folder; its newest checkpoint is 100 steps before."""
        is_live = self._run is not None and not self._run.status.is_final
        if self.fail_start and isinstance(error := self.fail_start[0], InputError) and not is_live:
            self.fail_start.pop(0)
            emit(StatusChanged(Status.PREPARING, 0))
            emit(CommandRefused(str(error), error.key, of_start=True))
            emit(StatusChanged(Status.READY, 0, str(error)))
            return
        if is_live and self._run is not None:
            self._run.become(Status.STOPPED)
        emit(StatusChanged(Status.PREPARING, 0))
        _, past = read_past(command.folder, command.step)
        kept = read_kept_run(command.folder).started
        emit(Recomputing(100, 0.5))
        emit(RunOpening())
        config = replace_keys(kept.config, dict(command.length)) if command.length else kept.config
        parent = "parent" if command.branch else ""
        origin = Origin(command.folder, past.step, parent, kept.name, max(0, past.step - 100))
        start = commands.Start(config, kept.name, paused=command.paused)
        folder = command.folder.parent / "branch" if command.branch else command.folder
        self._run = _FakeRun(start, emit, self, (origin, past, folder))
        self._run.wanted = command.more
        for change in command.changes:
            self._run.set(commands.Set(change.key, change.value, change.author))


class _FakeRun:
    def __init__(
        self, start: commands.Start, emit: Emit, engine: FakeEngine, past: tuple[Origin, Past, Path] | None = None
    ) -> None:
        self.config = start.config
        self.emit = emit
        origin, known, folder = past or (None, None, None)
        self.step = 0 if known is None else known.step
        self.draw = 0
        self.shown_class: int | None = None
        self.engine = engine
        self.diverge_at = engine.diverge_at
        self.alert: Alert | None = None
        self.pauses_at_next_alert = start.pause_at_first_alert
        self.wanted: int | None = None
        self.watched = engine.watched.views
        self.total = start.config.training.steps
        self.data = replace(summary(start.config), notes=engine.notes)
        self.image_views = ImageViews(self)
        started = RunStarted(start.config, start.name, self.data, "CPU", folder, self.total, 123_456, 65_432)
        emit(replace(started, origin=origin, past=known))
        if known is not None:
            changed = {change.key: change.value for change in known.interventions}
            self.config = with_controls(start.config, changed)
        self.progress()
        self.samples()
        self.status = Status.READY
        self.become(Status.PAUSED if start.paused else Status.TRAINING)

    @property
    def is_training(self) -> bool:
        return self.status is Status.TRAINING

    def become(self, status: Status, message: str = "") -> None:
        if status is not self.status:
            self.status = status
            self.emit(StatusChanged(status, self.step, message))

    def obey(self, command: commands.Command, confirm: bool) -> None:
        if isinstance(command, commands.Pause):
            self.become(Status.PAUSED)
        elif isinstance(command, commands.Resume):
            self.become(Status.TRAINING)
        elif isinstance(command, commands.Step):
            self.wanted = command.count
            self.become(Status.TRAINING)
        elif isinstance(command, commands.Stop):
            self.become(Status.STOPPED)
        elif isinstance(command, commands.NewLatents):
            self.draw += 1
            self.samples()
        elif isinstance(command, commands.ShowClass):
            self.shown_class = command.label
            self.samples()
        elif isinstance(command, commands.SaveCheckpoint):
            self.emit(CheckpointSaved(self.step, Path("runs") / "checkpoint"))
        elif isinstance(command, commands.Set) and confirm:
            self.set(command)
        else:
            self.image_views.obey(command)

    def set(self, command: commands.Set) -> None:
        previous = current_controls(self.config)
        try:
            key, self.config = check_control(self.config, command.key, command.value)
        except InputError as error:
            self.emit(CommandRefused(str(error), error.key, asked=control_path(command.key)))
            return
        self.emit(ControlChanged(self.step, key, command.value, previous[key], command.author))

    def advance(self) -> None:
        steps = BLOCK if self.wanted is None else min(BLOCK, self.wanted)
        if self.total is not None:
            steps = min(steps, self.total - self.step)
        values = losses(self.step, steps, self.config.training.seed)
        diverged = self.diverge_at is not None and self.step + steps > self.diverge_at
        if diverged:
            values[-1] = np.nan
        self.emit(MetricsBlock(self.step, values, FIGURES))
        self.step += steps
        self.progress()
        self.samples()
        self.diagnose()
        if diverged:
            self.become(Status.DIVERGED, f"diverged: discriminator loss is no longer finite at step {self.step - 1}")
        elif self.step == self.total:
            self.become(Status.FINISHED)
        elif self.wanted is not None:
            self.wanted -= steps
            if self.wanted == 0:
                self.wanted = None
                self.become(Status.PAUSED)

    def diagnose(self) -> None:
        """The five lights, and from `alert_at` on a generator that has collapsed until R1 is on."""
        healed = float(current_controls(self.config)["r1_weight"]) > 0
        collapsed = self.engine.alert_at is not None and self.step > self.engine.alert_at and not healed
        raised: Alert | None = None
        if collapsed and self.alert is None:
            self.alert = collapse(self.step)
            self.emit(AlertRaised(self.alert))
            raised = self.alert
        elif self.alert is not None and not collapsed:
            self.emit(ended(self.alert, self.step))
            self.alert = None
        alerts = (self.alert,) if self.alert is not None else ()
        self.emit(diagnosed(self.step, *alerts, modes=3.0 if collapsed else 8.0))
        if raised is not None:
            pauses, self.pauses_at_next_alert = self.engine.pauses or self.pauses_at_next_alert, False
            if pauses:
                self.become(Status.PAUSED, str(raised.message))

    def progress(self) -> None:
        remaining = (self.total - self.step) / 600 if self.total is not None else None
        epoch = self.step * self.config.training.batch_size / self.data.count
        self.emit(Progress(self.step, self.total, epoch, self.step / 600, 612.3, remaining, MEMORY, WATCHING))

    def samples(self) -> None:
        labels = self.labels()
        count = len(labels)
        rng = np.random.default_rng([self.draw, self.step])
        if self.data.kind == "points":
            spread = 0.02 + 0.6 * np.exp(-self.step / 800)
            values = centres()[labels] + rng.normal(0, spread, (count, 2))
        else:
            values = rng.random((count, 8, 8, 1))
        values = values.astype(np.float32)
        averaged = values / 2 if self.config.regularization.ema_decay > 0 else None
        labels_ = labels if self.config.data.conditional else None
        scores = self.image_views.scores(count)
        latents = np.random.default_rng(self.draw).normal(size=(count, self.config.latent.latent_dim)).astype("f")
        self.emit(Samples(self.step, values, averaged, labels_, latents, scores))
        self.image_views.show()
        self.show_views()

    def show_views(self) -> None:
        """Send the pictures that somebody looks at; all but scores are for points only."""
        for view in sorted(self.watched & MADE.keys()):
            if view is View.SCORES or self.data.kind == "points":
                self.emit(MADE[view](self.step))

    def labels(self) -> np.ndarray:
        """The class of each sample: a row of each, the one that was asked for, or any."""
        count = 1000 if self.data.kind == "points" else 64
        if self.shown_class is not None:
            return np.full(count, self.shown_class, np.int32)
        if self.data.kind == "images" and self.config.data.conditional:
            return np.repeat(np.arange(self.data.classes, dtype=np.int32), 8)
        return np.random.default_rng([self.draw, self.step, 1]).integers(8, size=count, dtype=np.int32)
