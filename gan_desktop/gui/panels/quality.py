"""How good the fakes are: each metric, what a perfect generator would have, and how it went so far."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isnan, nan
from typing import ClassVar

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import Entry
from gan_desktop.diagnosis.metrics import Metric, in_order
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.run.metric_history import MetricHistory
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.sparkline import Sparkline
from gan_desktop.gui.widgets.style import describe, label

NONE = "–"
FAINT = 0.6
SPACING_OF_LINES = 2
# The headings, each above the metrics from that place (`Metric.order`) on.
GROUPS = (
    (0, QT_TRANSLATE_NOOP("Quality", "Translations")),
    (10, QT_TRANSLATE_NOOP("Quality", "Modes and classes")),
    (40, QT_TRANSLATE_NOOP("Quality", "Fakes beside real samples")),
    (50, QT_TRANSLATE_NOOP("Quality", "Variety")),
    (60, QT_TRANSLATE_NOOP("Quality", "As a whole")),
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Quality", text)


class MetricRow(QWidget):
    """One metric: its title and value; under them its floor and its small curve."""

    def __init__(self, entry: Entry[type[Metric]]) -> None:
        super().__init__()
        self._metric = entry.value
        self.order = entry.value.order
        self.of_translations = entry.value.of_translations
        title = _tr(entry.title)
        self.name, self._explanation = entry.name, f"{title}: {entry.description}"
        self.value = label(NONE, "strong")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        describe(self.value, f"{entry.name}_value", title, self._explanation)
        self.detail = label(wrap=True)
        describe(self.detail, f"{entry.name}_detail", _tr("{title}, details").format(title=title), self._explanation)
        self.sparkline = Sparkline()
        describe(self.sparkline, f"{entry.name}_curve", _tr("{title}, so far").format(title=title), self._explanation)
        heading = label(title, "strong")
        heading.setToolTip(self._explanation)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.addWidget(heading, 0, 0)
        grid.addWidget(self.value, 0, 1)
        grid.addWidget(self.detail, 1, 0)
        grid.addWidget(self.sparkline, 1, 1, Qt.AlignmentFlag.AlignRight)

    def set_colors(self, colors: Colors) -> None:
        self.sparkline.set_colors(colors.g, colors.d, colors.faint(colors.muted, FAINT))

    def clear(self) -> None:
        """Before the first measurement."""
        self.value.setText(NONE)
        self.detail.setText("")
        self.sparkline.show_curves([], nan)

    def show_measured(self, event: Measured, history: MetricHistory) -> None:
        metric, value = self._metric, event.values.get(self.name, nan)
        self.value.setText(self._of_most(metric.text(value), event))
        lines = []
        averaged = (event.averaged or {}).get(self.name)
        if averaged is not None:
            text = self._of_most(metric.text(averaged), event)
            lines.append(_tr("averaged weights: {value}").format(value=text))
        if isnan(value) and self.name in event.unknown:
            reason = event.unknown[self.name]
            lines.append(_tr("Not known: {reason}.").format(reason=reason))
        floor = event.floors.get(self.name)
        if floor is not None and not isnan(floor.mean):
            text = metric.floor_text(floor.mean, floor.deviation)
            lines.append(_tr("{name}: {floor}").format(name=_tr(metric.floor_is), floor=text))
        if metric.counts and not isnan(value):
            lines.append(_tr(metric.counts))
        self.detail.setText("\n".join(lines))
        note = event.notes.get(self.name, "")
        self.value.setToolTip(f"{self._explanation}\n\n{note}" if note else self._explanation)
        curves = [history.curve(self.name)] + ([history.curve(self.name, True)] if averaged is not None else [])
        self.sparkline.show_curves(curves, nan if floor is None else floor.mean)

    def _of_most(self, text: str, event: Measured) -> str:
        most = event.most.get(self.name)
        return text if most is None else _tr("{value} of {most}").format(value=text, most=f"{most:,.0f}")


class UnknownLine(ElidedLabel):
    """One line on a metric that these data do not have; its tool tip has all of the text."""

    def __init__(self, entry: Entry[type[Metric]]) -> None:
        super().__init__("", Qt.AlignmentFlag.AlignLeft)
        self._title = _tr(entry.title)
        self._explanation = f"{self._title}: {entry.description}"
        describe(self, f"{entry.name}_reason", self._title, self._explanation)

    def show_reason(self, reason: str) -> None:
        text = _tr("{title}: {reason}").format(title=self._title, reason=reason)
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(words.about(f"{text}.", self._explanation))


class MetricGroup(QWidget):
    """Rows under a heading; hidden if all of them are."""

    def __init__(self, title: str, rows: Sequence[QWidget], spacing: int = 6) -> None:
        super().__init__()
        self.rows = rows
        self.heading = label(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(spacing)
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addWidget(rule, 1)
        column.addLayout(head)
        for row in rows:
            column.addWidget(row)

    def show_if_needed(self) -> None:
        self.setVisible(any(not row.isHidden() for row in self.rows))


@panels.register("quality", title="Quality")
class QualityPanel(Panel):
    """The registered metrics of the generator, measured now and then, each beside what real samples give."""

    area: ClassVar[Area] = Area.RIGHT
    order: ClassVar[int] = 15
    tab_of: ClassVar[str | None] = "diagnosis"
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        entries = in_order()
        self.rows = {name: MetricRow(entry) for name, entry in entries.items()}
        self.reasons = {name: UnknownLine(entry) for name, entry in entries.items()}
        self.groups = [MetricGroup(_tr(title), self._between(place)) for place, (_, title) in enumerate(GROUPS)]
        self.unknown = MetricGroup(self.tr("Not to be known here"), list(self.reasons.values()), SPACING_OF_LINES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(13)
        for group in (*self.groups, self.unknown):
            column.addWidget(group)
        self.notes = label(wrap=True)
        describe(self.notes, "quality_notes", self.tr("Notes on the metrics"), "")
        column.addWidget(self.notes)
        column.addStretch(1)
        describe(self, "quality", self.tr("Quality so far"), "")
        PlotMenu(self, self, table=self.record.metric_history.table)
        self.record.measured.connect(self.request_refresh)
        self.record.moment_changed.connect(self.request_refresh)
        self.record.run_started.connect(self.request_refresh)
        self.record.run_cleared.connect(self.request_refresh)
        self.model.form.config_changed.connect(self.request_refresh)
        self.set_colors(self.theme.colors)
        self.refresh()

    def _is_asked(self, row: MetricRow) -> bool:
        """Whether a metric belongs to the game of the run, or of the form if there is no run."""
        config = self.model.form.config if self.record.run is None else self.record.run.config
        return config.game.translates or not row.of_translations

    def _between(self, place: int) -> list[QWidget]:
        """The rows of a group, which ends at the place where the next one begins."""
        first = GROUPS[place][0]
        end = GROUPS[place + 1][0] if place + 1 < len(GROUPS) else inf
        return [row for row in self.rows.values() if first <= row.order < end]

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        for row in self.rows.values():
            row.set_colors(colors)

    @Slot()
    def refresh(self) -> None:
        event = self.record.shown_measurement
        self.caption.setText("" if event is None else self.tr("step {n}").format(n=words.count(event.step)))
        for name, row in self.rows.items():
            is_known = self._is_asked(row) if event is None else name in event.values
            row.setVisible(is_known)
            self.reasons[name].setVisible(event is not None and name in event.unknown and not is_known)
            if event is None:
                row.clear()
            elif is_known:
                row.show_measured(event, self.record.metric_history)
            else:
                self.reasons[name].show_reason(event.unknown.get(name, ""))
        for group in (*self.groups, self.unknown):
            group.show_if_needed()
        notes = dict.fromkeys(event.notes.values()) if event is not None else {}
        self.notes.setText("\n".join(f"{note[:1].upper()}{note[1:]}." for note in notes))
        self.notes.setVisible(bool(notes))
