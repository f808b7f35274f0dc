"""What watching costs, in words that training and the window share: the share of the machine's time that it takes.

Seconds in which training stands still count in full. Seconds in which another thread computes while training goes on
are divided by the number of cores. The budgets together are 5 %. Pictures and views keep to theirs by coming more
seldom; painting does so until it comes twice a second. Metrics and the diagnosis are part of the run and come at their
steps. So if a step takes less than a millisecond they take more than their budgets, which the window shows.
"""

from __future__ import annotations

import math

# Under the window: what each kind may take in the long run, and what the window may for painting.
WATCHED_BUDGETS = {"pictures": 0.006, "metrics": 0.009, "views": 0.012, "diagnosis": 0.005}
PAINTING_BUDGET = 0.017
# Headless, where nothing is painted and only pictures that are kept are made.
HEADLESS_BUDGETS = {"pictures": 0.01, "metrics": 0.025, "views": 0.01, "diagnosis": 0.005}
# A share is an average in which what is this many seconds old counts for 1/e.
RECENT_SECONDS = 20.0


class RecentShare:
    """The share of recent time that something has taken."""

    def __init__(self) -> None:
        self._spending = 0.0
        # How much still counts of the seconds that were spent, and of all seconds that have passed.
        self._spent = 0.0
        self._seconds = 0.0

    def spend(self, seconds: float) -> None:
        """Count seconds that were spent on it, within the time that `pass_by` counts next."""
        self._spending += seconds

    def pass_by(self, seconds: float) -> None:
        """Count seconds that have passed."""
        if seconds <= 0:
            return
        fading = math.exp(-seconds / RECENT_SECONDS)
        counting = RECENT_SECONDS * (1 - fading)
        self._seconds = fading * self._seconds + counting
        self._spent = fading * self._spent + counting * self._spending / seconds
        self._spending = 0.0

    @property
    def value(self) -> float:
        """The share; 0 before any time has passed."""
        return self._spent / self._seconds if self._seconds else 0.0
