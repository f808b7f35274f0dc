"""Densities and the Bayes-optimal discriminator: against sums over all points, and where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.diagnosis.density import (
    NEGLIGIBLE,
    grid_points,
    kernel_density,
    mixture_density,
    optimal_discriminator,
    usual_bandwidth,
)
from tests.diagnosis.conftest import draw, ring

LIMITS = np.array([[-1.5, 1.5], [-2.0, 1.0]])
SQUARE = np.array([[-1.5, 1.5], [-1.5, 1.5]])
SIGMA = 0.1


def test_a_mixture_has_the_density_of_its_parts() -> None:
    points = np.random.default_rng(0).normal(size=(5, 7, 2))
    weights = np.arange(1, 9)
    found = mixture_density(points, ring(), 0.3, weights)
    assert found.shape == (5, 7)
    expected = sum(
        weight / 36 * np.exp(-((points - centre) ** 2).sum(-1) / 0.18) / (2 * np.pi * 0.09)
        for weight, centre in zip(weights, ring(), strict=True)
    )
    np.testing.assert_allclose(found, expected)
    # And is a density: it sums to 1.
    area = 36 / 200**2
    assert mixture_density(grid_points(2 * SQUARE, 200), ring(), 0.3).sum() * area == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("bandwidth", [0.08, 0.2])
def test_a_kernel_density_is_a_gaussian_around_each_point(bandwidth: float) -> None:
    """On a grid of another shape than the square, with points outside and some that are not finite."""
    points = np.random.default_rng(1).uniform(-2.5, 2.5, (400, 2)).astype(np.float32)
    found = kernel_density(
        np.concatenate([points, [[np.nan, 0], [np.inf, 1]]]).astype(np.float32), LIMITS, 60, bandwidth
    )
    expected = 400 / 402 * mixture_density(grid_points(LIMITS, 60), points, bandwidth)
    assert found.shape == (60, 60)
    # Sharing points among the middles around them is an approximation, good to a few percent of the highest.
    np.testing.assert_allclose(found, expected, atol=0.03 * expected.max())
    assert found.sum() == pytest.approx(expected.sum(), rel=0.01)


def test_rows_are_y_and_columns_are_x() -> None:
    one = np.array([[1.0, -1.5]], np.float32)
    found = kernel_density(one, LIMITS, 30, 0.15)
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert (row, column) in {(4, 24), (4, 25), (5, 24), (5, 25)}
    assert (np.abs(grid_points(LIMITS, 30)[row, column] - one[0]) <= 0.051).all()


def test_a_bandwidth_of_less_than_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match=r"less than a cell of 0\.1"):
        kernel_density(ring(), SQUARE, 30, 0.09)
    assert usual_bandwidth(SQUARE, 30, 0.01) == pytest.approx(0.1)
    assert usual_bandwidth(SQUARE, 30, 0.2) == 0.2
    assert np.isfinite(kernel_density(ring(), SQUARE, 31, usual_bandwidth(SQUARE, 31, 0.01))).all()


def at_centres(logits: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The logit in the cell of each centre."""
    cells = len(logits)
    columns, rows = ((centres - SQUARE[:, 0]) / 3 * cells).astype(int).T
    return logits[rows, columns]


@pytest.mark.parametrize("sigma", [SIGMA, 0.01])
def test_a_perfect_generator_leaves_nothing_to_tell(sigma: float) -> None:
    """Also where the modes are smaller than a cell, for both densities are smoothed."""
    logits = optimal_discriminator(draw(ring(), sigma, 20_000), SQUARE, 64, ring(), sigma)
    dense = mixture_density(grid_points(SQUARE, 64), ring(), np.hypot(sigma, usual_bandwidth(SQUARE, 64, sigma)))
    assert np.abs(logits[dense > 0.1 * dense.max()]).max() < 0.35
    assert np.abs(logits[dense > 0.1 * dense.max()]).mean() < 0.06
    # Between the modes and beyond there is nothing to speak of.
    assert np.isnan(logits[32, 32])
    assert np.isnan(logits[0, 0])


def test_lost_modes_are_told_and_kept_ones_are_too_full() -> None:
    """Fakes on every other mode: there p_G = 2 p_data, a logit of -ln 2; on the others it is large."""
    kept, lost = ring()[::2], ring()[1::2]
    logits = optimal_discriminator(draw(kept, SIGMA, 20_000), SQUARE, 64, ring(), SIGMA)
    assert at_centres(logits, kept) == pytest.approx(np.full(4, -np.log(2)), abs=0.1)
    assert (at_centres(logits, lost) > 5).all()
    assert np.nanmax(logits) <= -np.log(NEGLIGIBLE) + 1e-6


def test_fakes_where_there_are_no_data() -> None:
    centre = np.zeros((1, 2), np.float32)
    logits = optimal_discriminator(draw(centre, SIGMA, 5000), SQUARE, 64, ring(), SIGMA)
    assert at_centres(logits, centre)[0] < -5
    nothing = optimal_discriminator(np.full((10, 2), np.nan, np.float32), SQUARE, 64, ring(), SIGMA)
    assert (at_centres(nothing, ring()) > 5).all()


def test_weights_of_the_data_are_heeded() -> None:
    weights = np.array([8, 1, 1, 1, 1, 1, 1, 1]) / 15
    even = draw(ring(), SIGMA, 40_000)
    logits = at_centres(optimal_discriminator(even, SQUARE, 64, ring(), SIGMA, weights), ring())
    assert logits == pytest.approx(np.log(weights * 8), abs=0.15)
