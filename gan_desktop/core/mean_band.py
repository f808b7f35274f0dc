"""The mean of several curves on a common grid, with their standard deviation as a band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

# Points of the grid: about one for each pixel of a plot.
GRID = 800


class MeanBand(NamedTuple):
    """What several curves have in common, each array of shape (points,).

    Attributes:
        x: the grid.
        mean: over the curves that have a value there; NaN where none has.
        deviation: the standard deviation of these (with n - 1), NaN where fewer than two have a value.
        runs: how many have a value.
    """

    x: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    deviation: npt.NDArray[np.float64]
    runs: npt.NDArray[np.int64]


def mean_band(curves: Sequence[tuple[Floats, Floats]], points: int = GRID) -> MeanBand:
    """The mean and the deviation of curves.

    Each is read between its points on straight lines. It has no value before its first point, after its last, and
    beside a value that is not finite: nothing is made up for a run that has ended or diverged.

    Args:
        curves: for each, where its points are, in rising order, and their values.
        points: the most points of the grid. Where all curves have the same few points, these are the grid.
    """
    known = [(x.astype(np.float64), y.astype(np.float64)) for x, y in curves if len(x)]
    if not known:
        empty = np.empty(0)
        return MeanBand(empty, empty, empty, np.empty(0, np.int64))
    grid = _grid([x for x, _ in known], points)
    with np.errstate(invalid="ignore"):
        rows = np.stack([np.interp(grid, x, _finite(y), left=np.nan, right=np.nan) for x, y in known])
    there = np.isfinite(rows)
    count = there.sum(axis=0)
    mean = np.where(count > 0, np.where(there, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    squares = np.where(there, (rows - mean) ** 2, 0.0).sum(axis=0)
    deviation = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return MeanBand(grid, mean, deviation, count)


def _finite(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)


def _grid(places: Sequence[npt.NDArray[np.float64]], points: int) -> npt.NDArray[np.float64]:
    every = np.unique(np.concatenate(places))
    return every if len(every) <= points else np.linspace(every[0], every[-1], points)
