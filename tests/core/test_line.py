"""Numbers in bins."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.core.line import BINS, edges, middles, shares

LIMITS = np.array([[-2.0, 2.0]])


def test_bins_fill_the_range() -> None:
    assert edges(LIMITS, 4).tolist() == [-2, -1, 0, 1, 2]
    assert middles(LIMITS, 4).tolist() == [-1.5, -0.5, 0.5, 1.5]
    assert len(middles(LIMITS)) == BINS


def test_shares_are_of_all_numbers() -> None:
    numbers = np.array([[-1.5], [-1.2], [0.5], [2.0], [7.0], [np.nan], [np.inf], [-3e38]], np.float32)
    assert shares(numbers, LIMITS, 4).tolist() == [2 / 8, 0, 1 / 8, 1 / 8]
    assert shares(numbers[:0], LIMITS, 4).tolist() == [0] * 4
    assert shares(numbers[:2], LIMITS).sum() == pytest.approx(1)
