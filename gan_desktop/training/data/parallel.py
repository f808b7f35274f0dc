"""One function over many files or images, in threads: Pillow and reading leave the interpreter to others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from gan_desktop.training.backend import threads
from gan_desktop.training.data.dataset import Report, silent

# Disks and decoders gain little beyond.
MOST_WORKERS = 8
# Results in memory at a time, and how often progress is told.
CHUNK = 256
# A pool costs more than a few calls.
FEW = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(
    function: Callable[[Item], Result], items: Sequence[Item], message: str = "", report: Report = silent
) -> Generator[Result, None, None]:
    """`function` of each item, in order. `report` is told in the caller's thread, and may raise to cancel.

    Whoever stops before the last result closes the generator, which ends the threads.
    """
    if len(items) < FEW:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(min(MOST_WORKERS, threads())) as pool:
        for start in range(0, len(items), CHUNK):
            report(message, start / len(items))
            yield from pool.map(function, items[start : start + CHUNK])
