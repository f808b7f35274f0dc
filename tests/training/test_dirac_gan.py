"""The step functions that train real networks, on a game whose answer is known: the Dirac-GAN of Mescheder et al. 2018.

The data are one point at 0, the generator makes one point theta, the discriminator is D(x) = psi x. At its equilibrium
(0, 0) a training step is a linear map; its eigenvalues say whether training converges (|lambda| < 1) or circles away.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import objectives, optimizers
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, Uses, controls_of, uses_of
from gan_desktop.training.games.gan import gan
from gan_desktop.training.random_streams import key
from gan_desktop.training.train_step import Batch, Player, Setup, TrainState, Weights, train_step

STEP_SIZE = 0.2
AWAY = 0.01  # from the equilibrium, for the differences that make the Jacobian


class Point:
    """G(z) = theta, whatever z is."""

    jit_compile = False
    per_sample = True

    def __init__(self, batch: int) -> None:
        self.batch = batch

    def apply(self, parameters: Any, statistics: Any, inputs: Any, **_: Any) -> tuple[Any, Any]:
        return tf.fill([self.batch, 1], 1.0) * parameters["theta"], statistics


class Line:
    """D(x) = psi x."""

    jit_compile = False
    per_sample = True

    def apply(self, parameters: Any, statistics: Any, inputs: Any, **_: Any) -> tuple[Any, Any]:
        return inputs[:, 0] * parameters["psi"], statistics


@cache
def compiled_step(simultaneous: bool, batch: int, known: Uses | None) -> Any:
    """The function (controls, theta, psi) -> (theta, psi) after one training step; each row of the table calls it."""
    sgd = optimizers["sgd"].value()
    setup = Setup(
        game=gan(),
        networks={"generator": Point(batch), "discriminator": Line()},  # type: ignore[dict-item]
        optimizers={"d": sgd, "g": sgd},
        batches={"real": lambda number: Batch(tf.zeros([batch, 1]), None)},
        latents=lambda stream, index: tf.zeros([batch, 1]),
        key=lambda stream, index: key(0, stream, index),
        simultaneous=simultaneous,
    )

    def player(name: str, value: Any) -> Player:
        parameters = {name: value}
        return Player(parameters, {}, sgd.init(parameters), tf.constant(0, tf.int64))

    @tf.function(autograph=False)
    def step(controls: Controls, theta: Any, psi: Any) -> tuple[Any, Any]:
        controls = controls._replace(known=known)
        none = tf.constant(0, tf.int64)
        generator = player("theta", theta)
        players = {"generator": generator, "discriminator": player("psi", psi)}
        state = TrainState(players, Weights(generator.parameters, {}), none, none, {})
        after, _ = train_step(setup, state, controls)
        return after.players["generator"].parameters["theta"], after.players["discriminator"].parameters["psi"]

    return step


def moduli(
    changes: dict[str, Any], d_steps: int = 1, simultaneous: bool = False, batch: int = 1, known: bool = False
) -> list[float]:
    """|lambda| of the step at the equilibrium, in ascending order.

    `known`: of a step that is compiled for what these changes turn on, not for any controls.
    """
    config = replace_keys(
        RunConfig(),
        {
            "optimizer.d_learning_rate": STEP_SIZE,
            "optimizer.g_learning_rate": STEP_SIZE,
            "training.d_steps": d_steps,
            "training.updates": "simultaneous" if simultaneous else "alternating",
        }
        | changes,
    )
    step = compiled_step(simultaneous, batch, uses_of(config) if known else None)
    controls = controls_of(config)

    def after(point: np.ndarray) -> np.ndarray:
        return np.array(step(controls, *(tf.constant(value, tf.float32) for value in point)))

    columns = [(after(AWAY * axis) - after(-AWAY * axis)) / (2 * AWAY) for axis in np.eye(2)]
    return sorted(np.abs(np.linalg.eigvals(np.stack(columns, axis=1))))


# |lambda| for simultaneous, alternating, and alternating updates with five of D: one number where both are equal.
NON_SATURATING = ([1.004988], [1.0], [1.0])
TABLE = {
    "minimax": ({"objective.objective": "minimax"}, NON_SATURATING),
    "non_saturating": ({}, NON_SATURATING),
    "relativistic": ({"objective.objective": "relativistic"}, NON_SATURATING),
    "wasserstein": ({"objective.objective": "wasserstein"}, ([1.019804], [1.0], [1.0])),
    # Near the equilibrium every sample is within the margin, where the hinge is Wasserstein's line.
    "hinge": ({"objective.objective": "hinge"}, ([1.019804], [1.0], [1.0])),
    # D(x) = psi x cannot answer 1 at 0, so theta drifts with psi and nothing turns it back: a shear.
    "least_squares": ({"objective.objective": "least_squares"}, ([1.0], [1.0], [1.0])),
    "r1 .3": ({"regularization.r1_weight": 0.3}, ([0.974679], [0.969536], [0.856682])),
    "r2 .3": ({"regularization.r2_weight": 0.3}, ([0.974679], [0.969536], [0.856682])),
    "r1 1": ({"regularization.r1_weight": 1.0}, ([0.9], [0.8630, 0.9270], [0.3454, 0.9486])),
    "r2 1": ({"regularization.r2_weight": 1.0}, ([0.9], [0.8630, 0.9270], [0.3454, 0.9486])),
    "r1 2": ({"regularization.r1_weight": 2.0}, ([0.6268, 0.9732], [0.6160, 0.9740], [0.0798, 0.9749])),
    "r2 2": ({"regularization.r2_weight": 2.0}, ([0.6268, 0.9732], [0.6160, 0.9740], [0.0798, 0.9749])),
    # Half of each: what they add up to.
    "r1 .5 and r2 .5": (
        {"regularization.r1_weight": 0.5, "regularization.r2_weight": 0.5},
        ([0.9], [0.8630, 0.9270], [0.3454, 0.9486]),
    ),
}


def test_every_objective_has_a_row() -> None:
    assert set(objectives) <= set(TABLE)


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize(("d_steps", "simultaneous", "column"), [(1, True, 0), (1, False, 1), (5, False, 2)])
def test_a_step_has_the_eigenvalues_of_the_table(row: str, d_steps: int, simultaneous: bool, column: int) -> None:
    changes, expected = TABLE[row]
    wanted = expected[column] * (2 // len(expected[column]))
    assert moduli(changes, d_steps, simultaneous) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("row", TABLE)
def test_so_has_a_step_that_is_compiled_for_what_is_on(row: str) -> None:
    changes, expected = TABLE[row]
    wanted = expected[1] * (2 // len(expected[1]))
    assert moduli(changes, known=True) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize(
    ("d_steps", "simultaneous", "expected"), [(1, True, 0.980306), (1, False, 0.975192), (5, False, 0.881965)]
)
def test_instance_noise_has_the_eigenvalues_of_the_table(d_steps: int, simultaneous: bool, expected: float) -> None:
    """The mean over the noise is the mean over a batch so large that its sampling error is below the tolerance."""
    found = moduli({"regularization.instance_noise": 0.7}, d_steps, simultaneous, batch=1_000_000)
    assert found == pytest.approx([expected] * 2, abs=1e-4)
