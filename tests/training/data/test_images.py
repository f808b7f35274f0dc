"""Images of any size and grey level become values in 0..1 of one size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.training.data import images
from gan_desktop.training.data.images import fill_images, resize_images


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


def test_images_of_the_right_size_are_not_touched() -> None:
    same = np.zeros((2, 8, 8), np.float32)
    assert resize_images(same, 8) is same


def test_chunks_are_put_together_in_order(monkeypatch) -> None:
    monkeypatch.setattr(images, "CHUNK", 2)
    pixels = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    target = np.empty((5, 8, 8), np.float32)
    reports: list[float | None] = []
    fill_images(target, pixels, lambda _, fraction: reports.append(fraction))
    np.testing.assert_allclose(target[:, 4, 4] * 255, np.arange(5), atol=1e-4)
    assert reports == [0, 0.4, 0.8]
