"""Every objective against an independent NumPy formula, and at the ends of the number line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_desktop.core.registry import objectives
from gan_desktop.training.backend import tf


def log_sigmoid(t: np.ndarray) -> np.ndarray:
    return -np.logaddexp(0, -t)


# name -> (real half, fake half, generator) of Goodfellow et al. 2014 in float64
FORMULAS: dict[str, Callable[[np.ndarray, np.ndarray], tuple[float, float, float]]] = {
    "non_saturating": lambda r, f: (-log_sigmoid(r).mean(), -log_sigmoid(-f).mean(), -log_sigmoid(f).mean()),
    "minimax": lambda r, f: (-log_sigmoid(r).mean(), -log_sigmoid(-f).mean(), log_sigmoid(-f).mean()),
}

logits = st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=8)


def test_every_objective_has_a_formula() -> None:
    assert set(FORMULAS) == set(objectives)


@pytest.mark.parametrize("name", objectives)
@settings(deadline=None, max_examples=40)
@given(real=logits, fake=logits)
def test_values_agree_with_numpy(name: str, real: list[float], fake: list[float]) -> None:
    losses = objectives[name].value(tf.constant(real, tf.float32), tf.constant(fake, tf.float32))
    expected = FORMULAS[name](np.array(real), np.array(fake))
    np.testing.assert_allclose([float(loss) for loss in losses], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", objectives)
def test_gradients_agree_with_differences(name: str) -> None:
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 2, 5), rng.normal(0, 2, 5)
    variables = tf.constant(real, tf.float32), tf.constant(fake, tf.float32)
    for part in range(3):
        with tf.GradientTape() as tape:
            tape.watch(variables)
            loss = objectives[name].value(*variables)[part]
        computed = tape.gradient(loss, variables, unconnected_gradients="zero")
        for side, gradient in enumerate(computed):
            for i in range(5):
                shifted = [[real.copy(), fake.copy()] for _ in range(2)]
                shifted[0][side][i] += 1e-5
                shifted[1][side][i] -= 1e-5
                high, low = (FORMULAS[name](*pair)[part] for pair in shifted)
                assert float(gradient[i]) == pytest.approx((high - low) / 2e-5, abs=1e-5)


@pytest.mark.parametrize("name", objectives)
@pytest.mark.parametrize("logit", [-1e4, -100.0, 0.0, 100.0, 1e4])
def test_extreme_logits_stay_finite(name: str, logit: float) -> None:
    x = tf.constant([logit, -logit])
    with tf.GradientTape() as tape:
        tape.watch(x)
        losses = objectives[name].value(x, x)
        total = tf.add_n(list(losses))
    assert np.isfinite(total.numpy())
    assert np.isfinite(tape.gradient(total, x).numpy()).all()


def test_equilibrium_is_two_ln_two() -> None:
    """Where D answers 1/2 everywhere: L_D = 2 ln 2, and the non-saturating L_G = ln 2."""
    zero = tf.zeros(4)
    losses = objectives["non_saturating"].value(zero, zero)
    assert float(losses.d_loss_real + losses.d_loss_fake) == pytest.approx(2 * np.log(2))
    assert float(losses.g_loss) == pytest.approx(np.log(2))
