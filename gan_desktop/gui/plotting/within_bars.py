"""How varied the fakes are within each mode, as bars beside what real samples give."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.bar import Bar, paint_body, paint_sign_above, paint_tick
from gan_desktop.gui.samples.class_signs import Sign

# The top of the axis, as a multiple of what real samples give; bars beyond it are cut off.
HIGHEST = 1.25


def are_known(bars: Sequence[Bar]) -> bool:
    """Whether there is anything to paint."""
    return any(isfinite(bar.diversity) for bar in bars)


def paint_within(
    painter: QPainter, room: QRectF, bars: Sequence[Bar], colors: Colors, pointed: int | None, title: str
) -> None:
    """Paint bars on an axis from 0, and a dashed line at what real samples give; the title stands above the room."""
    up, step = room.height() / HIGHEST, room.width() / len(bars)
    line = round(room.bottom() - up) + 0.5
    for y, text in ((round(room.bottom()) + 0.5, "0 %"), (line, "100 %")):
        paint_tick(painter, room, y, text, colors)
    for index, bar in enumerate(bars):
        strip = QRectF(room.left() + index * step, room.top(), step, room.height())
        height = up * min(bar.diversity, HIGHEST) if isfinite(bar.diversity) else 0.0
        band = (up * (1 - bar.diversity_deviation), up * (1 + bar.diversity_deviation))
        paint_body(painter, strip, height, band, colors, index == pointed)
        if bar.is_collapsed:
            paint_sign_above(painter, strip, height, Sign.COLLAPSED, colors)
    painter.setPen(QPen(QColor(colors.text), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(room.left(), line), QPointF(room.right(), line))
    metrics = painter.fontMetrics()
    painter.setPen(QColor(colors.muted))
    text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(QPointF(room.left(), room.top() - metrics.descent() - 1), text)
