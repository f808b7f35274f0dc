"""Pacing: how many steps a call should run to last a given time, how fast the run goes, and what memory it takes."""

from __future__ import annotations

import time
from collections import deque

import psutil

from gan_desktop.training.block import CAPACITY

# How long a block lasts under the window: a slider waits for its end, and a block costs something besides its steps.
WATCHED_SECONDS = 0.04
# How long a block lasts headless, where only Ctrl-C waits for its end.
HEADLESS_SECONDS = 0.25
# One slow call (the machine was busy) must not shrink the next ones to nothing, nor a fast one blow them up.
LARGEST_CHANGE = 2.0


class Pace:
    """Adapts the number of steps in a call so that a call lasts about `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._steps = 1.0

    @property
    def steps(self) -> int:
        """How many steps the next call should run, from 1 to CAPACITY."""
        return max(1, min(CAPACITY, round(self._steps)))

    def took(self, steps: int, seconds: float) -> None:
        """Note that a call of `steps` steps took `seconds`."""
        wanted = steps * self._seconds / max(seconds, 1e-6)
        self._steps = min(max(wanted, self._steps / LARGEST_CHANGE), self._steps * LARGEST_CHANGE, float(CAPACITY))


class Speed:
    """Steps per second over the last second, and over the whole run; pauses do not count."""

    WINDOW = 1.0

    def __init__(self) -> None:
        self.seconds = 0.0
        self.steps = 0
        self._recent: deque[tuple[int, float]] = deque()
        self._recent_steps = 0
        self._recent_seconds = 0.0

    def took(self, steps: int, seconds: float) -> None:
        self.steps += steps
        self.seconds += seconds
        self._recent.append((steps, seconds))
        self._recent_steps += steps
        self._recent_seconds += seconds
        while len(self._recent) > 1 and self._recent_seconds - self._recent[0][1] >= self.WINDOW:
            old_steps, old_seconds = self._recent.popleft()
            self._recent_steps -= old_steps
            self._recent_seconds -= old_seconds

    @property
    def recent(self) -> float:
        """Steps per second lately; 0 before the first call."""
        return self._recent_steps / self._recent_seconds if self._recent_seconds > 0 else 0.0

    @property
    def overall(self) -> float:
        """Steps per second since the start; 0 before the first call."""
        return self.steps / self.seconds if self.seconds > 0 else 0.0


class Memory:
    """The memory of the process, looked up once a second at most: that takes 0.2 ms, and every call asks for it."""

    SECONDS = 1.0

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._bytes = 0
        self._due = 0.0

    def resident(self) -> int:
        """The resident memory in bytes."""
        now = time.perf_counter()
        if now >= self._due:
            self._bytes, self._due = self._process.memory_info().rss, now + self.SECONDS
        return self._bytes
