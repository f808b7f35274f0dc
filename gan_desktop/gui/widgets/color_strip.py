"""The legend of a heat map: its colours in a strip, with what they mean at both ends and in the middle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

STRIP_WIDTH, STRIP_HEIGHT, GAP, PADDING = 54, 9, 6, 4


class ColorStrip(QWidget):
    """`low` ▭▭▭ `high`; the middle, where the neutral colour is, has a notch."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ends = ("", "")
        self._ramp: npt.NDArray[np.uint8] = np.zeros((1, 4), np.uint8)
        self._text, self._line, self._ground = QColor(), QColor(), QColor()

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at the left and the right."""
        return self._ends

    def set_colors(self, ramp: npt.NDArray[np.uint8], text: str, line: str, ground: str) -> None:
        """`ramp` as of `heat_map.ramp`."""
        self._ramp, self._text, self._line, self._ground = ramp, QColor(text), QColor(line), QColor(ground)
        self.update()

    def show_ends(self, low: str, high: str) -> None:
        if (low, high) != self._ends:
            self._ends = (low, high)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        texts = sum(metrics.horizontalAdvance(text) for text in self._ends)
        return QSize(texts + 2 * (GAP + PADDING) + STRIP_WIDTH, metrics.height() + PADDING)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground)
        metrics = painter.fontMetrics()
        baseline = (self.height() + metrics.ascent() - metrics.descent()) / 2
        left = PADDING + metrics.horizontalAdvance(self._ends[0]) + GAP
        strip = QRectF(left, (self.height() - STRIP_HEIGHT) / 2, STRIP_WIDTH, STRIP_HEIGHT)
        shades = len(self._ramp)
        image = QImage(self._ramp.tobytes(), shades, 1, 4 * shades, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(strip, image)
        painter.setPen(QPen(self._line, 1))
        painter.drawRect(strip.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(self._text)
        middle = strip.center().x()
        painter.drawLine(QPointF(middle, strip.top() - 2), QPointF(middle, strip.bottom() + 2))
        painter.drawText(QPointF(PADDING, baseline), self._ends[0])
        painter.drawText(QPointF(strip.right() + GAP, baseline), self._ends[1])
