"""The mean of curves with their band: against plain means, and where a curve has no value."""

from __future__ import annotations

import numpy as np

from gan_desktop.core.mean_band import GRID, mean_band

X = np.arange(5.0)


def test_curves_with_the_same_points_have_their_mean_and_deviation_there() -> None:
    rows = np.random.default_rng(0).normal(size=(3, 5))
    band = mean_band([(X, row) for row in rows])
    np.testing.assert_allclose(band.x, X)
    np.testing.assert_allclose(band.mean, rows.mean(axis=0))
    np.testing.assert_allclose(band.deviation, rows.std(axis=0, ddof=1))
    assert band.runs.tolist() == [3] * 5


def test_a_curve_is_read_on_straight_lines_between_its_points() -> None:
    band = mean_band([(np.array([0.0, 4.0]), np.array([0.0, 8.0])), (X, np.zeros(5))])
    np.testing.assert_allclose(band.mean, [0, 1, 2, 3, 4])


def test_nothing_is_made_up_where_a_run_has_ended_or_is_not_finite() -> None:
    broken = np.array([0.0, 0.0, np.inf, 0.0, 0.0])
    band = mean_band([(X, np.ones(5)), (X[:2], np.zeros(2)), (X, broken)])
    assert band.runs.tolist() == [3, 3, 1, 2, 2]
    np.testing.assert_allclose(band.mean, [1 / 3, 1 / 3, 1, 0.5, 0.5])
    assert np.isnan(band.deviation).tolist() == [False, False, True, False, False]


def test_a_long_curve_gets_a_grid_of_its_whole_length() -> None:
    x = np.arange(5000.0)
    band = mean_band([(x, x), (x + 0.5, x + 0.5)])
    assert len(band.x) == GRID
    assert (band.x[0], band.x[-1]) == (0, 4999.5)
    np.testing.assert_allclose(band.mean, band.x)


def test_no_curve_has_no_mean() -> None:
    assert len(mean_band([]).x) == len(mean_band([(np.empty(0), np.empty(0))]).x) == 0
