"""Tiling, against a picture put together tile by tile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.tiling import GAP_SHADE, enlargement, near_square_columns, tile_images


@given(
    count=st.integers(1, 12),
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    channels=st.sampled_from([1, 3]),
    columns=st.one_of(st.none(), st.integers(1, 15)),
    scale=st.integers(1, 3),
)
def test_each_tile_is_in_its_place(
    count: int, height: int, width: int, channels: int, columns: int, scale: int
) -> None:
    shades = np.random.default_rng(0).integers(0, 256, (count, height, width, channels), dtype=np.uint8)
    picture = tile_images((shades / 255).astype(np.float32), columns, scale)
    columns = columns or near_square_columns(count, height, width)
    rows = -(-count // columns)
    assert picture.shape == (rows * (height * scale + 1) - 1, columns * (width * scale + 1) - 1, channels)
    assert picture.dtype == np.uint8
    assert picture.flags["C_CONTIGUOUS"]
    expected = np.full_like(picture, GAP_SHADE)
    for index, shade in enumerate(shades):
        top, left = index // columns * (height * scale + 1), index % columns * (width * scale + 1)
        tile = np.kron(shade, np.ones((scale, scale, 1), np.uint8))
        expected[top : top + height * scale, left : left + width * scale] = tile
    np.testing.assert_array_equal(picture, expected)


def test_values_out_of_range_and_not_finite() -> None:
    values = np.array([-1, 2, np.nan, np.inf, -np.inf, 0.5], np.float32).reshape(1, 1, 6, 1)
    assert tile_images(values).ravel().tolist() == [0, 255, 0, 255, 0, 128]


def test_the_argument_is_left_alone() -> None:
    values = np.array([[[[np.nan]]]], np.float32)
    values.flags.writeable = False
    tile_images(values)


@pytest.mark.parametrize("shape", [(0, 8, 8, 1), (2, 8, 8), (2, 8, 8, 2), (5, 2)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        tile_images(np.zeros(shape, np.float32))


def test_near_square() -> None:
    assert near_square_columns(64, 28, 28) == 8
    assert near_square_columns(10, 8, 8) == 4
    assert near_square_columns(16, 8, 32) == 2
    assert near_square_columns(1, 100, 1) == 1


@given(st.integers(1, 200), st.integers(1, 64), st.integers(1, 64))
def test_enlargement_is_the_least_that_suffices(count: int, height: int, width: int) -> None:
    shape = (count, height, width, 1)
    columns = near_square_columns(count, height, width)
    factor = enlargement(shape, 400)
    assert columns * (width * factor + 1) - 1 >= 400
    assert factor == 1 or columns * (width * (factor - 1) + 1) - 1 < 400
