"""The plot of several runs over each other: a line for each or, for seeds, their mean with a band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Slot

from gan_desktop.core.csv_tables import Table
from gan_desktop.core.mean_band import GRID
from gan_desktop.gui.comparing.cursor import Cursor, read_out
from gan_desktop.gui.comparing.strands import Points, Strand, points_of
from gan_desktop.gui.comparing.strokes import band_of, dashes_of, pen_of
from gan_desktop.gui.comparing.traces import Doubles
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.axes import LossAxis, StepAxis, StepViewBox
from gan_desktop.gui.plotting.loss_scale import Linear, Logarithmic, LossScale, Symmetric, linear_range

# The scale holds this percentage of values that are not smoothed: one spike must not flatten the rest.
MOST = 99.5
MARGIN = 0.06
# How far the legend stands from the edges, and where it may stand, as shares from the left and the top: corners first.
LEGEND_GAP = 12
LEGEND_PLACES = ((1, 0), (1, 1), (0, 0), (0, 1), (1, 0.5), (0.5, 0), (0.5, 1), (0, 0.5), (0.5, 0.5))


class PlaceAxis(StepAxis):
    """Steps, epochs or seconds, in full and grouped."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{round(value, 9):,.10g}" for value in values]


class CompareView(pg.PlotWidget):
    """Draws the strands that it is given, the part of them that is in view."""

    def __init__(self, colors: Colors) -> None:
        self._box = StepViewBox()
        super().__init__(viewBox=self._box, axisItems={"bottom": PlaceAxis(), "left": LossAxis()})
        self.scale: LossScale = Linear()
        self.log = False
        # Whether values are as they were, with single spikes.
        self.is_raw = False
        self.strands: Sequence[Strand] = ()
        self.drawn: list[Points] = []
        self._items: list[pg.GraphicsObject] = []
        self._colors = colors
        # Whether all of the axis, or of the values, is in view until the person looks closer.
        self._shows_all, self._fits_values = True, True
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFrameStyle(0)
        self.legend = self.getPlotItem().addLegend(offset=(-LEGEND_GAP, LEGEND_GAP), labelTextSize="9pt")
        self._cursor = Cursor(self)
        self._place: float | None = None
        self._box.moved.connect(self._on_moved)
        self._box.follow_asked.connect(self.show_all)
        self.set_colors(colors)

    def set_colors(self, colors: Colors) -> None:
        """Set every colour by hand: pyqtgraph does not heed the palette."""
        self._colors = colors
        self.setBackground(colors.surface)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colors.line))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(self.font())
            axis.setStyle(tickLength=-4, maxTickLevel=1)
        self.getAxis("left").setGrid(40)
        self.legend.setLabelTextColor(colors.text)
        self.legend.setBrush(pg.mkBrush(colors.surface))
        self.legend.setPen(pg.mkPen(colors.line))
        self._cursor.set_colors(colors)
        self.show_strands(self.strands)

    def set_axis_title(self, title: str) -> None:
        """Say what the curves are drawn over."""
        self.getAxis("bottom").setLabel(title)

    def show_strands(self, strands: Sequence[Strand], fresh: bool = False) -> None:
        """Draw these in place of those before; `fresh` shows all of them."""
        for item in self._items:
            self.removeItem(item)
        self.legend.clear()
        self.legend.setVisible(bool(strands))
        self._items, self.strands = [], strands
        for strand in strands:
            line = pg.PlotCurveItem(connect="finite", pen=pen_of(strand.place, self._colors), antialias=True)
            # Through the gaps of a line with dashes, the one that it covers can be seen.
            line.setZValue(dashes_of(strand.place))
            self._add(line)
            self.legend.addItem(line, strand.name)
            if len(strand.traces) > 1:
                edges = [pg.PlotCurveItem(connect="finite", pen=None) for _ in range(2)]
                band = pg.FillBetweenItem(*edges, brush=band_of(strand.place, self._colors))
                band.setZValue(-10)
                for item in (*edges, band):
                    self._add(item)
        if fresh:
            self.show_all()
        else:
            self.redraw()

    def _add(self, item: pg.GraphicsObject) -> None:
        self.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def set_log(self, log: bool) -> None:
        """Set whether values are on a logarithmic axis, or a symmetric one if some are at or below 0."""
        self.log = log
        self._fits_values = True
        self.redraw()

    @Slot()
    def show_all(self) -> None:
        """Show all that there is."""
        self._shows_all = self._fits_values = True
        self.redraw()

    def zoom(self, factor: float) -> None:
        """Show `factor` times as much of the axis about the middle; for the keyboard."""
        self._box.scaleBy(x=factor)
        self._on_moved(False)

    @Slot(bool)
    def _on_moved(self, values: bool) -> None:
        if values:
            self._fits_values = False
        else:
            self._shows_all = False
        self.redraw()

    # Drawing.

    def redraw(self) -> None:
        """Draw what is in view."""
        ends = [strand.ends for strand in self.strands]
        if not ends:
            self.drawn = []
            return
        if self._shows_all:
            left, right = min(first for first, _ in ends), max(last for _, last in ends)
            self._box.setXRange(left, max(right, left + 1e-9), padding=0.01)
        left, right = self._box.viewRange()[0]
        pixels = max(64, int(self._box.width()))
        self.drawn = [points_of(strand, left, right, pixels) for strand in self.strands]
        self._choose_scale()
        items = iter(self._items)
        for points in self.drawn:
            next(items).setData(points.x, self.scale.heights(points.y))
            if points.deviation is not None:
                for edge in points.edges:
                    next(items).setData(points.x, self.scale.heights(edge))
                next(items)  # the band follows its edges
        if self._fits_values:
            self._fit_values(left, right)
        self._read_out()
        self._place_legend()

    def _place_legend(self) -> None:
        """Put the legend where it covers the least of the lines."""
        room, legend = self._box.size(), self.legend.boundingRect()
        (left, right), (low, high) = self._box.viewRange()
        places = np.linspace(left, right, GRID)
        lines = [
            np.interp(places, points.x, self.scale.heights(points.y), left=np.nan, right=np.nan)
            for points in self.drawn
            if len(points.x)
        ]
        # As shares of the picture, from its left and its top.
        across, down = np.linspace(0, 1, GRID), (high - np.array(lines)) / (high - low)
        width = (legend.width() + 2 * LEGEND_GAP) / max(1.0, room.width())
        height = (legend.height() + 2 * LEGEND_GAP) / max(1.0, room.height())

        def covered(x: float, y: float) -> int:
            begin, top = x * (1 - width), y * (1 - height)
            inside = (across >= begin) & (across <= begin + width) & (down >= top) & (down <= top + height)
            return int(np.count_nonzero(inside))

        place = min(LEGEND_PLACES, key=lambda place: covered(*place))
        self.legend.anchor(place, place, offset=tuple(LEGEND_GAP * (1 - 2 * share) for share in place))

    def _values(self, left: float = -np.inf, right: float = np.inf) -> Doubles:
        """All that is drawn between two places, bands included."""
        parts = [np.empty(0)]
        for points in self.drawn:
            inside = (points.x >= left) & (points.x <= right)
            for part in (points.y, *(points.edges if points.deviation is not None else ())):
                parts.append(part[inside])
        found = np.concatenate(parts)
        return found[np.isfinite(found)]

    def _choose_scale(self) -> None:
        values = self._values()
        if not self.log:
            self.scale = Linear()
        elif (values <= 0).any():
            self.scale = Symmetric(
                linear_range(values, self.scale.linear if isinstance(self.scale, Symmetric) else None)
            )
        else:
            self.scale = Logarithmic()
        self.getAxis("left").set_scale(self.scale)

    def _fit_values(self, left: float, right: float) -> None:
        heights = self.scale.heights(self._values(left, right))
        if not len(heights):
            return
        low, high = np.percentile(heights, (100 - MOST, MOST) if self.is_raw else (0, 100))
        margin = MARGIN * max(high - low, 1e-3 * max(abs(high), 1e-3))
        self._box.setYRange(low - margin, high + margin, padding=0)

    def table(self) -> Table:
        """What is drawn: for each point the line's name, its place on the axis, its value and deviation."""
        names = [np.repeat(strand.name, len(p.x)) for strand, p in zip(self.strands, self.drawn, strict=True)]
        deviations = [np.full(len(p.x), np.nan) if p.deviation is None else p.deviation for p in self.drawn]
        return {
            "run": np.concatenate([np.empty(0, str), *names]),
            "x": np.concatenate([np.empty(0), *(points.x for points in self.drawn)]),
            "value": np.concatenate([np.empty(0), *(points.y for points in self.drawn)]),
            "deviation": np.concatenate([np.empty(0), *deviations]),
        }

    # The pointer.

    def mouseMoveEvent(self, event: Any) -> None:
        super().mouseMoveEvent(event)
        position = self.mapToScene(event.position().toPoint())
        inside = self._box.sceneBoundingRect().contains(position)
        self._point_at(float(self._box.mapSceneToView(position).x()) if inside else None)

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, place: float | None) -> None:
        self._place = place
        self._cursor.move(place, self._box.viewPixelSize()[0])
        self._read_out()

    def _read_out(self) -> None:
        """Say beside the names what every run has at the pointer."""
        for strand, points, (_, text) in zip(self.strands, self.drawn, self.legend.items, strict=False):
            text.setText(read_out(strand, points, self._place))
        self.legend.updateSize()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if hasattr(self, "strands"):
            self.redraw()

    def sizeHint(self) -> QSize:
        """Small: the tables below want room as well."""
        return QSize(320, 220)
