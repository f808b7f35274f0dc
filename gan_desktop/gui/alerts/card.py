"""An alert that stands: what has failed, what it rests on, and what can be done about it in one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.interventions import ControlValue
from gan_desktop.gui.alerts import words as diagnosis_words
from gan_desktop.gui.alerts.light import Light
from gan_desktop.gui.alerts.remedies import Remedy
from gan_desktop.gui.alerts.words import missing_changes
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
        branch_asked: the step to go back to, and the changes to make there.
        start_asked: the person wants a run with what was set.
        why_asked: the person wants to know what it rests on.
        before_asked: the person wants to see what was before it.
    """

    suggestion_asked = Signal(object)
    branch_asked = Signal(int, object)
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
        self._form: Mapping[str, ControlValue] | None = None
        self._goes_back = False
        self._step_back: int | None = None
        self.buttons: list[RowButton] = []
        # The other way to take the same remedy.
        self.links: list[QPushButton] = []
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
        button.clicked.connect(lambda: self._ask(place, self._goes_back))
        self.buttons.append(button)
        self._column.insertWidget(self._column.indexOf(self.start_button), button)

    def _add_link(self) -> None:
        place = len(self.links)
        link = link_button("")
        link.setObjectName(f"{self._alert.detector}_other_way_{place}_button")
        link.clicked.connect(lambda: self._ask(place, not self._goes_back))
        self.links.append(link)
        self._column.insertWidget(self._column.indexOf(self.buttons[place]) + 1, link)

    def _ask(self, place: int, goes_back: bool) -> None:
        """Ask for a remedy: from an earlier step as a branch, or now."""
        changes = self._remedies[place].suggestion.changes
        if goes_back and self._step_back is not None:
            self.branch_asked.emit(self._step_back, changes)
        else:
            self.suggestion_asked.emit(changes)

    def show_remedies(
        self,
        remedies: Sequence[Remedy],
        is_active: bool,
        can_change: bool,
        step_back: int | None = None,
        form: Mapping[str, ControlValue] | None = None,
        looks_back: bool = False,
    ) -> None:
        """Offer what would change something.

        Args:
            remedies: this alert's remedies, without what another card above it offers.
            is_active: whether they change a run under way, and not the form.
            can_change: whether they can be followed now.
            step_back: the step from which a branch can take them; None if none can.
            form: the controls that the next start will use, if the remedies are not for it.
            looks_back: whether `step_back` is the moment that is looked at.
        """
        self._remedies = tuple(remedies)
        self._form = form
        self._step_back, self._goes_back = step_back, step_back is not None and not is_active
        over = self.tr("The run is over. A click sets it for the next start:")
        if looks_back:
            over = self.tr("A click goes on from step {n} with it, as a branch:").format(n=self._step_text())
        elif self._goes_back:
            over = self.tr(
                "The run is over. A click goes back to before this began, and goes on from there as a branch:"
            )
        elsewhere = self.tr("What may help is offered above.")
        self.note.setText(elsewhere if not remedies else over)
        self.note.setVisible(bool(self._alert.suggestions) and not (is_active and remedies))
        while len(self.buttons) < len(remedies):
            self._add_button()
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(remedies))
            if place < len(remedies):
                self._show_remedy(button, remedies[place], is_active, can_change, looks_back)
        while step_back is not None and len(self.links) < len(remedies):
            self._add_link()
        for place, link in enumerate(self.links):
            link.setVisible(place < len(remedies) and step_back is not None and not looks_back)
            if place < len(remedies):
                self._show_other_way(link, remedies[place], is_active, can_change)
        is_set = any(self._is_set(remedy) for remedy in remedies)
        self.start_button.setVisible(not is_active and is_set and not looks_back)

    def show_going(self, sentences: str) -> None:
        """Offer nothing while the run is on its way to another step, and say so."""
        self.note.setText(sentences)
        self.note.setVisible(bool(sentences))
        for offer in (*self.buttons, *self.links, self.start_button):
            offer.hide()

    def _is_set(self, remedy: Remedy) -> bool:
        """Whether its changes are made: in the run under way, else in the form."""
        return not (remedy.missing if self._form is None else missing_changes(remedy.suggestion.changes, self._form))

    def _show_remedy(
        self, button: RowButton, remedy: Remedy, is_active: bool, can_change: bool, looks_back: bool
    ) -> None:
        reason = words.sentence(remedy.suggestion.reason)
        if looks_back:
            button.show_lines(remedy.text, reason)
        elif self._goes_back:
            heading = self.tr("Go back to step {n}: {changes}")
            button.show_lines(heading.format(n=self._step_text(), changes=remedy.text), reason)
        elif remedy.missing:
            button.show_lines(remedy.text, reason)
        else:
            wait = self.tr("Give it some hundred steps.") if is_active else self.tr("The next start uses it.")
            button.show_lines(remedy.text, wait)
        button.setEnabled((bool(remedy.missing) or self._goes_back) and can_change)
        tip = (
            self.tr("One click changes it at the next step, and the change is recorded with the run.")
            if is_active
            else self.tr("No run is under way: one click sets it in the form, for the next start.")
        )
        button.setToolTip(words.about(reason, tip))
        if self._goes_back:
            tip = self.tr("A new run begins at that step with the changes. This run stays as it is.")
            button.setToolTip(words.about(reason, tip))

    def _show_other_way(self, link: QPushButton, remedy: Remedy, is_active: bool, can_change: bool) -> None:
        """Offer a branch beside a change of the run under way, or the next start beside a branch of one that ended."""
        step = self._step_text()
        if not self._goes_back:
            link.setText(self.tr("Or from step {n}, as a branch").format(n=step))
            tip = self.tr("End this run, go back to step {n}, and go on from there with the change, as a new run")
            link.setToolTip(tip.format(n=step))
        else:
            is_set = self._is_set(remedy)
            link.setText(self.tr("The next start uses it.") if is_set else self.tr("Or set it for the next start"))
            link.setToolTip(self.tr("Set it in the form, and begin at step 0 with it"))
        link.setAccessibleName(link.text())
        link.setAccessibleDescription(remedy.text)
        link.setEnabled(can_change and (is_active or not self._is_set(remedy)))

    def _step_text(self) -> str:
        return words.count(self._step_back or 0)
