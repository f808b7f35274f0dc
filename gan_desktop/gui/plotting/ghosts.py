"""Losses of other runs, drawn grey behind those of the run that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg

from gan_desktop.core.bins import BIN, Bins
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.history import CHUNK, History
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.loss_scale import LossScale
from gan_desktop.gui.plotting.overlay import EndLabel

# The newest steps of a ghost that are held one by one; before them, its bins are enough.
EXACT_STEPS = 32 * CHUNK


@dataclass(frozen=True, eq=False)
class Ghost:
    """The losses of another run.

    Attributes:
        history: its figures; `losses_of` makes one that holds little.
        label: a word or two at the end of its curves.
        first: the step from which it is drawn: a branch shares what was before with its parent.
        is_parent: whether it is what the parent of the run that is shown did after the branch began.
    """

    history: History
    label: str
    first: int = 0
    is_parent: bool = False

    @property
    def end(self) -> int:
        """How many steps it has taken."""
        return self.history.first_step + len(self.history)


def losses_of(history: History) -> History:
    """A copy of the losses alone: single steps of the newest, bins of those before, and how to read the others."""
    names = [name for name, figure in history.figures.items() if figure.kind == "loss"]
    figures = Figures(*(history.figures[name] for name in names))
    copy = History(history.read_steps)
    begin = max(history.exact_first, (len(history) - EXACT_STEPS) // CHUNK * CHUNK, 0)
    if begin:
        columns = [history.figures.column(name) for name in names]
        before = history.bins.between(0, begin // BIN)
        copy.load(history.first_step, figures, Bins(*(part[columns] for part in before)))
    for start in range(begin, len(history), CHUNK):
        rows = history.values(names, start, min(start + CHUNK, len(history)))
        copy.append(MetricsBlock(history.first_step + start, rows, figures))
    return copy


@dataclass(frozen=True, eq=False)
class GhostCurves:
    """One ghost in a plot: a curve and an item for each network."""

    ghost: Ghost
    curves: Mapping[str, Curve]
    items: Mapping[str, pg.PlotCurveItem] = field(repr=False)


class GhostLayer:
    """Draws ghosts behind everything else in a plot, if they report the figures that are shown."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._pen = pg.mkPen("#888888")
        self._color = "#888888"
        self._ghosts: Sequence[Ghost] = ()
        self.drawn: list[GhostCurves] = []

    def set_colors(self, line: str, text: str) -> None:
        self._pen, self._color = pg.mkPen(line), text
        for item in self.items:
            item.setPen(self._pen)

    @property
    def items(self) -> list[pg.PlotCurveItem]:
        """Every curve that is drawn."""
        return [item for drawn in self.drawn for item in drawn.items.values()]

    def show(self, ghosts: Sequence[Ghost], figures: Mapping[str, str], smoothing: float) -> None:
        """Show these in place of those before; `figures` has the name of each network's figure."""
        for item in self.items:
            self._plot.removeItem(item)
        self._ghosts, self.drawn = ghosts, []
        for ghost in ghosts:
            if not set(figures.values()) <= ghost.history.figures.keys():
                continue
            curves = {network: Curve(figure, smoothing) for network, figure in figures.items()}
            for curve in curves.values():
                curve.catch_up(ghost.history)
            items = {network: pg.PlotCurveItem(connect="finite", pen=self._pen) for network in figures}
            self.drawn.append(GhostCurves(ghost, curves, items))
        for item in self.items:
            item.setZValue(-10)
            self._plot.addItem(item, ignoreBounds=True)

    def show_figures(self, figures: Mapping[str, str], smoothing: float) -> None:
        """Show other figures of the same ghosts."""
        self.show(self._ghosts, figures, smoothing)

    def set_smoothing(self, amount: float) -> None:
        for drawn in self.drawn:
            for curve in drawn.curves.values():
                curve.set_smoothing(amount)

    def wanted_length(self, first_step: int, length: int) -> int:
        """How many steps are to be in view of a run of this length: all, and as many again of what is behind them."""
        ends = [drawn.ghost.end - first_step for drawn in self.drawn]
        return max([length, *(min(end, 2 * length) for end in ends)])

    def draw(self, left: float, right: float, pixels: int, scale: LossScale) -> list[EndLabel]:
        """Draw what is in view between two steps.

        Returns:
            A label for the end of each, at its maker's loss, which is seldom near another curve.
        """
        labels = []
        for drawn in self.drawn:
            begin = drawn.ghost.history.first_step
            first = int(max(drawn.ghost.first, np.floor(left) - 1)) - begin
            last = int(min(drawn.ghost.end, np.ceil(right) + 2)) - begin
            for network, curve in drawn.curves.items():
                line = curve.smooth_line(max(first, 0), last, pixels)
                heights = scale.heights(line.y)
                drawn.items[network].setData(line.x + begin, heights)
                if network == "g" and len(line.x) and np.isfinite(heights[-1]):
                    x = min(float(line.x[-1]) + begin, right)
                    labels.append(EndLabel(x, float(heights[-1]), drawn.ghost.label, self._color))
        return labels
