"""One function applied to many files or images, in threads: Pillow and reading release the interpreter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from gan_desktop.training.backend import threads
from gan_desktop.training.data.dataset import Report, silent

# Disks and decoders gain little beyond.
MOST_WORKERS = 8
# Results in memory at a time.
AHEAD = 256
# Items that a thread is handed together: handing one over costs as much as reading a small header.
TOGETHER = 16
# A pool costs more than a few calls.
FEW = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(
    function: Callable[[Item], Result], items: Sequence[Item], message: str = "", report: Report = silent
) -> Generator[Result, None, None]:
    """Apply `function` to each item, in order. `report` is called in the caller's thread, and may raise to cancel.

    Whoever stops before the last result closes the generator, which ends the threads.
    """
    if len(items) < FEW:
        yield from map(function, items)
        return
    workers = min(MOST_WORKERS, threads())
    size = max(1, min(TOGETHER, len(items) // (2 * workers)))
    starts = iter(range(0, len(items), size))
    waiting: deque[Future[list[Result]]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for done in range(0, len(items), size):
            report(message, done / len(items))
            for start in islice(starts, max(1, AHEAD // size) - len(waiting)):
                waiting.append(pool.submit(_each, function, items[start : start + size]))
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [function(item) for item in items]
