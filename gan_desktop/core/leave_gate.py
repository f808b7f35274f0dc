"""Whether the process may be left at once: not while a run is open, because its files and weights are to be kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gan_desktop.core.events import Event, RunOpening, StatusChanged
from gan_desktop.core.status import Status


class LeaveGate:
    """Knows from an engine's events whether a run is open; the engine waits while somebody leaves.

    Other work, such as loading TensorFlow, reading data or compiling, cannot be broken off, and need not be: nothing of
    it is kept. `hear` is called on the engine's thread, before an event goes anywhere else.
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
        """Keep the process from being left: something has begun, or whoever calls this ends the process."""
        with self._lock:
            self._is_shut = True

    def leave(self, leave: Callable[[], None]) -> None:
        """Call `leave`, which ends the process, unless the gate is shut; nothing can begin meanwhile."""
        with self._lock:
            if not self._is_shut:
                leave()
