"""How many of the generated samples are in each mode, or class, beside what real samples give."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.measured import Measured
from gan_desktop.diagnosis.detectors.class_collapse import diversities
from gan_desktop.diagnosis.detectors.lost_modes import LostModes
from gan_desktop.diagnosis.shares import LOST, ModeShares
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.bar import Bar
from gan_desktop.gui.plotting.bars import ModeBars
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.samples import class_signs
from gan_desktop.gui.widgets.style import describe, label

# How many lost modes are named; and the share of the fakes in no mode that is worth a sentence.
MOST_NAMED = 12
OUTSIDE_FROM = 0.02


@panels.register("modes", title="Modes")
class ModesPanel(Panel):
    """The share of the generated samples in each mode of the data, and how varied they are within it: a mode for
    points, a class for images.
    """

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
                "the band how much that varies. A cross marks a mode that is lost: it has less than a tenth of what it "
                "is due by the data. Below, how far apart two fakes of one mode are, over two real samples of it: an "
                "equals sign marks one in which all fakes are much the same. The arrow keys read out one after the "
                "other."
            ),
        )
        self.message = label(wrap=True)
        self.message.setObjectName("modes_message")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.chart, 1)
        column.addWidget(self.message)
        self.chart.pointed.connect(self.mode_pointed)
        record = self.record
        for signal in (record.measured, record.run_started, record.alerts_changed, record.moment_changed):
            signal.connect(self.request_refresh)
        PlotMenu(self, self.chart, table=self._table)
        self.set_colors(self.theme.colors)
        self.refresh()

    def _table(self) -> dict[str, list[object]]:
        """A row for each mode; shares of real samples are `usual`."""
        event = self.record.shown_measurement
        bars = self.chart.bars if event is not None else ()
        figures = ("name", "share", "usual", "deviation", "is_lost", "diversity", "diversity_deviation", "is_collapsed")
        steps: list[object] = [event.step for _ in bars] if event is not None else []
        return {"step": steps} | {name: [getattr(bar, name) for bar in bars] for name in figures}

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        self.chart.set_colors(colors)

    @Slot()
    def refresh(self) -> None:
        event = self.record.shown_measurement
        if event is None:
            self.caption.setText("")
        else:
            step = self.tr(", step {step}").format(step=words.count(event.step))
            self.caption.setText(self.tr("{n} fakes").format(n=words.count(event.count)) + step, step)
        bars = [] if event is None else bars_of(event, self.record.shown_alerts)
        self.chart.show_bars(bars)
        self.chart.setVisible(bool(bars))
        self.message.setText(self._waiting() if event is None else " ".join(self._sentences(event, bars)))

    def _waiting(self) -> str:
        return self.tr("How many generated samples are in each mode appears here.")

    @property
    def _are_classes(self) -> bool:
        return self.record.run is not None and self.record.run.data.kind == "images"

    def _sentences(self, event: Measured, bars: Sequence[Bar]) -> list[str]:
        if not bars:
            reason = event.unknown.get("modes_covered")
            if reason is None and self.record.is_own_code:
                return [self.tr("The modes of these data are not known.")]
            if reason is None:
                return [self.tr("There are too many modes to show each.")]
            return [self.tr("Not known: {reason}.").format(reason=reason)]
        sentences = [self._reached(event, bars), *self._alike(bars)]
        outside = 1 - sum(event.shares)
        if outside >= OUTSIDE_FROM:
            usual = max(0.0, 1 - sum(bar.usual for bar in bars))
            text = self.tr("{n} % of the fakes are in no mode, of real samples {usual} %.")
            sentences.append(text.format(n=round(100 * outside), usual=round(100 * usual)))
        note = event.notes.get("modes_covered")
        return [*sentences, f"{note[:1].upper()}{note[1:]}."] if note else sentences

    def _reached(self, event: Measured, bars: Sequence[Bar]) -> str:
        """Which modes are reached, judged by the same shares as for the light and the alerts."""
        shares = ModeShares(event)
        if not shares.is_known or not shares.is_judged.any():
            return self.tr("Too few fakes are in a mode to say which are lost.")
        if lost := [bar.name for bar in bars if bar.is_lost]:
            text = self.tr("Lost, with less than {share} of what real samples have there: {names}.")
            return text.format(share=words.percentage(LOST), names=self._listed(lost))
        if few := [bar.name for bar, less in zip(bars, shares.has_less(LostModes.FOUND), strict=True) if less]:
            return self.tr("Hardly reached: {names}.").format(names=self._listed(few))
        is_thin = shares.is_judged & (shares.of_due < LOST)
        if thin := [bar.name for bar, is_so in zip(bars, is_thin, strict=True) if is_so]:
            text = self.tr("There are fakes around every mode, but hardly any within: {names}.")
            return text.format(names=self._listed(thin))
        untold = np.count_nonzero(~shares.is_judged & (np.array(event.shares) == 0))
        if untold:
            text = self.tr("None is lost of the {n} of {most} that can be told.")
            return text.format(n=len(bars) - untold, most=len(bars))
        text = self.tr("All {n} classes are reached.") if self._are_classes else self.tr("All {n} modes are reached.")
        return text.format(n=len(bars))

    def _alike(self, bars: Sequence[Bar]) -> list[str]:
        names = [bar.name for bar in bars if bar.is_collapsed]
        if not names:
            return []
        if len(names) == len(bars):
            return [self.tr("Within each, all fakes are much the same.")]
        return [self.tr("Much the same within: {names}.").format(names=self._listed(names))]

    def _listed(self, names: Sequence[str]) -> str:
        named = ", ".join(names[:MOST_NAMED])
        if len(names) <= MOST_NAMED:
            return named
        return self.tr("{names} and {n} more").format(names=named, n=len(names) - MOST_NAMED)


def bars_of(event: Measured, standing: Container[str] = ()) -> list[Bar]:
    """A bar for each mode. If what real samples give is not known, all modes count as equally frequent.

    Args:
        standing: the detectors whose alerts stand.
    """
    count = len(event.shares)
    floors = event.share_floors if len(event.share_floors) == count else ((1 / count, 0.0),) * count if count else ()
    lost = class_signs.lost_modes(event)
    within, alike = diversities(event), class_signs.collapsed(event, standing)
    if len(within) != count:
        within, alike = np.full(count, np.nan), np.zeros(count, bool)
    return [
        Bar(
            words.class_name(index, event.mode_names),
            share,
            usual,
            deviation,
            bool(lost[index]),
            float(within[index]),
            class_signs.real_deviation(event, index),
            bool(alike[index]),
        )
        for index, (share, (usual, deviation)) in enumerate(zip(event.shares, floors, strict=True))
    ]
