"""A light of the diagnosis: a colour and a shape for each level, so that nobody needs to see colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_desktop.core.diagnosis import Level
from gan_desktop.gui.alerts.words import level_word
from gan_desktop.gui.look.theme import LIGHT, Colors

SIZE = 14

COLORS = {Level.GOOD: "good", Level.WATCH: "watch", Level.BAD: "error", Level.UNKNOWN: "muted"}


def level_color(colors: Colors, level: Level) -> str:
    """The scheme's colour for a level."""
    color: str = getattr(colors, COLORS[level])
    return color


def paint_level(painter: QPainter, area: QRectF, level: Level, color: QColor, ground: QColor) -> None:
    """A disc with a tick is good, a triangle is to be watched, a square with a cross is bad, a ring is not known."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / SIZE, area.height() / SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    sign = QPen(ground, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if level is Level.GOOD:
        painter.drawEllipse(QRectF(0.5, 0.5, 13, 13))
        painter.setPen(sign)
        painter.drawPolyline(QPolygonF([QPointF(4, 7.3), QPointF(6.2, 9.5), QPointF(10.2, 4.9)]))
    elif level is Level.WATCH:
        painter.drawPolygon(QPolygonF([QPointF(7, 0.5), QPointF(14, 13.2), QPointF(0, 13.2)]))
        painter.setPen(sign)
        painter.drawLine(QPointF(7, 5), QPointF(7, 8.4))
        painter.drawPoint(QPointF(7, 11))
    elif level is Level.BAD:
        painter.drawRoundedRect(QRectF(0.8, 0.8, 12.4, 12.4), 2.5, 2.5)
        painter.setPen(sign)
        painter.drawLine(QPointF(4.4, 4.4), QPointF(9.6, 9.6))
        painter.drawLine(QPointF(9.6, 4.4), QPointF(4.4, 9.6))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.5))
        painter.drawEllipse(QRectF(1.5, 1.5, 11, 11))
    painter.restore()


class Light(QWidget):
    """One light; its accessible name says the level in a word, and so does its tool tip."""

    def __init__(self, title: str, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(SIZE, SIZE))
        self._title = title
        self.level = Level.UNKNOWN
        self._colors = LIGHT
        self.show_level(Level.UNKNOWN)

    def show_level(self, level: Level) -> None:
        self.level = level
        self.setAccessibleName(self.tr("{title}: {level}").format(title=self._title, level=level_word(level)))
        self.setToolTip(self.accessibleName())
        self.update()

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color, ground = QColor(level_color(self._colors, self.level)), QColor(self._colors.surface)
        paint_level(painter, QRectF(self.rect()), self.level, color, ground)
