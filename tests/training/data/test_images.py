"""Images of any size and grey level become values in 0..1 of one size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.core.image_size import size_of
from gan_desktop.training.data import images
from gan_desktop.training.data.images import fill_images, inside, middle, resize_images


@given(
    pixels=npst.arrays(np.uint8, st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(1, 40))),
    size=st.integers(8, 33),
)
def test_any_images_fill_the_target_within_0_and_1(pixels: np.ndarray, size: int) -> None:
    target = np.full((len(pixels), size, size), np.nan, np.float32)
    fill_images(target, pixels)
    assert target.min() >= 0
    assert target.max() <= 1


def test_a_plain_image_stays_plain() -> None:
    grey = np.full((1, 5, 9), 0.25, np.float32)
    np.testing.assert_allclose(resize_images(grey, 16), 0.25, atol=1e-6)


def test_images_keep_their_proportions() -> None:
    wide = np.zeros((2, 8, 16), np.float32)
    wide[:, :, 4:12] = np.random.default_rng(0).random((2, 8, 8))
    np.testing.assert_array_equal(resize_images(wide, 8), wide[:, :, 4:12])
    padded = resize_images(wide, 16, "pad")
    np.testing.assert_array_equal(padded[:, 4:12], wide)
    assert (padded[:, [0, 1, 2, 3, 12, 13, 14, 15]] == 1).all()
    target = np.empty((2, 8, 8), np.float32)
    fill_images(target, (wide * 255).astype(np.uint8))
    np.testing.assert_allclose(target, wide[:, :, 4:12], atol=1 / 255)


@given(height=st.integers(1, 500), width=st.integers(1, 500), rows=st.integers(8, 128), columns=st.integers(8, 128))
def test_what_is_cut_and_filled_up_lies_within(height: int, width: int, rows: int, columns: int) -> None:
    size = size_of(rows, columns)
    for (top, left, inner_height, inner_width), (outer_height, outer_width) in (
        (middle(height, width, size), (height, width)),
        (inside(height, width, size), (rows, columns)),
    ):
        assert 0 <= top <= top + inner_height <= outer_height
        assert 0 <= left <= left + inner_width <= outer_width
        assert inner_height == outer_height or inner_width == outer_width


def test_images_of_the_right_size_are_not_touched() -> None:
    same = np.zeros((2, 8, 8), np.float32)
    assert resize_images(same, 8) is same


def test_chunks_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "CHUNK", 2)
    pixels = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    target = np.empty((5, 8, 8), np.float32)
    reports: list[float | None] = []
    fill_images(target, pixels, lambda _, fraction: reports.append(fraction))
    np.testing.assert_allclose(target[:, 4, 4] * 255, np.arange(5), atol=1e-4)
    assert reports == [0, 0.4, 0.8]
