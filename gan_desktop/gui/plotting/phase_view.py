"""The phase portrait of the two losses: one against the other, from faint long ago to strong now."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from gan_desktop.core.csv_tables import Table
from gan_desktop.core.history import History
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.figure_table import figure_table
from gan_desktop.gui.plotting.quiet_plot import QuietPlot

FIGURES = ("d_loss", "g_loss")
# Each value keeps this share of the average before it: cycles of a hundred steps and more are seen, single batches not.
SMOOTHING = 0.95
# Points that are drawn, and in how many strengths.
MOST_POINTS, AGES = 600, 6
FAINTEST = 0.16
MARGIN = 0.08
# The scale holds this percentage of the points on either side, and shrinks when less than this share of it is used.
MOST, SHRINK_BELOW = 99.5, 0.6
# A reference point farther away than this many times the curve's extent would squeeze it into a corner.
FARTHEST = 1.5
LEAST_SPAN = 1e-3


class PhaseView(QuietPlot):
    """Draws what `show_history` gives it.

    Attributes:
        span: how many of the latest steps are shown; None is all.
        rest: d_loss and g_loss where the game is in balance; either may be unknown.
    """

    def __init__(self, span: int | None) -> None:
        super().__init__()
        self.span = span
        self._first_step = 0
        self._history = History()
        self.rest: tuple[float | None, float | None] = (None, None)
        self.curves = [Curve(figure, SMOOTHING) for figure in FIGURES]
        self.parts = [pg.PlotCurveItem(connect="finite") for _ in range(AGES)]
        self.lines = [pg.InfiniteLine(angle=angle, movable=False) for angle in (90, 0)]
        self.balance = pg.ScatterPlotItem(size=15, symbol="+", pxMode=True)
        self.now = pg.ScatterPlotItem(size=9, pxMode=True)
        for item in (*self.lines, *self.parts, self.balance, self.now):
            self.addItem(item, ignoreBounds=True)
        self.setMouseEnabled(False, False)
        self.getAxis("left").setWidth(52)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)

    def set_titles(self, d: str, g: str) -> None:
        """Set the titles of the axes."""
        self._titles = {"bottom": d, "left": g}

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        for name, network in (("bottom", colors.d), ("left", colors.g)):
            self.getAxis(name).setLabel(self._titles[name], color=network)
        for age, part in enumerate(self.parts):
            strength = FAINTEST + (1 - FAINTEST) * age / (AGES - 1)
            part.setPen(pg.mkPen(colors.faint(colors.text, strength)))
        self.balance.setPen(pg.mkPen(colors.good, width=2))
        for line in self.lines:
            line.setPen(pg.mkPen(colors.faint(colors.good, 0.6), style=pg.QtCore.Qt.PenStyle.DashLine))
        self.now.setPen(pg.mkPen(colors.surface))
        self.now.setBrush(pg.mkBrush(colors.text))

    def clear_history(self) -> None:
        """Forget the run, since another one begins."""
        for curve in self.curves:
            curve.clear()

    def show_history(self, history: History, fresh_scale: bool = False) -> None:
        """Take what has come, and draw."""
        self._first_step = history.first_step
        self._history = history
        for curve in self.curves:
            curve.catch_up(history)
        points = self._points()
        # Parts share the point at which they meet.
        edges = np.linspace(0, max(0, len(points) - 1), AGES + 1).round().astype(int)
        for part, first, last in zip(self.parts, edges[:-1], edges[1:], strict=True):
            part.setData(points[first : last + 1, 0], points[first : last + 1, 1])
        known = points[np.isfinite(points).all(axis=1)]
        self.now.setData(pos=known[-1:])
        self._show_rest(known)
        self._fit(known, fresh_scale)

    def table(self) -> Table:
        """Every step that is shown, with both losses smoothed."""
        length = len(self.curves[0])
        first = 0 if self.span is None else max(0, length - self.span)
        return figure_table(self._history, length, smoothed=self.curves, first=first)

    def _points(self) -> npt.NDArray[np.float64]:
        """The curve, shape (n, 2); NaN where a loss was not finite."""
        length = len(self.curves[0])
        first = 0 if self.span is None else max(0, length - self.span)
        d, g = (curve.smooth_line(first, length, MOST_POINTS).y.astype(np.float64) for curve in self.curves)
        return np.stack([d, g], axis=1)

    def _show_rest(self, known: npt.NDArray[np.float64]) -> None:
        d, g = self.rest
        is_shown = len(known) > 0
        self.balance.setData(
            pos=np.array([[d, g]]) if is_shown and d is not None and g is not None else np.empty((0, 2))
        )
        for line, place in zip(self.lines, self.rest, strict=True):
            line.setVisible(is_shown and place is not None)
            if place is not None:
                line.setPos(place)

    def _fit(self, known: npt.NDArray[np.float64], fresh: bool) -> None:
        """Scale to nearly all of the curve, since one spike must not flatten the rest; but not anew each time."""
        if not len(known):
            return
        box = self.getPlotItem().getViewBox()
        ranges = []
        for axis, rest in enumerate(self.rest):
            low, high = np.percentile(known[:, axis], (100 - MOST, MOST))
            low, high = min(low, known[-1, axis]), max(high, known[-1, axis])
            reach = FARTHEST * max(high - low, 0.2)
            if rest is not None and low - reach < rest < high + reach:
                low, high = min(low, rest), max(high, rest)
            margin = MARGIN * max(high - low, LEAST_SPAN * max(abs(high), 1.0))
            low, high = low - margin, high + margin
            shown_low, shown_high = box.viewRange()[axis]
            fits = shown_low <= low and high <= shown_high and high - low > SHRINK_BELOW * (shown_high - shown_low)
            ranges.append((shown_low, shown_high) if fits and not fresh else (low, high))
        box.setRange(xRange=ranges[0], yRange=ranges[1], padding=0)
