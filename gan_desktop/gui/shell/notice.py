"""A slim bar under the header for news that belongs to no field: a divergence, a refused command."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from gan_desktop.core import plugins
from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.events import (
    CheckpointRemoved,
    CheckpointSaved,
    CommandRefused,
    RecordingChanged,
    RuleSuspended,
    RunStarted,
)
from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.autopilot import suspended_sentence
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.origin_words import origin_sentences
from gan_desktop.gui.widgets.style import describe, label, link_button


class NoticeBar(QFrame):
    """One sentence that stays until it is closed or outdated.

    Signals:
        place_asked: the person wants to be led to the field of this config key.
        before_asked: the person wants to see what was before the alert on which the run has paused.
        step_asked: the person wants to look at this step of the run.
    """

    place_asked = Signal(str)
    before_asked = Signal()
    step_asked = Signal(object)  # a number that may take more than 32 bits

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._model, self._record = model, model.record
        self._says_paused_on = self._says_refusal = False
        # The status when it was told last.
        self._status = self._record.status
        self.text = label(role="", wrap=True)
        self.text.setObjectName("notice_text")
        self.text.setAccessibleName(self.tr("Notice"))
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setProperty("small", True)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self._close, "close_notice_button", self.tr("Close the notice"), self.tr("Close the notice"))
        self._close.clicked.connect(self.hide)
        self._suspended: list[RuleSuspended] = []  # those of one step
        # Why checkpoints of this run go, as it was said last.
        self._said_removed = ""
        # The key of a refused start, and the way to its field.
        self._refused_key: str | None = None
        self.place_button = link_button(self.tr("Go to the field"))
        describe(
            self.place_button, "place_button", self.tr("Go to the field"), self.tr("Show the field that is at fault")
        )
        self.place_button.clicked.connect(self._on_place)
        self.place_button.hide()
        self.before_button = link_button(self.tr("Go to before it"))
        tip = self.tr("Look at a step before the alert. You can go on from there, as a branch (Ctrl+Shift+A).")
        describe(self.before_button, "notice_before_button", self.tr("Go to before the alert"), tip)
        self.before_button.clicked.connect(self.before_asked)
        self.before_button.hide()
        self._step: int | None = None
        self.step_button = link_button("")
        tip = self.tr("Show this step on the timeline")
        describe(self.step_button, "notice_step_button", tip, tip)
        self.step_button.clicked.connect(self._on_step)
        self.step_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.addWidget(self.text, 1)
        for button in (self.place_button, self.before_button, self.step_button):
            row.addWidget(button)
        row.addWidget(self._close)
        self.hide()
        # What is to be known of the data of a run that starts, and what it has to do without.
        self._run_notes: tuple[str, ...] = ()
        model.record.run_started.connect(self._on_run_started)
        model.state_changed.connect(self._on_state)
        model.refused.connect(self._on_refused)
        model.refusals_settled.connect(self._settle)
        model.record.checkpoint_saved.connect(self._on_checkpoint)
        model.record.checkpoint_removed.connect(self._on_removed)
        model.record.recording_changed.connect(self._on_recording)
        model.record.unreadable.connect(self._on_unreadable)
        model.record.rule_suspended.connect(self._on_suspended)
        model.record.diagnosed.connect(self._on_diagnosis)
        model.record.alerts_changed.connect(self._on_diagnosis)
        model.record.moment_changed.connect(self._show_way_back)

    def say(self, sentence: str, step: int | None = None) -> None:
        """Show a sentence in place of the one before; with a step, offer to look at it."""
        self._says_paused_on = self._says_refusal = False
        self._refused_key = None
        for button in (self.place_button, self.before_button):
            button.hide()
        self._step = step
        self.step_button.setVisible(step is not None)
        if step is not None:
            self.step_button.setText(self.tr("Look at step {n}").format(n=words.count(step)))
        self.text.setText(sentence)
        self.show()

    @Slot(object)
    def _on_run_started(self, event: RunStarted) -> None:
        self._run_notes = (*origin_sentences(event), *event.data.notes, *plugins.problems())
        self._suspended, self._said_removed = [], ""

    @Slot()
    def _on_state(self) -> None:
        status = self._record.status
        is_new, self._status = status is not self._status, status
        if status is Status.DIVERGED:
            sentence = self._record.status_message or self.tr("The run diverged")
            advice = self.tr("Reset goes back to the start; a lower learning rate usually keeps it finite.")
            if self._record.is_own_code:
                advice = ""
            elif self._model.can_branch:
                advice = self.tr("Choose an earlier step on the timeline, and go on from there; or Reset begins again.")
            self.say(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}. {advice}".strip())
        elif status is Status.FAILED:
            reason = self._record.status_message.rstrip(".")
            text = self.tr("The run failed: {reason}. Start tries again.")
            if self._model.can_go_on:
                text = self.tr("The run failed: {reason}. Continue goes on from what was kept.")
            self.say(text.format(reason=reason or self.tr("error")))
        elif status is Status.FINISHED and self._record.status_message:
            self.say(self.tr("The run finished: {reason}.").format(reason=self._record.status_message))
        elif status in (Status.TRAINING, Status.PAUSED) and self._run_notes and not self._model.is_starting:
            self.say(" ".join(self._run_notes))
            self._run_notes = ()
        elif status is Status.PREPARING or self._model.is_starting or (status is Status.TRAINING and is_new):
            # What is said of a run that trains stays when something has been compiled, or was asked for.
            self.hide()
        elif status is Status.PAUSED:
            self._say_paused_on()

    @Slot()
    def _say_paused_on(self) -> None:
        """Say for which alerts the engine has paused, with the figures of now, or what ended them."""
        said = self._model.paused_on
        if said:
            text = self.tr("Paused on an alert at step {step}.").format(step=words.count(said[-1].step))
            self.say(" ".join([text, *(self._now(alert) for alert in said)]))
            self._says_paused_on = True
            self._show_way_back()

    @Slot()
    def _show_way_back(self) -> None:
        """Lead to before the alert, unless the past is looked at already."""
        self.before_button.setVisible(self._says_paused_on and self._record.is_live)

    def _now(self, alert: Alert) -> str:
        standing = self._record.diagnosis.alerts.get(alert.detector)
        ended = self._record.diagnosis.ended_alerts.get(alert.detector)
        if standing is None and ended is not None:
            return self.tr("It has ended: {reason}").format(reason=words.sentence(ended.message))
        return words.sentence((standing or alert).message)

    @Slot()
    def _on_diagnosis(self) -> None:
        """A measurement may be told after the pause."""
        if self._says_paused_on and not self.isHidden():
            self._say_paused_on()

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        if event.of_start:
            self.say(self._not_started(event.message))
            self._says_refusal = True
            self._refused_key = event.place
            # An option of the command line has no field.
            self.place_button.setVisible(event.place is not None and not event.place.startswith("--"))
        elif event.key is None:
            self.say(event.message)
            self._says_refusal = True

    @Slot()
    def _settle(self) -> None:
        """Hide an earlier refusal, which no longer matters."""
        if self._says_refusal:
            self.hide()

    @Slot(object)
    def _on_recording(self, event: RecordingChanged) -> None:
        if event.problem:
            text = self.tr("{reason}. Training goes on; what waits is kept in memory and tried again.")
            self.say(text.format(reason=event.problem))
        else:
            self.say(self.tr("The run folder can be written again."))

    @Slot(object)
    def _on_removed(self, event: CheckpointRemoved) -> None:
        """Say why checkpoints go, once: many may follow."""
        if event.reason and event.reason != self._said_removed:
            self._said_removed = event.reason
            text = self.tr("Earlier checkpoints are removed, because {reason}. Going back to a step takes longer now.")
            self.say(text.format(reason=event.reason.rstrip(".")))

    @Slot(str)
    def _on_unreadable(self, reason: str) -> None:
        self.say(self.tr("Not shown: {reason}.").format(reason=reason.rstrip(".")))

    @Slot(object)
    def _on_suspended(self, event: RuleSuspended) -> None:
        """One move may suspend several rules."""
        self._suspended = [*(other for other in self._suspended if other.step == event.step), event]
        self.say(" ".join(suspended_sentence(suspended) for suspended in self._suspended))

    def _not_started(self, reason: str) -> str:
        text = self.tr("Not started: {reason}.")
        # A run that is only being prepared is the very one that was not started.
        if self._record.status in (Status.TRAINING, Status.PAUSED):
            text = self.tr("Not started, and the run under way goes on: {reason}.")
        return text.format(reason=reason.rstrip("."))

    @Slot()
    def _on_place(self) -> None:
        if self._refused_key is not None:
            self.place_asked.emit(self._refused_key)

    @Slot()
    def _on_step(self) -> None:
        if self._step is not None:
            self.step_asked.emit(self._step)

    @Slot(object)
    def _on_checkpoint(self, event: CheckpointSaved) -> None:
        if event.by_time or not self._model.wants_checkpoint:
            return
        step = words.count(event.step)
        self.say(self.tr("Checkpoint of step {step} saved: {path}").format(step=step, path=event.path))
