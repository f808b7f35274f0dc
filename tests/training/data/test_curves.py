"""Two moons and spirals: the curves, their labels, and nothing that a mixture has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def test_two_moons_are_two_half_circles(load_data: Any) -> None:
    data = load_data("two_moons", noise=0.0, samples=4000)
    points = data.samples + np.array([0.5, 0.25], "f")
    upper, lower = points[data.labels == 0], points[data.labels == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1, atol=1e-5)
    assert upper[:, 1].min() >= -1e-6
    assert lower[:, 1].max() <= 0.5 + 1e-6
    assert data.classes == 2
    assert data.centres is None


@pytest.mark.parametrize("arms", [1, 2, 5])
def test_each_spiral_is_the_first_one_turned(load_data: Any, arms: int) -> None:
    turns = 1.5
    data = load_data("spirals", arms=arms, turns=turns, noise=0.0, samples=4000)
    radii = np.linalg.norm(data.samples, axis=1)
    angles = np.arctan2(data.samples[:, 1], data.samples[:, 0])
    expected = 2 * np.pi * (turns * radii + data.labels / arms)
    np.testing.assert_allclose(np.cos(angles - expected), 1, atol=1e-3)
    assert radii.max() <= 1 + 1e-5
    assert data.classes == arms
    assert data.title == ("One spiral" if arms == 1 else f"{arms} spirals")


@pytest.mark.parametrize("name", ["two_moons", "spirals"])
def test_noise_and_seed(load_data: Any, name: str) -> None:
    clean, noisy, other = (
        load_data(name, seed=seed, noise=noise, samples=4000) for seed, noise in ((1, 0.0), (1, 0.1), (2, 0.1))
    )
    np.testing.assert_allclose((noisy.samples - clean.samples).std(), 0.1, rtol=0.05)
    assert not np.array_equal(noisy.samples, other.samples)
