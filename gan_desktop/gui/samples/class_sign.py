"""The signs of classes that something is wrong with: shapes, so that nobody needs to see colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gan_desktop.core.diagnosis import Level
from gan_desktop.gui.alerts.light import SIZE, paint_level
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.samples.class_signs import Sign

# Display pixels, where there is room.
SIGN_SIZE = 11.0


def paint_sign(painter: QPainter, area: QRectF, sign: Sign, colors: Colors) -> None:
    """A square with a cross is a class that is lost, one with an equals sign a class of samples that are the same."""
    color, ground = QColor(colors.error), QColor(colors.surface)
    if sign is Sign.LOST:
        paint_level(painter, area, Level.BAD, color, ground)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / SIZE, area.height() / SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(0.8, 0.8, 12.4, 12.4), 2.5, 2.5)
    painter.setPen(QPen(ground, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for y in (5.0, 9.0):
        painter.drawLine(QPointF(4, y), QPointF(10, y))
    painter.restore()
