"""What the engine has said about the run, kept for whoever draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from gan_desktop.core import events, views
from gan_desktop.core.diagnosis import AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.events import ControlChanged, Preparing, Recomputing, RunStarted, Samples
from gan_desktop.core.history import History
from gan_desktop.core.measured import Measured
from gan_desktop.core.own_code import OWN_CODE, check_ours
from gan_desktop.core.status import Status
from gan_desktop.gui.run.diagnosis_record import DiagnosisRecord
from gan_desktop.gui.run.earlier import EarlierViews
from gan_desktop.gui.run.looking_back import LookingBack
from gan_desktop.gui.run.metric_history import MetricHistory
from gan_desktop.gui.run.opened import Opened, last_progress
from gan_desktop.gui.run.snapshots import SnapshotStore
from gan_desktop.recording.figure_history import steps_reader
from gan_desktop.recording.past import readers_joined
from gan_desktop.recording.run_folder import DATABASE

UNDER_WAY = (Status.PREPARING, Status.TRAINING, Status.PAUSED)
# What is shown of a run that another process trains.
FOLLOWED = (
    events.MetricsBlock,
    events.Progress,
    events.Samples,
    events.ControlChanged,
    Measured,
    Diagnosed,
    AlertRaised,
    AlertEnded,
)
# What the engine says that is not about the run that it had.
OF_NO_RUN = (
    events.EngineReady,
    events.StatusChanged,
    Preparing,
    Recomputing,
    RunStarted,
    events.EngineError,
    events.RecordingChanged,
    events.NotKept,
)


class RunRecord(LookingBack):
    """Takes events, in the main thread, and keeps what they say. It knows of no command and of no form.

    Signals:
        engine_ready: EngineReady, once TensorFlow is loaded.
        status_changed: the Status, where it, its message, or `is_compiling` has changed.
        preparing: Preparing or Recomputing.
        run_cleared: the last run is over and forgotten, because another one is being prepared.
        run_started: RunStarted; the history is empty again, or holds the past of a run that goes on.
        metrics_arrived: MetricsBlock, already in the history.
        measured: Measured, already in the metric history.
        progressed: Progress.
        control_confirmed: ControlChanged, already in `interventions`.
        rule_suspended: RuleSuspended.
        checkpoint_saved: CheckpointSaved.
        checkpoint_removed: CheckpointRemoved.
        diagnosed: Diagnosed, already in `diagnosis`.
        alerts_changed: an alert was raised, now stands or stands no longer, or has ended.
        view_arrived: an event of `core.views`, already in `views`.
        engine_failed: EngineError.
        recording_changed: RecordingChanged.
        not_kept: NotKept.
        renamed: the run that is shown is called otherwise.

    Attributes:
        engine: what the engine said when it was ready.
        status, status_message: what the engine is doing; `preparation` is what the preparation of a run is doing.
        recomputing: how far a run that is to go on is computed again; None while that is not being done.
        is_opened: whether the run that is shown was read from its folder: the engine has no networks of it.
        run_name: what the run is called.
        writer: who writes the run's folder, if that is another process, empty if it is not known who; else None.
        is_paused_elsewhere: whether that process has paused the run.
        checkpoint_bytes: how much room the checkpoints of the run take; 0 if that is not known yet.
        is_compiling: whether the run stands still until what was turned on is compiled.
        run: what the engine said when the run under way (or the last one) was built; None before, and while another
            one is being prepared.
        history: every step's figures of the run; another one for each run.
        measurement: the latest metrics of the run, including those of the step at which it paused; None before.
        metric_history: every metric's values in the run.
        diagnosis: the run's lights and alerts.
        interventions: the confirmed changes of live controls in this run, in order.
        progress: how far the run has come.
        samples: the latest samples; `snapshots` are the earlier ones that were kept.
        views: the latest picture of each kind of the networks' insides, by its type (`core.views`); `earlier_views` are
            those that were kept.
    """

    engine_ready = Signal(object)
    status_changed = Signal(object)
    preparing = Signal(object)
    run_cleared = Signal()
    run_started = Signal(object)
    metrics_arrived = Signal(object)
    measured = Signal(object)
    progressed = Signal(object)
    control_confirmed = Signal(object)
    rule_suspended = Signal(object)
    checkpoint_saved = Signal(object)
    checkpoint_removed = Signal(object)
    diagnosed = Signal(object)
    alerts_changed = Signal()
    view_arrived = Signal(object)
    engine_failed = Signal(object)
    recording_changed = Signal(object)
    not_kept = Signal(object)
    renamed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine: events.EngineReady | None = None
        self.status = Status.LOADING
        self.status_message = ""
        self.preparation: Preparing | None = None
        self.recomputing: Recomputing | None = None
        self.is_compiling = False
        self.is_opened = False
        self.run_name = ""
        self.writer: str | None = None
        self.is_paused_elsewhere = False
        self.checkpoint_bytes = 0
        # Whether the run stays in view while its own continuation is prepared, and how it had ended.
        self._holds_run = False
        self._ended = Status.STOPPED, ""
        self.run: RunStarted | None = None
        self.history = History()
        self.measurement: Measured | None = None
        self.metric_history = MetricHistory()
        self.diagnosis = DiagnosisRecord()
        self.interventions: list[ControlChanged] = []
        self.progress: events.Progress | None = None
        self.samples: Samples | None = None
        self.snapshots = SnapshotStore()
        self.views: dict[type, Any] = {}
        self.earlier_views = EarlierViews()
        self._handlers: dict[type, Callable[[Any], None]] = {
            events.EngineReady: self._on_ready,
            events.StatusChanged: self._on_status,
            Preparing: self._on_preparing,
            Recomputing: self._on_recomputing,
            events.RunStarted: self._on_started,
            events.MetricsBlock: self._on_metrics,
            Measured: self._on_measured,
            events.StepCompiling: self._on_compiling,
            events.Progress: self._on_progress,
            events.Samples: self._on_samples,
            events.ControlChanged: self._on_control,
            events.CheckpointSaved: self._on_checkpoint,
            events.CheckpointRemoved: self.checkpoint_removed.emit,
            events.RuleSuspended: self.rule_suspended.emit,
            events.EngineError: self.engine_failed.emit,
            events.RecordingChanged: self.recording_changed.emit,
            events.NotKept: self.not_kept.emit,
            Diagnosed: self._on_diagnosed,
            AlertRaised: self._on_alert_raised,
            AlertEnded: self._on_alert_ended,
            **dict.fromkeys(views.EVENTS, self._on_view),
        }

    # What the engine says.

    def receive(self, event: object) -> None:
        """Take an event. Kinds that it does not know are for others."""
        if self.is_opened and not isinstance(event, OF_NO_RUN):
            return  # what the engine still says of the run before
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _on_ready(self, event: events.EngineReady) -> None:
        self.engine = event
        self.engine_ready.emit(event)

    def _on_status(self, event: events.StatusChanged) -> None:
        status, message = event.status, event.message
        if self.is_opened and status in (Status.LOADING, Status.READY) and self.status is not Status.PREPARING:
            return  # TensorFlow is loaded while the run is looked at
        self.preparation, self.recomputing, self.is_compiling = None, None, False
        if status is Status.PREPARING:
            if self._holds_run:
                self._ended = self.status, self.status_message
            else:
                self._forget_run()
        elif self._holds_run and self.status is Status.PREPARING:
            # The run does not go on: it is as it was, but the engine has no networks of it any more.
            self.is_opened, self._holds_run = True, False
            if status is not Status.FAILED:
                status, message = self._ended
        self.status, self.status_message = status, message
        self.status_changed.emit(status)

    def _on_preparing(self, event: Preparing) -> None:
        self.preparation = event
        self.preparing.emit(event)

    def _on_recomputing(self, event: Recomputing) -> None:
        self.recomputing = event
        self.preparing.emit(event)

    def lose_networks(self) -> None:
        """Take note that the engine uses its networks for something else: the run is shown as one that was opened."""
        if self.run is not None and not self.is_opened:
            self.is_opened = True
            self.status_changed.emit(self.status)

    @property
    def is_own_code(self) -> bool:
        """Whether the run that is shown is of a person's own code: nothing here can go on with it."""
        return self.run is not None and self.run.own_code

    def check_ours(self) -> None:
        """Raises InputError if the run that is shown is of a person's own code."""
        if self.run is not None and self.run.run_folder is not None:
            check_ours(self.run.run_folder, OWN_CODE if self.is_own_code else None)

    def rename(self, name: str) -> None:
        """Take note that the run is called otherwise now."""
        if name != self.run_name:
            self.run_name = name
            self.renamed.emit()

    def hold_run(self, holds: bool = True) -> None:
        """Keep the run in view while its own continuation, which was asked for, is prepared."""
        self._holds_run = holds

    def show_kept(self, opened: Opened) -> None:
        """Show a run that was read from its folder."""
        self._holds_run = False
        self.status, self.status_message = opened.status, ""
        self.preparation = self.recomputing = None
        self._begin(opened.started, opened.name, opened.writer)
        self.is_opened = True
        self.samples, self.checkpoint_bytes = opened.samples, opened.checkpoint_bytes
        self._tell_begin(opened.started)

    def take_followed(self, news: Iterable[object]) -> None:
        """Take what another process has added to the run that is shown, as events of its engine."""
        for event in news:
            if isinstance(event, events.StatusChanged):
                self._on_followed_status(event)
            elif type(event) in FOLLOWED:
                self._handlers[type(event)](event)

    def _on_followed_status(self, event: events.StatusChanged) -> None:
        """Where the run has ended, it can be gone on with here from now on."""
        self.is_paused_elsewhere = event.status is Status.PAUSED
        if event.status.is_final:
            self.status, self.writer = event.status, None
        self.status_changed.emit(self.status)

    def _forget_run(self) -> None:
        """Forget the last run: what is shown of it, or offered to do about it, must not be taken for the next one's."""
        self.run = None
        self._clear()
        self.run_cleared.emit()
        self.samples_changed.emit()
        self.alerts_changed.emit()

    def _on_started(self, event: RunStarted) -> None:
        same = self.run is not None and event.run_folder is not None and self.run.run_folder == event.run_folder
        name = "" if event.run_folder is None else event.run_folder.name
        self._begin(event, self.run_name if same else name)
        self._tell_begin(event)

    def _begin(self, run: RunStarted, name: str, writer: str | None = None) -> None:
        """Take a run, with its past if it has one."""
        self._clear()
        self._holds_run = False
        self.run, self.run_name, self.writer = run, name, writer
        self.is_paused_elsewhere = False
        self.preparation = self.recomputing = None
        own = None if run.run_folder is None else steps_reader(run.run_folder / DATABASE)
        past, origin = run.past, run.origin
        if past is None:
            self.history.read_steps = own
            return
        self.history = past.history
        if origin is not None and origin.parent:
            self.history.read_steps = readers_joined(past.history.read_steps, own, origin.step)
        self.interventions = list(past.interventions)
        self.metric_history.extend(past.measured)
        self.measurement = past.measured[-1] if past.measured else None
        self.diagnosis.load(past)
        self.snapshots.load(past.samples)
        self.earlier_views.load(past.views)
        self.progress = last_progress(run, past)

    def _tell_begin(self, run: RunStarted) -> None:
        self.run_started.emit(run)
        self.samples_changed.emit()
        self.status_changed.emit(self.status)
        if self.measurement is not None:
            self.measured.emit(self.measurement)
        if self.diagnosis.latest is not None:
            self.diagnosed.emit(self.diagnosis.latest)
        if self.progress is not None:
            self.progressed.emit(self.progress)
        self.alerts_changed.emit()

    def _clear(self) -> None:
        """Forget every step."""
        self.is_opened = False
        self.writer, self.checkpoint_bytes = None, 0
        self.history = History()
        self.metric_history.clear()
        self.measurement = None
        self.diagnosis.clear()
        self.views.clear()
        self.earlier_views.clear()
        self.snapshots.clear()
        self.interventions.clear()
        self.progress = self.samples = None
        self.look_at(None)

    def _on_metrics(self, event: events.MetricsBlock) -> None:
        self.history.append(event)
        self.metrics_arrived.emit(event)

    def _on_measured(self, event: Measured) -> None:
        self.measurement = event
        if not event.aside:
            self.metric_history.add(event)
        self.measured.emit(event)

    def _on_diagnosed(self, event: Diagnosed) -> None:
        stood = self.diagnosis.alerts.keys()
        self.diagnosis.add(event)
        self.diagnosed.emit(event)
        if self.diagnosis.alerts.keys() != stood:
            self.alerts_changed.emit()

    def _on_alert_raised(self, event: AlertRaised) -> None:
        self.diagnosis.add_raised(event)
        self.alerts_changed.emit()

    def _on_alert_ended(self, event: AlertEnded) -> None:
        self.diagnosis.add_ended(event)
        self.alerts_changed.emit()

    def _on_view(self, event: Any) -> None:
        self.views[type(event)] = event
        if type(event) in views.VIEW_OF:
            self.earlier_views.add(event)
        self.view_arrived.emit(event)

    def _on_compiling(self, event: events.StepCompiling) -> None:
        self.is_compiling = True
        self.status_changed.emit(self.status)

    def _on_progress(self, event: events.Progress) -> None:
        if self.is_compiling:
            self.is_compiling = False
            self.status_changed.emit(self.status)
        self.progress = event
        self.progressed.emit(event)

    def _on_samples(self, event: Samples) -> None:
        self.samples = event
        # What was shown of an update within a step is over.
        self.views.pop(views.UpdateShown, None)
        self.snapshots.add(event)
        self.samples_changed.emit()

    def _on_checkpoint(self, event: events.CheckpointSaved) -> None:
        self.checkpoint_bytes = event.bytes
        self.checkpoint_saved.emit(event)

    def _on_control(self, event: ControlChanged) -> None:
        self.interventions.append(event)
        self.control_confirmed.emit(event)
