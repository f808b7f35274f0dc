"""Every objective against an independent NumPy formula, and at the ends of the number line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_desktop.core.registry import objectives
from gan_desktop.training.backend import tf
from gan_desktop.training.games.objectives import chosen_losses, is_relative


def log_sigmoid(t: np.ndarray) -> np.ndarray:
    return -np.logaddexp(0, -t)


# name -> (real half, fake half, generator) of the papers, in float64
FORMULAS: dict[str, Callable[[np.ndarray, np.ndarray], tuple[float, float, float]]] = {
    "non_saturating": lambda r, f: (-log_sigmoid(r).mean(), -log_sigmoid(-f).mean(), -log_sigmoid(f).mean()),
    "minimax": lambda r, f: (-log_sigmoid(r).mean(), -log_sigmoid(-f).mean(), log_sigmoid(-f).mean()),
    "least_squares": lambda r, f: (((r - 1) ** 2).mean() / 2, (f**2).mean() / 2, ((f - 1) ** 2).mean() / 2),
    "hinge": lambda r, f: (np.maximum(0, 1 - r).mean(), np.maximum(0, 1 + f).mean(), -f.mean()),
    "wasserstein": lambda r, f: (-r.mean(), f.mean(), -f.mean()),
    "relativistic": lambda r, f: (
        -log_sigmoid(r - f).mean() / 2,
        -log_sigmoid(r - f).mean() / 2,
        -log_sigmoid(f - r).mean(),
    ),
}

logits = st.floats(-1e4, 1e4, width=32)
pairs = st.lists(st.tuples(logits, logits), min_size=1, max_size=8)


def test_every_objective_has_a_formula() -> None:
    assert set(FORMULAS) == set(objectives)


@pytest.mark.parametrize("name", objectives)
@settings(deadline=None, max_examples=40)
@given(pairs=pairs)
def test_values_agree_with_numpy(name: str, pairs: list[tuple[float, float]]) -> None:
    real, fake = zip(*pairs, strict=True)
    losses = objectives[name].value(tf.constant(real, tf.float32), tf.constant(fake, tf.float32))
    expected = FORMULAS[name](np.array(real), np.array(fake))
    np.testing.assert_allclose([np.mean(loss, dtype=np.float64) for loss in losses], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", objectives)
def test_gradients_agree_with_differences(name: str) -> None:
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 2, 5), rng.normal(0, 2, 5)
    variables = tf.constant(real, tf.float32), tf.constant(fake, tf.float32)
    for part in range(3):
        with tf.GradientTape() as tape:
            tape.watch(variables)
            loss = tf.reduce_mean(objectives[name].value(*variables)[part])
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
        losses = objectives[name].value(x, -x)
        total = tf.add_n(list(losses))
    assert np.isfinite(total.numpy()).all()
    assert np.isfinite(tape.gradient(total, x).numpy()).all()


@pytest.mark.parametrize("logit", [17.0, 100.0, 1e4])
def test_a_d_that_is_sure_and_wrong_leaves_the_whole_gradient(logit: float) -> None:
    """Probabilities clipped at 1e-7 stop at a loss of 16.118, with no gradient; logits do not."""
    losses = objectives["non_saturating"].value
    for sign, loss_of in (
        (-1, lambda x: losses(x, tf.zeros(1)).d_loss_real),
        (1, lambda x: losses(tf.zeros(1), x).d_loss_fake),
        (-1, lambda x: losses(tf.zeros(1), x).g_loss),
    ):
        x = tf.constant([sign * logit])
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = loss_of(x)
        assert float(loss[0]) == pytest.approx(logit, rel=1e-5)
        assert float(tape.gradient(loss, x)[0]) == pytest.approx(sign, rel=1e-5)


def test_equilibrium_is_two_ln_two() -> None:
    """Where D answers 1/2 everywhere: L_D = 2 ln 2, and the non-saturating L_G = ln 2."""
    zero = tf.zeros(4)
    losses = objectives["non_saturating"].value(zero, zero)
    np.testing.assert_allclose(losses.d_loss_real + losses.d_loss_fake, 2 * np.log(2), rtol=1e-5)
    np.testing.assert_allclose(losses.g_loss, np.log(2), rtol=1e-5)


@pytest.mark.parametrize("name", objectives)
def test_the_chosen_objective_has_its_own_losses_and_gradients(name: str) -> None:
    """All are computed, and logits far beyond any other's good behaviour must not leak into the chosen one."""
    choice = tf.constant(list(objectives).index(name))
    real, fake = tf.constant([0.5, -2.0, 1e4]), tf.constant([1.0, 3.0, -1e4])
    for part in range(3):
        slopes = []
        for losses in (
            lambda: [tf.reduce_mean(loss) for loss in objectives[name].value(real, fake)],
            lambda: chosen_losses(choice, real, fake, tf.constant(0.0)),
        ):
            with tf.GradientTape() as tape:
                tape.watch((real, fake))
                loss = losses()[part]
            slopes.append([loss, *tape.gradient(loss, (real, fake), unconnected_gradients="zero")])
        for direct, chosen in zip(*slopes, strict=True):
            np.testing.assert_allclose(chosen, direct, rtol=1e-5)


def test_smoothed_labels_are_targets_below_one() -> None:
    """Salimans et al. 2016: real samples have the target 1 - s, fakes keep 0."""
    rng = np.random.default_rng(0)
    real, fake, smoothing = rng.normal(size=8), rng.normal(size=8), 0.1
    for name, expected in {
        "non_saturating": -((1 - smoothing) * log_sigmoid(real) + smoothing * log_sigmoid(-real)).mean(),
        # Up to a constant that no gradient sees: s (1 - s) / 2.
        "least_squares": ((real - (1 - smoothing)) ** 2).mean() / 2 + smoothing * (1 - smoothing) / 2,
    }.items():
        losses = chosen_losses(
            tf.constant(list(objectives).index(name)),
            tf.constant(real, tf.float32),
            tf.constant(fake, tf.float32),
            tf.constant(smoothing),
        )
        assert float(losses.d_loss_real) == pytest.approx(expected, rel=1e-5)
        assert float(losses.d_loss_fake) == pytest.approx(FORMULAS[name](real, fake)[1], rel=1e-5)


def test_only_relative_objectives_ask_for_real_logits() -> None:
    """What the generator's loss does not depend on is not computed for it; what it depends on is."""
    fake = tf.constant([0.3, -0.2])
    for index, (_, entry) in enumerate(objectives.items()):
        losses = [
            float(tf.reduce_mean(entry.value(tf.constant(real), fake).g_loss)) for real in ([1.0, 2.0], [-3.0, 5.0])
        ]
        assert bool(is_relative(tf.constant(index))) == (losses[0] != losses[1])
