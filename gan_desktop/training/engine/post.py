"""Takes the requests that are left in the run folder, and gives them to the session as the window's commands come."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from gan_desktop.core.commands import Command, CommandQueue, Pause, Resume, SampleNow, Set, Stop, Tell
from gan_desktop.recording.requests import Request, clear, take

# Seconds between two looks: listing an empty folder takes some microseconds. Where a request came, others may follow,
# so for LIVELY seconds each is taken at once.
LOOK, SOON, LIVELY = 0.25, 0.01, 2.0


class Post:
    """A thread that looks for requests from `open` to `close`.

    Args:
        commands: where they are put.
    """

    def __init__(self, commands: CommandQueue) -> None:
        self._commands = commands
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._look, name="requests", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.leave()
        self._closed.set()
        self._thread.join()

    def watch(self, folder: Path) -> None:
        """Take the requests of this run from now on; what was left for an earlier process is forgotten."""
        with self._lock:
            clear(folder)
            self._folder = folder

    def leave(self) -> None:
        """Take no more requests: the run has ended."""
        with self._lock:
            if self._folder is not None:
                clear(self._folder)
            self._folder = None

    def _look(self) -> None:
        last = -LIVELY
        while not self._closed.wait(SOON if time.monotonic() - last < LIVELY else LOOK):
            with self._lock:
                for taken in take(self._folder) if self._folder is not None else ():
                    self._commands.put(command_of(taken.request))
                    self._commands.put(Tell(taken.done))
                    last = time.monotonic()


def command_of(request: Request) -> Command:
    """The command that a request asks for."""
    match request.what:
        case "set":
            return Set(request.key, request.value if request.value is not None else "", request.author)
        case "pause":
            return Pause()
        case "resume":
            return Resume()
        case "sample-now":
            return SampleNow()
        case "stop":
            return Stop()
