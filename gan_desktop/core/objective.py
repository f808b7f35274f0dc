"""What an objective declares beside its function: its formula, what may be asked of its logits, and its equilibrium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gan_desktop.core.registry import Entry, objectives


@dataclass(frozen=True)
class Equilibrium:
    """The losses in balance: the fakes are as the real samples, and the best D cannot tell them apart.

    Attributes:
        d_loss: the discriminator's, as it is reported: the sum or the mean of its halves; None if balance does not
            settle it.
        g_loss: the generator's; None likewise.
        logit: the optimal discriminator's, if there is only one.
    """

    d_loss: float | None
    g_loss: float | None
    logit: float | None = None


NOT_SETTLED = Equilibrium(None, None)


@dataclass(frozen=True)
class Objective:
    """The facts of an objective; what it does not declare is taken as false, or as unknown.

    Attributes:
        formula: both losses of a sample, "D: ... G: ...", where D(x) and D(G(z)) are logits.
        has_targets: the discriminator tells real from fake by targets, which can be smoothed.
        gives_log_odds: the best discriminator's logit is the log-odds of real against fake, so that sigmoid(logit) is
            a probability. Logits of other objectives are scores.
        decides_at_zero: the discriminator is undecided when its logit is 0, so that the logit's sign says real or
            fake.
        is_relative: each fake is compared with a real sample, so the generator's loss needs the real logits too.
        equilibrium: where the losses rest, by the one-sided label smoothing s, 0 <= s < 1, which is 0 without targets.
            The discriminator is then constant, so the losses follow from its logit t alone: the one that minimises
            (1 - s) r(t) + (1 + s) f(t), where r is the loss of calling a real sample fake, and f the loss of calling a
            fake one real. The generator's loss is not smoothed, and penalties are not counted.
    """

    formula: str = ""
    has_targets: bool = False
    gives_log_odds: bool = False
    decides_at_zero: bool = False
    is_relative: bool = False
    equilibrium: Callable[[float], Equilibrium] = lambda smoothing: NOT_SETTLED


def declared(entry: Entry[Any]) -> Objective:
    """What an entry of the registry of objectives declares, which may be nothing at all."""
    return entry.facts if isinstance(entry.facts, Objective) else Objective()


def objective_facts(name: str) -> Objective:
    """What the objective of that name declares.

    Raises:
        InputError: there is none of that name.
    """
    return declared(objectives[name])


def equilibrium(name: str, d_loss_halves: str = "sum", label_smoothing: float = 0.0) -> Equilibrium:
    """Where the losses of an objective rest.

    Args:
        name: the objective's name in the registry.
        d_loss_halves: "sum" or "mean", as `objective.d_loss_halves` has it.
        label_smoothing: as `regularization.label_smoothing` has it, 0 <= s < 1.
    """
    facts = objective_facts(name)
    if label_smoothing > 0 and not facts.has_targets:
        return NOT_SETTLED
    found = facts.equilibrium(label_smoothing)
    if found.d_loss is None or d_loss_halves == "sum":
        return found
    return Equilibrium(found.d_loss / 2, found.g_loss, found.logit)
