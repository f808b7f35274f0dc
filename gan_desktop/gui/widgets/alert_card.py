"""An alert that stands: what has failed, what it rests on, and what can be done about it in one click."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gan_desktop.core.diagnosis import Alert, Suggestion
from gan_desktop.core.interventions import ControlValue
from gan_desktop.gui import diagnosis_words, words
from gan_desktop.gui.theme import Colors
from gan_desktop.gui.widgets.light import Light
from gan_desktop.gui.widgets.row_button import RowButton
from gan_desktop.gui.widgets.style import MessageLabel, describe, label, link_button, paragraph, set_style_property


class AlertCard(QFrame):
    """One detector's alert, with the figures of now.

    Signals:
        suggestion_asked: the changes that were clicked.
        why_asked: the person wants to know what it rests on.
    """

    suggestion_asked = Signal(object)
    why_asked = Signal()

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
        self.note = paragraph()
        self.note.setObjectName(f"{alert.detector}_alert_note")
        self.buttons: list[RowButton] = []
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
        for part in (self.message, self.evidence, self.refusal, self.note):
            self._column.addWidget(part)

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
        while len(self.buttons) < len(alert.suggestions):
            self._add_button()
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(alert.suggestions))

    def _add_button(self) -> None:
        place = len(self.buttons)
        button = RowButton(flat=False)
        button.setObjectName(f"{self._alert.detector}_suggestion_{place}_button")
        button.clicked.connect(lambda: self.suggestion_asked.emit(self._alert.suggestions[place].changes))
        self.buttons.append(button)
        self._column.addWidget(button)

    def show_controls(self, controls: Mapping[str, ControlValue], is_active: bool) -> None:
        """Offer what would change something in the run under way; `controls` are the values asked for."""
        self.note.setText(self.tr("The run is over. What may help can be set before the next start:"))
        self.note.setVisible(not is_active and bool(self._alert.suggestions))
        for button, suggestion in zip(self.buttons, self._alert.suggestions, strict=False):
            self._show_suggestion(button, suggestion, controls, is_active)

    def _show_suggestion(
        self, button: RowButton, suggestion: Suggestion, controls: Mapping[str, ControlValue], is_active: bool
    ) -> None:
        missing = diagnosis_words.missing_changes(suggestion.changes, controls)
        reason = words.sentence(suggestion.reason)
        if missing:
            button.show_lines(diagnosis_words.changes_text(missing, controls), reason)
        else:
            button.show_lines(diagnosis_words.done_text(suggestion), self.tr("Give it some hundred steps."))
        button.setEnabled(bool(missing) and is_active)
        tip = self.tr("One click changes it at the next step, and the change is recorded with the run.")
        button.setToolTip(words.about(reason, tip if is_active else self.tr("No run is under way.")))
