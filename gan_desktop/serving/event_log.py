"""Events in the order in which they came, each with a number; the oldest are forgotten."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import Any

# How many are remembered: a quarter of an hour of a run that trains. And how many an answer holds.
MOST, MOST_AT_ONCE = 10_000, 1000

Plain = dict[str, Any]


class EventLog:
    """For the thread of one event loop.

    Args:
        most: how many events are remembered.

    Attributes:
        newest: the number of the newest event; the first one is 1.
    """

    def __init__(self, most: int = MOST) -> None:
        self._events: deque[Plain] = deque(maxlen=most)
        self._news = asyncio.Event()
        self.newest = 0

    @property
    def oldest(self) -> int:
        """The number of the oldest event that is remembered."""
        return self.newest - len(self._events) + 1

    def add(self, event: Plain) -> int:
        """Number an event, and give its number."""
        self.newest += 1
        self._events.append({"seq": self.newest, "time": time.time(), **event})
        self._news.set()
        self._news = asyncio.Event()
        return self.newest

    def since(self, number: int) -> list[Plain]:
        """The events after that number, at most MOST_AT_ONCE of them."""
        first = max(number + 1, self.oldest) - self.oldest
        return [self._events[place] for place in range(first, min(first + MOST_AT_ONCE, len(self._events)))]

    async def wait(self, number: int, seconds: float | None = None) -> None:
        """Wait until there is an event after that number, or for so many seconds."""
        if self.newest <= number:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
