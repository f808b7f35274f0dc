"""Buttons that shorten their text to the room there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QSizePolicy

# The style sheet's padding of a flat row, and a little for its bold font; a check box's indicator.
ROW_PADDING = 24
INDICATOR = 26


def _elide(button: QAbstractButton, text: str, taken: int) -> None:
    room = button.width() - taken
    button.setText(button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))


class ElidedButton(QPushButton):
    """A row of a list, as wide as its column."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._full_text = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _elide(self, self._full_text, ROW_PADDING)


class ElidedCheckBox(QCheckBox):
    """A check box as wide as it may be."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._full_text = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_full_text(self, text: str) -> None:
        """Set another text; as much of it as fits is shown."""
        self._full_text = text
        _elide(self, text, INDICATOR)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_full_text(self._full_text)
