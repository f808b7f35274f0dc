"""The window in which runs are compared: their curves over each other, and below them what tells them apart."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QSlider,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.core.registry import metrics
from gan_desktop.gui.alerts.words import quantity
from gan_desktop.gui.comparing import tables
from gan_desktop.gui.comparing.strokes import sample_of
from gan_desktop.gui.comparing.tables import CompareTable
from gan_desktop.gui.comparing.traces import Trace, has, trace_of
from gan_desktop.gui.comparing.view import CompareView, Strand
from gan_desktop.gui.look.theme import Colors, Theme
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.plotting.smoothing import DEFAULT_SMOOTHING, SMOOTHINGS
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import MessageLabel, describe, label
from gan_desktop.recording.comparing import ComparedRun, grouped
from gan_desktop.recording.run_axis import Axis

SIZE, SMALLEST = QSize(1180, 780), QSize(640, 480)
# The figure that is shown at first, and the longest name in the legend.
FIRST_FIGURE, LONGEST_NAME = "g_loss", 34


class CompareWindow(QDialog):
    """Shows the runs that it is given, as they come.

    Args:
        count: how many are to come.

    Signals:
        shown: something new is shown.
    """

    shown = Signal()

    def __init__(self, parent: QWidget, theme: Theme, count: int) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("compare_window")
        self.setWindowTitle(self.tr("Compare Runs"))
        self._theme, self._count = theme, count
        self._runs: dict[int, ComparedRun] = {}
        self._refusals: dict[int, str] = {}
        self._failure = ""
        self._missing: list[str] = []
        self._traces: dict[ComparedRun, Trace] = {}
        self._traces_of: tuple[str, Axis, float] | None = None
        self._make_controls()
        self._make_plot()
        self._make_tables()
        self._lay_out()
        theme.changed.connect(self.set_colors)
        self.setMinimumSize(SMALLEST)
        resize_on_screen(self, SIZE)
        self._show_all()

    def _make_controls(self) -> None:
        self.figure_box = QComboBox()
        describe(self.figure_box, "compare_figure_box", self.tr("Figure"), self.tr("What is drawn (Alt+F)"))
        self.axis_box = QComboBox()
        tip = self.tr("Over what it is drawn; pauses do not count as training time (Alt+O)")
        describe(self.axis_box, "compare_axis_box", self.tr("Over"), tip)
        for axis, text in self._axes().items():
            self.axis_box.addItem(text, axis)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, len(SMOOTHINGS) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setValue(DEFAULT_SMOOTHING)
        self.smoothing.setFixedWidth(84)
        tip = self.tr("How much of the average before each value keeps (Alt+S)")
        describe(self.smoothing, "compare_smoothing_slider", self.tr("Smoothing"), tip)
        self.log_check = QCheckBox(self.tr("&Log"))
        tip = self.tr("Draw values on a logarithmic axis; where some are at or below 0, on either side of it (Alt+L)")
        describe(self.log_check, "compare_log_check", self.tr("Logarithmic axis"), tip)
        self.group_check = QCheckBox(self.tr("&Group seeds"))
        tip = self.tr(
            "Draw runs that differ in nothing but their seed as their mean, with a band of one standard deviation "
            "(Alt+G)"
        )
        describe(self.group_check, "compare_group_check", self.tr("Group seeds"), tip)
        self.figure_box.currentIndexChanged.connect(partial(self._show_curves, True))
        self.axis_box.currentIndexChanged.connect(partial(self._show_curves, True))
        self.smoothing.valueChanged.connect(partial(self._show_curves, False))
        self.group_check.toggled.connect(partial(self._show_curves, False))

    def _make_plot(self) -> None:
        self.view = CompareView(self._theme.colors)
        tip = self.tr("Wheel or drag to look closer, double-click to see all; + and − and Home by keyboard.")
        describe(self.view, "compare_plot", self.tr("Curves of the runs"), tip)
        self.log_check.toggled.connect(self.view.set_log)
        self.plot_menu = PlotMenu(self, self.view, table=self.view.table, reset=self.view.show_all)
        for text, keys, does in (
            (self.tr("Zoom In"), ("+", "="), partial(self.view.zoom, 0.5)),
            (self.tr("Zoom Out"), ("-",), partial(self.view.zoom, 2.0)),
            (self.tr("Show All"), ("Home",), self.view.show_all),
        ):
            action = QAction(text, self.view)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, does=does: does())
            self.view.addAction(action)

    def _make_tables(self) -> None:
        tr = self.tr
        self.differs = CompareTable(
            "compare_differs_table", tr("What differs"), tr("The config keys that are not the same in all runs")
        )
        self.metrics = CompareTable(
            "compare_metrics_table", tr("Metrics"), tr("Each metric at the end of each run, and at its best")
        )
        self.alerts = CompareTable("compare_alerts_table", tr("Alerts"), tr("The steps at which each alert stood"))
        self.tabs = QTabWidget()
        tip = tr("What tells the runs apart (Alt+D, Alt+M, Alt+A)")
        describe(self.tabs, "compare_tabs", tr("Tables"), tip)
        for table, title in (
            (self.differs, tr("&Differences")),
            (self.metrics, tr("&Metrics")),
            (self.alerts, tr("&Alerts")),
        ):
            self.tabs.addTab(table, title)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        self._smoothing_text = label(role="field")
        self._smoothing_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("Smoothing 0.9999"))
        self._smoothing_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        named = (
            (label(self.tr("&Figure"), "field"), self.figure_box),
            (label(self.tr("&Over"), "field"), self.axis_box),
        )
        for text, field in (*named, (self._smoothing_text, self.smoothing)):
            text.setBuddy(field)
            top.addWidget(text)
            top.addWidget(field)
        top.addWidget(self.log_check)
        top.addWidget(self.group_check)
        top.addStretch(1)
        self.message = MessageLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setObjectName("compare_message")
        self.caption = label(wrap=True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setObjectName("compare_caption")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.caption)
        column.addWidget(split, 1)
        self.figure_box.setFocus()

    def _axes(self) -> dict[Axis, str]:
        """What curves can be drawn over, in words."""
        return {
            Axis.STEP: self.tr("Steps"),
            Axis.EPOCH: self.tr("Epochs"),
            Axis.TIME: self.tr("Training time (s)"),
        }

    # What comes.

    @property
    def runs(self) -> list[ComparedRun]:
        """The runs that were read, in the order in which they were asked for."""
        return [self._runs[place] for place in sorted(self._runs)]

    @Slot(int, object)
    def take_run(self, place: int, run: ComparedRun) -> None:
        """Show a run more."""
        self._runs[place] = run
        self._show_all()

    @Slot(int, str)
    def take_refusal(self, place: int, sentence: str) -> None:
        """Say why a run cannot be shown; the others are."""
        self._refusals[place] = sentence
        self._show_all()

    def _show_all(self) -> None:
        self._fill_figures()
        runs = self.runs
        # With a single run there is nothing that could be the same in all.
        self.group_check.setEnabled(len(grouped(runs)) < len(runs))
        self._show_tables()
        self._show_curves(True)

    def _fill_figures(self) -> None:
        """Offer the figures and metrics that some run has; what was chosen stays."""
        chosen = self.figure_box.currentData() or FIRST_FIGURE
        figures = dict.fromkeys(name for run in self.runs for name in run.past.history.figures)
        measured = {name for run in self.runs for one in run.past.measured for name in one.values}
        known = sorted(measured & set(metrics), key=lambda name: metrics[name].value.order)
        self.figure_box.blockSignals(True)
        self.figure_box.clear()
        for name in (*figures, *known):
            self.figure_box.addItem(quantity(name), name)
        self.figure_box.setCurrentIndex(max(0, self.figure_box.findData(chosen)))
        self.figure_box.blockSignals(False)

    # What is shown.

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        """Be painted in other colours."""
        self.view.set_colors(colors)
        self._show_tables()

    def _names(self) -> list[str]:
        return [run.entry.name for run in self.runs]

    def _show_tables(self) -> None:
        runs, names = self.runs, self._names()
        ratio = self.devicePixelRatioF()
        samples = [sample_of(place, self._theme.colors, ratio) for place in range(len(runs))]
        self.differs.show_rows(self.tr("Key"), names, samples, tables.differing_rows(runs))
        self.metrics.show_rows(self.tr("Metric"), names, samples, tables.metric_rows(runs) if runs else [])
        self.alerts.show_rows(self.tr("Alert"), names, samples, tables.alert_rows(runs))

    def _show_curves(self, fresh: bool, *_: object) -> None:
        """Draw what is chosen; `fresh` shows all of it."""
        self._smoothing_text.setText(self.tr("&Smoothing {n}").format(n=SMOOTHINGS[self.smoothing.value()]))
        self.view.set_axis_title(self.axis_box.currentText())
        strands = self._strands()
        self.view.is_raw = self.smoothing.value() == 0 and all(len(strand.traces) == 1 for strand in strands)
        self.view.show_strands(strands, fresh)
        self._say()
        self.shown.emit()

    def _strands(self) -> list[Strand]:
        """A line for each run that has the figure on the axis; if seeds are grouped, one for each group."""
        runs, name, axis = self.runs, self.figure_box.currentData(), self.axis_box.currentData()
        self._missing = [run.entry.name for run in runs if not self._can_show(run)]
        if name is None:
            return []
        together = self.group_check.isChecked() and self.group_check.isEnabled()
        strands = []
        for group in grouped(runs) if together else [[place] for place in range(len(runs))]:
            shown = [place for place in group if self._can_show(runs[place])]
            if shown:
                traces = [self._trace(runs[place], name, axis) for place in shown]
                strands.append(Strand(self._title(runs[shown[0]], len(shown)), shown[0], traces))
        return strands

    def _trace(self, run: ComparedRun, name: str, axis: Axis) -> Trace:
        """What is drawn of a run; it is made once, since that goes over all bins of a long run."""
        smoothing = SMOOTHINGS[self.smoothing.value()]
        if self._traces_of != (name, axis, smoothing):
            self._traces_of, self._traces = (name, axis, smoothing), {}
        if run not in self._traces:
            self._traces[run] = trace_of(run, name, run.places[axis], smoothing)
        return self._traces[run]

    def _can_show(self, run: ComparedRun) -> bool:
        return has(run, str(self.figure_box.currentData())) and self.axis_box.currentData() in run.places

    def _title(self, run: ComparedRun, seeds: int) -> str:
        name = run.entry.name
        name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        return name if seeds == 1 else self.tr("{name}: mean of {n} seeds").format(name=name, n=seeds)

    def _say(self) -> None:
        """Say what is still being read, what is missing, and what could not be read or written."""
        left = self._count - len(self._runs) - len(self._refusals)
        lines = [self.tr("Reading {n} more of {all} runs…").format(n=left, all=self._count)] if left > 0 else []
        if self._missing and self._runs:
            what = self.tr("{figure} over {axis} is not known of {names}.")
            names = ", ".join(self._missing)
            axis = self.axis_box.currentText()
            lines.append(what.format(figure=self.figure_box.currentText(), axis=axis.lower(), names=names))
        lines += [
            self.tr("{name}: {gap}").format(name=run.entry.name, gap=run.past.gap) for run in self.runs if run.past.gap
        ]
        if any(len(strand.traces) > 1 for strand in self.view.strands):
            lines.append(self.tr("The bands are one standard deviation wide on either side of the mean."))
        self.caption.setText("\n".join(lines))
        self.caption.setVisible(bool(lines))
        self.message.show_message("\n".join(filter(None, [*self._refusals.values(), self._failure])))

    # What the menu of the plot asks for.

    def name_of_plot(self, plot: str) -> str:
        """The name of a file with the plot."""
        return f"compare-{self.figure_box.currentData() or plot}"

    def refuse(self, sentence: str) -> None:
        """Say why a file could not be written."""
        self._failure = sentence
        self._say()
