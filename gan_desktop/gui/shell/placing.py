"""Windows that lie wholly on the screen, whatever its size and scale."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

# Pixels of the frame and the title that the system draws around a window: they are known only when it is shown.
FRAME = QMargins(4, 36, 4, 4)


def fitted(window: QRect, free: QRect) -> QRect:
    """The window, no larger than the room that a frame around it leaves, and moved into the free area."""
    room = free.marginsRemoved(FRAME)
    size = window.size().boundedTo(room.size())
    left = max(room.left(), min(window.left(), room.right() + 1 - size.width()))
    top = max(room.top(), min(window.top(), room.bottom() + 1 - size.height()))
    return QRect(QPoint(left, top), size)


def free_area(window: QWidget) -> QRect:
    """The area that its screen has for windows; the window's own place if there is no screen."""
    screen = window.screen()
    return window.geometry().marginsAdded(FRAME) if screen is None else screen.availableGeometry()


def resize_on_screen(window: QWidget, size: QSize) -> None:
    """Give a dialog a size, as far as there is room. One that is shown is moved if it would leave the screen."""
    wanted = fitted(QRect(window.geometry().topLeft(), size), free_area(window))
    window.resize(wanted.size())
    if window.isVisible() and wanted.topLeft() != window.geometry().topLeft():
        window.setGeometry(wanted)


def fit_on_screen(window: QWidget) -> None:
    """Fit a window that is not shown yet; if the system chooses its place, it goes on doing so."""
    if window.isMaximized() or window.isFullScreen():
        return
    wanted = fitted(window.geometry(), free_area(window))
    if window.testAttribute(Qt.WidgetAttribute.WA_Moved):
        window.setGeometry(wanted)
    else:
        window.resize(wanted.size())
