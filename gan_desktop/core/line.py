"""Data of one dimension in bins: the window, the engine and the pictures of a run use the same ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Fine enough for two bumps close together, coarse enough for the thousand samples that are shown.
BINS = 48


def edges(limits: npt.NDArray[np.floating], bins: int = BINS) -> Floats:
    """The ends of equal bins, shape (bins + 1,); `limits` are the range that they fill, shape (1, 2)."""
    low, high = limits.astype(np.float64)[0]
    return np.linspace(low, high, bins + 1)


def middles(limits: npt.NDArray[np.floating], bins: int = BINS) -> Floats:
    """The middles of the same bins, shape (bins,)."""
    ends = edges(limits, bins)
    return (ends[1:] + ends[:-1]) / 2


def shares(numbers: npt.NDArray[np.floating], limits: npt.NDArray[np.floating], bins: int = BINS) -> Floats:
    """The share of the numbers, shape (n, 1), that lies in each bin; numbers outside or not finite lie in none."""
    finite = numbers[np.isfinite(numbers)].astype(np.float64)
    counts, _ = np.histogram(finite, edges(limits, bins))
    return counts / max(1, len(numbers))
