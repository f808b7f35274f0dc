"""A label that gives way: if there is no room for its text, the text is cut, but not the part that is to be kept."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

# The requested room grows and shrinks by this many pixels, and shrinks only if this much of it is unused: a counting
# number must not have the whole window laid out anew at every repaint.
STEP, KEPT = 16, 64
# What is left of a text that is cut is at least as wide as this; and what need not stand before a text that is alone.
FEW, SEPARATORS = "Ab…", " ·,"


class ElidedLabel(QLabel):
    """One line of plain text in the style sheet's muted role, at the right of its room unless told otherwise."""

    def __init__(self, text: str = "", alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight) -> None:
        super().__init__()
        self._shown = self._kept = ""
        self._room = 0
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def text(self) -> str:
        """The whole text."""
        return self._shown

    def setText(self, text: str, kept: str = "") -> None:
        """Show another text, of whose end `kept` stays whole. Qt's own would ask for a new layout each time."""
        if (text, kept) == (self._shown, self._kept):
            return
        self._shown, self._kept = text, kept
        self.setAccessibleName(text)
        self._ask_for_room()
        self.update()

    def _ask_for_room(self) -> None:
        needed = self._needed()
        if not needed or not self._room - KEPT <= needed <= self._room:
            self._room = STEP * ceil(needed / STEP)
            self.updateGeometry()

    def _needed(self) -> int:
        # Rounded up: a text that is wider than its room by a part of a pixel would be elided.
        return ceil(QFontMetricsF(self.font()).horizontalAdvance(self._shown))

    def sizeHint(self) -> QSize:
        # The font may have changed since the text came.
        return QSize(max(self._room, self._needed()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def cut(self, width: int) -> str:
        """As much of the text as there is room for."""
        metrics, right = self.fontMetrics(), Qt.TextElideMode.ElideRight
        room = width - metrics.horizontalAdvance(self._kept)
        if not self._kept or self._needed() <= width:
            return metrics.elidedText(self._shown, right, width)
        if room < metrics.horizontalAdvance(FEW):
            return metrics.elidedText(self._kept.lstrip(SEPARATORS), right, width)
        return metrics.elidedText(self._shown.removesuffix(self._kept), right, room) + self._kept

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.cut(self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), text)
