"""Why the diagnosis says what it says: the definition with the figures of now put in. It never stops the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core import registry
from gan_desktop.core.diagnosis import Alert, Aspect, Evidence, Level, Sentence
from gan_desktop.gui.alerts import words as diagnosis_words
from gan_desktop.gui.alerts.light import Light
from gan_desktop.gui.form.single_fields import clear_layout
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors, Theme
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label

WIDTH = 420


class WhyDialog(QDialog):
    """What one aspect or one alert rests on; it follows the run while it is open."""

    def __init__(self, parent: QWidget, record: RunRecord, theme: Theme, title: str) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setObjectName("why_dialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._record = record
        # Whether the figures are those of now, or of the moment that is looked at.
        self._is_current = True
        self.light = Light(title, "why_light")
        self.sentence, self.definition = label(role="strong", wrap=True), label(role="", wrap=True)
        self.step = ElidedLabel()
        for part, name, about in (
            (self.sentence, "why_sentence", self.tr("What it says")),
            (self.definition, "why_definition", self.tr("What it means")),
            (self.step, "why_step", self.tr("Step")),
        ):
            describe(part, name, about, "")
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._figures = QGridLayout()
        self._figures.setHorizontalSpacing(10)
        self._figures.setVerticalSpacing(2)
        self._figures.setColumnStretch(0, 1)
        self._lay_out(title)
        record.diagnosed.connect(self.show_now)
        record.alerts_changed.connect(self.show_now)
        record.moment_changed.connect(self.show_now)
        # What it explains belongs to another run.
        record.run_started.connect(self.close)
        record.run_cleared.connect(self.close)
        theme.changed.connect(self._set_colors)
        self._set_colors(theme.colors)

    def _lay_out(self, title: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.light)
        head.addWidget(label(title, "strong"))
        head.addWidget(self.step, 1)
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        describe(close, "close_why_button", self.tr("Close"), self.tr("Close this explanation (Esc)"))
        # The platform's own icon is black, and lost on a dark button.
        close.setIcon(QIcon())
        buttons.rejected.connect(self.close)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self.definition)
        column.addWidget(rule)
        column.addLayout(self._figures)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(WIDTH)

    @Slot(object)
    def _set_colors(self, colors: Colors) -> None:
        self.light.set_colors(colors)

    def show_now(self) -> None:
        """Show the figures of now."""
        raise NotImplementedError

    def show_explanation(
        self, level: Level, sentence: Sentence, definition: str, step: str, evidence: Sequence[Evidence]
    ) -> None:
        """Put everything in its place."""
        self.light.show_level(level)
        self.sentence.setText(words.sentence(sentence))
        self.definition.setText(definition)
        self.definition.setVisible(bool(definition))
        self.step.setText(step)
        self._show_evidence(evidence)
        # The height that the sentences need at this width.
        resize_on_screen(self, QSize(self.width(), self._column.totalHeightForWidth(self.width())))

    def _show_evidence(self, evidence: Sequence[Evidence]) -> None:
        clear_layout(self._figures)
        when = self.tr("now") if self._is_current else self.tr("last")
        when = when if self._record.is_live else self.tr("then")
        headings = (self.tr("It rests on"), when, self.tr("threshold"), self.tr("perfect"))
        right = Qt.AlignmentFlag.AlignRight
        for column, heading in enumerate(headings if evidence else ()):
            self._figures.addWidget(label(heading), 0, column, right if column else Qt.AlignmentFlag.AlignLeft)
        for place, item in enumerate(evidence):
            row = 1 + 3 * place
            floor = "" if item.floor is None else diagnosis_words.value_text(item.name, item.floor)
            value = diagnosis_words.value_text(item.name, item.value)
            limit = diagnosis_words.threshold_text(item)
            for column, text in enumerate((diagnosis_words.quantity(item.name), value, limit, floor)):
                part = label(text, "strong" if column < 2 else "muted")
                part.setToolTip(str(item))
                part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._figures.addWidget(part, row, column, right if column else Qt.AlignmentFlag.AlignLeft)
            if meaning := diagnosis_words.explained(item):
                self._figures.addWidget(label(meaning, wrap=True), row + 1, 0, 1, len(headings))
            self._figures.setRowMinimumHeight(row + 2, 6)


class WhyAspect(WhyDialog):
    """Why an aspect's light is as it is."""

    def __init__(self, parent: QWidget, record: RunRecord, theme: Theme, name: str) -> None:
        self._name = name
        super().__init__(parent, record, theme, words.config_text(registry.aspects[name].title))
        self.show_now()

    @Slot()
    def show_now(self) -> None:
        diagnosis = self._record.shown_lights
        aspect: Aspect | None = None
        if diagnosis is not None:
            aspect = next((known for known in diagnosis.aspects if known.name == self._name), None)
        if diagnosis is None or aspect is None:
            return
        definition = words.sentence(aspect.why) or words.config_text(registry.aspects[self._name].description)
        step = self.tr("step {n}").format(n=words.count(diagnosis.step))
        self.show_explanation(aspect.level, aspect.sentence, definition, step, aspect.rests_on)


class WhyAlert(WhyDialog):
    """Why an alert stands; once it has ended, what ended it, and the figures that it had last."""

    def __init__(self, parent: QWidget, record: RunRecord, theme: Theme, detector: str) -> None:
        self._detector = detector
        self._last: Alert | None = None
        super().__init__(parent, record, theme, diagnosis_words.detector_title(detector))
        self.show_now()

    @Slot()
    def show_now(self) -> None:
        diagnosis = self._record.diagnosis
        alert, ended = diagnosis.alerts.get(self._detector), diagnosis.ended_alerts.get(self._detector)
        self._is_current = alert is not None
        # What has ended has no light.
        self.light.setVisible(self._is_current)
        known = registry.detectors.get(self._detector)
        definition = "" if known is None else words.config_text(known.description)
        if alert is not None:
            self._last = alert
            step = diagnosis_words.since_text(alert.step)
            self.show_explanation(alert.level, alert.message, definition, step, alert.evidence)
        elif ended is not None:
            last = self._last or ended.alert
            step = self.tr("ended at step {n}").format(n=words.count(ended.step))
            self.show_explanation(last.level, ended.message, definition, step, last.evidence)
