"""The row above: play, pause, single step, so many steps; the figure that is drawn, its smoothing and its scale."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSlider, QSpinBox, QWidget

from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look import words
from gan_desktop.gui.look.icons import icon
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.smoothing import DEFAULT_SMOOTHING, SMOOTHINGS
from gan_desktop.gui.shell.more_steps import DEFAULT_STEPS, MOST_STEPS
from gan_desktop.gui.widgets.style import describe, inset, label


class LockstepControls(QWidget):
    """Signals:
    play: go on, or pause.
    step: take one step.
    run: take so many steps, then pause.
    changed: something else is to be drawn.
    """

    play = Signal()
    step = Signal()
    run = Signal(int)
    changed = Signal()

    def __init__(self, colors: Colors) -> None:
        super().__init__()
        self._moving = False
        self._make_buttons()
        self._make_choices()
        self.status = label(role="strong")
        self.status.setObjectName("lockstep_status")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        title = label(self.tr("&Figure"), "field")
        title.setBuddy(self.figure_box)
        actions = self.play_button, self.step_button, self.run_button, self.steps_spin, self.status
        choices = title, self.figure_box, self._smoothing_text, self.smoothing, self.log_check
        for widget in actions:
            row.addWidget(widget)
        row.addStretch(1)
        for choice in choices:
            row.addWidget(choice)
        self.set_colors(colors)
        self.show_state(ready=False, moving=False)

    def _make_buttons(self) -> None:
        tr = self.tr
        self.play_button = QPushButton(tr("Play"))
        describe(self.play_button, "lockstep_play_button", tr("Play"), tr("Advance all sides, or pause (Space)"))
        self.step_button = QPushButton(tr("Step"))
        describe(self.step_button, "lockstep_step_button", tr("Step"), tr("Advance all sides by one step (Right)"))
        self.run_button = QPushButton(tr("&Run"))
        tip = tr("Advance all sides by so many steps, then pause (Alt+R)")
        describe(self.run_button, "lockstep_run_button", tr("Run steps, then pause"), tip)
        self.steps_spin = QSpinBox()
        self.steps_spin.setRange(1, MOST_STEPS)
        self.steps_spin.setValue(DEFAULT_STEPS)
        self.steps_spin.setGroupSeparatorShown(True)
        self.steps_spin.setSuffix(tr(" steps"))
        inset(self.steps_spin)
        room = self.fontMetrics().horizontalAdvance("1,000,000" + self.steps_spin.suffix())
        self.steps_spin.setFixedWidth(room + 44)
        tip = tr("How many steps to run, then pause (Enter runs them)")
        describe(self.steps_spin, "lockstep_steps_spin", tr("How many steps"), tip)
        for button, signal in ((self.play_button, self.play), (self.step_button, self.step)):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
        self.run_button.clicked.connect(self._run)
        self.steps_spin.lineEdit().returnPressed.connect(self._run)
        for button in (self.play_button, self.step_button, self.run_button):
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _make_choices(self) -> None:
        self.figure_box = QComboBox()
        guard_wheel(self.figure_box)
        describe(self.figure_box, "lockstep_figure_box", self.tr("Figure"), self.tr("What is drawn (Alt+F)"))
        self.figure_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        guard_wheel(self.smoothing)
        self.smoothing.setRange(0, len(SMOOTHINGS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setValue(DEFAULT_SMOOTHING)
        self.smoothing.setFixedWidth(84)
        tip = self.tr("How much of the average before each value keeps (Alt+S)")
        describe(self.smoothing, "lockstep_smoothing_slider", self.tr("Smoothing"), tip)
        self._smoothing_text = label(role="field")
        self._smoothing_text.setBuddy(self.smoothing)
        self._smoothing_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("Smoothing 0.9999"))
        self._smoothing_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.log_check = QCheckBox(self.tr("&Log"))
        tip = self.tr("Draw values on a logarithmic axis; where some are at or below 0, on either side of it (Alt+L)")
        describe(self.log_check, "lockstep_log_check", self.tr("Logarithmic axis"), tip)
        self.figure_box.currentIndexChanged.connect(self.changed)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self._on_smoothing()

    @Slot()
    def _on_smoothing(self) -> None:
        self._smoothing_text.setText(self.tr("&Smoothing {n}").format(n=self.amount))
        self.changed.emit()

    @Slot()
    def _run(self) -> None:
        self.steps_spin.interpretText()
        if self.run_button.isEnabled():
            self.run.emit(self.steps_spin.value())

    @property
    def figure(self) -> str:
        """The name of the figure; empty before one is known."""
        return self.figure_box.currentData() or ""

    @property
    def amount(self) -> float:
        """How much of the average before each value keeps."""
        return SMOOTHINGS[self.smoothing.value()]

    def set_colors(self, colors: Colors) -> None:
        """Be painted in other colours."""
        self._icons = {name: icon(name, colors.text, colors.muted) for name in ("play", "pause", "step")}
        self.step_button.setIcon(self._icons["step"])
        self._show_play()

    def show_state(self, ready: bool, moving: bool) -> None:
        """Offer what is possible."""
        self._moving = moving
        self.play_button.setEnabled(ready)
        for widget in (self.step_button, self.run_button):
            widget.setEnabled(ready and not moving)
        self._show_play()

    def _show_play(self) -> None:
        self.play_button.setText(self.tr("Pause") if self._moving else self.tr("Play"))
        self.play_button.setIcon(self._icons["pause" if self._moving else "play"])

    def show_step(self, step: int, moving: bool) -> None:
        """Say where the sides are."""
        text = self.tr("step {n}") if moving else self.tr("step {n}, paused")
        self.status.setText(text.format(n=words.count(step)))
