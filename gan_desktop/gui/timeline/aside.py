"""Work on files beside the window: what it reads comes back as a signal, and the window never waits for a disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gan_desktop.core.errors import InputError

Job = tuple[Callable[[], Any], Callable[[Any], object]]


class Aside(QObject):
    """Does one job after the other in a thread that ends when there is nothing to do.

    Signals:
        refused: the sentence that says why something could not be done.
    """

    refused = Signal(str)
    _done = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done.connect(self._on_done)

    def do(self, job: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Call `job` in the thread, and `then` with what it returns in the window's. InputError is `refused`."""
        with self._lock:
            self._jobs.put((job, then))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait until all that was asked for is done; nobody hears of it any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                try:
                    job, then = self._jobs.get_nowait()
                except Empty:
                    self._thread = None
                    return
            with suppress(RuntimeError):  # the window may have gone meanwhile
                try:
                    found = job()
                except InputError as error:
                    self.refused.emit(str(error))
                except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
                    self.refused.emit(f"{type(error).__name__}: {error}")
                else:
                    self._done.emit((then, found))

    @Slot(object)
    def _on_done(self, answer: tuple[Callable[[Any], object], Any]) -> None:
        then, found = answer
        then(found)
