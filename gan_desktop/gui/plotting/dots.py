"""Many dots of one colour and size, drawn in one call: a tenth of what a scatter plot item takes for each new frame."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform


class Dots(pg.GraphicsObject):
    """Dots at `points`, in the view's coordinates, of a fixed size in pixels: round, or diamonds."""

    def __init__(self, size: float, diamond: bool = False) -> None:
        super().__init__()
        self._size = size
        self._diamond = diamond
        self._color = QColor("#000000")
        self._dot: QPixmap | None = None
        self._is_exported = False
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        self.points = np.empty((0, 2))

    def set_color(self, color: QColor) -> None:
        self._color = color
        self._dot = None
        self.update()

    def set_points(self, points: np.ndarray) -> None:
        """Show other points, shape (n, 2), all finite."""
        self.points = points
        self.update()

    def setExportMode(self, export: bool, opts: object = None) -> None:
        """Set whether each dot is a shape of its own, as in a drawing; pyqtgraph's items have this method too."""
        self._is_exported = export

    def boundingRect(self) -> QRectF:
        # All that is in view: dots have no say in the view's range.
        return self.viewRect() or QRectF()

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        """No bounds, for pyqtgraph's automatic ranges."""
        return None, None

    def paint(self, painter: QPainter, *_: object) -> None:
        if not len(self.points):
            return
        to_pixels = painter.worldTransform()
        painter.resetTransform()
        if self._is_exported:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_shapes(painter, to_pixels)
            painter.setWorldTransform(to_pixels)
            return
        dot = self._picture(self.getViewWidget().devicePixelRatioF())
        self._fragments.resize(len(self.points))
        # A row is x, y, the source's left, top, width, height, the scales of x and y, rotation and opacity.
        rows = self._fragments.ndarray()
        rows[:, 0] = to_pixels.m11() * self.points[:, 0] + to_pixels.dx()
        rows[:, 1] = to_pixels.m22() * self.points[:, 1] + to_pixels.dy()
        rows[:, 2:] = 0, 0, dot.width(), dot.height(), 1 / dot.devicePixelRatio(), 1 / dot.devicePixelRatio(), 0, 1
        painter.drawPixmapFragments(*self._fragments.drawargs(), dot)  # type: ignore[call-arg]
        painter.setWorldTransform(to_pixels)

    def _draw_shapes(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Draw each dot as a shape of its own, for a drawing made of shapes."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        for x, y in self.points.tolist():
            self._draw_dot(painter, to_pixels.map(QPointF(x, y)))

    def _draw_dot(self, painter: QPainter, middle: QPointF) -> None:
        reach = self._size / 2
        if self._diamond:
            across, down = QPointF(reach, 0), QPointF(0, reach)
            painter.drawPolygon([middle - across, middle - down, middle + across, middle + down])
        else:
            painter.drawEllipse(middle, reach, reach)

    def _picture(self, ratio: float) -> QPixmap:
        """One dot, drawn once: stroking a thousand round points takes 20 ms, copying this one takes 1."""
        if self._dot is None or self._dot.devicePixelRatio() != ratio:
            side = ceil((self._size + 2) * ratio)
            self._dot = QPixmap(side, side)
            self._dot.setDevicePixelRatio(ratio)
            self._dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._color)
            self._draw_dot(painter, QPointF(side, side) / ratio / 2)
            painter.end()
        return self._dot
