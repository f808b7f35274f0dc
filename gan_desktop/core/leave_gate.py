"""Whether the process may be left at once: not while a run is open, whose files and weights are to be kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gan_desktop.core.events import Event, RunOpening, StatusChanged
from gan_desktop.core.status import Status


class LeaveGate:
    """Knows from an engine's events whether a run is open; the engine waits while somebody leaves.

    What goes on besides, loading TensorFlow, reading data, compiling, cannot be broken off, and need not be: nothing is
    kept of it. `hear` is called on the engine's thread, before an event goes anywhere else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_shut = False

    def hear(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, RunOpening):
            self.shut()
        elif isinstance(event, StatusChanged) and event.status not in (Status.TRAINING, Status.PAUSED):
            with self._lock:
                self._is_shut = False

    def shut(self) -> None:
        """From here on the process is not left: something has begun, or whoever calls this ends it."""
        with self._lock:
            self._is_shut = True

    def leave(self, leave: Callable[[], None]) -> None:
        """Call `leave`, which ends the process, unless the gate is shut; nothing can begin meanwhile."""
        with self._lock:
            if not self._is_shut:
                leave()
