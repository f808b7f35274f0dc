"""The legend of a heat map: its colours in a strip, with what they mean at both ends and in the middle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

HEIGHT, NOTCH, GAP = 9, 2, 3


class ColorStrip(QWidget):
    """A strip as wide as its room, with a notch in the middle, where the neutral colour is."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.texts = ("", "", "")
        self._ramp: npt.NDArray[np.uint8] = np.zeros((1, 4), np.uint8)
        self._text, self._line = QColor(), QColor()

    def set_colors(self, ramp: npt.NDArray[np.uint8], text: str, line: str) -> None:
        """Take other colours; `ramp` is what `heat_map.ramp` returns."""
        self._ramp, self._text, self._line = ramp, QColor(text), QColor(line)
        self.update()

    def show_texts(self, low: str, high: str, middle: str = "") -> None:
        """Set the texts under the ends and the middle."""
        self.texts = (low, middle, high)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, 2 * NOTCH + HEIGHT + GAP + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        strip = QRectF(0, NOTCH, self.width(), HEIGHT)
        shades = len(self._ramp)
        image = QImage(self._ramp.tobytes(), shades, 1, 4 * shades, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(strip, image)
        painter.setPen(QPen(self._line, 1))
        painter.drawRect(strip.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(self._text)
        middle = round(strip.center().x()) + 0.5
        painter.drawLine(QPointF(middle, strip.top() - NOTCH), QPointF(middle, strip.bottom() + NOTCH))
        places = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        line = QRectF(0, strip.bottom() + GAP, self.width(), painter.fontMetrics().height())
        for text, place in zip(self.texts, places, strict=True):
            painter.drawText(line, place, text)
