"""Measures of pairs against closed forms and an independent SSIM."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis import pairs
from gan_desktop.diagnosis.pairs import gradient_energy_ratio, mean_absolute_error, psnr, ssim

MEASURES = [psnr, ssim, gradient_energy_ratio, mean_absolute_error]


def noise(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).random(shape).astype(np.float32)


def direct_ssim(made: FloatArray, true: FloatArray, side: int) -> float:
    """Equation 13 of Wang et al. 2004, window by window."""
    offsets = np.arange(side) - side // 2
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    found = []
    for x_image, y_image in zip(np.moveaxis(made, 3, 1), np.moveaxis(true, 3, 1), strict=True):
        for x_channel, y_channel in zip(x_image.astype(float), y_image.astype(float), strict=True):
            for top in range(x_channel.shape[0] - side + 1):
                for left in range(x_channel.shape[1] - side + 1):
                    x = x_channel[top : top + side, left : left + side]
                    y = y_channel[top : top + side, left : left + side]
                    mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
                    variance_x = (weights * (x - mean_x) ** 2).sum()
                    variance_y = (weights * (y - mean_y) ** 2).sum()
                    covariance = (weights * (x - mean_x) * (y - mean_y)).sum()
                    luminance = (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
                    structure = (2 * covariance + 9e-4) / (variance_x + variance_y + 9e-4)
                    found.append(luminance * structure)
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("shape", "side"),
    [((2, 16, 13, 3), 11), ((3, 11, 11, 1), 11), ((2, 10, 12, 1), 9), ((2, 8, 8, 1), 7), ((2, 2, 3, 1), 1)],
)
def test_ssim_is_the_formula(shape: tuple[int, ...], side: int) -> None:
    true = noise(*shape)
    made = np.clip(true + 0.3 * noise(*shape, seed=1) - 0.1, 0, 1).astype(np.float32)
    assert ssim(made, true) == pytest.approx(direct_ssim(made, true, side), rel=1e-9)


def test_ssim_of_plain_images_compares_their_brightness() -> None:
    dark, bright = np.full((2, 16, 16, 1), 0.2, np.float32), np.full((2, 16, 16, 1), 0.6, np.float32)
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)
    assert ssim(dark, bright) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("shape", [(3, 16, 16, 1), (3, 8, 12, 3)])
def test_equal_images(shape: tuple[int, ...]) -> None:
    images = noise(*shape)
    assert ssim(images, images) == pytest.approx(1)
    assert gradient_energy_ratio(images, images) == 1
    assert mean_absolute_error(images, images) == 0
    # An infinite ratio counts as that of rounding to 256 levels.
    assert psnr(images, images) == pytest.approx(20 * np.log10(255) + 10 * np.log10(12))
    assert psnr(images, images) == pytest.approx(58.92, abs=0.01)


@given(distance=st.floats(1 / 64, 0.5))
def test_psnr_and_absolute_error_of_images_that_are_as_far_apart_everywhere(distance: float) -> None:
    true = np.full((2, 8, 8, 3), 0.5, np.float32)
    made = true + np.where(noise(2, 8, 8, 3) > 0.5, 1, -1).astype(np.float32) * np.float32(distance)
    assert psnr(made, true) == pytest.approx(-20 * np.log10(distance), rel=1e-5)
    assert mean_absolute_error(made, true) == pytest.approx(distance, rel=1e-5)


def test_psnr_is_that_of_the_error_of_all_images() -> None:
    true = np.zeros((2, 8, 8, 1), np.float32)
    made = true.copy()
    made[0] = 0.1
    made[1, :4] = 0.2
    assert psnr(made, true) == pytest.approx(-10 * np.log10(0.015), rel=1e-5)
    assert mean_absolute_error(made, true) == pytest.approx(0.1, rel=1e-5)


@given(contrast=st.floats(0.05, 1))
def test_the_gradient_energy_goes_with_the_square_of_the_contrast(contrast: float) -> None:
    true = noise(3, 8, 12, 3)
    made = (0.5 + np.float32(contrast) * (true - 0.5)).astype(np.float32)
    assert gradient_energy_ratio(made, true) == pytest.approx(contrast**2, rel=1e-4)


def test_the_gradient_energy_of_ramps() -> None:
    down, across = np.mgrid[:8, :10].astype(np.float32) / 20
    assert gradient_energy_ratio(down[None, ..., None] * 2, across[None, ..., None]) == pytest.approx(4, rel=1e-5)
    # One plain image beside a sharp one is no division by nothing; of plain ones alone there is no ratio.
    plain = np.full_like(down, 0.5)
    pair = np.stack([down, plain])[..., None]
    assert gradient_energy_ratio(pair[::-1], pair) == pytest.approx(1)
    assert np.isnan(gradient_energy_ratio(pair, np.full_like(pair, 0.5)))


def test_blurring_lowers_sharpness_and_likeness() -> None:
    true = noise(2, 16, 16, 1)
    blurred = (true + np.roll(true, 1, axis=1) + np.roll(true, 1, axis=2)) / np.float32(3)
    assert gradient_energy_ratio(blurred, true) < 0.7
    assert ssim(blurred, true) < 0.9


@pytest.mark.parametrize("measure", MEASURES)
def test_many_images_are_measured_a_few_at_a_time(
    measure: Callable[[FloatArray, FloatArray], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, true = noise(7, 12, 12, 1), noise(7, 12, 12, 1, seed=1)
    together = measure(made, true)
    monkeypatch.setattr(pairs, "VALUES", 3 * 144)
    assert measure(made, true) == pytest.approx(together, rel=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_has_no_measure(measure: Callable[[FloatArray, FloatArray], float], value: float) -> None:
    made, true = noise(3, 12, 12, 1), noise(3, 12, 12, 1, seed=1)
    made[1, 5, 5] = value
    assert np.isnan(measure(made, true))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("count", [0, 2])
def test_what_are_no_pairs(measure: Callable[[FloatArray, FloatArray], float], count: int) -> None:
    with pytest.raises(ValueError, match="are no pairs"):
        measure(noise(count, 12, 12, 1), noise(count, 12, 12, 1 + (count > 0)))
