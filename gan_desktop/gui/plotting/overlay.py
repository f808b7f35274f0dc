"""What is painted over the curves, in pixels: marks of interventions, equilibria, values at the ends, the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

GAP = 6.0


@dataclass(frozen=True)
class Mark:
    """An intervention: a line at `x`, with a short text."""

    x: float
    text: str


@dataclass(frozen=True)
class Level:
    """A dashed line at `y`."""

    y: float
    color: str


@dataclass(frozen=True)
class EndLabel:
    """A curve's name and value, beside its end."""

    x: float
    y: float
    text: str
    color: str


@dataclass
class OverlayContent:
    """Positions are in the view's coordinates, so logarithms on a logarithmic axis."""

    marks: Sequence[Mark] = ()
    levels: Sequence[Level] = ()
    ends: Sequence[EndLabel] = ()
    cursor: float | None = None
    read_out: str = ""
    message: str = ""


@dataclass
class OverlayColors:
    text: str = "#000000"
    muted: str = "#666666"
    mark: str = "#8a6a00"
    surface: str = "#ffffff"
    line: str = "#d9dee4"
    font: QFont = field(default_factory=QFont)


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as fits without overlap, each `height` tall, between `low` and `high`."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    edge = low
    for index in order:
        placed[index] = max(wanted[index], edge)
        edge = placed[index] + height
    edge = high
    for index in reversed(order):
        placed[index] = min(placed[index], edge - height)
        edge = placed[index]
    return placed


class Overlay(pg.GraphicsObject):
    """Fills a view box and paints one `OverlayContent` over its curves."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box = box
        self.content = OverlayContent()
        self.colors = OverlayColors()
        self.setZValue(1000)
        box.sigResized.connect(self.prepareGeometryChange)

    def show_content(self, content: OverlayContent) -> None:
        self.content = content
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._box.width(), self._box.height())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setFont(self.colors.font)
        metrics = QFontMetricsF(self.colors.font)
        area = self.boundingRect()
        painter.setClipRect(area)
        self._paint_levels(painter, area)
        self._paint_marks(painter, metrics, area)
        self._paint_ends(painter, metrics, area)
        self._paint_cursor(painter, metrics, area)
        if self.content.message:
            painter.setPen(QColor(self.colors.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.content.message)

    def _pixel(self, x: float, y: float) -> QPointF:
        point: QPointF = self._box.mapFromView(QPointF(x, y))
        return point

    def _paint_levels(self, painter: QPainter, area: QRectF) -> None:
        for level in self.content.levels:
            y = round(self._pixel(0, level.y).y()) + 0.5
            if area.top() < y < area.bottom():
                painter.setPen(QPen(QColor(level.color), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_marks(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        height = metrics.height() + 1
        places = [(round(self._pixel(mark.x, 0).x()) + 0.5, mark.text) for mark in self.content.marks]
        places = [(x, text) for x, text in places if area.left() <= x <= area.right()]
        painter.setPen(QPen(QColor(self.colors.mark), 1))
        for x, _ in places:
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        rows: list[float] = []
        for x, text in places:
            width = metrics.horizontalAdvance(text)
            left = x + 4 if x + 4 + width < area.right() else x - 4 - width
            # The first row in which it covers no other; beyond the third only its line is drawn.
            row = next((number for number, end in enumerate(rows) if end + GAP <= left), len(rows))
            if row < 3:
                rows[row : row + 1] = [left + width]
                baseline = area.top() + row * height + metrics.ascent() + 2
                self._text(painter, metrics, QPointF(left, baseline), text, self.colors.mark)

    def _paint_ends(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        if not self.content.ends:
            return
        points = [self._pixel(end.x, end.y) for end in self.content.ends]
        height = metrics.height() + 2
        wanted = [min(max(point.y(), area.top()), area.bottom()) - height / 2 for point in points]
        tops = spread(wanted, height, area.top(), area.bottom())
        for end, point, top in zip(self.content.ends, points, tops, strict=True):
            width = metrics.horizontalAdvance(end.text)
            left = min(point.x() + GAP, area.right() - width - 2)
            self._text(painter, metrics, QPointF(left, top + metrics.ascent() + 1), end.text, end.color)

    def _paint_cursor(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        if self.content.cursor is None:
            return
        x = round(self._pixel(self.content.cursor, 0).x()) + 0.5
        if not area.left() <= x <= area.right():
            return
        painter.setPen(QPen(QColor(self.colors.muted), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        width = metrics.horizontalAdvance(self.content.read_out)
        left = x + GAP if x + GAP + width < area.right() else x - GAP - width
        baseline = QPointF(left, area.bottom() - metrics.descent() - 4)
        self._text(painter, metrics, baseline, self.content.read_out, self.colors.text)

    def _text(self, painter: QPainter, metrics: QFontMetricsF, baseline: QPointF, text: str, color: str) -> None:
        """Text on a patch of the ground, so that it can be read over a curve."""
        patch = metrics.boundingRect(text).translated(baseline).adjusted(-2, -1, 2, 1)
        ground = QColor(self.colors.surface)
        ground.setAlpha(215)
        painter.fillRect(patch, ground)
        painter.setPen(QColor(color))
        painter.drawText(baseline, text)
