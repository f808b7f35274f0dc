"""What the engine has said about the run, kept for whoever draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from gan_desktop.core import events, views
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.events import ControlChanged, Preparing, RunStarted, Samples
from gan_desktop.core.history import History
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from gan_desktop.gui.run.diagnosis_record import DiagnosisRecord
from gan_desktop.gui.run.metric_history import MetricHistory
from gan_desktop.gui.run.moment import Moment, alerts_at, controls_at, figures_at
from gan_desktop.gui.run.snapshots import SnapshotStore
from gan_desktop.recording.figure_history import steps_reader
from gan_desktop.recording.run_folder import DATABASE

UNDER_WAY = (Status.PREPARING, Status.TRAINING, Status.PAUSED)


class RunRecord(QObject):
    """Takes events, in the main thread, and keeps what they say. It knows of no command and of no form.

    Signals:
        engine_ready: EngineReady, once TensorFlow is loaded.
        status_changed: the Status, where it, its message, or `is_compiling` has changed.
        preparing: Preparing.
        run_cleared: the last run is over and forgotten, because another one is being prepared.
        run_started: RunStarted; the history is empty again.
        metrics_arrived: MetricsBlock, already in the history.
        measured: Measured, already in the metric history.
        progressed: Progress.
        samples_changed: other samples are to be shown: new ones, or those of a moment on the timeline.
        moment_changed: another moment of the run is looked at, or what is now.
        control_confirmed: ControlChanged, already in `interventions`.
        checkpoint_saved: CheckpointSaved.
        diagnosed: Diagnosed, already in `diagnosis`.
        alerts_changed: an alert was raised, now stands or stands no longer, or has ended.
        view_arrived: an event of `core.views`, already in `views`.
        engine_failed: EngineError.
        recording_changed: RecordingChanged.
        not_kept: NotKept.

    Attributes:
        engine: what the engine said when it was ready.
        status, status_message: what the engine is doing; `preparation` is what the preparation of a run is doing.
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
        then: the moment of the run that is looked at; None while the newest is. What panels show goes by it.
        views: the latest picture of each kind of the networks' insides, by its type (`core.views`).
    """

    engine_ready = Signal(object)
    status_changed = Signal(object)
    preparing = Signal(object)
    run_cleared = Signal()
    run_started = Signal(object)
    metrics_arrived = Signal(object)
    measured = Signal(object)
    progressed = Signal(object)
    samples_changed = Signal()
    moment_changed = Signal()
    control_confirmed = Signal(object)
    checkpoint_saved = Signal(object)
    diagnosed = Signal(object)
    alerts_changed = Signal()
    view_arrived = Signal(object)
    engine_failed = Signal(object)
    recording_changed = Signal(object)
    not_kept = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine: events.EngineReady | None = None
        self.status = Status.LOADING
        self.status_message = ""
        self.preparation: Preparing | None = None
        self.is_compiling = False
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
        self.then: Moment | None = None
        self._handlers: dict[type, Callable[[Any], None]] = {
            events.EngineReady: self._on_ready,
            events.StatusChanged: self._on_status,
            Preparing: self._on_preparing,
            events.RunStarted: self._on_started,
            events.MetricsBlock: self._on_metrics,
            Measured: self._on_measured,
            events.StepCompiling: self._on_compiling,
            events.Progress: self._on_progress,
            events.Samples: self._on_samples,
            events.ControlChanged: self._on_control,
            events.CheckpointSaved: self.checkpoint_saved.emit,
            events.EngineError: self.engine_failed.emit,
            events.RecordingChanged: self.recording_changed.emit,
            events.NotKept: self.not_kept.emit,
            Diagnosed: self._on_diagnosed,
            AlertRaised: self._on_alert_raised,
            AlertEnded: self._on_alert_ended,
            **dict.fromkeys(views.EVENTS, self._on_view),
        }

    @property
    def first_step(self) -> int:
        """The first step that can be looked at; the record of a branch may lack what its parent had."""
        return self.history.first_step if len(self.history) else 0

    @property
    def step(self) -> int:
        """How many steps the run has taken, by what has come of it."""
        sampled = 0 if self.samples is None else self.samples.step
        return max(self.history.first_step + len(self.history), sampled)

    @property
    def moment(self) -> int | None:
        """The step that is looked at; None is the newest."""
        return None if self.then is None else self.then.step

    @property
    def is_live(self) -> bool:
        """Whether the newest of the run is shown, and not a moment of its past."""
        return self.then is None

    @property
    def shown_samples(self) -> Samples | None:
        """What sample views draw: the latest, or those nearest to the moment that is looked at."""
        return self.samples if self.then is None else self.then.samples

    @property
    def shown_measurement(self) -> Measured | None:
        """What was measured last, by now or by the moment that is looked at."""
        return self.measurement if self.then is None else self.then.measured

    @property
    def shown_alerts(self) -> dict[str, Alert]:
        """The alerts that stand, or stood at the moment that is looked at, by their detectors."""
        return self.diagnosis.alerts if self.then is None else self.then.alerts

    def look_at(self, step: int | None) -> None:
        """Look at a moment of the run, the nearest that there is; None, or the last step, is the newest again."""
        if step is not None:
            step = None if self.run is None or step >= self.step else max(step, self.first_step)
        if step == self.moment:
            return
        before = self.shown_samples, self.is_live
        self.then = None if step is None else self._moment(step)
        if (self.shown_samples, self.is_live) != before:
            self.samples_changed.emit()
        self.moment_changed.emit()

    def _moment(self, step: int) -> Moment:
        return Moment(
            step,
            self.snapshots.samples_near(step),
            self.controls_at(step),
            alerts_at(self.diagnosis.past_alerts, step),
            figures_at(self.history, step),
            self.metric_history.before(step),
        )

    def controls_at(self, step: int) -> dict[str, ControlValue]:
        """The live controls after `step` steps; nothing without a run."""
        return {} if self.run is None else controls_at(self.run.config, self.interventions, step)

    # What the engine says.

    def receive(self, event: object) -> None:
        """Take an event. Kinds that it does not know are for others."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _on_ready(self, event: events.EngineReady) -> None:
        self.engine = event
        self.engine_ready.emit(event)

    def _on_status(self, event: events.StatusChanged) -> None:
        self.status, self.status_message = event.status, event.message
        self.preparation, self.is_compiling = None, False
        if event.status is Status.PREPARING:
            self._forget_run()
        self.status_changed.emit(event.status)

    def _on_preparing(self, event: Preparing) -> None:
        self.preparation = event
        self.preparing.emit(event)

    def _forget_run(self) -> None:
        """Forget the last run: what is shown of it, or offered to do about it, must not be taken for the next one's."""
        self.run = None
        self._clear()
        self.run_cleared.emit()
        self.samples_changed.emit()
        self.alerts_changed.emit()

    def _on_started(self, event: RunStarted) -> None:
        self.run = event
        self._clear()
        if event.run_folder is not None:
            self.history.read_steps = steps_reader(event.run_folder / DATABASE)
        self.run_started.emit(event)
        self.samples_changed.emit()
        self.status_changed.emit(self.status)
        self.alerts_changed.emit()

    def _clear(self) -> None:
        """Forget every step."""
        self.history = History()
        self.metric_history.clear()
        self.measurement = None
        self.diagnosis.clear()
        self.views.clear()
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

    def _on_control(self, event: ControlChanged) -> None:
        self.interventions.append(event)
        self.control_confirmed.emit(event)
