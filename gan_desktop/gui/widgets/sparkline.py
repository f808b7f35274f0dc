"""A small picture of numbers: a curve as high as a line of text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.plotting.pyramid import MinMaxPyramid

Floats = npt.NDArray[np.float64]

WIDTH, HEIGHT = 60, 18
EDGE = 2.0


def points(curve: MinMaxPyramid, most: int) -> tuple[Floats, Floats]:
    """The curve in at most about `most` stretches, each a stroke from its least to its greatest value."""
    position, low, high = curve.buckets(0, len(curve), most)
    if low is high:
        return position, low.astype(np.float64)
    return np.repeat(position, 2), np.stack([low, high], axis=1).ravel().astype(np.float64)


class Sparkline(QWidget):
    """A metric's history, without axes: its range covers the values and the dashed line, which is the floor."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(WIDTH, HEIGHT)
        self._lines: list[tuple[Floats, Floats]] = []
        self._floor = np.nan
        self._count = 0
        self._colors = [QColor("#808080")] * 2
        self._floor_color = QColor("#808080")

    def set_colors(self, line: str, averaged: str, floor: str) -> None:
        self._colors = [QColor(line), QColor(averaged)]
        self._floor_color = QColor(floor)
        self.update()

    def show_curves(self, curves: list[MinMaxPyramid], floor: float) -> None:
        """Show the raw curve, and the averaged one after it; `floor` may be NaN."""
        self._lines = [points(curve, WIDTH) for curve in curves]
        self._count = max((len(curve) for curve in curves), default=0)
        self._floor = floor
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        values = np.concatenate([np.array([self._floor]), *(y for _, y in self._lines)])
        values = values[np.isfinite(values)]
        if self._count < 2 or not len(values):
            return
        low, high = float(values.min()), float(values.max())
        if high == low:
            low, high = low - 1, high + 1
        across = (self.width() - 2 * EDGE) / (self._count - 1)
        up = (self.height() - 2 * EDGE) / (high - low)

        def placed(x: Floats, y: Floats) -> QPolygonF:
            return arrayToQPolygonF(EDGE + x * across, self.height() - EDGE - (y - low) * up)

        painter = QPainter(self)
        if np.isfinite(self._floor):
            painter.setPen(QPen(self._floor_color, 1, Qt.PenStyle.DashLine))
            painter.drawPolyline(placed(np.array([0.0, self._count - 1]), np.full(2, self._floor)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x, y), color in zip(self._lines, self._colors, strict=False):
            known = np.isfinite(y)
            painter.setPen(QPen(color, 1))
            painter.drawPolyline(placed(x[known], y[known]))
