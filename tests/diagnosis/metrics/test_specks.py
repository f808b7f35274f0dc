"""Specks and noise: what single pixels have more than those around them, and what no component of real images shows."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.metrics.specks import median_filtered, speck_energy
from gan_desktop.diagnosis.reference import Reference


def test_of_single_pixels_it_is_their_square() -> None:
    images = np.full((3, 9, 9, 1), 0.25, np.float32)
    assert speck_energy(images) == 0
    images[:, 4, 4] = 1
    images[:, 0, 8] = 0
    assert speck_energy(images) == pytest.approx((0.75**2 + 0.25**2) / 81)


def test_an_edge_and_a_stroke_are_no_specks() -> None:
    images = np.zeros((2, 12, 12, 1), np.float32)
    images[0, :, 6:] = 1
    images[1, 3:6, :] = 1
    assert speck_energy(images) == 0


def test_what_is_not_finite_is_left_out() -> None:
    images = np.zeros((2, 9, 9, 3), np.float32)
    images[0, 4, 4] = 1
    alone = speck_energy(images[:1])
    images[1] = np.nan
    assert speck_energy(images) == pytest.approx(alone)
    assert np.isnan(speck_energy(images[1:]))


def test_noise_beside_the_components_is_seen(digits_reference: Reference) -> None:
    """Noise of sigma 0.5 in all directions but those of the components, which the components do not show."""
    measurer = Measurer(digits_reference)
    real, _ = digits_reference.draw(measurer.count, 0, 1)
    components = digits_reference.feature_space.components
    noise = np.random.default_rng(0).normal(0, 0.5, real.shape).astype(np.float32).reshape(len(real), -1)
    noise -= noise @ components.T @ components
    noisy = real + noise.reshape(real.shape)
    space = digits_reference.feature_space
    np.testing.assert_allclose(space.of(noisy)[:, :-1], space.of(real)[:, :-1], atol=1e-5)
    found, floors = measurer.measure(noisy), measurer.floors()
    assert found["precision"] < 0.05 * floors["precision"].mean
    assert found["specks"] > 2 * floors["specks"].mean
    assert found["frechet_distance"] > 5 * floors["frechet_distance"].mean


def test_a_feature_more_brings_distances_nearer_to_those_of_the_images(digits_reference: Reference) -> None:
    images = digits_reference.samples[:60]
    features = digits_reference.feature_space.of(images)

    def apart(rows: np.ndarray) -> np.ndarray:
        return np.linalg.norm(rows[:, None].astype(np.float64) - rows[None], axis=-1)

    exact, with_rest, without = apart(images.reshape(60, -1)), apart(features), apart(features[:, :-1])
    assert (with_rest <= exact + 1e-4).all()
    assert (with_rest >= without).all()


def test_the_median_is_that_of_the_nine_pixels_around() -> None:
    images = np.random.default_rng(0).integers(0, 5, (3, 6, 4, 2)).astype(np.float32)
    found = median_filtered(images)
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    for row in range(6):
        for column in range(4):
            square = padded[:, row : row + 3, column : column + 3].reshape(3, 9, 2)
            np.testing.assert_array_equal(found[:, row, column], np.median(square, axis=1))
