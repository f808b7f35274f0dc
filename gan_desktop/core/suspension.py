"""What is no longer a rule's to set: controls that somebody else has changed. The record of interventions says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from gan_desktop.core.autopilot import rules_of
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import rule_author, rule_of

if TYPE_CHECKING:
    from gan_desktop.core.registry import AutopilotRule


class Made(Protocol):
    """An intervention, or the event that tells it."""

    @property
    def key(self) -> str: ...

    @property
    def author(self) -> str: ...


class Suspensions:
    """For each rule that a config turns on, the controls that were taken from it.

    A rule yields to people and, unless it says otherwise, to other rules.

    Args:
        config: the config that the run began with.

    Attributes:
        rules: the rules that are on, by their names.
        taken: the authors who have taken a control from a rule, by the rule's name and the control's key.
    """

    def __init__(self, config: RunConfig) -> None:
        self.rules: dict[str, AutopilotRule] = rules_of(config)
        self.taken: dict[str, dict[str, str]] = {name: {} for name in self.rules}

    def note(self, made: Iterable[Made]) -> Iterator[tuple[str, str]]:
        """Note interventions in their order; gives each rule and control that is suspended by them, once."""
        for change in made:
            for name, rule in self.rules.items():
                if self._yields(name, rule, change) and change.key not in self.taken[name]:
                    self.taken[name][change.key] = change.author
                    yield name, change.key

    @staticmethod
    def _yields(name: str, rule: AutopilotRule, change: Made) -> bool:
        if change.author == rule_author(name) or (rule.controls and change.key not in rule.controls):
            return False
        return rule.yields_to_rules or not rule_of(change.author)
