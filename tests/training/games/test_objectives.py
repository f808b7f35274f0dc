"""Every objective against an independent NumPy formula, at the ends of the number line, and against its facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_desktop.core.objective import NOT_SETTLED, Equilibrium, equilibrium, objective_facts
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


# What every logit may be in balance, and what a discriminator that knows the densities may answer.
LOGITS = np.linspace(-4, 4, 8001)
SMOOTHINGS = (0.0, 0.1, 0.3)


def mixed(name: str, real: float, fake: float) -> np.ndarray:
    """The discriminator's loss at each of `LOGITS`, of so much of real samples and so much of fakes."""
    logits = tf.constant(LOGITS, tf.float32)
    losses = objectives[name].value(logits, logits)
    return np.asarray(real * losses.d_loss_real + fake * losses.d_loss_fake, np.float64)


def best_logits(losses: np.ndarray) -> np.ndarray:
    return LOGITS[losses < losses.min() + 1e-6]


def losses_at(name: str, logit: float, smoothing: float) -> tuple[float, float]:
    """The discriminator's and the generator's loss where every logit is the same, as it is in balance."""
    same = tf.constant([logit, logit], tf.float32)
    choice = tf.constant(list(objectives).index(name))
    losses = chosen_losses(choice, same, same, tf.constant(smoothing, tf.float32))
    g_loss = chosen_losses(choice, same, same, tf.zeros([])).g_loss
    return float(losses.d_loss_real + losses.d_loss_fake), float(g_loss)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("name", objectives)
def test_in_balance_no_discriminator_does_better_than_the_declared_one(name: str, smoothing: float) -> None:
    rest = equilibrium(name, "sum", smoothing)
    if smoothing and not objective_facts(name).has_targets:
        assert rest == NOT_SETTLED
        return
    found = mixed(name, 1 - smoothing, 1 + smoothing)
    assert rest.d_loss == pytest.approx(found.min(), abs=1e-5)
    best = best_logits(found)
    if rest.logit is None:
        assert best.max() - best.min() > 1.9
        # Either the generator's loss depends on which of them it is, or it is the same for all of them.
        settled = {round(losses_at(name, logit, smoothing)[1], 5) for logit in (best[0], best[-1])}
        assert (len(settled) == 1) == (rest.g_loss is not None)
        logit = float(best[len(best) // 2])
    else:
        assert best.mean() == pytest.approx(rest.logit, abs=2e-3)
        logit = rest.logit
    d_loss, g_loss = losses_at(name, logit, smoothing)
    assert d_loss == pytest.approx(rest.d_loss, abs=1e-5)
    assert rest.g_loss is None or g_loss == pytest.approx(rest.g_loss, abs=1e-5)


def test_balance_has_the_figures_that_tutorials_print() -> None:
    assert equilibrium("non_saturating").d_loss == pytest.approx(1.386, abs=5e-4)
    assert equilibrium("non_saturating").g_loss == pytest.approx(0.693, abs=5e-4)
    assert equilibrium("non_saturating", "mean").d_loss == pytest.approx(log(2))
    assert equilibrium("minimax").g_loss == -log(2)
    assert equilibrium("least_squares") == Equilibrium(0.25, 0.125, 0.5)
    assert equilibrium("hinge", "mean") == Equilibrium(1.0, None)


@pytest.mark.parametrize("name", objectives)
def test_what_is_declared_of_logits_is_what_the_best_discriminator_does(name: str) -> None:
    """Where real samples are a share of all, the best logit is one that minimises the mixed loss."""
    facts = objective_facts(name)
    best = {share: best_logits(mixed(name, share, 1 - share)) for share in (0.3, 0.4, 0.5, 0.6, 0.8)}
    log_odds = all(abs(best[share].mean() - log(share / (1 - share))) < 2e-3 for share in best)
    assert facts.gives_log_odds == log_odds
    is_bounded = LOGITS[0] < best[0.5].min() and best[0.5].max() < LOGITS[-1]
    assert facts.decides_at_zero == (is_bounded and best[0.4].max() < 0 < best[0.6].min())
    smoothed = best_logits(mixed(name, 0.9, 1.1))
    assert facts.has_targets == (LOGITS[0] < smoothed.min() and smoothed.max() < LOGITS[-1])


@pytest.mark.parametrize("name", objectives)
def test_the_formula_that_people_read_is_what_is_computed(name: str) -> None:
    read = re.fullmatch(r"D: (.+), G: (.+)", objective_facts(name).formula)
    assert read is not None
    real, fake = np.array([0.3, -2.0, 1.5]), np.array([1.0, 0.2, -3.0])
    names = {"r": real, "f": fake, "softplus": lambda t: np.logaddexp(0, t), "max": np.maximum}
    signs = {"D(G(z))": "f", "D(x)": "r", "−": "-", "²": "**2"}
    losses = objectives[name].value(tf.constant(real, tf.float32), tf.constant(fake, tf.float32))
    for text, loss in zip(read.groups(), (losses.d_loss_real + losses.d_loss_fake, losses.g_loss), strict=True):
        for sign, plain in signs.items():
            text = text.replace(sign, plain)
        np.testing.assert_allclose(eval(text, {"__builtins__": {}}, names), loss, rtol=1e-5, err_msg=text)
