"""Combinations of settings that make no sense together, each refused in a sentence that names the key to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gan_desktop.core.autopilot import rule_refusal
from gan_desktop.core.objective import objective_facts
from gan_desktop.core.registry import games, objectives, terms

if TYPE_CHECKING:
    from gan_desktop.core.config import RunConfig

Refusal = tuple[str, str]


def smoothing_without_targets(config: RunConfig) -> Refusal | None:
    smoothing, objective = config.regularization.label_smoothing, config.objective.objective
    if smoothing == 0 or objective_facts(objective).has_targets:
        return None
    allowed = ", ".join(name for name in objectives if objective_facts(name).has_targets)
    key = "regularization.label_smoothing"
    return key, f"{key} = {smoothing:g}: the objective '{objective}' has no targets to smooth; those that do: {allowed}"


def uneven_packs(config: RunConfig) -> Refusal | None:
    pack, batch_size = config.regularization.pack, config.training.batch_size
    if batch_size % pack == 0:
        return None
    key = "regularization.packing"
    return key, f"{key} = {pack}: must divide training.batch_size = {batch_size}"


def packs_of_classes(config: RunConfig) -> Refusal | None:
    if config.regularization.pack == 1 or not config.data.conditional:
        return None
    key = "regularization.packing"
    return key, f"{key} = {config.regularization.pack}: cannot go with data.conditional: a pack would mix classes"


def terms_of_another_game(config: RunConfig) -> Refusal | None:
    for name, weight in zip(terms, config.game.term_weights, strict=True):
        if weight > 0 and name not in config.game.terms:
            having = ", ".join(game for game, entry in games.items() if name in entry.value().terms)
            key = f"game.{name}_weight"
            return key, f"{key} = {weight:g}: the game '{config.game.name}' has no such term; those that do: {having}"
    return None


def classes_of_two_domains(config: RunConfig) -> Refusal | None:
    if not config.data.conditional or not config.game.translates:
        return None
    key = "data.conditional"
    return key, f"{key} = true: the game '{config.game.name}' translates, and asks for no class"


COMBINATIONS: tuple[Callable[[RunConfig], Refusal | None], ...] = (
    smoothing_without_targets,
    uneven_packs,
    packs_of_classes,
    terms_of_another_game,
    classes_of_two_domains,
    rule_refusal,
)


def first_refusal(config: RunConfig) -> Refusal | None:
    """The config key at fault and one sentence, or None if everything goes together."""
    return next((refusal for check in COMBINATIONS if (refusal := check(config)) is not None), None)
