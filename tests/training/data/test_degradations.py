"""Degradations: what every registered one keeps to, and each against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import grey_dilation

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import GIVEN, degradations
from gan_desktop.training.data.degradations import grey, half_size, outline, quarter_size

IMAGES = np.random.default_rng(0).random((5, 16, 24, 3)).astype(np.float32)


@pytest.mark.parametrize("name", degradations)
def test_every_degradation_looks_at_each_image_by_itself(name: str) -> None:
    degrade = degradations[name].value
    degraded = degrade(IMAGES)
    assert degraded.dtype == np.float32
    assert (degraded.ndim, len(degraded)) == (4, len(IMAGES))
    assert len(np.unique(degraded)) < len(np.unique(IMAGES)) or name == GIVEN
    for number in range(len(IMAGES)):
        np.testing.assert_array_equal(degrade(IMAGES[number : number + 1])[0], degraded[number])


@pytest.mark.parametrize("name", degradations)
def test_every_degradation_stays_within_the_range(name: str) -> None:
    degrade = degradations[name].value
    extremes = np.random.default_rng(0).integers(0, 2, (5, 16, 24, 3)).astype(np.float32)
    for images in (extremes, np.zeros_like(extremes), np.ones_like(extremes)):
        assert degrade(images).min() >= 0
        assert degrade(images).max() <= 1


@pytest.mark.parametrize("name", degradations)
def test_every_degradation_is_described(name: str) -> None:
    entry = degradations[name]
    assert entry.title
    assert entry.description.endswith(".")


@pytest.mark.parametrize(("degrade", "factor"), [(half_size, 2), (quarter_size, 4)])
def test_small_images_are_means_of_boxes(degrade: object, factor: int) -> None:
    assert callable(degrade)
    expected = IMAGES.reshape(5, 16 // factor, factor, 24 // factor, factor, 3).astype(np.float64).mean(axis=(2, 4))
    np.testing.assert_allclose(degrade(IMAGES), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "shape", "reason"),
    [
        ("half_size", (15, 16), "the images have 15 x 16 pixels, and both sides must be multiples of 2"),
        ("half_size", (16, 15), "the images have 16 x 15 pixels, and both sides must be multiples of 2"),
        ("quarter_size", (16, 18), "the images have 16 x 18 pixels, and both sides must be multiples of 4"),
    ],
)
def test_sides_that_do_not_divide_are_refused(name: str, shape: tuple[int, int], reason: str) -> None:
    with pytest.raises(InputError, match=rf"game\.source = '{name}': {reason}") as refused:
        degradations[name].value(np.zeros((2, *shape, 1), np.float32))
    assert refused.value.key == "game.source"


def test_an_outline_is_dilation_less_the_shape() -> None:
    shapes = IMAGES[..., :1]
    dilated = np.stack([grey_dilation(image[..., 0], size=(3, 3), mode="nearest") for image in shapes])
    np.testing.assert_array_equal(outline(shapes)[..., 0], dilated - shapes[..., 0])


def test_the_outline_of_a_square_runs_around_it() -> None:
    square = np.zeros((1, 9, 9, 1), np.float32)
    square[0, 3:6, 3:6] = 0.75
    expected = np.zeros((9, 9), np.float32)
    expected[2:7, 2:7] = 0.75
    expected[3:6, 3:6] = 0
    np.testing.assert_array_equal(outline(square)[0, ..., 0], expected)
    # At the border there is no edge, and a line of one pixel has one as well.
    line = np.zeros((1, 9, 9, 1), np.float32)
    line[0, :, 4] = 1
    line_around = np.array([0, 0, 0, 1, 0, 1, 0, 0, 0], np.float32)
    np.testing.assert_array_equal(outline(line)[0, ..., 0], np.tile(line_around, (9, 1)))


def test_grey_is_luma_as_image_files_have_it() -> None:
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (1, 16, 16, 3)).astype(np.uint8)
    by_pillow = np.asarray(Image.fromarray(pixels[0]).convert("L"))
    ours = grey(pixels.astype(np.float32) / np.float32(255))[0, ..., 0] * 255
    np.testing.assert_allclose(ours, by_pillow, atol=0.51)
    assert grey(np.ones((1, 8, 8, 3), np.float32)).mean() == pytest.approx(1)


@pytest.mark.parametrize(("channels", "found"), [(1, "1 channel"), (4, "4 channels")])
def test_grey_of_what_has_no_three_channels_is_refused(channels: int, found: str) -> None:
    with pytest.raises(InputError, match=rf"game\.source = 'grey': the images have {found}, and 3 are needed"):
        grey(np.zeros((1, 8, 8, channels), np.float32))
