"""The Fréchet distance against its closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.metrics.frechet import FrechetDistance, Gaussian, squared_frechet
from gan_desktop.diagnosis.reference import Reference
from tests.diagnosis.conftest import draw, ring


def covariance(axes: int, seed: int) -> np.ndarray:
    root = np.random.default_rng(seed).normal(size=(axes, axes))
    return root @ root.T / axes


@given(axes=st.integers(1, 40), seed=st.integers(0, 99), scale=st.floats(0, 10))
def test_gaussians_have_a_closed_form(axes: int, seed: int, scale: float) -> None:
    """A shift adds its squared length; a covariance times s^2 has (1 - s)^2 of its trace; the order does not matter."""
    first, shift = covariance(axes, seed), np.random.default_rng(seed).normal(size=axes)
    origin = np.zeros(axes)
    expected = shift @ shift + (1 - scale) ** 2 * np.trace(first)
    ours, theirs = Gaussian(origin, first), Gaussian(shift, scale**2 * first)
    for pair in ((ours, theirs), (theirs, ours)):
        assert squared_frechet(*pair) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert squared_frechet(ours, ours) == pytest.approx(0, abs=1e-12 * axes)


def test_of_one_axis_it_is_the_difference_of_deviations() -> None:
    for first, second in ((1.0, 2.0), (0.0, 3.0), (0.5, 0.5)):
        pair = (Gaussian(np.zeros(1), np.array([[deviation**2]])) for deviation in (first, second))
        assert squared_frechet(*pair) == pytest.approx((first - second) ** 2)


def test_axes_that_do_not_commute() -> None:
    """Of two axes, tr (C1 C2)^(1/2) is the root of tr(C1 C2) + 2 sqrt(det(C1 C2))."""
    first, second = covariance(2, 3), covariance(2, 4)
    product = first @ second
    common = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    expected = np.trace(first) + np.trace(second) - 2 * common
    assert squared_frechet(Gaussian(np.zeros(2), first), Gaussian(np.zeros(2), second)) == pytest.approx(expected)


def test_a_covariance_without_full_rank_is_no_failure() -> None:
    samples = np.repeat(np.random.default_rng(0).normal(size=(10, 1)), 64, axis=1)
    fitted = Gaussian.fit(samples)
    assert squared_frechet(fitted, fitted) == pytest.approx(0, abs=1e-10)
    point = Gaussian.fit(np.zeros((10, 64)))
    assert squared_frechet(fitted, point) == pytest.approx(fitted.mean @ fitted.mean + fitted.variance)


def test_points_are_compared_in_the_plane(ring_reference: Reference) -> None:
    measurer = Measurer(ring_reference)
    floor, fakes = measurer.floors()["frechet_distance"], draw(ring(), 0.01, 2500)
    for shift in ((0.5, 0.0), (-1.0, 2.0)):
        found = measurer.measure(fakes + np.array(shift, np.float32))["frechet_distance"]
        # The means' own error adds 2 |d| times it.
        error = 4 * 2 * np.hypot(*shift) * np.sqrt(1 / 2500)
        assert found == pytest.approx(np.square(shift).sum(), abs=error)
    # Real samples have a variance of 1/2 in each direction, and the floor of n samples is about their error, squared.
    assert measurer.measure(3 * fakes)["frechet_distance"] == pytest.approx(4 * 1, rel=0.05)
    assert 0 < floor.mean < 4 / 2500


def test_images_are_compared_as_a_share_of_their_variance(digits_reference: Reference) -> None:
    measurer = Measurer(digits_reference)
    mean = digits_reference.samples.mean(axis=0)
    assert measurer.measure(np.repeat(mean[None], 100, axis=0))["frechet_distance"] == pytest.approx(1.03, abs=0.03)
    # All of them halfway to their mean: (1 - 1/2)^2 of the variance.
    halfway = mean + 0.5 * (digits_reference.samples - mean)
    assert measurer.measure(halfway)["frechet_distance"] == pytest.approx(0.25, abs=0.02)
    assert measurer.floors()["frechet_distance"].mean < 0.03


def test_what_is_not_finite_is_left_out_and_few_are_not_enough(ring_reference: Reference) -> None:
    measurer = Measurer(ring_reference)
    fakes = draw(ring(), 0.01, 2500)
    alone = measurer.measure(fakes[::2])["frechet_distance"]
    fakes[1::2] = np.nan
    assert measurer.measure(fakes)["frechet_distance"] == pytest.approx(alone)
    fakes[2:] = np.inf
    assert np.isnan(measurer.measure(fakes)["frechet_distance"])
    assert "fewer than two" in FrechetDistance.undefined
    few = Measurer(Reference.of("points", draw(ring(), 0.01, 98)))
    assert (
        few.unknown()["frechet_distance"] == "there are too few real samples: 98, in two halves, of which each needs 50"
    )
    assert "49 fakes are too few" in Measurer(ring_reference, 49).unknown()["frechet_distance"]
