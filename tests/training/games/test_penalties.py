"""Each penalty against an independent NumPy formula, on a discriminator whose slope is known in closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import penalties
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, controls_of, uses_of
from gan_desktop.training.games.penalties import Seen, add_penalties
from gan_desktop.training.random_streams import Stream, key

KEY = key(3, Stream.PENALTY_POINTS, 5)


def numpy_slopes(first: np.ndarray, second: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The gradient of D(x) = second . tanh(first^T x) at each point, shape (n, dimensions)."""
    return ((1 - np.tanh(points @ first) ** 2) * second) @ first.T


# name -> the penalty's value of the slopes at its points, as the paper has it
FORMULAS: dict[str, Callable[[np.ndarray], float]] = {
    "gradient_penalty": lambda slopes: ((np.linalg.norm(slopes, axis=1) - 1) ** 2).mean(),
    "r1": lambda slopes: (slopes**2).sum(axis=1).mean() / 2,
    "r2": lambda slopes: (slopes**2).sum(axis=1).mean() / 2,
    "dragan": lambda slopes: ((np.linalg.norm(slopes, axis=1) - 1) ** 2).mean(),
}


def judge(parameters: dict[str, Any], points: Any) -> Any:
    return tf.linalg.matvec(tf.tanh(points @ parameters["first"]), parameters["second"])


# How a step can be compiled: for any penalties, for these ones, or for these with their points in one batch.
WAYS = ("any", "known", "together")


def controls_with(way: str, **weights: float) -> Controls:
    """Controls in which these penalties are on, as a block that is compiled this way has them."""
    config = replace_keys(RunConfig(), {f"regularization.{name}_weight": value for name, value in weights.items()})
    controls = controls_of(config)
    return controls if way == "any" else controls._replace(known=uses_of(config))


def case(seed: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first, second = scale * rng.normal(size=(2, 4)), scale * rng.normal(size=4)
    return first, second, rng.normal(size=(6, 2)), rng.normal(1, 2, size=(6, 2))


def penalise(
    first: np.ndarray, second: np.ndarray, real: np.ndarray, fake: np.ndarray, way: str = "any", **weights: float
) -> Any:
    parameters = {"first": tf.constant(first, tf.float32), "second": tf.constant(second, tf.float32)}
    gradients = {name: tf.zeros_like(value) for name, value in parameters.items()}
    seen = Seen(tf.constant(real, tf.float32), tf.constant(fake, tf.float32), KEY)
    controls = controls_with(way, **weights)
    return add_penalties(gradients, controls, judge, parameters, seen, together=way == "together")


def test_every_penalty_has_a_formula() -> None:
    assert set(FORMULAS) == set(penalties)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", penalties)
def test_value_and_gradients_agree_with_numpy(name: str, way: str) -> None:
    first, second, real, fake = case(0)
    weight = 2.5
    gradients, value = penalise(first, second, real, fake, way, **{name: weight})
    arguments = tf.constant(real, tf.float32), tf.constant(fake, tf.float32), KEY
    points = penalties[name].value(*arguments).points.numpy().astype(np.float64)

    def formula(first: np.ndarray, second: np.ndarray) -> float:
        return weight * FORMULAS[name](numpy_slopes(first, second, points))

    assert float(value) == pytest.approx(formula(first, second), rel=1e-5)
    for which, array in (("first", first), ("second", second)):
        for place in np.ndindex(array.shape):
            shift = np.zeros_like(array)
            shift[place] = 1e-5
            sides = [
                formula(first + s * shift, second) if which == "first" else formula(first, second + s * shift)
                for s in (1, -1)
            ]
            assert float(gradients[which][place]) == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("way", WAYS)
def test_penalties_add_up(way: str) -> None:
    first, second, real, fake = case(1)
    weights = {"gradient_penalty": 10.0, "r1": 0.5, "r2": 2.0, "dragan": 1.0}
    parts = [penalise(first, second, real, fake, **{name: weight}) for name, weight in weights.items()]
    gradients, value = penalise(first, second, real, fake, way, **weights)
    assert float(value) == pytest.approx(sum(float(part[1]) for part in parts), rel=1e-5)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, np.sum([part[0][name] for part in parts], axis=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_off_is_nothing(way: str) -> None:
    gradients, value = penalise(*case(2), way)
    assert float(value) == 0
    assert all(not gradient.numpy().any() for gradient in gradients.values())


def test_points_are_where_the_papers_want_them() -> None:
    _, _, real, fake = case(3)
    real, fake = tf.constant(real, tf.float32), tf.constant(fake, tf.float32)
    points = {name: entry.value(real, fake, KEY).points.numpy() for name, entry in penalties.items()}
    np.testing.assert_array_equal(points["r1"], real)
    np.testing.assert_array_equal(points["r2"], fake)
    share = (points["gradient_penalty"] - real.numpy()) / (fake.numpy() - real.numpy())
    np.testing.assert_allclose(share[:, 0], share[:, 1], rtol=1e-3, atol=1e-3)  # on the line between the pair
    assert ((share >= 0) & (share <= 1)).all()
    assert np.unique(share[:, 0].round(4)).size == 6  # each pair at a place of its own
    spread = points["dragan"] - real.numpy()
    assert 0 < np.std(spread) < 2 * np.std(real.numpy())


@pytest.mark.parametrize("way", WAYS)
@settings(deadline=None, max_examples=25)
@given(scale=st.sampled_from([0.0, 1e-8, 1e-3, 1.0, 30.0, 1e4]), seed=st.integers(0, 1000))
def test_flat_and_steep_discriminators_stay_finite(way: str, scale: float, seed: int) -> None:
    gradients, value = penalise(*case(seed, scale), way, gradient_penalty=10.0, r1=1.0, r2=1.0, dragan=10.0)
    assert np.isfinite(float(value))
    assert all(np.isfinite(gradient.numpy()).all() for gradient in gradients.values())
