"""The autopilot of one run: its rules are asked at steps that the run decides, and what they want is set before them.

    Course, interventions -> Rule -> changes of live controls, each an intervention of the rule

Nothing here has a state that the record has not. A rule that is asked again at a step, because the run went on from
there, sees what it saw before it acted, and makes only what it has not made yet. So nothing is lost or done twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import (
    ControlValue,
    Intervention,
    control_path,
    current_controls,
    is_same,
    rule_author,
)
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.suspension import Suspensions
from gan_desktop.diagnosis.autopilot import Rule, Situation
from gan_desktop.diagnosis.suggestions import possible
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.diagnosing import Diagnosing

Intervene = Callable[[str, ControlValue, str], None]


class Autopilot:
    """Asks the rules that a run's config turns on; with none, it does nothing.

    Args:
        trainer: the run's.
        diagnosing: the run's; it measures at once if a rule looks at alerts.
    """

    def __init__(self, trainer: Trainer, diagnosing: Diagnosing) -> None:
        self._trainer, self._diagnosing = trainer, diagnosing
        self._suspensions = Suspensions(trainer.initial_config)
        self._noted = 0  # how many interventions `_suspensions` knows
        self.rules = self._suspensions.rules
        diagnosing.at_once = any(rule.takes_alerts for rule in self.rules.values())

    def next_look(self, step: int) -> int | None:
        """The next step after `step` at which a rule looks, so that a block has to end there; None without rules."""
        steps = [(step // every + 1) * every for rule in self.rules.values() for every in rule.looks]
        return min(steps, default=None)

    def act(self, intervene: Intervene) -> None:
        """Make what the rules want before the next step."""
        step = self._trainer.step
        for name, rule in self.rules.items():
            if step > 0 and any(step % every == 0 for every in rule.looks):
                author = rule_author(name)
                for key, value in self._wanted(name, rule, author):
                    with suppress(InputError):  # it does not go with what else is set
                        intervene(key, value, author)

    def newly_suspended(self) -> list[tuple[str, str]]:
        """The rules and controls that the interventions since the last call have suspended; call it after each."""
        made = self._trainer.interventions
        new, self._noted = made[self._noted :], len(made)
        return list(self._suspensions.note(new)) if self.rules else []

    def _wanted(self, name: str, rule: Rule, author: str) -> list[tuple[str, ControlValue]]:
        """What a rule wants to be changed now and has not changed yet."""
        first = self._first_own(author)
        own = {change.key for change in self._trainer.interventions[first:] if change.author == author}
        left = frozenset(self._suspensions.taken[name])
        controls = current_controls(self._trainer.config)
        return [
            (key, value)
            for key, value in rule.changes(self._situation(name, rule, first))
            if key not in own and key not in left and not is_same(value, controls[key])
        ]

    def _first_own(self, author: str) -> int:
        """The place of a rule's first intervention at this step, or the end if it has made none here."""
        made = self._trainer.interventions
        first = len(made)
        for place in range(len(made) - 1, -1, -1):
            if made[place].step != self._trainer.step:
                break
            if made[place].author == author:
                first = place
        return first

    def _situation(self, name: str, rule: Rule, first: int) -> Situation:
        """The run as the rule sees it, before the intervention at place `first`."""
        trainer, diagnosing = self._trainer, self._diagnosing
        config, made, suspensions = trainer.config, trainer.interventions, self._suspensions
        if first < len(made):
            config, made = _undone(config, made[first:]), made[:first]
            suspensions = Suspensions(trainer.initial_config)
            deque(suspensions.note(made), maxlen=0)
        return Situation(
            step=trainer.step,
            course=diagnosing.course(config, measured=rule.takes_alerts),
            controls=current_controls(config),
            made=made,
            author=rule_author(name),
            left=frozenset(suspensions.taken[name]),
            alerts=diagnosing.standing if rule.takes_alerts else (),
            possible=partial(possible, config, may_weaken=True),
        )


def _undone(config: RunConfig, made: Sequence[Intervention]) -> RunConfig:
    """The config from before some interventions, the last ones."""
    before = {control_path(change.key): change.previous for change in reversed(made) if change.previous is not None}
    return replace_keys(config, before)
