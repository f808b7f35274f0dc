"""What a `RunModel` knows of the run: what the engine has confirmed, what it was asked for, what can be asked now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.events import CommandRefused, ControlChanged, RunStarted
from gan_desktop.core.interventions import (
    ControlValue,
    current_controls,
    is_same,
)
from gan_desktop.core.status import Status
from gan_desktop.gui.form.config import same_but_live
from gan_desktop.gui.form.key_titles import in_titles
from gan_desktop.gui.run import continuing
from gan_desktop.gui.run.control_sender import ControlSender
from gan_desktop.gui.run.form import RunForm
from gan_desktop.gui.run.looks import Looks
from gan_desktop.gui.run.opened import Opened
from gan_desktop.gui.run.record import UNDER_WAY, RunRecord
from gan_desktop.gui.run.replays import Replays


class RunState(QObject):
    """The part of a `RunModel` that knows: the record, the form, what was asked for, and what can be asked now.

    Signals:
        state_changed: the record's status has changed, or a start was asked for, or is no longer.
        controls_changed: a control was asked for, confirmed, or edited before a start.
        starting: the form is about to be read for a start: what is being typed is to be taken.
        refused: CommandRefused, from the engine or by the form's own check.
        way_back_asked: the run diverged, and the person wants it to go on: an earlier step is to be chosen.
        refusals_settled: earlier refusals no longer matter: a run has begun, a control was confirmed, or the form was
            edited.

    Attributes:
        record: what the engine has said of the run.
        form: what the next start uses.
        looks: what can be asked of the networks without touching the training.
        replays: repeats the record of the run that is shown.
        pending: controls that were asked for and are not confirmed yet, with the value asked for.
        pauses_at_first_alert: whether the run under way (or the last one) was started to do so.
        wants_checkpoint: whether the person asked for a checkpoint that is not saved yet; a run saves its own as well.
    """

    state_changed = Signal()
    controls_changed = Signal()
    starting = Signal()
    refused = Signal(object)
    refusals_settled = Signal()
    way_back_asked = Signal()

    def __init__(self, send: Callable[[commands.Command], None], config: RunConfig | None, parent: QObject) -> None:
        super().__init__(parent)
        self.record = RunRecord(self)
        self.form = RunForm(config, self)
        self.looks = Looks(send)
        self.replays = Replays(self.record, send, self)
        self.pending: dict[str, ControlValue] = {}
        self.pauses_at_first_alert = False
        self.wants_checkpoint = False
        self._send = send
        self._sender = ControlSender(send, self)
        self._confirmed: dict[str, ControlValue] = {}
        # What was sent to begin a run and has not been answered by RunStarted, and the config that it begins with.
        self._starting: commands.Start | commands.Continue | None = None
        self._starting_config: RunConfig | None = None
        # Whether the form showed the run that goes on, and is to show it again.
        self._form_follows = False
        self.record.status_changed.connect(self.state_changed)
        self.form.edited.connect(self.controls_changed)
        self.form.refused.connect(self._tell_refusal)
        for settled in (self.record.run_started, self.record.control_confirmed, self.form.config_changed):
            settled.connect(self.refusals_settled)
        self._answers: dict[type, Callable[[Any], None]] = {
            events.StatusChanged: self._on_status,
            RunStarted: self._on_started,
            ControlChanged: self._on_control,
            CommandRefused: self._on_refused,
            events.CheckpointSaved: self._on_checkpoint,
        }

    @property
    def is_active(self) -> bool:
        """Whether a run is under way or about to be: live controls go to the engine, not into the form."""
        return self._starting is not None or self.record.status in UNDER_WAY

    @property
    def is_starting(self) -> bool:
        """Whether a start was asked for that the engine has not answered."""
        return self._starting is not None

    @property
    def going(self) -> continuing.Going | None:
        """The step to which the run that is shown is on its way; None if it is not."""
        starting = self._starting
        return continuing.going(self.record, starting) if isinstance(starting, commands.Continue) else None

    @property
    def can_look(self) -> bool:
        """Whether there are networks that can be asked: a run is under way, or has ended well."""
        sound = (Status.TRAINING, Status.PAUSED, Status.FINISHED, Status.STOPPED)
        record = self.record
        return record.run is not None and not record.is_opened and not self.is_starting and record.status in sound

    @property
    def paused_on(self) -> list[Alert]:
        """The alerts for which the engine says that it has paused, as they were raised, the newest of each detector."""
        if self.record.status is not Status.PAUSED or self.is_starting:
            return []
        newest = {alert.detector: alert for alert, _ in self.record.diagnosis.past_alerts}
        return [alert for alert in newest.values() if str(alert.message) in self.record.status_message]

    @property
    def controls(self) -> dict[str, ControlValue]:
        """The live controls as confirmed; before and after a run, as the next start will use them."""
        if self._starting is not None and self._starting_config is not None:
            return current_controls(self._starting_config)
        return dict(self._confirmed) if self.is_active and self._confirmed else current_controls(self.form.config)

    @property
    def shown_controls(self) -> dict[str, ControlValue]:
        """The live controls as confirmed, or as they were at the moment that is looked at."""
        return self.controls if self.record.then is None else self.record.then.controls

    @property
    def asked_controls(self) -> dict[str, ControlValue]:
        """The live controls as the person wants them, confirmed or not."""
        return self.controls | self.pending

    @property
    def run_config(self) -> RunConfig | None:
        """The config that the run under way, or about to be, was started with; None without a run."""
        if self._starting is not None:
            return self._starting_config
        return None if self.record.run is None else self.record.run.config

    @property
    def is_edited(self) -> bool:
        """Whether the form differs from the run under way in something that needs a new start."""
        return self.run_config is not None and not same_but_live(self.run_config, self.form.config)

    @property
    def can_go_on(self) -> bool:
        """Whether the run that is shown has ended and can go on from its last step."""
        return not self.is_starting and continuing.can_go_on(self.record)

    @property
    def goes_on(self) -> bool:
        """Whether Start goes on with the run that ended: it can, and the person has chosen nothing else to train."""
        return self.can_go_on and not self.is_edited

    @property
    def needs_way_back(self) -> bool:
        """Whether the run that is shown diverged, so that only a branch from an earlier step goes on."""
        return self.record.status is Status.DIVERGED and self.can_branch and not self.is_edited

    @property
    def can_replay(self) -> bool:
        """Whether the record of the run that is shown can be repeated: it has a folder, and nothing else is done."""
        run = self.record.run
        is_free = not self.is_active and not self.replays.is_under_way and not self.record.is_own_code
        return is_free and run is not None and run.run_folder is not None

    @property
    def can_branch(self) -> bool:
        """Whether a branch can begin at a step of the run that is shown, whether it is under way or over."""
        status = self.record.status
        return not self.is_starting and status is not Status.PREPARING and continuing.is_kept(self.record)

    # What the engine says.

    @Slot(object)
    def receive(self, event: object) -> None:
        """Take an event: the record keeps it, and requests that it answers are settled."""
        if self.replays.receive(event):
            return
        self._answers.get(type(event), self.record.receive)(event)

    def _on_status(self, event: events.StatusChanged) -> None:
        before = self.record.status
        if event.status.is_final or (before is Status.PREPARING and event.status is Status.READY):
            # What the engine has not answered, it never will; but a start that was sent while a run trained is still to
            # come.
            if before not in (Status.TRAINING, Status.PAUSED):
                self._settle_start()
            self._forget_asked()
        self.record.receive(event)
        self.controls_changed.emit()

    def _on_started(self, event: RunStarted) -> None:
        starting = self._starting
        self.pauses_at_first_alert = isinstance(starting, commands.Start) and starting.pause_at_first_alert
        self._settle_start()
        self._confirmed = continuing.controls_of(event)
        if event.origin is not None and self._form_follows:
            self.form.show_run(event.config, event.name)
        if same_but_live(event.config, self.form.config):
            self.form.follow(self._confirmed)
        self.record.receive(event)
        self.controls_changed.emit()

    def _on_control(self, event: ControlChanged) -> None:
        self._confirmed[event.key] = event.value
        # The last of several values asked for is the one that counts.
        if event.key in self.pending and is_same(self.pending[event.key], event.value):
            del self.pending[event.key]
        if self._starting is None:
            self.form.follow({event.key: event.value})
        self.record.receive(event)
        self.controls_changed.emit()

    def _on_refused(self, event: CommandRefused) -> None:
        if event.place is not None:
            self.pending.pop(event.place.rpartition(".")[2], None)
        if self._starting is not None and (event.of_start or self.record.status not in UNDER_WAY):
            self._settle_start()
            self.state_changed.emit()
        self._tell_refusal(event)
        self.controls_changed.emit()

    @Slot(object)
    def _tell_refusal(self, event: CommandRefused) -> None:
        """Emit `refused` with a sentence that names fields as the window does."""
        self.refused.emit(replace(event, message=in_titles(event.message)))

    def _on_checkpoint(self, event: events.CheckpointSaved) -> None:
        self.record.receive(event)
        # A checkpoint that was made by time is not one that the person asked for.
        self.wants_checkpoint = self.wants_checkpoint and event.by_time

    def show_kept(self, opened: Opened) -> None:
        """Show a run that was read from its folder: figures, samples and all, without networks. None is under way."""
        self._forget_asked()
        self.replays.stop()
        run = opened.started
        self._confirmed = continuing.controls_of(run)
        if not run.own_code:  # what the form holds can be started
            self.form.show_run(run.config, run.name)
            self.form.follow(self._confirmed)
        self.record.show_kept(opened)
        self.controls_changed.emit()

    def take_followed(self, news: Sequence[object]) -> None:
        """Take what another process has added to the run that is shown, as events of its engine."""
        for change in news:
            if isinstance(change, ControlChanged):
                self._confirmed[change.key] = change.value
                if not self.record.is_own_code:
                    self.form.follow({change.key: change.value})
        self.record.take_followed(news)
        self.controls_changed.emit()

    def _settle_start(self) -> None:
        if self._starting is not None and self.record.status is not Status.PREPARING:
            self.record.hold_run(False)
        self._starting = self._starting_config = None

    def _forget_asked(self) -> None:
        self.pending.clear()
        self._sender.forget()
