"""Two small pictures of numbers: a curve as high as a line of text, and bars for the shares of the modes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

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
    """A metric's history, without axes: its range is that of the values and of the dashed line, which is the floor."""

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

        def place(x: float, y: float) -> QPointF:
            return QPointF(EDGE + x * across, self.height() - EDGE - (y - low) * up)

        painter = QPainter(self)
        if np.isfinite(self._floor):
            painter.setPen(QPen(self._floor_color, 1, Qt.PenStyle.DashLine))
            painter.drawLine(place(0, self._floor), place(self._count - 1, self._floor))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x, y), color in zip(self._lines, self._colors, strict=False):
            known = np.isfinite(y)
            painter.setPen(QPen(color, 1))
            painter.drawPolyline(QPolygonF([place(*pair) for pair in zip(x[known], y[known], strict=True)]))


class ShareBars(QWidget):
    """The share of the fakes in each mode, one bar a mode; the dashed line is where all would be equal."""

    HEIGHT = 34

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.shares: tuple[float, ...] = ()
        self._bar, self._even = QColor("#808080"), QColor("#808080")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.HEIGHT)

    def set_colors(self, bar: str, even: str) -> None:
        self._bar, self._even = QColor(bar), QColor(even)
        self.update()

    def show_shares(self, shares: tuple[float, ...]) -> None:
        self.shares = shares
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.shares:
            return
        painter = QPainter(self)
        even = 1 / len(self.shares)
        # The even line stays in place while no mode has more than three times its share.
        highest = max(3 * even, *self.shares)
        room, step = self.height() - 2, self.width() / len(self.shares)
        gap = 3.0 if step > 9 else 1.0
        for index, share in enumerate(self.shares):
            # A mode that is reached at all is seen to be.
            tall = max(1.5, share / highest * room) if share > 0 else 0.0
            painter.fillRect(QRectF(index * step, self.height() - 1 - tall, max(1.0, step - gap), tall), self._bar)
        painter.setPen(QPen(self._even, 1))
        painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        painter.setPen(QPen(self._even, 1, Qt.PenStyle.DashLine))
        height = self.height() - 1 - even / highest * room
        painter.drawLine(QPointF(0, height), QPointF(self.width(), height))
