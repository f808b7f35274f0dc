"""When the window repaints: on a timer, only what is visible and has changed, never so often that training slows."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.core.machine import usable_cores
from gan_desktop.core.watching import PAINTING_BUDGET, RecentShare

# A round of repaints is never due less often than the slowest, even if it costs so much that this exceeds the budget: a
# window that shows a new picture twice a second still looks alive, and a slower one would not.
FASTEST_MS = 66
SLOWEST_MS = 500
# Widgets take turns, so that input is answered between two of them: together they would hold it up for 50 ms.
BETWEEN_MS = 16
# What is owed beyond this many seconds of the budget is forgotten, so that a burst (a panel opens, a window is dragged)
# slows the window down for that long and no longer.
LONGEST_DEBT = 2.0


class PaintCost:
    """How much the window's thread computes, whatever for, and how long repainting has to wait for that."""

    def __init__(self) -> None:
        self._share = RecentShare()
        self._owed = 0.0
        self._clocks: tuple[float, float] | None = None

    def take_stock(self, now: float, computed: float) -> None:
        """Count what came since the last time.

        Args:
            now: seconds by a clock on the wall.
            computed: seconds that the thread has computed so far.
        """
        if self._clocks is not None:
            passed, spent = now - self._clocks[0], (computed - self._clocks[1]) / usable_cores()
            self._share.spend(spent)
            self._share.pass_by(passed)
            owed = self._owed + spent - PAINTING_BUDGET * passed
            self._owed = min(max(0.0, owed), PAINTING_BUDGET * LONGEST_DEBT)
        self._clocks = now, computed

    @property
    def interval_ms(self) -> int:
        """Milliseconds from one round of repaints to the next."""
        return int(min(max(self._owed / PAINTING_BUDGET * 1000, FASTEST_MS), SLOWEST_MS))

    @property
    def share(self) -> float:
        """The share of the machine's time that the window's thread has taken recently."""
        return self._share.value


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
        self.cost = PaintCost()
        self._window = window
        self._waiting: dict[Refreshable, None] = {}
        # When the next round may begin, by `time.perf_counter`.
        self._due = 0.0
        # The widgets whose turn is still to come in this round.
        self._round: list[Refreshable] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)

    def request(self, widget: Refreshable, *, soon: bool = False) -> None:
        """Refresh the widget at the next repaint, or, if it is hidden, when it is seen again.

        Args:
            soon: refresh it out of turn, because somebody waits for the answer to what they did.
        """
        self._waiting[widget] = None
        if soon and is_seen(widget):
            if widget not in self._round:
                self._round.insert(0, widget)
            # A timer that is about to tick is not started anew: a widget that asks all the time would be put off for
            # ever.
            if not self._timer.isActive() or self._timer.remainingTime() > BETWEEN_MS:
                self._timer.start(BETWEEN_MS)
        else:
            self.wake()

    def catch_up(self, widget: Refreshable) -> None:
        """Refresh the widget now if it has waited: it has just come into view, and what is on it is old."""
        if widget in self._waiting:
            del self._waiting[widget]
            if widget in self._round:
                self._round.remove(widget)
            widget.refresh()

    def wake(self) -> None:
        """Go on: there is something to do, or the window can be seen again."""
        if self._waiting and not self._timer.isActive() and self._is_watched():
            self._timer.start(max(BETWEEN_MS, round(1000 * (self._due - time.perf_counter()))))

    def _is_watched(self) -> bool:
        return self._window.isVisible() and not self._window.isMinimized()

    def _begin_round(self) -> None:
        now = time.perf_counter()
        self.cost.take_stock(now, time.thread_time())
        self._due = now + self.cost.interval_ms / 1000
        if self._is_watched():
            self._round = [widget for widget in self._waiting if is_seen(widget)]

    @Slot()
    def _tick(self) -> None:
        if not self._round:
            self._begin_round()
        if self._round:
            widget = self._round.pop(0)
            self._waiting.pop(widget, None)
            widget.refresh()
        if self._round:
            self._timer.start(BETWEEN_MS)
        elif any(is_seen(widget) for widget in self._waiting):
            self.wake()
