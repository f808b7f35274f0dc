"""An engine on a thread of its own, driven by commands, whose events come one by one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from gan_desktop.core import commands, events
from gan_desktop.core.commands import CommandQueue
from gan_desktop.core.status import Status
from gan_desktop.training.engine.session import Session
from tests.patience import SECONDS

# A run that goes on until it is stopped.
ENDLESS = {"training.steps": None, "training.epochs": None, "training.stop_when": None}


class Driver:
    """A session on a thread of its own, and its events one by one."""

    def __init__(self, watched: bool = True) -> None:
        self.commands: CommandQueue = queue.SimpleQueue()
        self._events: queue.Queue[events.Event] = queue.Queue()
        self.seen: list[events.Event] = []
        session = Session(self.commands, self._events.put, watched=watched)
        self.thread = threading.Thread(target=session.run, name="session")
        self.thread.start()

    def send(self, *sent: commands.Command) -> None:
        for command in sent:
            self.commands.put(command)

    def wait(self, kind: type | tuple[type, ...], match: Callable[[Any], bool] = lambda event: True) -> Any:
        """The next event of that kind that matches."""
        while True:
            event = self._events.get(timeout=SECONDS)
            self.seen.append(event)
            if isinstance(event, kind) and match(event):
                return event

    def wait_status(self, status: Status) -> events.StatusChanged:
        changed: events.StatusChanged = self.wait(events.StatusChanged, lambda event: event.status is status)
        return changed

    def quit(self) -> None:
        self.send(commands.Quit())
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()
        while not self._events.empty():
            self.seen.append(self._events.get())

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.seen if isinstance(event, kind)]
