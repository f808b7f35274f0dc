"""One figure of the history, raw and smoothed, caught up with when it is drawn.

What is held for it are its bins (`core/bins.py`), raw and smoothed. They are drawn where a stretch of the picture is at
least as long as a bin; closer up, every step is taken from the history, which may read it from the run's database.
The smoothed bins are the least and the greatest value of the average over every step. Only of steps that the history
does not hold one by one any more, they are the average of the bins' means (`Smoother`), which is the same curve
within the length of a bin.
"""

from __future__ import annotations

from math import ceil, isfinite, log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gan_desktop.core.bins import BIN
from gan_desktop.core.history import History, StepsNotHeldError
from gan_desktop.gui.plotting.pyramid import (
    Buckets,
    Floats,
    GrowingArray,
    MinMaxPyramid,
    finite_or_nan,
    middles,
    stretch_size,
)
from gan_desktop.gui.plotting.smoothing import Smoother

# A million steps of catching up are worked off in pieces of this many, which stay in the processor's cache.
PIECE = 65536
# The average over single steps begins a little before them, where what was carried there counts no more than this; at
# most so many steps before: an average that is longer than that hardly depends on the order of the values in a bin.
FORGOTTEN, MOST_BEFORE = 1e-3, 32 * BIN
NOTHING = np.empty(0, np.float32)


class Line(NamedTuple):
    """Points of a line, NaN where it is broken."""

    x: npt.NDArray[np.float64]
    y: Floats


class Curve:
    """Follows one column of a `History` and gives lines of about as many points as the plot has pixels."""

    def __init__(self, figure: str, smoothing: float) -> None:
        self.figure = figure
        self.smoothing = smoothing
        self.clear()

    def __len__(self) -> int:
        return self._length

    def clear(self) -> None:
        self._history: History | None = None
        self._version = 0
        self._length = 0
        self._raw = MinMaxPyramid(is_band=True)
        self._clear_smooth()

    def _clear_smooth(self) -> None:
        self._smooth = MinMaxPyramid(is_band=True)
        self._smoother = Smoother(self.smoothing)
        # The average at the end of each bin, to go on from there.
        self._averages = GrowingArray()
        # The smoothed steps that fill no bin yet.
        self._open = NOTHING

    def set_smoothing(self, amount: float) -> None:
        """Smooth all over again, by another amount."""
        self.smoothing = amount
        self._clear_smooth()
        if self._history is not None:
            self.catch_up(self._history)

    def catch_up(self, history: History) -> None:
        """Take what has been added to the history since the last time; all of it if that is another run's."""
        if history is not self._history or history.version != self._version:
            self.clear()
            self._history, self._version = history, history.version
        if len(history) == 0:
            return
        column = history.figures.column(self.figure)
        bins = history.bins.between(len(self._raw), len(history.bins))
        self._raw.append_band(bins.low[column], bins.high[column])
        self._smooth_bins(history.bins.between(len(self._smooth), history.exact_first // BIN).mean[column])
        self._length = len(history)
        for start in range(len(self._smooth) * BIN + len(self._open), self._length, PIECE):
            values = history.values((self.figure,), start, min(start + PIECE, self._length))[:, 0]
            self._smooth_steps(values)

    def _smooth_bins(self, means: Floats) -> None:
        """Smooth bins whose steps are not held."""
        if not len(means):
            return
        smoothed = Smoother(self.smoothing**BIN, self._carried(len(self._smooth)))(means)
        self._averages.extend(_held(smoothed, self._carried(len(self._smooth))))
        self._smooth.append_band(smoothed, smoothed)
        self._smoother = Smoother(self.smoothing, self._carried(len(self._smooth)))
        self._open = NOTHING

    def _smooth_steps(self, values: Floats) -> None:
        """Smooth the next steps one by one."""
        every = np.concatenate([self._open, self._smoother(finite_or_nan(values))])
        whole = len(every) // BIN
        bins = every[: whole * BIN].reshape(whole, BIN)
        if whole:
            self._averages.extend(_held(every, self._carried(len(self._smooth)))[BIN - 1 : whole * BIN : BIN])
        self._smooth.append_band(np.fmin.reduce(bins, axis=1), np.fmax.reduce(bins, axis=1))
        self._open = every[whole * BIN :].copy()

    def _carried(self, bins: int) -> float | None:
        """The average after so many bins; None before the first value."""
        average = float(self._averages.values[bins - 1]) if bins else float("nan")
        return average if isfinite(average) else None

    # Lines.

    def raw_line(self, first: int, last: int, most: int) -> Line:
        """Every stretch as a stroke from its least to its greatest value."""
        position, low, high = self._buckets(False, first, last, most)
        if low is high:
            return Line(position, low)
        return Line(np.repeat(position, 2), np.stack([low, high], axis=1).ravel())

    def smooth_line(self, first: int, last: int, most: int) -> Line:
        """The middle of the smoothed curve in every stretch."""
        position, low, high = self._buckets(True, first, last, most)
        middle: Floats = low if low is high else ((low + high) / 2).astype(np.float32)
        return Line(position, middle)

    def _buckets(self, is_smooth: bool, first: int, last: int, most: int) -> Buckets:
        """The least and the greatest values in at most about `most` stretches, of bins or of single steps."""
        first, last = max(0, first), min(last, len(self))
        if last <= first:
            return Buckets(np.empty(0), NOTHING, NOTHING)
        size = stretch_size(first, last, most)
        if size < BIN:
            start = first // size * size
            try:
                values = self.smoothed(start, last) if is_smooth else self.raw(start, last)
            except StepsNotHeldError:
                size = BIN
            else:
                return _buckets_of(values, start, size)
        band = self._smooth if is_smooth else self._raw
        start = first // size * size
        low, high = band.grouped(start // BIN, min(-(-last // BIN), len(band)), size // BIN)
        if last > len(band) * BIN:
            # The steps that fill no bin yet belong to the last stretch, or are one.
            rest = _buckets_of(self._rest(is_smooth), len(band) * BIN, BIN)
            if start + len(low) * size > len(band) * BIN:
                low[-1], high[-1] = np.fmin(low[-1], rest.low[0]), np.fmax(high[-1], rest.high[0])
            else:
                low, high = np.append(low, rest.low), np.append(high, rest.high)
        return Buckets(middles(start, last, size, len(low)), low, high)

    def _rest(self, is_smooth: bool) -> Floats:
        """The steps that fill no bin yet, which are always held."""
        return self._open if is_smooth else self.raw(len(self._raw) * BIN, self._length)

    # Single steps.

    def raw(self, first: int, last: int) -> Floats:
        """The raw values of some steps, NaN where they are not finite.

        Raises:
            StepsNotHeldError: they are not to be had.
        """
        if self._history is None:
            return NOTHING
        return finite_or_nan(self._history.values((self.figure,), first, last)[:, 0])

    def smoothed(self, first: int, last: int) -> Floats:
        """The smoothed values of some steps, likewise."""
        begin, smoother = self.smoother_before(first)
        return smoother(self.raw(begin, last))[first - begin :]

    def smoother_before(self, position: int) -> tuple[int, Smoother]:
        """A position a little before another one, and a smoother that goes on from there."""
        before = 0 if self.smoothing == 0 else ceil(log(FORGOTTEN) / log(self.smoothing))
        bins = min(max(position - min(before, MOST_BEFORE), 0) // BIN, len(self._smooth))
        return bins * BIN, Smoother(self.smoothing, self._carried(bins))

    def value(self, index: int) -> float:
        """The raw value, NaN out of range or if it is not to be had."""
        return self._single(False, index)

    def smooth_value(self, index: int) -> float:
        """The smoothed value, NaN out of range; of a step that is not to be had, that of its bin."""
        return self._single(True, index)

    def _single(self, is_smooth: bool, index: int) -> float:
        if not 0 <= index < len(self):
            return float("nan")
        try:
            return float((self.smoothed if is_smooth else self.raw)(index, index + 1)[0])
        except StepsNotHeldError:
            return float(self.smooth_line(index, index + 1, 1).y[0]) if is_smooth else float("nan")

    def last_finite(self, index: int) -> int:
        """The last index up to `index` that has a value, among the few before it; `index` if there is none."""
        found = self._last_in_steps(index // BIN * BIN, index + 1)
        if found is not None:
            return found
        begin = max(0, index - PIECE) // BIN
        low, _ = self._raw.grouped(begin, min(index // BIN, len(self._raw)), 1)
        known = np.flatnonzero(np.isfinite(low))
        if not len(known):
            return index
        number = begin + int(known[-1])
        found = self._last_in_steps(number * BIN, (number + 1) * BIN)
        return (number + 1) * BIN - 1 if found is None else found

    def _last_in_steps(self, first: int, last: int) -> int | None:
        try:
            finite = np.flatnonzero(np.isfinite(self.raw(first, last)))
        except StepsNotHeldError:
            return None
        return first + int(finite[-1]) if len(finite) else None


def _buckets_of(values: Floats, start: int, size: int) -> Buckets:
    """Stretches of `size` of these values, which begin at position `start`; the last may be short."""
    if size == 1:
        return Buckets(start + np.arange(len(values), dtype=np.float64), values, values)
    padded = np.concatenate([values, np.full(-len(values) % size, np.nan, np.float32)]).reshape(-1, size)
    position = middles(start, start + len(values), size, len(padded))
    return Buckets(position, np.fmin.reduce(padded, axis=1), np.fmax.reduce(padded, axis=1))


def _held(values: Floats, before: float | None) -> Floats:
    """What is missing replaced by the last value before it."""
    finite = np.isfinite(values)
    if finite.all():
        return values
    place = np.maximum.accumulate(np.where(finite, np.arange(len(values)), -1))
    missing = np.float32(np.nan if before is None else before)
    return np.where(place >= 0, values[np.maximum(place, 0)], missing)
