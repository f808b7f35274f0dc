"""A curve of any length, ready to be drawn at any zoom: the least and the greatest value of every stretch.

Each level holds the minimum and the maximum of 16 neighbours of the level below, so that a repaint touches a few
thousand numbers whether the run has a thousand steps or a million, and no spike is ever lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FACTOR = 16
Floats = npt.NDArray[np.float32]


class GrowingArray:
    """Floats appended in blocks; the room doubles when it is used up."""

    def __init__(self) -> None:
        self._room: Floats = np.empty(1024, np.float32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> Floats:
        """A view, valid until the next `extend`."""
        return self._room[: self._length]

    def extend(self, values: Floats) -> None:
        needed = self._length + len(values)
        if needed > len(self._room):
            grown = np.empty(max(needed, 2 * len(self._room)), np.float32)
            grown[: self._length] = self.values
            self._room = grown
        self._room[self._length : needed] = values
        self._length = needed


class Buckets(NamedTuple):
    """Stretches of a curve: the middle index of each, and its least and greatest value (NaN where it has none)."""

    position: npt.NDArray[np.float64]
    low: Floats
    high: Floats


def stretch_size(first: int, last: int, most: int) -> int:
    """How many values make a stretch, if those from `first` to before `last` are to make about `most`: a power of two.

    Stretches start at multiples of their length, so that they stay what they are while the curve grows and the picture
    does not shimmer.
    """
    size = 1
    while (last - first) > size * max(1, most):
        size *= 2
    return size


def middles(start: int, last: int, size: int, count: int) -> npt.NDArray[np.float64]:
    """The middle positions of `count` stretches from `start` on, of which the last may be cut at `last`."""
    return np.minimum(start + size * np.arange(count) + (size - 1) / 2, last - 1)


class MinMaxPyramid:
    """A growing curve. The time that `buckets` takes depends on what is shown alone. What is not finite is missing.

    Args:
        is_band: an entry is not a value, but the least and the greatest of several (`append_band`).
    """

    def __init__(self, is_band: bool = False) -> None:
        self._is_band = is_band
        self.clear()

    def clear(self) -> None:
        self._values = GrowingArray()
        self._highs = GrowingArray() if self._is_band else self._values
        self._levels: list[tuple[GrowingArray, GrowingArray]] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Floats:
        return self._values.values

    def append(self, values: npt.NDArray[np.floating]) -> None:
        """Add values at the end."""
        self._values.extend(finite_or_nan(values))
        self._grow()

    def append_band(self, low: Floats, high: Floats) -> None:
        """Add entries at the end: the least and the greatest value of each, NaN where it has none."""
        self._values.extend(low)
        self._highs.extend(high)
        self._grow()

    def _grow(self) -> None:
        """Fill the levels that follow from what was added."""
        below = (self._values, self._highs)
        level = 0
        while len(below[0]) >= FACTOR:
            if level == len(self._levels):
                self._levels.append((GrowingArray(), GrowingArray()))
            low, high = self._levels[level]
            done, full = len(low), len(below[0]) // FACTOR
            if full == done:
                break
            fresh = slice(done * FACTOR, full * FACTOR)
            low.extend(np.fmin.reduce(below[0].values[fresh].reshape(-1, FACTOR), axis=1))
            high.extend(np.fmax.reduce(below[1].values[fresh].reshape(-1, FACTOR), axis=1))
            below = (low, high)
            level += 1

    def buckets(self, first: int, last: int, most: int) -> Buckets:
        """The values from `first` to before `last`, in at most about `most` stretches (`stretch_size`)."""
        first, last = max(0, first), min(last, len(self))
        if last <= first:
            nothing = np.empty(0, np.float32)
            return Buckets(np.empty(0), nothing, nothing)
        size = stretch_size(first, last, most)
        start = first // size * size
        if size == 1:
            values = self.values[start:last].copy()
            return Buckets(np.arange(start, last, dtype=np.float64), values, values)
        low, high = self.grouped(start, last, size)
        return Buckets(middles(start, last, size, len(low)), low, high)

    def grouped(self, start: int, last: int, size: int) -> tuple[Floats, Floats]:
        """Minimum and maximum of each `size` values from `start`, a multiple of it; the last group may be short."""
        level, step = 0, 1
        while level < len(self._levels) and step * FACTOR <= size:
            level, step = level + 1, step * FACTOR
        low, high = self._levels[level - 1] if level else (self._values, self._highs)
        covered = min(last // step, len(low))
        tail = slice(covered * step, last)
        group = size // step
        lows = _with_tail(low.values[start // step : covered], self._values.values[tail], np.fmin, group)
        highs = _with_tail(high.values[start // step : covered], self._highs.values[tail], np.fmax, group)
        return np.fmin.reduce(lows, axis=1), np.fmax.reduce(highs, axis=1)


def finite_or_nan(values: npt.NDArray[np.floating]) -> Floats:
    """A copy in which what is not finite is NaN."""
    found = values.astype(np.float32)
    found[~np.isfinite(found)] = np.nan
    return found


def _with_tail(entries: Floats, tail: Floats, reduce: np.ufunc, group: int) -> Floats:
    """Rows of `group` entries, of which the last holds what the level does not cover yet, padded with NaN."""
    last = [reduce.reduce(tail)] if len(tail) else []
    padding = -(len(entries) + len(last)) % group
    row = np.concatenate([entries, last, np.full(padding, np.nan)]).astype(np.float32)
    return row.reshape(-1, group)
