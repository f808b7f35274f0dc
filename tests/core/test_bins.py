"""Bins have the extremes and the mean of what is finite in each stretch."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gan_desktop.core.bins import BIN, GrowingBins, bins_of, no_bins


@given(
    st.integers(1, 4).flatmap(
        lambda count: arrays.arrays(np.float32, (count * BIN, 2), elements=st.floats(-(2.0**60), 2.0**60, width=32))
    ),
    st.lists(st.tuples(st.integers(0, 4 * BIN - 1), st.sampled_from([np.nan, np.inf, -np.inf])), max_size=80),
)
def test_a_bin_is_what_numpy_says_of_its_finite_values(values: np.ndarray, spoiled: list[tuple[int, float]]) -> None:
    for place, value in spoiled:
        values[place % len(values), 0] = value
    bins = bins_of(values)
    for number in range(len(values) // BIN):
        for figure in range(2):
            column = values[number * BIN : (number + 1) * BIN, figure]
            known = column[np.isfinite(column)].astype(np.float64)
            found = [part[figure, number] for part in bins]
            expected = [known.min(), known.max(), known.mean()] if len(known) else [np.nan] * 3
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-37 + 1e-6 * np.abs(known).max(initial=0))


def test_bins_grow_and_are_cut() -> None:
    values = np.random.default_rng(0).normal(size=(1000 * BIN, 3)).astype(np.float32)
    whole, growing = bins_of(values), GrowingBins(no_bins(3))
    for start in range(0, 1000, 90):
        growing.extend(bins_of(values[start * BIN : (start + 90) * BIN]))
    assert len(growing) == 1000
    np.testing.assert_array_equal(growing.between(0, 1000), whole)
    growing.cut(100)
    growing.extend(bins_of(values[: 5 * BIN]))
    np.testing.assert_array_equal(growing.between(98, 200).low[:, 2:], whole.low[:, :5])
