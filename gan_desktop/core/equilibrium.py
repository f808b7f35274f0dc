"""Where the losses rest when fakes cannot be told from real samples, by each objective's own formula."""

from __future__ import annotations

from math import inf, log
from typing import NamedTuple

from gan_desktop.core.config import RunConfig


class Equilibrium(NamedTuple):
    """D's and G's loss at the equilibrium; None where the loss is a score without a zero."""

    d_loss: float
    g_loss: float | None


def equilibrium(config: RunConfig) -> Equilibrium | None:
    """The losses of the best discriminator against a perfect generator; None for an objective it is not known of.

    With label smoothing a, a real sample counts as fake with probability a: the best D then answers (1 - a) / 2 where
    it would have answered 1/2 (Goodfellow 2016, section 4.2).
    """
    smoothing = config.regularization.label_smoothing
    found = _losses(config.objective.objective, smoothing)
    if found is None:
        return None
    scale = 0.5 if config.objective.d_loss_halves == "mean" else 1.0
    return Equilibrium(found.d_loss * scale, found.g_loss)


def _losses(objective: str, smoothing: float) -> Equilibrium | None:
    """With the halves of D's loss summed."""
    answer = (1 - smoothing) / 2  # of the best D to every sample, real or fake
    match objective:
        case "non_saturating":  # 2 ln 2 and ln 2 (Goodfellow et al. 2014)
            return Equilibrium(-2 * (answer * log(answer) + (1 - answer) * log(1 - answer)), -log(answer))
        case "minimax":
            return Equilibrium(-2 * (answer * log(answer) + (1 - answer) * log(1 - answer)), log(1 - answer))
        case "least_squares":  # 1/4 and 1/8 (Mao et al. 2017, with its halves)
            d_loss = ((1 - smoothing) * (1 - answer) ** 2 + (1 + smoothing) * answer**2) / 2
            return Equilibrium(d_loss, (1 - answer) ** 2 / 2)
        case "hinge":  # where both margins are missed by 1
            return Equilibrium(2 - 2 * smoothing, None)
        case "wasserstein":  # the distance is 0
            return Equilibrium(0.0, None)
        case "relativistic":  # ln 2 each (Jolicoeur-Martineau 2019)
            return Equilibrium(log(2), log(2))
    return None


def guessing(config: RunConfig) -> float:
    """D's loss when it answers every sample the same and does not know better: above it, it is worse than a guess.

    Infinite where that is not known.
    """
    found = equilibrium(config)
    return inf if found is None else found.d_loss
