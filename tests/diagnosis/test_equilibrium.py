"""Losses in balance, against the objectives that train: the optimal logit is found by looking at all of them."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from gan_desktop.core.combinations import HAS_TARGETS
from gan_desktop.core.registry import objectives
from gan_desktop.diagnosis.equilibrium import EQUILIBRIA, Equilibrium, equilibrium
from gan_desktop.training.backend import tf
from gan_desktop.training.games.objectives import chosen_losses

LOGITS = np.linspace(-4, 4, 8001)
SMOOTHINGS = (0.0, 0.1, 0.3)


def losses_at(name: str, logit: float, smoothing: float) -> tuple[float, float]:
    """The discriminator's and the generator's loss where every logit is the same, as it is in balance."""
    same = tf.constant([logit, logit], tf.float32)
    choice = tf.constant(list(objectives).index(name))
    losses = chosen_losses(choice, same, same, tf.constant(smoothing, tf.float32))
    g_loss = chosen_losses(choice, same, same, tf.zeros([])).g_loss
    return float(losses.d_loss_real + losses.d_loss_fake), float(g_loss)


def d_losses(name: str, smoothing: float) -> np.ndarray:
    """The discriminator's loss at each of `LOGITS`."""
    entry, logits = objectives[name], tf.constant(LOGITS, tf.float32)
    plain = entry.value(logits, logits)
    smoothed = (1 - smoothing) * plain.d_loss_real + smoothing * plain.d_loss_fake + plain.d_loss_fake
    return np.asarray(smoothed, np.float64)


def test_every_objective_is_known() -> None:
    assert set(EQUILIBRIA) == set(objectives)
    assert equilibrium("another") == Equilibrium(None, None)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("name", objectives)
def test_no_discriminator_does_better(name: str, smoothing: float) -> None:
    if smoothing and HAS_TARGETS not in objectives[name].traits:
        assert equilibrium(name, "sum", smoothing) == Equilibrium(None, None)
        return
    rest, found = equilibrium(name, "sum", smoothing), d_losses(name, smoothing)
    assert rest.d_loss == pytest.approx(found.min(), abs=1e-5)
    best = LOGITS[found < found.min() + 1e-6]
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


def test_the_figures_that_tutorials_print() -> None:
    assert equilibrium("non_saturating").d_loss == pytest.approx(1.386, abs=5e-4)
    assert equilibrium("non_saturating").g_loss == pytest.approx(0.693, abs=5e-4)
    assert equilibrium("non_saturating", "mean").d_loss == pytest.approx(log(2))
    assert equilibrium("minimax").g_loss == -log(2)
    assert equilibrium("least_squares") == Equilibrium(0.25, 0.125, 0.5)
    assert equilibrium("hinge", "mean") == Equilibrium(1.0, None)
