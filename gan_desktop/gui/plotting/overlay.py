"""What is painted over the curves, in pixels: interventions, failures, equilibria, values at the ends, the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gan_desktop.core import diagnosis
from gan_desktop.gui.widgets.light import paint_level

GAP = 6.0
# Of a span: how opaque its shade is, how high the bar at its foot, how many rows of signs there are.
SHADE = 22
FOOT = 3.0
SPAN_ROWS = 3


@dataclass(frozen=True)
class Mark:
    """An intervention: a line at `x`, with a short text."""

    x: float
    text: str


@dataclass(frozen=True)
class Span:
    """A failure: from `first` to `last`, None while it stands, with a short text and the light that it has."""

    first: float
    last: float | None
    text: str
    level: diagnosis.Level


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
    spans: Sequence[Span] = ()
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
    watch: str = "#b07d00"
    error: str = "#b3261e"
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
        self._paint_spans(painter, metrics, area)
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

    def _paint_spans(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        """Shaded, with a line of dots and dashes where it begins, a bar at the foot as long as it lasts, and a sign."""
        taken = self._end_places(metrics, area)
        drawn: set[float] = set()
        newest = max((end.x for end in self.content.ends), default=0.0)
        for span in self.content.spans:
            left = round(self._pixel(span.first, 0).x()) + 0.5
            right = max(left + 1, self._pixel(newest if span.last is None else span.last, 0).x())
            if right < area.left() or left > area.right():
                continue
            color = QColor(self.colors.error if span.level is diagnosis.Level.BAD else self.colors.watch)
            shade = QColor(color)
            shade.setAlpha(SHADE)
            painter.fillRect(QRectF(QPointF(left, area.top()), QPointF(right, area.bottom())), shade)
            painter.fillRect(QRectF(QPointF(left, area.bottom() - FOOT), QPointF(right, area.bottom())), color)
            # Of failures that come and go within a pixel, one line and one sign are enough.
            if left in drawn:
                continue
            drawn.add(left)
            painter.setPen(QPen(color, 1, Qt.PenStyle.DashDotLine))
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
            place = self._sign_place(metrics, area, max(left, area.left()), span.text, taken)
            if place is not None:
                taken.append(place)
                self._paint_sign(painter, metrics, place, span, color)

    def _sign_place(
        self, metrics: QFontMetricsF, area: QRectF, x: float, text: str, taken: list[QRectF]
    ) -> QRectF | None:
        """Beside the line at `x`, in the first row from the foot in which nothing is covered; None where all are."""
        height = metrics.height() + 3
        width = metrics.height() + 2 + metrics.horizontalAdvance(text)
        left = x + 4 if x + 4 + width < area.right() else x - 4 - width
        for row in range(SPAN_ROWS):
            # The row at the very foot is the cursor's.
            place = QRectF(left, area.bottom() - FOOT - (row + 2) * height, width, height)
            if not any(place.adjusted(-GAP, 0, GAP, -1).intersects(other) for other in taken):
                return place
        return None

    def _paint_sign(self, painter: QPainter, metrics: QFontMetricsF, place: QRectF, span: Span, color: QColor) -> None:
        """The shape of the light, and the text."""
        side, baseline = metrics.height() - 3, place.top() + metrics.ascent() + 1
        self._text(painter, metrics, QPointF(place.left() + side + 5, baseline), span.text, color.name())
        sign = QRectF(place.left(), place.top() + 3, side, side)
        paint_level(painter, sign, span.level, color, QColor(self.colors.surface))

    def _paint_ends(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        for end, place in zip(self.content.ends, self._end_places(metrics, area), strict=True):
            baseline = QPointF(place.left(), place.top() + metrics.ascent() + 1)
            self._text(painter, metrics, baseline, end.text, end.color)

    def _end_places(self, metrics: QFontMetricsF, area: QRectF) -> list[QRectF]:
        """Where the values at the ends of the curves stand, beside them and not over each other."""
        points = [self._pixel(end.x, end.y) for end in self.content.ends]
        height = metrics.height() + 2
        wanted = [min(max(point.y(), area.top()), area.bottom()) - height / 2 for point in points]
        places = []
        for end, point, top in zip(
            self.content.ends, points, spread(wanted, height, area.top(), area.bottom()), strict=True
        ):
            width = metrics.horizontalAdvance(end.text)
            places.append(QRectF(min(point.x() + GAP, area.right() - width - 2), top, width, height))
        return places

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
