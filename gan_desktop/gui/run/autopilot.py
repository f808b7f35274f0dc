"""The autopilot in words: which rule sets a control, and which one leaves it alone by now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import RuleSuspended
from gan_desktop.core.fields import live_fields
from gan_desktop.core.interventions import HAND, rule_of
from gan_desktop.core.registry import rules
from gan_desktop.core.suspension import Made, Suspensions
from gan_desktop.gui.look import words


@dataclass(frozen=True)
class Sign:
    """What stands beside a control: the rule in a few words, and what it is."""

    text: str
    tip: str


def rule_title(name: str) -> str:
    """A rule's title; its name if it is not here, as in a run with a plug-in of someone else."""
    return words.config_text(rules[name].title) if name in rules else name


def rule_signs(config: RunConfig, made: Iterable[Made]) -> dict[str, Sign]:
    """A sign for each control that a rule sets or has set, by its key; that of a rule for any control is at "".

    Args:
        config: the config that the run began with.
        made: the interventions so far.
    """
    suspensions = Suspensions(config)
    for _ in suspensions.note(made):
        pass
    signs: dict[str, Sign] = {}
    for name, rule in suspensions.rules.items():
        title = words.config_text(rule.sign) or rule_title(name)
        for key in rule.controls or ("",):
            author = suspensions.taken[name].get(key)
            signs[key] = Sign(_text(title, author), words.about(words.config_text(rules[name].description)))
    return signs


def _text(title: str, taken_by: str | None) -> str:
    if taken_by is None:
        text = QCoreApplication.translate("Autopilot", "Rule: {rule}")
    elif rule_of(taken_by):
        text = QCoreApplication.translate("Autopilot", "Rule: {rule} (suspended: set by another rule)")
    else:
        text = QCoreApplication.translate("Autopilot", "Rule: {rule} (suspended: moved by hand)")
    return text.format(rule=title[:1].lower() + title[1:])


def suspended_sentence(event: RuleSuspended) -> str:
    """The sentence about a rule that leaves a control alone from now on."""
    text = QCoreApplication.translate(
        "Autopilot", "The rule “{rule}” no longer sets {control}: something else set it at step {step}."
    )
    if event.author == HAND:
        text = QCoreApplication.translate(
            "Autopilot", "The rule “{rule}” no longer sets {control}: you set it by hand at step {step}."
        )
    control = words.config_text(live_fields()[event.key].title)
    return text.format(rule=rule_title(event.rule), control=control, step=words.count(event.step))
