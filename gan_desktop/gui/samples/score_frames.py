"""A frame around an image that says how far the discriminator takes it for real: the longer, the more."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

# Display pixels: the stretch that says the score, at most and as a share of a small image; and the rest of the frame.
THICK, THICK_SHARE, THIN = 3.0, 0.1, 1.0


def thickness(side: float) -> float:
    """The thickness of the frame around an image of this size."""
    return min(THICK, max(THIN, side * THICK_SHARE))


def stretch(frame: QRectF, share: float) -> list[QPointF]:
    """The corners of the first part of a frame, from the top left and clockwise; the whole frame is closed."""
    corners = [frame.topLeft(), frame.topRight(), frame.bottomRight(), frame.bottomLeft(), frame.topLeft()]
    left = min(max(share, 0.0), 1.0) * 2 * (frame.width() + frame.height())
    points = [corners[0]]
    for begin, end in pairwise(corners):
        side = (end - begin).manhattanLength()
        if left <= 0:
            break
        points.append(begin + (end - begin) * min(1.0, left / side) if side > 0 else end)
        left -= side
    return points


class FramePainter:
    """Paints frames: a thick stretch as long as the score, 0..1, on a thin line all around."""

    def __init__(self, painter: QPainter, fooled: QColor, rest: QColor) -> None:
        self._painter = painter
        self._fooled = QPen(fooled, THICK, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        self._rest = QPen(rest, THIN)

    def paint(self, image: QRectF, score: float) -> None:
        """Paint a frame around the place of an image; with a score of 0, the thin line alone."""
        thick = thickness(min(image.width(), image.height()))
        frame = image.adjusted(-thick / 2, -thick / 2, thick / 2, thick / 2)
        self._painter.setPen(self._rest)
        self._painter.drawRect(frame)
        if score > 0:
            self._fooled.setWidthF(thick)
            self._painter.setPen(self._fooled)
            self._painter.drawPolyline(QPolygonF(stretch(frame, score)))
