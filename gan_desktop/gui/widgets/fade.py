"""A soft lower edge of what scrolls: a line of text there is not cut through its letters, and more is to come."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea

# Its height in pixels: about a line of text.
HEIGHT = 18


class Fade(QFrame):
    """Lies over the foot of an area while there is more below; the style sheet paints it."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._viewport = area.viewport()
        self._bar = area.verticalScrollBar()
        self.setObjectName("scroll_fade")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._viewport.installEventFilter(self)
        self._bar.valueChanged.connect(self._show_more)
        self._bar.rangeChanged.connect(self._show_more)
        self._show_more()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            place = self._viewport.geometry()
            self.setGeometry(place.left(), place.bottom() + 1 - HEIGHT, place.width(), HEIGHT)
        return super().eventFilter(watched, event)

    @Slot()
    def _show_more(self) -> None:
        self.setVisible(self._bar.value() < self._bar.maximum())
