"""What is black and white follows from the type and the range in use, and is said where it is not plain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.training.data.images import to_floats
from gan_desktop.training.data.levels import Levels, Range, levels_of


@pytest.mark.parametrize(
    ("low", "high", "kind", "black", "white", "note"),
    [
        (0, 255, "u", 0, 255, ""),
        (0, 26, "u", 0, 255, ""),
        (200, 255, "i", 0, 255, ""),
        (0, 0, "u", 0, 255, ""),
        (0, 25, "u", 0, 25, "It has values up to 25: scaled by that."),
        (0, 1, "i", 0, 1, "It has values up to 1: scaled by that."),
        (False, True, "b", 0, 1, "It has True and False: white and black."),
        (0, 4095, "u", 0, 4095, "It has values up to 4,095: scaled by that."),
        (0, 65535, "u", 0, 65535, ""),
        (0, 40000, "u", 0, 65535, ""),
        (0, 100_000, "u", 0, 100_000, "It has values up to 100,000: scaled by that."),
        (7000, 9000, "u", 7000, 9000, "It has values from 7,000 to 9,000: the lowest is black, the highest white."),
        (-1024, 3071, "i", -1024, 3071, "It has values from -1,024 to 3,071: the lowest is black, the highest white."),
        (-5, -5, "i", -5, -4, "It has values from -5 to -5: the lowest is black, the highest white."),
        (0, 1, "f", 0, 1, ""),
        (0.5, 0.9, "f", 0, 1, ""),
        (0, 0.05, "f", 0, 0.05, "It has values up to 0.05: scaled by that."),
        (-1, 1, "f", -1, 1, "It has values from -1 to 1: -1 is black, 1 is white."),
        (-0.97, 0.5, "f", -1, 1, "It has values from -0.97 to 0.5: -1 is black, 1 is white."),
        (-0.42, 2.82, "f", -0.42, 2.82, "It has values from -0.42 to 2.82: the lowest is black, the highest white."),
        (-0.1, 0.2, "f", -0.1, 0.2, "It has values from -0.1 to 0.2: the lowest is black, the highest white."),
        (0, 254.5, "f", 0, 255, "It has values up to 254.5: 0 is black, 255 is white."),
        (0, 16, "f", 0, 16, "It has values up to 16: scaled by that."),
        (0, 1.02, "f", 0, 1.02, "It has values up to 1.02: scaled by that."),
        (280.5, 310, "f", 280.5, 310, "It has values from 280.5 to 310: the lowest is black, the highest white."),
    ],
)
def test_levels(low: float, high: float, kind: str, black: float, white: float, note: str) -> None:
    assert levels_of(Range(low, high), kind, "It has") == Levels(white, black, note)


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(0, 1e6),
    kind=st.sampled_from("iuf"),
)
def test_every_range_becomes_values_of_0_to_1(low: float, width: float, kind: str) -> None:
    low = abs(low) if kind == "u" else low
    ends = np.array([low, low + width])
    ends = ends if kind == "f" else ends.round()
    scaled = to_floats(ends, levels_of(Range.of(ends), kind, "It has"))
    assert 0 <= scaled[0] <= scaled[1] <= 1 + 1e-6
    # Nothing is nearly black, or without contrast, that was not so among all values that there could be.
    assert scaled[1] > 0.09 or ends[1] == 0 or ends[0] == ends[1]


def test_ranges_are_joined() -> None:
    assert Range.of(np.array([])) | Range(2, 3) | Range(-1, 2) == Range(-1, 3)
