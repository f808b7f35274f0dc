"""Any shape is understood as images, with every number in its place, or refused with what is allowed."""

from __future__ import annotations

from contextlib import suppress
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.array_layout import ALLOWED, LaidOut, layout_of

PATH = Path("a.npy")


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 8, 12, 64, 81, 192, 784, 2000]), max_size=5))
def test_any_shape_gives_images_or_a_sentence(sizes: list[int]) -> None:
    shape = tuple(sizes)
    layout = None
    with suppress(InputError):
        layout = layout_of(PATH, "the array", shape)
    if layout is None:
        with pytest.raises(InputError, match=r"^data\.path: a\.npy (is refused|holds no images): .*(allowed|needed)"):
            layout_of(PATH, "the array", shape)
        return
    assert len(layout.shape) == 3 or layout.shape[3] in (3, 4)
    assert prod(layout.shape) == prod(shape)
    assert layout.has_opacity == (len(layout.shape) == 4 and layout.shape[3] == 4)
    one = (1, *shape[1:])
    values = np.arange(prod(one)).reshape(one)
    images = LaidOut(values, layout)[np.array([0])]
    assert images.shape == (1, *layout.shape[1:])
    assert sorted(images.ravel().tolist()) == list(range(prod(one)))


def test_where_the_numbers_go() -> None:
    planes = np.arange(2 * 3 * 5 * 6).reshape(2, 3, 5, 6)
    images = layout_of(PATH, "the array", planes.shape).images(planes)
    assert images[1, 4, 2].tolist() == planes[1, :, 4, 2].tolist()
    rows = np.arange(2 * 64).reshape(2, 64)
    assert layout_of(PATH, "the array", rows.shape).images(rows)[1, 3, 5] == 64 + 3 * 8 + 5


def test_channels_behind_the_width_go_before_those_before_the_height() -> None:
    """As ever: an array that could be both is one of images of few rows."""
    assert not layout_of(PATH, "the array", (9, 3, 32, 3)).are_planes
    assert layout_of(PATH, "the array", (9, 3, 32, 8)).are_planes


def test_the_sentence() -> None:
    with pytest.raises(InputError) as refused:
        layout_of(PATH, "'x'", (5, 3072))
    assert str(refused.value) == (
        f"data.path: a.npy is refused: 'x' has shape (5, 3072); allowed: {ALLOWED}; save array.reshape(-1, 3, 32, 32) "
        "where three planes follow each other, as in CIFAR-10, or array.reshape(-1, 32, 32, 3) where each pixel's "
        "colours do"
    )
