"""The few icons on buttons, drawn in the colour of the text beside them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIZE = 16
# Drawn large once: sharp on displays of up to three times the density.
SCALE = 3


def _play(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(4.5, 3), QPointF(12.5, 8), QPointF(4.5, 13)]))


def _pause(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.8, 3.2, 3, 9.6), 0.8, 0.8)
    painter.drawRoundedRect(QRectF(9.2, 3.2, 3, 9.6), 0.8, 0.8)


def _step(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(3.5, 3.2), QPointF(10, 8), QPointF(3.5, 12.8)]))
    painter.drawRoundedRect(QRectF(10.6, 3.2, 2, 9.6), 0.6, 0.6)


def _reset(painter: QPainter) -> None:
    color = painter.brush().color()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    arc = QPainterPath()
    arc.arcMoveTo(QRectF(3.2, 3.4, 9.6, 9.6), 140)
    arc.arcTo(QRectF(3.2, 3.4, 9.6, 9.6), 140, 290)
    painter.drawPath(arc)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([QPointF(2.2, 1.8), QPointF(7.0, 5.4), QPointF(2.0, 7.6)]))


def _slow(painter: QPainter) -> None:
    for left in (2.2, 5.6):
        painter.drawRoundedRect(QRectF(left, 4.4, 1.8, 7.2), 0.5, 0.5)
    painter.drawPolygon(QPolygonF([QPointF(8.8, 3.2), QPointF(14.2, 8), QPointF(8.8, 12.8)]))


def _back(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(11, 3), QPointF(4, 8), QPointF(11, 13)]))


def _forward(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(5, 3), QPointF(12, 8), QPointF(5, 13)]))


def _up(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(3, 11), QPointF(8, 4), QPointF(13, 11)]))


SHAPES: dict[str, Callable[[QPainter], None]] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "slow": _slow,
    "reset": _reset,
    "back": _back,
    "forward": _forward,
    "up": _up,
}


def icon(name: str, color: str, disabled: str) -> QIcon:
    """Draw one of `SHAPES`."""
    result = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        pixmap = QPixmap(SIZE * SCALE, SIZE * SCALE)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(SCALE, SCALE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shade))
        SHAPES[name](painter)
        painter.end()
        pixmap.setDevicePixelRatio(SCALE)
        result.addPixmap(pixmap, mode)
    return result
