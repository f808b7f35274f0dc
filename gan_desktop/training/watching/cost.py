"""What watching a run costs, and whether more of it can be afforded: one account for everything that is not training.

**The cost** of a kind of watching is the share of the machine's time that it takes from training. The seconds for which
training stands still for it count in full. The seconds that another thread computes for it while training goes on are
divided by the number of cores that this process may use. The share is of the seconds of the run. Pauses and the time
before the first step do not count, nor does what is spent in them, since that delays no step.

**A budget** is the largest share that a kind may take in the long run (`core/watching.py`). What was spent is owed
until so many seconds of the run have passed that it is no more than that share. Until then nothing more of the kind is
made; training never waits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from gan_desktop.core.machine import usable_cores
from gan_desktop.core.watching import RecentShare


class WatchCost:
    """Counts what is spent on each kind of watching, against its budget.

    Args:
        budgets: the kinds, and the share of each.
    """

    def __init__(self, budgets: Mapping[str, float]) -> None:
        self._is_counting = False
        self._budgets = dict(budgets)
        self._owed = dict.fromkeys(budgets, 0.0)
        self._shares = {kind: RecentShare() for kind in budgets}

    def set_counting(self, is_under_way: bool) -> None:
        """Say whether the run goes on, so that what is spent delays it. A pause settles all that is owed."""
        self._is_counting = is_under_way
        if not is_under_way:
            self._owed = dict.fromkeys(self._budgets, 0.0)

    def is_affordable(self, kind: str) -> bool:
        """Whether more of `kind` may be made now: always, if it delays no step."""
        return not self._is_counting or self._owed[kind] <= 0

    @contextmanager
    def spending(self, kind: str, *, once: bool = False) -> Iterator[None]:
        """Count what is done within, for which training stands still.

        Args:
            once: whether it will not be done again in this run, such as compiling. It shows among the shares, but is
                not owed, or everything of the kind would be late for a minute.
        """
        started = time.perf_counter()
        try:
            yield
        finally:
            self.spent(kind, time.perf_counter() - started, once=once)

    def spent_aside(self, kind: str, processor_seconds: float) -> None:
        """Count what another thread has computed while training went on."""
        self.spent(kind, processor_seconds / usable_cores())

    def spent(self, kind: str, seconds: float, *, once: bool = False) -> None:
        """Count seconds of the whole machine, spent on `kind`."""
        if not self._is_counting:
            return
        self._shares[kind].spend(seconds)
        if not once:
            self._owed[kind] += seconds

    def passed(self, seconds: float) -> None:
        """Note that the run has gone on for `seconds`, all that was spent meanwhile included."""
        for kind, budget in self._budgets.items():
            self._shares[kind].pass_by(seconds)
            # What is owed is never below 0: what was saved for an hour must not be spent in a minute.
            self._owed[kind] = max(0.0, self._owed[kind] - budget * seconds)

    def shares(self) -> dict[str, float]:
        """The share of the machine's time that each kind has taken of late; 0 before the first step."""
        return {kind: share.value for kind, share in self._shares.items()}
