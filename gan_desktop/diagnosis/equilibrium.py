"""Where both losses rest when the game is in balance: the fakes are as the real samples, and D cannot tell them apart.

The losses of every objective (`training/games/objectives.py`) where p_G = p_data and the discriminator is optimal. It
is then constant, so the losses follow from its logit t alone. One-sided label smoothing s counts a share s of the real
samples as fake, which moves the optimum: t minimises (1 - s) r(t) + (1 + s) f(t), where r and f are the losses of
calling a sample fake that is real and real that is fake. The generator's loss is not smoothed. Penalties are not
counted in d_loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Equilibrium:
    """The losses in balance; None where balance does not settle one.

    Attributes:
        d_loss: of both halves, as they are reported: their sum or their mean.
        logit: the optimal discriminator's, where there is one alone.
    """

    d_loss: float | None
    g_loss: float | None
    logit: float | None = None


def _logistic(smoothing: float) -> tuple[float, float]:
    """The optimal probability of being real, p = (1 - s) / 2, and the discriminator's loss with it.

    Goodfellow et al. 2014, proposition 1: D = p_data / (p_data + p_G). Of smoothed targets, the share of real ones
    among all that are counted (Salimans et al. 2016). Without smoothing the loss is 2 ln 2.
    """
    real = (1 - smoothing) / 2
    return real, -(1 - smoothing) * log(real) - (1 + smoothing) * log(1 - real)


def _non_saturating(smoothing: float) -> Equilibrium:
    """G's loss -ln p: ln 2 without smoothing."""
    real, d_loss = _logistic(smoothing)
    return Equilibrium(d_loss, -log(real), log(real / (1 - real)))


def _minimax(smoothing: float) -> Equilibrium:
    """G's loss ln(1 - p): -ln 2 without smoothing, minus D's fake half."""
    real, d_loss = _logistic(smoothing)
    return Equilibrium(d_loss, log(1 - real), log(real / (1 - real)))


def _least_squares(smoothing: float) -> Equilibrium:
    """Mao et al. 2017, equation 11: the optimal output is (b p_data + a p_G) / (p_data + p_G), 1/2 for a = 0 and b = 1.

    So D has 1/8 + 1/8 and G 1/8. Of smoothed targets the output is (1 - s) / 2.
    """
    logit = (1 - smoothing) / 2
    d_loss = ((1 - smoothing) * (logit - 1) ** 2 + (1 + smoothing) * logit**2) / 2
    return Equilibrium(d_loss, (logit - 1) ** 2 / 2, logit)


def _hinge(smoothing: float) -> Equilibrium:
    """Lim and Ye 2017: D's loss is 2 for every logit in -1..1, so balance does not settle G's loss, which is -t.

    With smoothing, (1 - s)(1 - t) + (1 + s)(1 + t) = 2 + 2 s t falls with the logit down to -1.
    """
    if smoothing > 0:
        return Equilibrium(2 - 2 * smoothing, 1.0, -1.0)
    return Equilibrium(2.0, None)


def _wasserstein(smoothing: float) -> Equilibrium:
    """Arjovsky et al. 2017: the distance is 0. A critic may add any constant to its scores, so G's loss is not settled.

    There are no targets to smooth.
    """
    return Equilibrium(0.0, None) if smoothing == 0 else Equilibrium(None, None)


def _relativistic(smoothing: float) -> Equilibrium:
    """Jolicoeur-Martineau 2019: the logits of a pair are equal in the mean, and both losses are softplus(0) = ln 2.

    Any constant logit is optimal. There are no targets to smooth.
    """
    return Equilibrium(log(2), log(2)) if smoothing == 0 else Equilibrium(None, None)


EQUILIBRIA: dict[str, Callable[[float], Equilibrium]] = {
    "non_saturating": _non_saturating,
    "minimax": _minimax,
    "least_squares": _least_squares,
    "hinge": _hinge,
    "wasserstein": _wasserstein,
    "relativistic": _relativistic,
}


def equilibrium(objective: str, d_loss_halves: str = "sum", label_smoothing: float = 0.0) -> Equilibrium:
    """Where the losses of an objective rest; of one that is not known here, nothing does.

    Args:
        objective: its name in the registry.
        d_loss_halves: "sum" or "mean", as `objective.d_loss_halves` has it.
        label_smoothing: as `regularization.label_smoothing` has it, 0 <= s < 1.
    """
    if objective not in EQUILIBRIA:
        return Equilibrium(None, None)
    found = EQUILIBRIA[objective](label_smoothing)
    if found.d_loss is None or d_loss_halves == "sum":
        return found
    return Equilibrium(found.d_loss / 2, found.g_loss, found.logit)
