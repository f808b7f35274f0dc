"""What the engine has said about the run, kept for whoever draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Slot

from gan_desktop.core import commands, events, views
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused, ControlChanged, Preparing, RunStarted, Samples
from gan_desktop.core.history import History
from gan_desktop.core.interventions import ControlValue, current_controls, is_same
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from gan_desktop.gui.form.config import same_but_live, with_controls
from gan_desktop.gui.form.key_titles import in_titles
from gan_desktop.gui.run.control_sender import ControlSender
from gan_desktop.gui.run.diagnosis_record import DiagnosisRecord
from gan_desktop.gui.run.metric_history import MetricHistory
from gan_desktop.gui.run.snapshots import SnapshotStore

UNDER_WAY = (Status.PREPARING, Status.TRAINING, Status.PAUSED)


class RunRecord(DiagnosisRecord):
    """Lives in the main thread, takes the events and keeps what they say. Panels read it and listen to its signals.

    Attributes (and those of `DiagnosisRecord`):
        config: what the form shows and the next start uses.
        preset_name: the preset that the form was filled from.
        run: what the engine said when the run under way (or the last one) was built; None before, and while another
            one is being prepared.
        pauses_at_first_alert: whether that run was started so.
        status, status_message: what the engine is doing; `preparation` is what the preparation of a run is at.
        is_compiling: whether the run stands still until what was turned on is compiled.
        history: every step's figures of the run.
        measurement: the latest metrics of the run, those of the step at which it was paused included; None before.
        metric_history: every metric's values in the run.
        interventions: the confirmed changes of live controls in this run, in order.
        samples: the latest samples; `snapshots` are the earlier ones that were kept.
        wants_checkpoint: whether the person asked for one that is not saved yet; a run saves its own as well.
        views: the latest picture of each kind of the networks' insides, by its type (`core.views`).
        faults: what was typed into a field and is not allowed, by the field's key: the sentence that says why. Such a
            field keeps what was typed, and nothing starts before it is mended.
        pending: controls that were asked for and are not confirmed yet, with the value asked for.
    """

    def __init__(
        self,
        send: Callable[[commands.Command], None],
        config: RunConfig,
        preset_name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._send = send
        self._sender = ControlSender(send, self)
        self.config = config
        self.preset_name = preset_name
        self.status = Status.LOADING
        self.status_message = ""
        self.engine: events.EngineReady | None = None
        self.preparation: Preparing | None = None
        self.is_compiling = False
        self.run: RunStarted | None = None
        self.pauses_at_first_alert = False
        self.history = History()
        self.measurement: Measured | None = None
        self.metric_history = MetricHistory()
        self.views: dict[type, Any] = {}
        self.progress: events.Progress | None = None
        self.samples: Samples | None = None
        self.snapshots = SnapshotStore()
        self.interventions: list[ControlChanged] = []
        self.pending: dict[str, ControlValue] = {}
        self.faults: dict[str, str] = {}
        self.wants_checkpoint = False
        # What each panel wants to look at, and what the engine was told of it.
        self._wants: dict[str, commands.Watch] = {}
        self._watched = commands.Watch(frozenset())
        self._chosen_snapshot: Samples | None = None
        self._confirmed: dict[str, ControlValue] = {}
        # A start that was sent and has not been answered by RunStarted.
        self._starting: commands.Start | None = None
        for settled in (self.run_started, self.control_confirmed, self.config_changed):
            settled.connect(self.refusals_settled)
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
            events.CommandRefused: self._on_refused,
            events.CheckpointSaved: self._on_checkpoint,
            events.EngineError: self.engine_failed.emit,
            events.RecordingChanged: self.recording_changed.emit,
            events.NotKept: self.not_kept.emit,
            Diagnosed: self._on_diagnosed,
            AlertRaised: self._on_alert_raised,
            AlertEnded: self._on_alert_ended,
            **dict.fromkeys(views.EVENTS, self._on_view),
        }

    @property
    def is_active(self) -> bool:
        """Whether a run is under way or about to be: live controls go to the engine, not into the form."""
        return self._starting is not None or self.status in UNDER_WAY

    @property
    def is_starting(self) -> bool:
        """Whether a start was asked for that the engine has not answered."""
        return self._starting is not None

    @property
    def can_look(self) -> bool:
        """Whether there are networks that answer what is asked of them: of a run under way, or that ended well."""
        ended_well = self.status in (Status.FINISHED, Status.STOPPED)
        return (
            self.run is not None
            and not self.is_starting
            and (ended_well or self.status in (Status.TRAINING, Status.PAUSED))
        )

    @property
    def controls(self) -> dict[str, ControlValue]:
        """The live controls as confirmed; before and after a run, as the next start will use them."""
        if self._starting is not None:
            return current_controls(self._starting.config)
        return dict(self._confirmed) if self.is_active and self._confirmed else current_controls(self.config)

    @property
    def asked_controls(self) -> dict[str, ControlValue]:
        """The live controls as the person wants them, confirmed or not."""
        return self.controls | self.pending

    @property
    def run_config(self) -> RunConfig | None:
        """What the run under way, or the one that is about to be, was started with; None without one."""
        return self._starting.config if self._starting else self.run.config if self.run else None

    @property
    def is_edited(self) -> bool:
        """Whether the form differs from the run under way in something that needs a new start."""
        return self.run_config is not None and not same_but_live(self.run_config, self.config)

    @property
    def shown_samples(self) -> Samples | None:
        """What sample views draw: the snapshot chosen on the timeline, else the latest."""
        return self._chosen_snapshot or self.samples

    @property
    def is_live(self) -> bool:
        """Whether the latest samples are shown."""
        return self._chosen_snapshot is None

    @property
    def paused_on(self) -> list[Alert]:
        """The alerts for which the engine says that it has paused, as they were raised, the newest of each detector."""
        if self.status is not Status.PAUSED or self.is_starting:
            return []
        newest = {alert.detector: alert for alert, _ in self.past_alerts}
        return [alert for alert in newest.values() if str(alert.message) in self.status_message]

    # What the engine says.

    @Slot(object)
    def receive(self, event: object) -> None:
        """Take an event. Kinds that are not known here are for others."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _on_ready(self, event: events.EngineReady) -> None:
        self.engine = event
        self.engine_ready.emit(event)

    def _on_status(self, event: events.StatusChanged) -> None:
        ends_run = self.status in (Status.TRAINING, Status.PAUSED)
        refused = self.status is Status.PREPARING and event.status is Status.READY
        self.status, self.status_message = event.status, event.message
        self.preparation, self.is_compiling = None, False
        if event.status is Status.PREPARING:
            self._forget_run()
        if event.status.is_final or refused:
            # What it did not answer, it never will; but a start that was sent meanwhile is still to come.
            self._starting = self._starting if ends_run else None
            self.pending.clear()
            self._sender.forget()
        self.status_changed.emit(event.status)
        self.controls_changed.emit()

    def _on_preparing(self, event: Preparing) -> None:
        self.preparation = event
        self.preparing.emit(event)

    def _forget_run(self) -> None:
        """What is shown of the last run, and could be done about it, must not be taken for the one that comes."""
        self.run = None
        self._clear()
        self.run_cleared.emit()
        self.samples_changed.emit()
        self.alerts_changed.emit()

    def _on_started(self, event: RunStarted) -> None:
        self.run = event
        self.pauses_at_first_alert = self._starting is not None and self._starting.pause_at_first_alert
        self._starting = None
        self._clear()
        self._confirmed = current_controls(event.config)
        if not self.is_edited:
            self._follow(self._confirmed)
        self.run_started.emit(event)
        self.samples_changed.emit()
        self.status_changed.emit(self.status)
        self.controls_changed.emit()
        self.alerts_changed.emit()

    def _clear(self) -> None:
        """Know nothing of any step."""
        self.history.clear()
        self.metric_history.clear()
        self.measurement = None
        self._clear_diagnosis()
        self.views.clear()
        self.snapshots.clear()
        self.interventions.clear()
        self.progress = self.samples = self._chosen_snapshot = None

    def _on_metrics(self, event: events.MetricsBlock) -> None:
        self.history.append(event)
        self.metrics_arrived.emit(event)

    def _on_measured(self, event: Measured) -> None:
        self.measurement = event
        if not event.aside:
            self.metric_history.add(event)
        self.measured.emit(event)

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
        self._confirmed[event.key] = event.value
        # The last of several values asked for is the one that counts.
        if event.key in self.pending and is_same(self.pending[event.key], event.value):
            del self.pending[event.key]
        self.interventions.append(event)
        if self._starting is None:
            self._follow({event.key: event.value})
        self.control_confirmed.emit(event)
        self.controls_changed.emit()

    def _on_checkpoint(self, event: events.CheckpointSaved) -> None:
        self.checkpoint_saved.emit(event)
        # One that was made by time is none that the person asked for.
        self.wants_checkpoint = self.wants_checkpoint and event.by_time

    def _on_refused(self, event: CommandRefused) -> None:
        if event.place is not None:
            self.pending.pop(event.place.rpartition(".")[2], None)
        if self._starting is not None and (event.of_start or self.status not in UNDER_WAY):
            self._starting = None
            self.status_changed.emit(self.status)
        self.tell_refusal(event)
        self.controls_changed.emit()

    def tell_refusal(self, event: CommandRefused) -> None:
        """Emit `refused` with a sentence that names fields as the window does."""
        self.refused.emit(replace(event, message=in_titles(event.message)))

    def _follow(self, controls: Mapping[str, ControlValue]) -> None:
        """Keep the form's live controls at the run's, so that what was set last is what a new start uses."""
        try:
            followed = with_controls(self.config, controls)
        except InputError:  # it does not go with what was edited since the run began
            return
        if followed != self.config:
            self.config = followed
            self.config_changed.emit()
