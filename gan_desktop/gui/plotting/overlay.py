"""What is painted over and around the curves, in pixels: interventions, failures, equilibria, values, the cursor.

Texts stand where no curve is: interventions and failures in a strip above the plot, the values at the ends of the
curves in the margin at its right, names of ghosts in the room between curves. Only the cursor's text, which is asked
for, stands over the curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gan_desktop.core import diagnosis
from gan_desktop.gui.alerts.light import paint_level
from gan_desktop.gui.plotting.curve import Line
from gan_desktop.gui.plotting.free_room import FreeRoom
from gan_desktop.gui.plotting.labels import GAP, Place, Rows, spread

# How opaque a span's shade is, and the line at its begin once it is over; how high the bar at its foot is.
SHADE, OVER = 22, 120
FOOT = 3.0
# The most rows of labels above the plot, and how high one is.
MOST_ROWS, ROW_HEIGHT = 2, 17.0
# The margin at the right, for the values at the ends of the curves.
END_ROOM = 76.0
# How far from a line a tool tip still says what it is.
REACH = 5.0


@dataclass(frozen=True)
class Mark:
    """An intervention: a line at `x`, with a short text."""

    x: float
    text: str


@dataclass(frozen=True)
class Span:
    """A failure: from `first` to `last`, None while it stands, with a short text and its light."""

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
    """Positions are in the view's coordinates, so they are heights on a logarithmic axis. `linear` is the height up to
    which a symmetric axis is linear, 0 for none.
    """

    marks: Sequence[Mark] = ()
    spans: Sequence[Span] = ()
    levels: Sequence[Level] = ()
    ends: Sequence[EndLabel] = ()
    linear: float = 0.0
    cursor: float | None = None
    read_out: str = ""
    message: str = ""
    # The names of ghosts, near their ends, and all curves, which neither they nor the message may hide.
    ghosts: Sequence[EndLabel] = ()
    lines: Sequence[Line] = ()
    # Whether the read-out stands above the curves, and not below them.
    reads_above: bool = False
    # Whether the cursor is at the moment that is looked at, and not at the pointer.
    is_moment: bool = False


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


class Overlay(pg.GraphicsObject):
    """Covers a plot, its margins included, and paints one `OverlayContent` over and around its curves.

    Attributes:
        labels: the things with a line that were painted last: each thing, where its line is, and where its label
            stands.
        between: the texts that were painted last between the curves, and where.
    """

    def __init__(self, plot: pg.PlotItem) -> None:
        super().__init__(plot)
        self._plot = plot
        self._box = plot.getViewBox()
        self.content = OverlayContent()
        self.colors = OverlayColors()
        self.labels: list[tuple[Mark | Span, float, Place | None]] = []
        self.between: list[tuple[str, QRectF]] = []
        self._rows = -1
        self.setZValue(1000)
        self._make_room(0)
        self._box.sigResized.connect(self.prepareGeometryChange)

    def show_content(self, content: OverlayContent) -> None:
        """Show other things; the strip above the plot grows with the first ones that have a label."""
        self.content = content
        labels = self._place_labels(MOST_ROWS)
        rows = 1 + max((label.row for _, _, label in labels if label is not None), default=-1)
        # Once there, a row stays while there is anything to label: a plot whose height trembles is unreadable.
        self._make_room(max(rows, self._rows) if labels else 0)
        self.update()

    def _make_room(self, rows: int) -> None:
        if rows != self._rows:
            self._rows = rows
            self._plot.layout.setContentsMargins(1, 1 + rows * ROW_HEIGHT, END_ROOM, 1)
            # At once, or the first paint would be of the old size.
            self._plot.layout.activate()

    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(0, 0), self._plot.size())

    def shape(self) -> QPainterPath:
        # It has no shape for the pointer: what is under it gets the events.
        return QPainterPath()

    @property
    def area(self) -> QRectF:
        """Where the curves are."""
        found: QRectF = self._box.mapRectToItem(self, self._box.boundingRect())
        return found

    def tip_at(self, place: QPointF) -> str:
        """What the lines and signs at a place are, each on a line; empty if there are none."""
        texts = [
            thing.text
            for thing, x, label in self.labels
            if abs(place.x() - x) <= REACH
            or (label is not None and place.y() < self.area.top() and 0 <= place.x() - label.left <= ROW_HEIGHT)
        ]
        return "\n".join(dict.fromkeys(texts))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setFont(self.colors.font)
        metrics = QFontMetricsF(self.colors.font)
        area = self.area
        self.labels = self._place_labels(self._rows)
        painter.save()
        painter.setClipRect(area)
        self._paint_spans(painter, area)
        self._paint_levels(painter, area)
        self._paint_linear(painter, area)
        self._paint_between(painter, metrics, area)
        self._paint_cursor(painter, metrics, area)
        painter.restore()
        self._paint_labels(painter, metrics, area)
        self._paint_ends(painter, metrics, area)

    def _pixel(self, x: float, y: float) -> QPointF:
        point: QPointF = self._box.mapToItem(self, self._box.mapFromView(QPointF(x, y)))
        return point

    def _color(self, thing: Mark | Span) -> QColor:
        if isinstance(thing, Mark):
            return QColor(self.colors.mark)
        return QColor(self.colors.error if thing.level is diagnosis.Level.BAD else self.colors.watch)

    # The strip above.

    def _place_labels(self, count: int) -> list[tuple[Mark | Span, float, Place | None]]:
        """Failures that stand come first, then interventions, then the newest: the others have what room is left."""
        things: list[Mark | Span] = [*self.content.marks, *self.content.spans]
        things.sort(key=lambda thing: (_is_standing(thing), isinstance(thing, Mark), _begin(thing)), reverse=True)
        metrics, area = QFontMetricsF(self.colors.font), self.area
        rows = Rows(count, area.left(), area.right() + END_ROOM)
        labels: list[tuple[Mark | Span, float, Place | None]] = []
        for thing in things:
            x = round(self._pixel(_begin(thing), 0).x()) + 0.5
            if not area.left() <= x <= area.right():
                # A failure that began before what is in view is named where it comes into view.
                if isinstance(thing, Mark) or not self._is_in_view(thing, area):
                    continue
                x = area.left() + 0.5
            sign = 0.0 if isinstance(thing, Mark) else ROW_HEIGHT - 4
            text = metrics.horizontalAdvance(thing.text)
            labels.append((thing, x, rows.place(x, sign + (4 if sign else 0) + text, sign)))
        return labels

    def _is_in_view(self, span: Span, area: QRectF) -> bool:
        left, right = self._ends_of(span)
        return left <= area.right() and right >= area.left()

    def _ends_of(self, span: Span) -> tuple[float, float]:
        """Where a span begins and ends, in pixels; one that stands ends at the newest step."""
        newest = max((end.x for end in self.content.ends), default=0.0)
        left = round(self._pixel(span.first, 0).x()) + 0.5
        return left, max(left + 1, self._pixel(newest if span.last is None else span.last, 0).x())

    def _paint_labels(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        drawn: set[float] = set()
        for thing, x, label in self.labels:
            color = self._color(thing)
            # Each has a line where it begins, up to its label; for several within a pixel, one line is enough.
            if x not in drawn:
                drawn.add(x)
                top = area.top() if label is None else area.top() - (label.row + 1) * ROW_HEIGHT + 2
                style = Qt.PenStyle.SolidLine if isinstance(thing, Mark) else Qt.PenStyle.DashDotLine
                line = QColor(color)
                line.setAlpha(255 if isinstance(thing, Mark) or _is_standing(thing) else OVER)
                painter.setPen(QPen(line, 1, style))
                painter.drawLine(QPointF(x, top), QPointF(x, area.bottom()))
            if label is not None:
                self._paint_label(painter, metrics, area, thing, label, color)

    def _paint_label(
        self, painter: QPainter, metrics: QFontMetricsF, area: QRectF, thing: Mark | Span, label: Place, color: QColor
    ) -> None:
        """Paint the shape of the light, and the text."""
        top, left = area.top() - (label.row + 1) * ROW_HEIGHT, label.left
        if isinstance(thing, Span):
            side = ROW_HEIGHT - 5
            sign = QRectF(left, top + 2, side, side)
            paint_level(painter, sign, thing.level, color, QColor(self.colors.surface))
            left += side + 4
        if label.is_whole:
            baseline = top + (ROW_HEIGHT + metrics.ascent() - metrics.descent()) / 2
            self._text(painter, QPointF(left, baseline), thing.text, color)

    # Over the curves.

    def _paint_spans(self, painter: QPainter, area: QRectF) -> None:
        """Paint each shaded, with a bar at the foot as long as it lasts."""
        for span in self.content.spans:
            left, right = self._ends_of(span)
            if right < area.left() or left > area.right():
                continue
            color = self._color(span)
            shade = QColor(color)
            shade.setAlpha(SHADE)
            painter.fillRect(QRectF(QPointF(left, area.top()), QPointF(right, area.bottom())), shade)
            painter.fillRect(QRectF(QPointF(left, area.bottom() - FOOT), QPointF(right, area.bottom())), color)

    def _paint_levels(self, painter: QPainter, area: QRectF) -> None:
        for level in self.content.levels:
            y = round(self._pixel(0, level.y).y()) + 0.5
            if area.top() < y < area.bottom():
                painter.setPen(QPen(QColor(level.color), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_linear(self, painter: QPainter, area: QRectF) -> None:
        """Paint a bar beside the axis where a symmetric scale is linear, and a line at 0."""
        if not self.content.linear:
            return
        top, bottom = (self._pixel(0, sign * self.content.linear).y() for sign in (1, -1))
        painter.fillRect(QRectF(area.left(), top, FOOT, bottom - top), QColor(self.colors.muted))
        zero = round(self._pixel(0, 0).y()) + 0.5
        painter.setPen(QPen(QColor(self.colors.muted), 1))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))

    def _paint_between(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        """Paint the message and the names of ghosts, each where it hides no curve; a name without room is left out."""
        room = FreeRoom(area, [self._in_pixels(line) for line in self.content.lines], self._level_heights())
        self.between = []
        if text := self.content.message:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            wanted = metrics.boundingRect(area, flags, text).adjusted(-1, 0, 1, 0)
            # It says what to do, so it stands somewhere in any case.
            self._paint_text(painter, room.take(wanted) or wanted, flags, text, self.colors.muted)
        for ghost in self.content.ghosts:
            point = self._pixel(ghost.x, ghost.y)
            width = metrics.horizontalAdvance(ghost.text) + 1
            left = max(area.left() + 2, min(point.x(), area.right()) - width - 4)
            place = room.take(QRectF(left, point.y() - metrics.height() - 2, width, metrics.height()))
            if place is not None:
                self._paint_text(painter, place, Qt.AlignmentFlag.AlignLeft, ghost.text, ghost.color)

    def _paint_text(self, painter: QPainter, place: QRectF, flags: int, text: str, color: str) -> None:
        self.between.append((text, place))
        painter.fillRect(place, self._ground())
        painter.setPen(QColor(color))
        painter.drawText(place, flags, text)

    def _in_pixels(self, line: Line) -> Line:
        (left, right), (low, high) = self._box.viewRange()
        first, last = self._pixel(left, low), self._pixel(right, high)
        across, up = (last.x() - first.x()) / (right - left), (last.y() - first.y()) / (high - low)
        return Line(first.x() + (line.x - left) * across, first.y() + (line.y - low) * up)

    def _level_heights(self) -> list[float]:
        return [self._pixel(0, level.y).y() for level in self.content.levels]

    def _paint_cursor(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        if self.content.cursor is None:
            return
        x = round(self._pixel(self.content.cursor, 0).x()) + 0.5
        if not area.left() <= x <= area.right():
            return
        is_moment = self.content.is_moment
        painter.setPen(QPen(QColor(self.colors.text if is_moment else self.colors.muted), 2 if is_moment else 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        width = metrics.horizontalAdvance(self.content.read_out)
        left = x + GAP if x + GAP + width < area.right() else x - GAP - width
        y = area.top() + metrics.ascent() + 4 if self.content.reads_above else area.bottom() - metrics.descent() - 4
        baseline = QPointF(left, y)
        self._on_patch(painter, metrics, baseline, self.content.read_out, QColor(self.colors.text))

    def _on_patch(self, painter: QPainter, metrics: QFontMetricsF, baseline: QPointF, text: str, color: QColor) -> None:
        """Paint a text on a patch of the ground, so that it can be read over a curve."""
        painter.fillRect(metrics.boundingRect(text).translated(baseline).adjusted(-2, -1, 2, 1), self._ground())
        self._text(painter, baseline, text, color)

    def _ground(self) -> QColor:
        ground = QColor(self.colors.surface)
        ground.setAlpha(215)
        return ground

    # The margin at the right.

    def _paint_ends(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        """Paint each value, and a dotted line to it from where its curve ends."""
        for end, place in zip(self.content.ends, self._end_places(metrics, area), strict=True):
            point = self._pixel(end.x, end.y)
            middle = place.center().y()
            if area.top() <= point.y() <= area.bottom() and point.x() <= area.right():
                painter.setPen(QPen(QColor(end.color), 1, Qt.PenStyle.DotLine))
                border = QPointF(area.right(), point.y())
                painter.drawPolyline([point, border, QPointF(place.left() - 2, middle)])
            baseline = QPointF(place.left(), middle + (metrics.ascent() - metrics.descent()) / 2)
            self._text(painter, baseline, end.text, QColor(end.color))

    def _end_places(self, metrics: QFontMetricsF, area: QRectF) -> list[QRectF]:
        """Where the values at the ends of the curves stand: right of the plot and not over each other."""
        height = metrics.height() + 2
        ys = [self._pixel(end.x, end.y).y() for end in self.content.ends]
        wanted = [min(max(y, area.top()), area.bottom()) - height / 2 for y in ys]
        tops = spread(wanted, height, area.top(), area.bottom())
        left = area.right() + 2 * GAP
        widths = (metrics.horizontalAdvance(end.text) for end in self.content.ends)
        return [QRectF(left, top, width, height) for top, width in zip(tops, widths, strict=True)]

    def _text(self, painter: QPainter, baseline: QPointF, text: str, color: QColor) -> None:
        painter.setPen(color)
        painter.drawText(baseline, text)


def _begin(thing: Mark | Span) -> float:
    return thing.x if isinstance(thing, Mark) else thing.first


def _is_standing(thing: Mark | Span) -> bool:
    return isinstance(thing, Span) and thing.last is None
