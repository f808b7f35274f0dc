"""What a person chooses for the curves: the figure, the axis, smoothing, a logarithmic scale, seeds together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSlider, QWidget

from gan_desktop.core.registry import metrics
from gan_desktop.gui.alerts.words import quantity
from gan_desktop.gui.plotting.smoothing import DEFAULT_SMOOTHING, SMOOTHINGS
from gan_desktop.gui.widgets.style import describe, label
from gan_desktop.recording.comparing import ComparedRun, grouped
from gan_desktop.recording.run_axis import Axis

# The figure that is shown at first.
FIRST_FIGURE = "g_loss"


class CompareControls(QWidget):
    """A row of fields.

    Signals:
        changed: something else is to be drawn; True if what was looked at closer has gone.
    """

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._make_choices()
        self._make_switches()
        self._lay_out()
        self.figure_box.currentIndexChanged.connect(partial(self._tell, True))
        self.axis_box.currentIndexChanged.connect(partial(self._tell, True))
        self.smoothing.valueChanged.connect(partial(self._tell, False))
        self.group_check.toggled.connect(partial(self._tell, False))

    def _make_choices(self) -> None:
        self.figure_box = QComboBox()
        describe(self.figure_box, "compare_figure_box", self.tr("Figure"), self.tr("What is drawn (Alt+F)"))
        self.axis_box = QComboBox()
        tip = self.tr("Over what it is drawn; pauses do not count as training time (Alt+O)")
        describe(self.axis_box, "compare_axis_box", self.tr("Over"), tip)
        self.axis_box.addItem(self.tr("Steps"), Axis.STEP)
        self.axis_box.addItem(self.tr("Epochs"), Axis.EPOCH)
        self.axis_box.addItem(self.tr("Training time (s)"), Axis.TIME)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, len(SMOOTHINGS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setValue(DEFAULT_SMOOTHING)
        self.smoothing.setFixedWidth(84)
        tip = self.tr("How much of the average before each value keeps (Alt+S)")
        describe(self.smoothing, "compare_smoothing_slider", self.tr("Smoothing"), tip)

    def _make_switches(self) -> None:
        self.log_check = QCheckBox(self.tr("&Log"))
        tip = self.tr("Draw values on a logarithmic axis; where some are at or below 0, on either side of it (Alt+L)")
        describe(self.log_check, "compare_log_check", self.tr("Logarithmic axis"), tip)
        self.group_check = QCheckBox(self.tr("&Group seeds"))
        tip = self.tr(
            "Draw runs that differ in nothing but their seed as their mean, with a band of one standard deviation "
            "(Alt+G)"
        )
        describe(self.group_check, "compare_group_check", self.tr("Group seeds"), tip)

    def _lay_out(self) -> None:
        self._smoothing_text = label(role="field")
        self._smoothing_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("Smoothing 0.9999"))
        self._smoothing_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._show_smoothing()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, field in (
            (label(self.tr("&Figure"), "field"), self.figure_box),
            (label(self.tr("&Over"), "field"), self.axis_box),
            (self._smoothing_text, self.smoothing),
        ):
            text.setBuddy(field)
            row.addWidget(text)
            row.addWidget(field)
        row.addWidget(self.log_check)
        row.addWidget(self.group_check)
        row.addStretch(1)

    def _tell(self, fresh: bool, *_: object) -> None:
        self._show_smoothing()
        self.changed.emit(fresh)

    def _show_smoothing(self) -> None:
        self._smoothing_text.setText(self.tr("&Smoothing {n}").format(n=self.amount))

    def offer(self, runs: Sequence[ComparedRun]) -> None:
        """Offer what can be drawn of these runs; what was chosen stays, and nothing is told."""
        chosen = self.figure_box.currentData() or FIRST_FIGURE
        figures = dict.fromkeys(name for run in runs for name in run.past.history.figures)
        measured = {name for run in runs for one in run.past.measured for name in one.values}
        known = sorted(measured & set(metrics), key=lambda name: metrics[name].value.order)
        self.figure_box.blockSignals(True)
        self.figure_box.clear()
        for name in (*figures, *known):
            self.figure_box.addItem(quantity(name), name)
        self.figure_box.setCurrentIndex(max(0, self.figure_box.findData(chosen)))
        self.figure_box.blockSignals(False)
        self.group_check.setEnabled(len(grouped(runs)) < len(runs))

    # What is chosen.

    @property
    def figure(self) -> str:
        """The name of a figure or a metric; empty if there is none."""
        return self.figure_box.currentData() or ""

    @property
    def axis(self) -> Axis:
        """What it is drawn over."""
        return Axis(self.axis_box.currentData())

    @property
    def amount(self) -> float:
        """How much of the average before each value keeps."""
        return SMOOTHINGS[self.smoothing.value()]

    @property
    def groups(self) -> bool:
        """Whether seeds are drawn together."""
        return self.group_check.isEnabled() and self.group_check.isChecked()
