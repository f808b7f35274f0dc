"""A piece of work beside training, on a thread of its own that gives way to the threads that train and paint.

It gives way by standing aside between its parts, and not by a lower priority. When the cores are busy, a thread that
holds the interpreter and is not allowed to run keeps the window waiting: the gaps of its timer were twice as long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
GiveWay = Callable[[], None]

# How long it stands aside each time, so that whoever waits for the interpreter gets it.
ASIDE_SECONDS = 0.002


class CancelledWorkError(Exception):
    """Nobody wants the result any more."""


class SideWork(Generic[Result]):
    """One piece of work that has begun.

    Args:
        work: does the work. It gets a function to call wherever it can be interrupted; once cancelled, it ends there.
        name: the thread's.

    Attributes:
        processor_seconds: the processor time that it took, once it is done.
    """

    def __init__(self, work: Callable[[GiveWay], Result], name: str) -> None:
        self.processor_seconds = 0.0
        self._work = work
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._is_cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, seconds: float | None) -> bool:
        """Wait until it is done, for at most `seconds`, or without a limit for None; returns whether it is done."""
        self._thread.join(seconds)
        return self.is_done

    def result(self) -> Result:
        """Wait for the result and return it. Whatever went wrong is raised here, with the traceback from there."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def cancel(self) -> None:
        """End it at the next place where it can be interrupted, and wait until its thread has ended."""
        self._is_cancelled.set()
        self._thread.join()

    def _run(self) -> None:
        started = time.thread_time()
        try:
            self._results.append(self._work(self._give_way))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the result is asked for
            self._error = error
        self.processor_seconds = time.thread_time() - started

    def _give_way(self) -> None:
        """Stand aside for a moment.

        Raises:
            CancelledWorkError: the result is not wanted any more.
        """
        if self._is_cancelled.wait(ASIDE_SECONDS):
            raise CancelledWorkError
