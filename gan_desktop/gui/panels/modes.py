"""How many of the generated samples are in each mode, or class, beside what real samples give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.events import Measured
from gan_desktop.gui import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.bars import Bar, ModeBars
from gan_desktop.gui.theme import Colors
from gan_desktop.gui.widgets.style import describe, label

# Of the fakes that are in a mode at all: one with less than this of its usual share is lost.
LOST_BELOW = 0.1
# With fewer of them for each mode, some are missed by chance.
FEWEST_EACH = 10
# So many lost modes are named; and a share of the fakes in no mode that is worth a sentence.
MOST_NAMED = 12
OUTSIDE_FROM = 0.02


@panels.register("modes", title="Modes")
class ModesPanel(Panel):
    """The share of the generated samples in each mode of the data: a mode for points, a class for images."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 22
    beside: ClassVar[str | None] = "samples"
    share: ClassVar[int] = 35

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.chart = ModeBars()
        describe(
            self.chart,
            "modes_chart",
            self.tr("Share of each mode"),
            self.tr(
                "The share of the generated samples in each mode, or class. The dashed line is what real samples give, "
                "the band how much that varies. A cross marks a mode that is lost: of the samples that are in a mode, "
                "it has less than a tenth of its share."
            ),
        )
        self.message = label(wrap=True)
        self.message.setObjectName("modes_message")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.chart, 1)
        column.addWidget(self.message)
        self.model.measured.connect(self.request_refresh)
        self.model.run_started.connect(self.request_refresh)
        self.set_colors(self.theme.colors)
        self.refresh()

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.chart.set_colors(colors)

    @Slot()
    def refresh(self) -> None:
        event = self.model.measurement
        self.caption.setText("" if event is None else self._caption(event))
        bars = [] if event is None else bars_of(event)
        self.chart.show_bars(bars)
        self.chart.setVisible(bool(bars))
        self.message.setText(self._waiting() if event is None else " ".join(self._sentences(event, bars)))

    def _caption(self, event: Measured) -> str:
        step = words.count(event.step)
        return self.tr("{n} fakes, step {step}").format(n=words.count(event.count), step=step)

    def _waiting(self) -> str:
        return self.tr("How many generated samples are in each mode appears here.")

    @property
    def _are_classes(self) -> bool:
        return self.model.run is not None and self.model.run.data.kind == "images"

    def _sentences(self, event: Measured, bars: Sequence[Bar]) -> list[str]:
        if not bars:
            reason = event.unknown.get("modes_covered")
            if reason is None:
                return [self.tr("There are too many modes to show each.")]
            return [self.tr("Not known: {reason}.").format(reason=reason)]
        lost = [bar.name for bar in bars if bar.is_lost]
        if not can_be_judged(event):
            sentences = [self.tr("Too few fakes are in a mode to say which are lost.")]
        else:
            sentences = [self._lost(lost) if lost else self._all(len(bars))]
        outside = 1 - sum(event.shares)
        if outside >= OUTSIDE_FROM:
            usual = max(0.0, 1 - sum(bar.usual for bar in bars))
            text = self.tr("{n} % of the fakes are in no mode, of real samples {usual} %.")
            sentences.append(text.format(n=round(100 * outside), usual=round(100 * usual)))
        note = event.notes.get("modes_covered")
        return [*sentences, f"{note[:1].upper()}{note[1:]}."] if note else sentences

    def _lost(self, names: Sequence[str]) -> str:
        named = ", ".join(names[:MOST_NAMED])
        if len(names) <= MOST_NAMED:
            return self.tr("Lost: {names}.").format(names=named)
        return self.tr("Lost: {names} and {n} more.").format(names=named, n=len(names) - MOST_NAMED)

    def _all(self, count: int) -> str:
        text = self.tr("All {n} classes are reached.") if self._are_classes else self.tr("All {n} modes are reached.")
        return text.format(n=count)


def can_be_judged(event: Measured) -> bool:
    """Whether enough of the fakes are in a mode to say which modes are lost."""
    return sum(event.shares) * event.count >= FEWEST_EACH * len(event.shares)


def bars_of(event: Measured) -> list[Bar]:
    """A bar for each mode; where what real samples give is not known, all are taken to be as frequent."""
    count = len(event.shares)
    floors = event.share_floors if len(event.share_floors) == count else ((1 / count, 0.0),) * count if count else ()
    inside, usually_inside = sum(event.shares), sum(usual for usual, _ in floors)
    bars = []
    for index, (share, (usual, deviation)) in enumerate(zip(event.shares, floors, strict=True)):
        name = words.class_name(index, event.mode_names)
        is_lost = can_be_judged(event) and share * usually_inside < LOST_BELOW * usual * inside
        bars.append(Bar(name, share, usual, deviation, is_lost))
    return bars
