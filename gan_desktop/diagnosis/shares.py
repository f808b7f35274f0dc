"""What share of the fakes each mode gets, over the share that it is due, which is its share of the real data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gan_desktop.core.measured import Measured

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A mode that gets a tenth of its due is as good as lost: 31 of 2,500 fakes on 8 modes, where 313 are due.
LOST = 0.1
# A mode of points is only lost if hardly a fake is nearest to it either: else fakes are around it, but not near enough.
LOST_TERRITORY = 0.25
# 50 of 2,500 fakes: if fewer lie in a mode, they say little about how they are spread.
LEAST_WITHIN = 0.02
# If fewer real samples would be in a mode, it may be empty by chance (1 in 3,000).
LEAST_DUE = 8.0


@dataclass(frozen=True)
class ModeShares:
    """The modes of one measurement, as far as they can be told one by one."""

    measured: Measured

    @property
    def is_known(self) -> bool:
        """Whether modes can be looked at one by one, and enough fakes lie in some mode."""
        return len(self.measured.shares) > 0 and self.within >= LEAST_WITHIN

    @property
    def within(self) -> float:
        """The share of the fakes that lies in some mode."""
        return float(sum(self.measured.shares))

    @cached_property
    def due(self) -> Floats:
        """The share of each mode among as many real samples that lie in one; equal shares if that was not measured."""
        modes = len(self.measured.shares)
        floors = np.array([mean for mean, _ in self.measured.share_floors])
        if len(floors) != modes or not floors.sum() > 0:
            return np.full(modes, 1 / modes)
        due: Floats = floors / floors.sum()
        return due

    @cached_property
    def of_due(self) -> Floats:
        """What each mode has of its due: 0 is lost, 1 as in the data, shape (modes,).

        Samples that the classifier takes for a mode by mistake do not count (the adjusted count of Forman 2008).
        """
        shares = np.array(self.measured.shares) / max(self.within, LEAST_WITHIN)
        leaks = self.measured.share_leaks
        leak = np.array(leaks) if len(leaks) == len(shares) else np.zeros(len(shares))
        # A class that others are taken for as often as not cannot be told from them.
        can_be_told = self.due > 2 * leak
        found: Floats = np.where(can_be_told, (shares - leak) / np.where(can_be_told, self.due - leak, 1.0), np.nan)
        return found

    @cached_property
    def territory_of_due(self) -> Floats:
        """The same for the fakes that are nearest to each mode, however far away; for images as `of_due`."""
        territories, floors = self.measured.territories, self.measured.territory_floors
        if len(territories) != len(self.measured.shares) or len(floors) != len(territories):
            return self.of_due
        expected = np.array(floors)
        if np.array_equal(territories, self.measured.shares):
            return self.of_due
        found: Floats = np.array(territories) / np.where(expected > 0, expected, np.nan)
        return found

    @cached_property
    def is_judged(self) -> Flags:
        """For which modes it can be said whether they are lost: those that are due enough fakes."""
        fakes = self.measured.count * min(1.0, max(self.within, LEAST_WITHIN)) if self.measured.count else np.inf
        judged: Flags = (self.due * fakes >= LEAST_DUE) & np.isfinite(self.of_due)
        return judged

    def has_less(self, of_due: float) -> Flags:
        """Which modes get less than `of_due` of their due and have few fakes around them too, shape (modes,)."""
        less: Flags = self.is_judged & (self.of_due < of_due) & (self.territory_of_due < LOST_TERRITORY / LOST * of_due)
        return less

    @property
    def is_lost(self) -> Flags:
        """Which modes get hardly a fake."""
        return self.has_less(LOST)

    @property
    def held(self) -> float:
        """How many modes are not lost or, if not told one by one, get any fake; NaN with too few fakes in any."""
        if not self.measured.shares:
            return self.measured.values.get("modes_covered", float("nan"))
        return float(np.count_nonzero(~self.is_lost)) if self.is_known else float("nan")

    def names(self, modes: Flags) -> str:
        """Those modes, for a sentence: their names, or their numbers from 0."""
        called = self.measured.mode_names
        return listed([called[i] if i < len(called) else str(i) for i in np.flatnonzero(modes)])


# Further names are only counted.
MOST_NAMED = 6


def listed(names: list[str]) -> str:
    """A few names in one line, as "0, 3, 7", and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
