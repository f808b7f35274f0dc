"""An alert that stands: what has failed, what it rests on, and what can be done about it in one click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gan_desktop.core.diagnosis import Alert
from gan_desktop.gui.alerts import words as diagnosis_words
from gan_desktop.gui.alerts.light import Light
from gan_desktop.gui.alerts.remedies import Remedy
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.widgets.row_button import RowButton
from gan_desktop.gui.widgets.style import (
    MessageLabel,
    describe,
    label,
    link_button,
    paragraph,
    set_style_property,
    small_button,
)


class AlertCard(QFrame):
    """One detector's alert, with the figures of now.

    Signals:
        suggestion_asked: the changes that were clicked.
        start_asked: the person wants a run with what was set.
        why_asked: the person wants to know what it rests on.
        before_asked: the person wants to see what was before it.
    """

    suggestion_asked = Signal(object)
    start_asked = Signal()
    why_asked = Signal()
    before_asked = Signal()

    def __init__(self, alert: Alert) -> None:
        super().__init__()
        self.setObjectName("alert_card")
        self._alert = alert
        title = diagnosis_words.detector_title(alert.detector)
        self.light = Light(title, f"{alert.detector}_alert_light")
        self.message = paragraph(role="")
        self.message.setObjectName(f"{alert.detector}_alert_message")
        self.evidence = paragraph()
        self.evidence.setObjectName(f"{alert.detector}_alert_evidence")
        self.refusal = MessageLabel()
        self.refusal.setObjectName(f"{alert.detector}_alert_refusal")
        self.why = link_button(self.tr("Why?"))
        about = self.tr("Why this alert: {title}").format(title=title)
        describe(
            self.why, f"{alert.detector}_alert_why_button", about, self.tr("What it is, and the figures behind it")
        )
        self.why.clicked.connect(self.why_asked)
        self.before = link_button(self.tr("Go to before it"))
        about = self.tr("Go to before this alert: {title}").format(title=title)
        tip = self.tr("Look at a step before this began. You can go on from there, as a branch (Ctrl+Shift+A).")
        describe(self.before, f"{alert.detector}_alert_before_button", about, tip)
        self.before.clicked.connect(self.before_asked)
        self.note = paragraph()
        self.note.setObjectName(f"{alert.detector}_alert_note")
        self._remedies: tuple[Remedy, ...] = ()
        self.buttons: list[RowButton] = []
        self.start_button = small_button(self.tr("Start anew"))
        tip = self.tr("Start a run with what the form says, and so with what was set here")
        describe(self.start_button, f"{alert.detector}_alert_start_button", self.tr("Start anew"), tip)
        self.start_button.clicked.connect(self.start_asked)
        self.start_button.hide()
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self.light)
        # A title that is too long for the card breaks.
        head.addWidget(label(title, "strong", wrap=True), 1)
        head.addWidget(self.why)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(9, 7, 9, 9)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        back = QHBoxLayout()
        back.addWidget(self.before)
        back.addStretch(1)
        for part in (self.message, self.evidence):
            self._column.addWidget(part)
        self._column.addLayout(back)
        for part in (self.refusal, self.note):
            self._column.addWidget(part)
        self._column.addWidget(self.start_button)

    def set_colors(self, colors: Colors) -> None:
        self.light.set_colors(colors)

    def show_alert(self, alert: Alert) -> None:
        """Show the figures of now."""
        self._alert = alert
        self.light.show_level(alert.level)
        set_style_property(self, "level", alert.level.value)
        self.message.setText(diagnosis_words.message_text(alert))
        lines = [diagnosis_words.evidence_text(evidence) for evidence in alert.evidence]
        self.evidence.setText("\n".join([*lines, diagnosis_words.since_text(alert.step)]))

    def show_ways(self, to_why: bool, to_before: bool) -> None:
        """Offer the explanation, and the way to before the alert."""
        self.why.setVisible(to_why)
        self.before.setVisible(to_before)

    def _add_button(self) -> None:
        place = len(self.buttons)
        button = RowButton(flat=False)
        button.setObjectName(f"{self._alert.detector}_suggestion_{place}_button")
        button.clicked.connect(lambda: self.suggestion_asked.emit(self._remedies[place].suggestion.changes))
        self.buttons.append(button)
        self._column.insertWidget(self._column.indexOf(self.start_button), button)

    def show_remedies(
        self, remedies: Sequence[Remedy], is_active: bool, can_change: bool, branch: int | None = None
    ) -> None:
        """Offer what would change something.

        Args:
            remedies: this alert's remedies, without what another card above it offers.
            is_active: whether they change a run under way, and not the form.
            can_change: whether they can be followed now.
            branch: the step at which a branch would begin in which they are followed; None if they change this run.
        """
        self._remedies = tuple(remedies)
        over = self.tr("The run is over. A click sets it for the next start:")
        if branch is not None:
            over = self.tr("A click goes on from step {n} with it, as a branch:").format(n=words.count(branch))
        elsewhere = self.tr("What may help is offered above.")
        self.note.setText(elsewhere if not remedies else over)
        self.note.setVisible(bool(self._alert.suggestions) and not (is_active and remedies))
        while len(self.buttons) < len(remedies):
            self._add_button()
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(remedies))
            if place < len(remedies):
                self._show_remedy(button, remedies[place], is_active, can_change, branch)
        is_set = any(not remedy.missing for remedy in remedies)
        self.start_button.setVisible(not is_active and is_set and branch is None)

    def _show_remedy(
        self, button: RowButton, remedy: Remedy, is_active: bool, can_change: bool, branch: int | None
    ) -> None:
        reason = words.sentence(remedy.suggestion.reason)
        if remedy.missing:
            button.show_lines(remedy.text, reason)
        else:
            wait = self.tr("Give it some hundred steps.") if is_active else self.tr("The next start uses it.")
            button.show_lines(remedy.text, wait)
        button.setEnabled(bool(remedy.missing) and can_change)
        tip = (
            self.tr("One click changes it at the next step, and the change is recorded with the run.")
            if is_active
            else self.tr("No run is under way: one click sets it in the form, for the next start.")
        )
        if branch is not None:
            tip = self.tr("One click begins a branch, in which it is changed; this run is kept as it is.")
        button.setToolTip(words.about(reason, tip))
