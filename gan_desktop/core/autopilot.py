"""The autopilot's rules: which ones a config turns on, and which of them cannot be on together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_desktop.core.registry import rules

if TYPE_CHECKING:
    from gan_desktop.core.combinations import Refusal
    from gan_desktop.core.config import RunConfig
    from gan_desktop.core.registry import AutopilotRule

SECTION = "autopilot"


def rules_of(config: RunConfig) -> dict[str, AutopilotRule]:
    """The rules that the config turns on, by their names, in the order in which they are asked."""
    found = {}
    for name, entry in rules.items():
        values = {key: getattr(config.autopilot, key) for key in entry.options.model_fields}
        rule = entry.value(entry.options(**values), config)
        if rule.is_on:
            found[name] = rule
    return found


def rule_refusal(config: RunConfig) -> Refusal | None:
    """The key at fault and a sentence, if a rule that is on cannot be, or if two set the same control."""
    setters: dict[str, str] = {}
    for name, rule in rules_of(config).items():
        refusal = rule.refusal()
        if refusal is not None:
            key, sentence = f"{SECTION}.{refusal[0]}", refusal[1]
            return key, f"{key} = {getattr(config.autopilot, refusal[0])}: {sentence}"
        for control in rule.controls:
            if control in setters:
                key, other = f"{SECTION}.{next(iter(rules[name].options.model_fields))}", setters[control]
                value, titles = (
                    getattr(config.autopilot, key.partition(".")[2]),
                    (rules[other].title, rules[name].title),
                )
                return key, f"{key} = {value}: '{titles[1]}' and '{titles[0]}' both set {control}: only one can be on"
            setters[control] = name
    return None
