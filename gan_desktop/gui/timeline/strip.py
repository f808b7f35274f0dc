"""A thin strip above the timeline's slider with marks of different shapes; a click on one goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.gui.alerts.light import level_color, paint_level
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import LIGHT, Colors
from gan_desktop.gui.timeline.marks import Kind, TimeMark, tip

SIDE = 10
# The foot of the strip has a short line for each kept sample.
FOOT = 4
# The middle of a slider's handle at either end, from the slider's edge.
INSET = 8
REACH = 6


class MarkStrip(QWidget):
    """Marks in a row as wide as the slider below it; the tool tip of a mark says what it is.

    Signals:
        step_asked: the step (int) to which a mark that was clicked leads.
    """

    step_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._colors = LIGHT
        self.marks: Sequence[TimeMark] = ()
        self._samples: Sequence[int] = ()
        self._first, self._last = 0, 1

    def sizeHint(self) -> QSize:
        return QSize(60, SIDE + FOOT + 1)

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_marks(self, marks: Sequence[TimeMark], samples: Sequence[int], first: int, last: int) -> None:
        """Show these marks, and a faint line for each kept sample, between the steps at both ends."""
        if (marks, samples, first, last) == (self.marks, self._samples, self._first, self._last):
            return
        if marks != self.marks:
            self.setAccessibleDescription("; ".join(tip(mark) for mark in marks[:50]))
        self.marks, self._samples, self._first, self._last = marks, samples, first, last
        self.update()

    def place(self, step: int) -> float:
        """Where a step is, in pixels from the left."""
        share = (step - self._first) / max(1, self._last - self._first)
        return INSET + min(max(share, 0.0), 1.0) * (self.width() - 2 * INSET)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._colors.faint(self._colors.muted, 0.5)), 1))
        for x in {round(self.place(step)) + 0.5 for step in self._samples}:
            painter.drawLine(QPointF(x, SIDE + 2), QPointF(x, SIDE + FOOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken: set[int] = set()
        for mark in sorted(self._within(), key=lambda mark: -mark.kind):
            x = round(self.place(mark.step))
            # If marks would cover each other, one is enough; the tool tip tells of all.
            if taken.isdisjoint(range(x - SIDE + 3, x + SIDE - 2)):
                taken.add(x)
                self._paint(painter, mark, x)

    def _within(self) -> list[TimeMark]:
        return [mark for mark in self.marks if self._first <= mark.step <= self._last]

    def _paint(self, painter: QPainter, mark: TimeMark, x: float) -> None:
        colors = self._colors
        area = QRectF(x - SIDE / 2, 0, SIDE, SIDE)
        if mark.kind is Kind.ALERT:
            color = QColor(level_color(colors, mark.level))
            paint_level(painter, area, mark.level, color, QColor(colors.surface))
        elif mark.kind is Kind.INTERVENTION:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.mark))
            middle = SIDE / 2
            painter.drawPolygon(
                QPolygonF([QPointF(x - 4, middle), QPointF(x, 1), QPointF(x + 4, middle), QPointF(x, SIDE - 1)])
            )
        elif mark.kind is Kind.BOOKMARK:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent))
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x - 3.5, 0),
                        QPointF(x + 3.5, 0),
                        QPointF(x + 3.5, SIDE),
                        QPointF(x, SIDE - 3.5),
                        QPointF(x - 3.5, SIDE),
                    ]
                )
            )
        else:
            painter.setPen(QPen(QColor(colors.text), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawLine(QPointF(x - 3, SIDE), QPointF(x - 3, 1))
            painter.drawPolyline(QPolygonF([QPointF(x - 3, SIDE - 2), QPointF(x + 3, SIDE - 5), QPointF(x + 3, 1)]))

    def near(self, x: float) -> list[TimeMark]:
        """The marks under the pointer, the nearest first."""
        found = [mark for mark in self._within() if abs(self.place(mark.step) - x) <= REACH]
        return sorted(found, key=lambda mark: (abs(self.place(mark.step) - x) > 2, -mark.kind))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointed = bool(self.near(event.position().x()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if pointed else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.near(event.position().x())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self.step_asked.emit(found[0].goal)
        else:
            super().mousePressEvent(event)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            near = [tip(mark) for mark in self.near(event.pos().x())]
            QToolTip.showText(event.globalPos(), words.about(*near[:12]), self)
            return True
        return bool(super().event(event))  # type: ignore[arg-type]
