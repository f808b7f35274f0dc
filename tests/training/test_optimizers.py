"""Every optimizer against the published rule in float64 NumPy, over several updates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gan_desktop.core.config import OptimizerConfig
from gan_desktop.core.registry import optimizers
from gan_desktop.training.backend import tf
from gan_desktop.training.optimizers import Rates

RATE = 0.01


def adam_rule(config: OptimizerConfig) -> Callable[[list[float], float], float]:
    def run(gradients: list[float], parameter: float) -> float:
        m = v = 0.0
        for t, g in enumerate(gradients, start=1):
            m = config.beta_1 * m + (1 - config.beta_1) * g
            v = config.beta_2 * v + (1 - config.beta_2) * g * g
            correction = np.sqrt(1 - config.beta_2**t) / (1 - config.beta_1**t)
            parameter -= RATE * correction * m / (np.sqrt(v) + 1e-7)
        return parameter

    return run


def rmsprop_rule(config: OptimizerConfig) -> Callable[[list[float], float], float]:
    def run(gradients: list[float], parameter: float) -> float:
        v = 0.0
        for g in gradients:
            v = 0.9 * v + 0.1 * g * g
            parameter -= RATE * g / np.sqrt(v + 1e-7)
        return parameter

    return run


def sgd_rule(config: OptimizerConfig) -> Callable[[list[float], float], float]:
    def run(gradients: list[float], parameter: float) -> float:
        velocity = 0.0
        for g in gradients:
            velocity = config.momentum * velocity - RATE * g
            parameter += velocity
        return parameter

    return run


def optimistic_adam_rule(config: OptimizerConfig) -> Callable[[list[float], float], float]:
    """Daskalakis et al. 2018, algorithm 1: w - 2 eta m/v + eta (m/v of the step before)."""

    def run(gradients: list[float], parameter: float) -> float:
        m = v = before = 0.0
        for t, g in enumerate(gradients, start=1):
            m = config.beta_1 * m + (1 - config.beta_1) * g
            v = config.beta_2 * v + (1 - config.beta_2) * g * g
            now = np.sqrt(1 - config.beta_2**t) / (1 - config.beta_1**t) * m / (np.sqrt(v) + 1e-7)
            parameter -= 2 * RATE * now - RATE * before
            before = now
        return parameter

    return run


RULES = {"adam": adam_rule, "optimistic_adam": optimistic_adam_rule, "rmsprop": rmsprop_rule, "sgd": sgd_rule}


def test_every_optimizer_has_a_rule() -> None:
    assert set(RULES) == set(optimizers)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("name", optimizers)
def test_updates_follow_the_rule(name: str, momentum: float) -> None:
    config = OptimizerConfig(beta_1=0.5, beta_2=0.99, momentum=momentum)
    optimizer = optimizers[name].value()
    rates = Rates(
        tf.constant(RATE), tf.constant(config.beta_1), tf.constant(config.beta_2), tf.constant(config.momentum)
    )
    gradients = [3.0, -1.0, 0.5, 0.0, 1e-3]
    parameters = {"w": tf.constant([[2.0]])}
    moments = optimizer.init(parameters)
    for count, gradient in enumerate(gradients, start=1):
        parameters, moments = optimizer.update(
            parameters, {"w": tf.constant([[gradient]])}, moments, rates, tf.constant(count, tf.int64)
        )
    assert float(parameters["w"][0, 0]) == pytest.approx(RULES[name](config)(gradients, 2.0), rel=1e-5)
