"""One mode as a bar, and what the two charts of modes paint alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.samples.class_sign import SIGN_SIZE, paint_sign
from gan_desktop.gui.samples.class_signs import Sign

# The bar's share of its strip, and that in a narrow strip; how strong the colours of a band and of a bar are.
BAR, NARROW_BAR, BAND, STRENGTH = 0.62, 0.9, 0.3, 0.75
GAP, TICK, NARROW = 5.0, 4.0, 9.0
SMALLEST_SIGN = 3.0


@dataclass(frozen=True)
class Bar:
    """One mode.

    Attributes:
        share: the share of the fakes that is in it.
        usual: the share that real samples give, with its standard deviation.
        diversity: how far apart two fakes of it are, divided by the same for real samples; NaN if that is not known.
        diversity_deviation: how much the real samples' diversity varies, divided by its mean.
    """

    name: str
    share: float
    usual: float
    deviation: float
    is_lost: bool
    diversity: float = nan
    diversity_deviation: float = 0.0
    is_collapsed: bool = False


def paint_tick(painter: QPainter, room: QRectF, y: float, text: str, colors: Colors) -> None:
    """Paint a line across the room, and its number at the left."""
    metrics = painter.fontMetrics()
    painter.setPen(QColor(colors.line))
    painter.drawLine(QPointF(room.left() - TICK, y), QPointF(room.right(), y))
    painter.setPen(QColor(colors.muted))
    left = room.left() - TICK - GAP - metrics.horizontalAdvance(text)
    painter.drawText(QPointF(left + 2, y + metrics.ascent() / 2 - 1), text)


def paint_body(
    painter: QPainter, strip: QRectF, height: float, band: tuple[float, float], colors: Colors, is_pointed: bool
) -> None:
    """Paint a bar in its strip, over the band of what is usual; heights are pixels above the strip's bottom."""
    low, high = band
    if high > low:
        area = QRectF(strip.left(), strip.bottom() - high, strip.width(), high - low)
        painter.fillRect(area, QColor(colors.faint(colors.real, BAND)))
    width = max(1.0, strip.width() * (BAR if strip.width() > NARROW else NARROW_BAR))
    # A bar of any height above 0 can be seen.
    tall = max(1.5, height) if height > 0 else 0.0
    body = QRectF(strip.center().x() - width / 2, strip.bottom() - tall, width, tall)
    painter.fillRect(body, QColor(colors.g if is_pointed else colors.faint(colors.g, STRENGTH)))


def paint_sign_above(painter: QPainter, strip: QRectF, height: float, sign: Sign, colors: Colors) -> None:
    """Paint a sign above a bar of this height, within the strip."""
    size = min(SIGN_SIZE, max(SMALLEST_SIGN, strip.width() - 1))
    top = max(strip.top(), strip.bottom() - height - size - 3)
    paint_sign(painter, QRectF(strip.center().x() - size / 2, top, size, size), sign, colors)
