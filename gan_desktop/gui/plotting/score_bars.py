"""Two histograms over each other, of real and of fake samples, told apart by hatching as well as by colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_desktop.core.scale import round_ticks
from gan_desktop.gui.look.theme import LIGHT, Colors
from gan_desktop.gui.plotting.labels import spread

Floats = npt.NDArray[np.floating[Any]]

BINS = 40
EDGE, GAP = 8.0, 4.0
TICK_EVERY = 90


@dataclass(frozen=True)
class ScoreContent:
    """What is shown: finite values of both kinds, all of which lie on the axis from `low` to `high` or are moved there.

    `boundary` is where real and fake part, if there is such a place; `names` are what the means are called.
    """

    real: Floats
    fake: Floats
    low: float
    high: float
    boundary: float | None
    names: tuple[str, str]

    def heights(self, values: Floats) -> npt.NDArray[np.float64]:
        """The share of the values in each bin, shape (BINS,)."""
        counts, _ = np.histogram(np.clip(values, self.low, self.high), BINS, (self.low, self.high))
        return counts / max(1, len(values))


class ScoreBars(QWidget):
    """Paints a `ScoreContent`."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.content: ScoreContent | None = None
        self._colors = LIGHT

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_content(self, content: ScoreContent | None) -> None:
        """Show this, or nothing."""
        self.content = content
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        content = self.content
        if content is None:
            return
        painter, colors = QPainter(self), self._colors
        metrics = painter.fontMetrics()
        names = metrics.height() + GAP
        room = QRectF(EDGE, names, self.width() - 2 * EDGE, max(1.0, self.height() - names - metrics.height() - GAP))
        real, fake = content.heights(content.real), content.heights(content.fake)
        highest = max(float(real.max()), float(fake.max()), 1e-12)
        self._paint_axis(painter, room, content)
        self._paint_bars(painter, room, real / highest, QBrush(QColor(colors.faint(colors.real, 0.5))), colors.real)
        hatch = QBrush(QColor(colors.g), Qt.BrushStyle.BDiagPattern)
        self._paint_bars(painter, room, fake / highest, hatch, colors.g)
        self._paint_boundary(painter, room, content)
        self._paint_means(painter, room, content)

    def _x(self, room: QRectF, content: ScoreContent, value: float) -> float:
        share = (value - content.low) / (content.high - content.low)
        return room.left() + min(max(share, 0.0), 1.0) * room.width()

    def _paint_axis(self, painter: QPainter, room: QRectF, content: ScoreContent) -> None:
        metrics = painter.fontMetrics()
        bottom = round(room.bottom()) + 0.5
        painter.setPen(QColor(self._colors.line))
        painter.drawLine(QPointF(room.left(), bottom), QPointF(room.right(), bottom))
        painter.setPen(QColor(self._colors.muted))
        for tick in round_ticks(content.low, content.high, max(2, int(room.width() / TICK_EVERY))):
            text = f"{tick:g}".replace("-", "−")
            width = metrics.horizontalAdvance(text)
            left = min(self._x(room, content, tick) - width / 2, self.width() - width)
            painter.drawText(QPointF(max(0.0, left), bottom + GAP / 2 + metrics.ascent()), text)

    def _paint_bars(self, painter: QPainter, room: QRectF, heights: Floats, fill: QBrush, line: str) -> None:
        """Paint bars, with an outline that goes up and down at the bins' edges."""
        x = np.repeat(room.left() + np.arange(BINS + 1) * room.width() / BINS, 2)[1:-1]
        y = np.repeat(room.bottom() - heights * room.height(), 2)
        outline = [QPointF(*place) for place in zip(x, y, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([room.bottomLeft(), *outline, room.bottomRight()]))
        painter.setPen(QPen(QColor(line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(outline))

    def _paint_boundary(self, painter: QPainter, room: QRectF, content: ScoreContent) -> None:
        if content.boundary is None:
            return
        x = round(self._x(room, content, content.boundary)) + 0.5
        painter.setPen(QPen(QColor(self._colors.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _paint_means(self, painter: QPainter, room: QRectF, content: ScoreContent) -> None:
        """Paint a line at each mean, with its name above it; the names keep clear of each other."""
        metrics, colors = painter.fontMetrics(), self._colors
        means = [float(np.mean(values, dtype=np.float64)) for values in (content.real, content.fake)]
        middles = [self._x(room, content, mean) for mean in means]
        width = max(metrics.horizontalAdvance(name) for name in content.names) + 2 * GAP
        lefts = spread([middle - width / 2 for middle in middles], width, 0.0, float(self.width()))
        shown = zip(content.names, middles, lefts, (colors.muted, colors.g), strict=True)
        for name, middle, left, color in shown:
            painter.setPen(QPen(QColor(color), 2))
            painter.drawLine(QPointF(middle, room.top()), QPointF(middle, room.bottom()))
            painter.drawText(QRectF(left, 0, width, metrics.height()), Qt.AlignmentFlag.AlignCenter, name)
