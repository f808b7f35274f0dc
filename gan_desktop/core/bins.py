"""Figures of a run in bins: the least, greatest and mean value of every stretch of 32 steps.

Ten million steps are 312,500 bins: what is drawn of a long run while one pixel is longer than a bin. A spike of one
step is in them, since each bin keeps its extremes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Steps in a bin. A plot of 900 pixels looks at single steps only within stretches of at most 16 x 900 of them, which
# are read from a database in about 10 ms; bins of 64 steps would double that, bins of 16 double the memory.
BIN = 32

Floats = npt.NDArray[np.float32]


class Bins(NamedTuple):
    """Bins that follow each other, each array of shape (figures, bins); NaN where no value of a bin is finite."""

    low: Floats
    high: Floats
    mean: Floats


def bins_of(values: npt.NDArray[np.floating]) -> Bins:
    """The bins of some steps' figures, shape (n * BIN, figures). What is not finite is left out."""
    steps = values.reshape(-1, BIN, values.shape[1])
    finite = np.isfinite(steps)
    if finite.all():
        low, high = steps.min(axis=1), steps.max(axis=1)
        mean = steps.mean(axis=1, dtype=np.float64)
    else:
        known = np.where(finite, steps, np.nan)
        low, high = np.fmin.reduce(known, axis=1), np.fmax.reduce(known, axis=1)
        count = finite.sum(axis=1)
        total = np.where(finite, steps, 0).sum(axis=1, dtype=np.float64)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return Bins(*(np.ascontiguousarray(part.T, np.float32) for part in (low, high, mean)))


class GrowingBins:
    """Bins appended in blocks; the room doubles when it is used up.

    Args:
        bins: the first ones, which are kept as they are.
    """

    def __init__(self, bins: Bins) -> None:
        self._room, self._length = bins, bins.low.shape[1]

    def __len__(self) -> int:
        return self._length

    def between(self, first: int, last: int) -> Bins:
        """A view of the bins from `first` to before `last`, valid until the next `extend`."""
        return Bins(*(part[:, first : min(last, self._length)] for part in self._room))

    def extend(self, bins: Bins) -> None:
        needed, room = self._length + bins.low.shape[1], self._room.low.shape[1]
        if needed > room:
            self._room = Bins(*(self._grown(part, max(needed, 2 * room, 256)) for part in self._room))
        for held, part in zip(self._room, bins, strict=True):
            held[:, self._length : needed] = part
        self._length = needed

    def _grown(self, part: Floats, room: int) -> Floats:
        grown = np.empty((len(part), room), np.float32)
        grown[:, : self._length] = part[:, : self._length]
        return grown

    def cut(self, length: int) -> None:
        """Forget the bins from `length` on."""
        self._length = min(self._length, length)


def no_bins(figures: int) -> Bins:
    """The bins of no steps."""
    return Bins(*np.empty((3, figures, 0), np.float32))
