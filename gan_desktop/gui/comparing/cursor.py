"""The line at the pointer, and what every run has there: read from the runs, and not from the pixels."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg

from gan_desktop.gui.comparing.strands import Points, Strand
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors

# Points that a run is asked for around the pointer: more than there are, so that each is a step's own.
AROUND = 64
# Behind the lines.
DEPTH = -5


class Cursor:
    """Shows where the pointer is in a plot."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._line = pg.InfiniteLine(angle=90, label="", labelOpts={"position": 0.04, "fill": None})
        self._line.setZValue(DEPTH)
        self._line.hide()
        plot.addItem(self._line, ignoreBounds=True)

    def set_colors(self, colors: Colors) -> None:
        self._line.setPen(pg.mkPen(colors.muted))
        self._line.label.setColor(colors.text)
        self._line.label.fill = pg.mkBrush(colors.surface)

    def move(self, place: float | None, pixel: float) -> None:
        """Move to a place on the axis, where a pixel is so wide; None hides it."""
        self._line.setVisible(place is not None)
        if place is not None:
            self._line.setValue(place)
            # Digits that no hand can point at say nothing.
            self._line.label.setText(f"{place:,.{max(0, -math.floor(math.log10(pixel)))}f}")


def value_at(strand: Strand, points: Points, place: float) -> float:
    """What is nearest to a place on the axis, as it is drawn: one run's value, or a mean. NaN before and after it."""
    x, y = (points.x, points.y) if len(strand.traces) > 1 else strand.traces[0].between(place, place, AROUND)
    first, last = strand.ends
    if not len(x) or not first <= place <= last:
        return np.nan
    return float(y[int(np.argmin(np.abs(x - place)))])


def read_out(strand: Strand, points: Points, place: float | None) -> str:
    """The strand's name and, at a place, its value."""
    value = np.nan if place is None else value_at(strand, points, place)
    return f"{strand.name}   {words.figure(value)}" if np.isfinite(value) else strand.name
