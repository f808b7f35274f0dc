"""One figure of the history, raw and smoothed, caught up with when it is drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gan_desktop.core.history import History
from gan_desktop.gui.plotting.pyramid import Floats, MinMaxPyramid
from gan_desktop.gui.plotting.smoothing import Smoother

# A million steps of catching up are worked off in pieces of this many, which stay in the processor's cache.
PIECE = 65536


class Line(NamedTuple):
    """Points of a line, NaN where it is broken."""

    x: npt.NDArray[np.float64]
    y: Floats


class Curve:
    """Follows one column of a `History` and gives lines of about as many points as the plot has pixels."""

    def __init__(self, figure: str, smoothing: float) -> None:
        self.figure = figure
        self._raw = MinMaxPyramid()
        self._smooth = MinMaxPyramid()
        self._smoother = Smoother(smoothing)

    def __len__(self) -> int:
        return len(self._raw)

    def clear(self) -> None:
        self._raw.clear()
        self.set_smoothing(self._smoother.amount)

    def set_smoothing(self, amount: float) -> None:
        """Smooth all over again, by another amount."""
        self._smoother = Smoother(amount)
        self._smooth.clear()
        for start in range(0, len(self._raw), PIECE):
            self._smooth.append(self._smoother(self._raw.values[start : start + PIECE]))

    def catch_up(self, history: History) -> None:
        """Take what has been added to the history since the last time."""
        column = history.column(self.figure)
        for start in range(len(self._raw), len(column), PIECE):
            piece = column[start : start + PIECE]
            self._raw.append(piece)
            self._smooth.append(self._smoother(piece))

    def raw_line(self, first: int, last: int, most: int) -> Line:
        """Every stretch as a stroke from its least to its greatest value."""
        position, low, high = self._raw.buckets(first, last, most)
        if low is high:
            return Line(position, low)
        return Line(np.repeat(position, 2), np.stack([low, high], axis=1).ravel())

    def smooth_line(self, first: int, last: int, most: int) -> Line:
        """The middle of the smoothed curve in every stretch."""
        position, low, high = self._smooth.buckets(first, last, most)
        middle: Floats = low if low is high else ((low + high) / 2).astype(np.float32)
        return Line(position, middle)

    def values(self) -> Floats:
        """Every raw value so far, NaN where it is not finite; a copy."""
        return self._raw.values.copy()

    def smooth_values(self) -> Floats:
        """Every smoothed value so far, likewise."""
        return self._smooth.values.copy()

    def value(self, index: int) -> float:
        """The raw value, NaN out of range."""
        return float(self._raw.values[index]) if 0 <= index < len(self._raw) else float("nan")

    def last_finite(self, index: int) -> int:
        """The last index up to `index` that has a value, among the few before it; `index` if there is none."""
        begin = max(0, index - PIECE)
        finite = np.flatnonzero(np.isfinite(self._raw.values[begin : index + 1]))
        return begin + int(finite[-1]) if len(finite) else index

    def smooth_value(self, index: int) -> float:
        """The smoothed value, NaN out of range."""
        return float(self._smooth.values[index]) if 0 <= index < len(self._smooth) else float("nan")
