"""Run so many steps, then pause: a number and a button in the header."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSpinBox, QWidget

from gan_desktop.core.status import Status
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.widgets.style import describe, inset

SETTING = "run/more_steps"
DEFAULT_STEPS, MOST_STEPS = 1000, 100_000_000


class MoreSteps(QWidget):
    """Holds `more_steps_button` and `more_steps_spin`; the number is remembered.

    Where the window is too small for it, it is not there: the menu beside Start offers it too.
    """

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._model, self._settings = context.model, context.settings
        self.button = QPushButton(self.tr("Run"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("Train for so many steps, then pause (Ctrl+M)")
        describe(self.button, "more_steps_button", self.tr("Run more steps, then pause"), tip)
        self.spin = QSpinBox()
        self.spin.setRange(1, MOST_STEPS)
        self.spin.setGroupSeparatorShown(True)
        self.spin.setSuffix(self.tr(" steps"))
        self.spin.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        self.spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inset(self.spin)
        # Room for what people type, and not for the largest number of all.
        self.spin.setFixedWidth(self.spin.fontMetrics().horizontalAdvance("1,000,000" + self.spin.suffix()) + 44)
        describe(
            self.spin,
            "more_steps_spin",
            self.tr("How many steps"),
            self.tr("How many steps to run, then pause (Enter runs them)"),
        )
        stored = self._settings.get(SETTING, DEFAULT_STEPS)
        self.spin.setValue(stored)
        self._content = QWidget(self)
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button)
        row.addWidget(self.spin)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.button.clicked.connect(self.run)
        self.spin.lineEdit().returnPressed.connect(self.run)
        self.spin.valueChanged.connect(self._on_changed)
        self._model.state_changed.connect(self.show_state)
        self.show_state()

    @Slot(int)
    def _on_changed(self, steps: int) -> None:
        self._settings.set(SETTING, steps)

    @Slot()
    def run(self) -> None:
        """Run so many steps of the run that is shown, or of a new one, and pause."""
        self.spin.interpretText()
        self._model.run_more(self.spin.value())

    @Slot()
    def show_state(self) -> None:
        """Offer it while nothing trains."""
        busy = (Status.PREPARING, Status.TRAINING)
        self.button.setEnabled(not self._model.is_starting and self._model.record.status not in busy)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """No width: it asks for none that the window lacks."""
        return QSize(0, self._content.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._content.setGeometry(self.rect())
        self._content.setVisible(self.width() >= self._content.sizeHint().width())
