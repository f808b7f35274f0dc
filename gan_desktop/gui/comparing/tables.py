"""The tables below the plot: a column for each run, a row for each thing that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from gan_desktop.core.fields import every_field
from gan_desktop.core.registry import detectors, metrics
from gan_desktop.core.status import Status
from gan_desktop.gui.form.key_titles import key_title
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.style import describe
from gan_desktop.recording.comparing import ComparedRun, Outcome, differing, outcomes

NONE = "–"
# The last changes of a run that its cell names.
MOST_CHANGES = 3
# The least width of a column, and what rows of several lines have besides them.
WIDTH, AIR = 150, 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("Comparing", text)


@dataclass(frozen=True)
class Row:
    """What is compared, with a cell for each run; `tip` explains it."""

    title: str
    cells: Sequence[str]
    tip: str = ""


class CompareTable(QTableWidget):
    """A table to be read: cells can be marked and copied, not changed."""

    def __init__(self, name: str, title: str, tip: str) -> None:
        super().__init__()
        describe(self, name, title, tip)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, first: str, names: Sequence[str], samples: Sequence[QIcon], rows: Sequence[Row]) -> None:
        """Show these rows; `first` heads the first column, the runs' names with their lines the others."""
        self.clear()
        self.setColumnCount(1 + len(names))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderItem(0, QTableWidgetItem(first))
        for column, (name, sample) in enumerate(zip(names, samples, strict=True), start=1):
            heading = QTableWidgetItem(sample, name)
            heading.setToolTip(name)
            self.setHorizontalHeaderItem(column, heading)
        for number, row in enumerate(rows):
            for column, text in enumerate((row.title, *row.cells)):
                item = QTableWidgetItem(text)
                item.setToolTip(words.about(text, row.tip) if column == 0 else text)
                self.setItem(number, column, item)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.resizeColumnsToContents()
        for column in range(1, self.columnCount()):
            header.resizeSection(column, max(WIDTH, min(header.sectionSize(column), 2 * WIDTH)))
        self.resizeRowsToContents()
        for row in range(self.rowCount()):
            cells = (self.item(row, column) for column in range(self.columnCount()))
            if any(cell is not None and "\n" in cell.text() for cell in cells):
                self.setRowHeight(row, self.rowHeight(row) + AIR)


def key_text(path: str, value: Any) -> str:
    """A config value in the words of the form."""
    info = every_field().get(path)
    if value is None or info is None:
        return NONE if value is None else str(value)
    # Every digit of a seed.
    return str(value) if type(value) is int else words.key_value(info, value)


def differing_rows(runs: Sequence[ComparedRun]) -> list[Row]:
    """What is not the same in the configs of all, and in what was changed while they trained."""
    rows = []
    for path, values in differing(runs).items():
        info = every_field().get(path)
        title = path if info is None else key_title(info)
        rows.append(Row(title, [key_text(path, value) for value in values], path))
    if len({run.recipe[1] for run in runs}) > 1:
        tip = _tr("The changes of controls, by hand, as a cure or by a rule; the last ones, if there are many")
        rows.append(Row(_tr("Changed while it trained"), [changes_text(run) for run in runs], tip))
    return rows


def changes_text(run: ComparedRun) -> str:
    """The changes made while a run trained, the last few of them."""
    changes = run.past.interventions
    lines = [
        _tr("{key} = {value} at {step}").format(
            key=change.key,
            value=words.number(change.value) if isinstance(change.value, float) else change.value,
            step=words.count(change.step),
        )
        for change in changes[-MOST_CHANGES:]
    ]
    if len(changes) > MOST_CHANGES:
        lines.insert(0, _tr("{n} before").format(n=words.count(len(changes) - MOST_CHANGES)))
    return "\n".join(lines) or NONE


def metric_rows(runs: Sequence[ComparedRun]) -> list[Row]:
    """How each run ended, and its metrics at the end and at their best."""
    rows = [
        Row(_tr("State"), [state_text(run) for run in runs]),
        Row(_tr("Steps"), [words.count(run.past.step) for run in runs]),
        Row(_tr("Training time"), [words.duration(run.past.seconds) for run in runs]),
    ]
    for name, row in outcomes(runs).items():
        if any(one.best is not None or one.end is not None for one in row):
            known = name in metrics
            title = QCoreApplication.translate("Quality", metrics[name].title) if known else name
            cells = [outcome_text(name, one) for one in row]
            rows.append(Row(title, cells, metrics[name].description if known else ""))
    return rows


def state_text(run: ComparedRun) -> str:
    """What became of a run, in a word."""
    status = run.entry.status
    return words.status_word(Status(status)) if status in tuple(Status) else status


def outcome_text(name: str, one: Outcome) -> str:
    """A metric at the end, with what real samples give, and at its best."""
    if name not in metrics:
        return NONE if one.end is None else words.number(one.end)
    if one.best is None or one.best_step is None:
        return NONE
    metric = metrics[name].value
    end = metric.text(nan if one.end is None else one.end)
    if one.floor is not None and isfinite(one.floor.mean):
        floor = metric.floor_text(one.floor.mean, one.floor.deviation)
        what = QCoreApplication.translate("Quality", metric.floor_is)
        end = _tr("{end} ({name}: {floor})").format(end=end, name=what, floor=floor)
    best = _tr("best {value} at {step}").format(value=metric.text(one.best), step=words.count(one.best_step))
    return f"{end}\n{best}"


def alert_rows(runs: Sequence[ComparedRun]) -> list[Row]:
    """When each failure stood in each run."""
    names = dict.fromkeys(alert.detector for run in runs for alert, _ in run.past.alerts)
    rows = []
    for name in names:
        known = name in detectors
        title = words.config_text(detectors[name].title) if known else name
        tip = detectors[name].description if known else ""
        rows.append(Row(title, [alerts_text(run, name) for run in runs], tip))
    return rows


def alerts_text(run: ComparedRun, detector: str) -> str:
    """The steps between which the alerts of a detector stood, a line each."""
    lines = []
    for alert, end in run.past.alerts:
        if alert.detector == detector:
            text = _tr("from {first} on") if end is None else _tr("{first} to {last}")
            lines.append(text.format(first=words.count(alert.step), last=words.count(end or 0)))
    return "\n".join(lines) or NONE
