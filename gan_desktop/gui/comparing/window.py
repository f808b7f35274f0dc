"""The window in which runs are compared: their curves over each other, and below them what tells them apart."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.gui.comparing import tables
from gan_desktop.gui.comparing.controls import CompareControls
from gan_desktop.gui.comparing.strands import Strand
from gan_desktop.gui.comparing.strokes import sample_of
from gan_desktop.gui.comparing.tables import CompareTable
from gan_desktop.gui.comparing.traces import Trace, has, trace_of
from gan_desktop.gui.comparing.view import CompareView
from gan_desktop.gui.look.theme import Colors, Theme
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import MessageLabel, describe, label
from gan_desktop.recording.comparing import ComparedRun, grouped
from gan_desktop.recording.run_axis import Axis

SIZE, SMALLEST = QSize(1180, 780), QSize(640, 480)
# The longest name in the legend.
LONGEST_NAME = 34


class CompareWindow(QDialog):
    """Shows the runs that it is given, as they come.

    Args:
        count: how many are to come.
    """

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
        self.controls = CompareControls()
        self.controls.changed.connect(self._show_curves)
        self._make_plot()
        self._make_tables()
        self._lay_out()
        theme.changed.connect(self.set_colors)
        self.setMinimumSize(SMALLEST)
        resize_on_screen(self, SIZE)
        self._show_all()

    def _make_plot(self) -> None:
        self.view = CompareView(self._theme.colors)
        tip = self.tr("Wheel or drag to look closer, double-click to see all; + and − and Home by keyboard.")
        describe(self.view, "compare_plot", self.tr("Curves of the runs"), tip)
        self.controls.log_check.toggled.connect(self.view.set_log)
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
        column.addWidget(self.controls)
        column.addWidget(self.message)
        column.addWidget(self.caption)
        column.addWidget(split, 1)
        self.controls.figure_box.setFocus()

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
        self.controls.offer(self.runs)
        self._show_tables()
        self._show_curves(True)

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

    @Slot(bool)
    def _show_curves(self, fresh: bool) -> None:
        """Draw what is chosen; `fresh` shows all of it."""
        self.view.set_axis_title(self.controls.axis_box.currentText())
        strands = self._strands()
        self.view.is_raw = not self.controls.amount and all(len(strand.traces) == 1 for strand in strands)
        self.view.show_strands(strands, fresh)
        self._say()

    def _strands(self) -> list[Strand]:
        """A line for each run that has the figure on the axis; if seeds are grouped, one for each group."""
        runs = self.runs
        can_show = [has(run, self.controls.figure) and self.controls.axis in run.places for run in runs]
        self._missing = [run.entry.name for run, can in zip(runs, can_show, strict=True) if not can]
        strands = []
        for group in grouped(runs) if self.controls.groups else [[place] for place in range(len(runs))]:
            shown = [place for place in group if can_show[place]]
            if shown:
                traces = [self._trace(runs[place]) for place in shown]
                strands.append(Strand(self._title(runs[shown[0]], len(shown)), shown[0], traces))
        return strands

    def _trace(self, run: ComparedRun) -> Trace:
        """What is drawn of a run; it is made once, since that goes over all bins of a long run."""
        chosen = self.controls.figure, self.controls.axis, self.controls.amount
        if self._traces_of != chosen:
            self._traces_of, self._traces = chosen, {}
        if run not in self._traces:
            figure, axis, amount = chosen
            self._traces[run] = trace_of(run, figure, run.places[axis], amount)
        return self._traces[run]

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
            figure, axis = self.controls.figure_box.currentText(), self.controls.axis_box.currentText().lower()
            lines.append(what.format(figure=figure, axis=axis, names=names))
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
        return f"compare-{self.controls.figure or plot}"

    def refuse(self, sentence: str) -> None:
        """Say why a file could not be written."""
        self._failure = sentence
        self._say()
