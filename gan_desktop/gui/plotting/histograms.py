"""Data of one dimension: histograms of real and generated numbers over each other, and a curve over the same axis."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gan_desktop.core import line
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.quiet_plot import QuietPlot

NOTHING = np.empty((0, 1))
AXIS_WIDTH = 44
# Room above the highest bar; the scale shrinks when less than this share of it is used, and does not tremble.
HEADROOM, SHRINK_BELOW = 1.08, 0.6
# How strong the colour that fills the bars is: what is beneath shows through.
FILLED = 70
# A critic's curve keeps this share of its height free on either side.
MARGIN = 0.08


class _LinePlot(QuietPlot):
    """A plot over the axis of the data."""

    def __init__(self) -> None:
        super().__init__()
        self.setMouseEnabled(False, False)
        # So that plots above each other have one axis.
        self.getAxis("left").setWidth(AXIS_WIDTH)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)

    def set_limits(self, limits: np.ndarray) -> None:
        """The range of the data that is seen, shape (1, 2)."""
        self.limits = limits
        self.setXRange(*limits[0].tolist(), padding=0)


class Histograms(_LinePlot):
    """The share of real numbers, of generated ones and of the averaged generator's in each bin, in percent.

    Attributes:
        shares: what is drawn by each of the `bars` real, fake and averaged, from 0 to 1; empty is nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bars = {
            name: pg.PlotCurveItem([0, 0], [0], stepMode="center", fillLevel=0) for name in ("real", "averaged", "fake")
        }
        self.shares = dict.fromkeys(self.bars, np.empty(0))
        self._top = 0.0
        for item in self.bars.values():
            self.addItem(item, ignoreBounds=True)
        self.set_limits(np.array([[-1.0, 1.0]]))

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self.getAxis("left").setGrid(30)
        faces = {"real": colors.real, "averaged": colors.averaged, "fake": colors.g}
        for name, color in faces.items():
            face = pg.mkColor(color)
            self.bars[name].setPen(pg.mkPen(face, width=1 if name == "real" else 2))
            face.setAlpha(130 if name == "real" else FILLED)
            self.bars[name].setBrush(face)

    def start(self, limits: np.ndarray) -> None:
        """Begin with other data: show nothing of the last ones, on a new scale."""
        self._top = 0.0
        self.set_limits(limits)
        for name in self.bars:
            self.show_numbers(name, NOTHING)

    def show_numbers(self, name: str, numbers: np.ndarray) -> None:
        """Show other numbers, shape (n, 1), by one of the `bars`."""
        shares = line.shares(numbers, self.limits) if len(numbers) else np.empty(0)
        self.shares[name] = shares
        if len(shares):
            self.bars[name].setData(line.edges(self.limits), 100 * shares)
        else:
            self.bars[name].setData([0, 0], [0])
        self.bars[name].setVisible(len(shares) > 0)
        self._scale()

    def _scale(self) -> None:
        highest = 100 * max((float(shares.max()) for shares in self.shares.values() if len(shares)), default=0.0)
        needed = HEADROOM * highest
        if needed > self._top or needed < SHRINK_BELOW * self._top:
            self._top = needed
            self.setYRange(0, needed or 1.0, padding=0)


class ScoreCurve(_LinePlot):
    """What the discriminator says of each number: its probability of real, or a critic's value.

    Attributes:
        values: what is drawn, shape (n,).
    """

    def __init__(self) -> None:
        super().__init__()
        self.values = np.empty(0)
        self.curve = pg.PlotCurveItem(connect="finite", antialias=True)
        self.undecided = pg.InfiniteLine(angle=0, movable=False)
        for item in (self.undecided, self.curve):
            self.addItem(item, ignoreBounds=True)

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self.curve.setPen(pg.mkPen(colors.d, width=2))
        self.undecided.setPen(pg.mkPen(colors.muted, style=Qt.PenStyle.DashLine))

    def clear_curve(self) -> None:
        self.values = np.empty(0)
        self.curve.setData([], [])

    def show_curve(self, limits: np.ndarray, values: np.ndarray, are_probabilities: bool) -> None:
        """Show values at the middles of as many cells; a critic's values have no level at which it is undecided."""
        self.values = values
        self.set_limits(limits)
        self.curve.setData(line.middles(limits, len(values)), values)
        self.undecided.setVisible(are_probabilities)
        self.undecided.setValue(0.5)
        axis = self.getAxis("left")
        axis.setTicks([[(0, "0"), (0.5, "½"), (1, "1")]] if are_probabilities else None)
        finite = values[np.isfinite(values)]
        low, high = (0.0, 1.0) if are_probabilities or not len(finite) else (float(finite.min()), float(finite.max()))
        room = MARGIN * max(high - low, 1e-6 * max(1.0, abs(low), abs(high)))
        self.setYRange(low - room, high + room, padding=0)
