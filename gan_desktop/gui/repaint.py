"""When the window repaints: on a timer, only what is visible and has changed, never so often that training slows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Slot
from PySide6.QtWidgets import QWidget

# Share of the wall time that watching may take.
BUDGET = 0.05
FASTEST_MS = 66
SLOWEST_MS = 250
# Widgets take turns, so that input is answered between two of them: together they would hold it up for 50 ms.
BETWEEN_MS = 16
# How much of the measured cost comes from the last frame: a single slow frame should not halve the rate.
NEW_COST = 0.2


class Refreshable(QWidget):
    """A widget that is brought up to date by `refresh`, at the repainter's pace."""

    def refresh(self) -> None:
        """Show what has come since the last time."""
        raise NotImplementedError


def is_seen(widget: QWidget) -> bool:
    """Whether some of the widget is inside its window: docks behind a tab count as visible, but are moved outside."""
    window = widget.window()
    if not widget.isVisible() or window.isMinimized():
        return False
    return window.rect().intersects(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))


class Repainter(QObject):
    """Calls `refresh` on the widgets that asked for it, as often as their cost allows."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: dict[Refreshable, None] = {}
        self._spent = 0.0
        self._cost = 0.0
        # The widgets whose turn is still to come in this round.
        self._round: list[Refreshable] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)

    @property
    def interval_ms(self) -> int:
        """Milliseconds between two rounds of repaints, by what repainting has cost of late."""
        return int(min(max(self._cost / BUDGET * 1000, FASTEST_MS), SLOWEST_MS))

    def request(self, widget: Refreshable) -> None:
        """Refresh the widget at the next repaint, or, where it is hidden, when it is seen again."""
        self._waiting[widget] = None
        self.wake()

    def wake(self) -> None:
        """Something is to be done, or the window can be seen again."""
        if self._waiting and not self._timer.isActive() and self._is_watched():
            self._timer.start(self.interval_ms)

    def _is_watched(self) -> bool:
        return self._window.isVisible() and not self._window.isMinimized()

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count what is done within as the cost of repainting: for the paint events of what is slow to draw."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self._spent += time.perf_counter() - begin

    @Slot()
    def _tick(self) -> None:
        if not self._round:
            # What was painted since the last round began is what that round cost.
            self._cost += NEW_COST * (self._spent - self._cost)
            self._spent = 0.0
            if not self._is_watched():
                return
            self._round = [widget for widget in self._waiting if is_seen(widget)]
        if self._round:
            widget = self._round.pop(0)
            self._waiting.pop(widget, None)
            with self.measured():
                widget.refresh()
        if self._round:
            self._timer.start(BETWEEN_MS)
        elif any(is_seen(widget) for widget in self._waiting):
            self.wake()
