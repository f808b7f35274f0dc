"""Live controls and interventions: the config keys that may change while a run is under way, and a change of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose
from typing import Protocol

from gan_desktop.core.config import RunConfig, live_keys, weight_key
from gan_desktop.core.errors import InputError, named, shown, suggest
from gan_desktop.core.keys import key_info, read_value, replace_keys, resolve_key
from gan_desktop.core.registry import terms
from gan_desktop.core.sections import LARGEST_STEP

# The most characters of a step: a sign and zeros before it are allowed.
LONGEST_STEP = 40

# A number (whole where the key takes whole ones), or the name of an objective.
ControlValue = int | float | str


def is_same(one: ControlValue, other: ControlValue) -> bool:
    """Whether two values are the same to the engine, which computes with 32-bit floats."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return isclose(one, other, rel_tol=1e-6)


def value_text(value: ControlValue) -> str:
    """The value as people read it: a number without needless zeros, a name as it is."""
    return value if isinstance(value, str) else f"{value:g}"


# Who makes an intervention: a person, the plan that a run began with (`--at`), a cure that a person took, or a rule of
# the autopilot, or somebody outside of the process. What it was for, or who it was, follows after a colon:
# `cure:mode_collapse`, `rule:schedule`, `remote:ann@laptop`.
HAND, PLAN, CURE, RULE, REMOTE = "hand", "plan", "cure", "rule", "remote"


def rule_author(rule: str) -> str:
    """The author of a rule's interventions, by its name."""
    return f"{RULE}:{rule}"


def rule_of(author: str) -> str:
    """The name of the rule that an author is; empty for people."""
    kind, _, name = author.partition(":")
    return name if kind == RULE else ""


@dataclass(frozen=True)
class Intervention:
    """A control was changed: `value` is used from step number `step` on (0 is the first step)."""

    step: int
    key: str
    value: ControlValue
    previous: ControlValue | None = None
    author: str = HAND


def control_path(name: str) -> str:
    """The `section.key` of a live control's short name; anything else as it is."""
    return f"{live_keys()[name]}.{name}" if name in live_keys() else name


def current_controls(config: RunConfig) -> dict[str, ControlValue]:
    """Each live control's value, by its short name (`d_learning_rate`)."""
    dumped = config.model_dump()
    return {key: dumped[section][key] for key, section in live_keys().items()}


def playable_keys(config: RunConfig) -> list[str]:
    """The live controls that mean something in the config's game: weights of terms that it lacks do not."""
    lacking = {weight_key(name) for name in terms if name not in config.game.terms}
    return [key for key in live_keys() if key not in lacking]


def resolve_control(key: str, config: RunConfig) -> str:
    """The full `section.key` of a live control that may be written without its section.

    Raises:
        InputError: no such key, or one that cannot change while running.
    """
    allowed = playable_keys(config)
    try:
        path = resolve_key(key, config)
    except InputError:
        raise InputError(f"unknown key {named(key)}: {suggest(key, allowed)}") from None
    section, name = path.split(".", 1)
    if live_keys().get(name) != section:
        raise InputError(f"'{path}' cannot change while a run is under way; what can: {', '.join(allowed)}", path)
    return path


def check_control(config: RunConfig, key: str, value: object) -> tuple[str, RunConfig]:
    """The short name of the control and the config with the new value.

    Raises:
        InputError: no such key, one that cannot change while running, or a value that is not allowed.
    """
    path = resolve_control(key, config)
    return path.partition(".")[2], replace_keys(config, {path: value})


class Change(Protocol):
    """An intervention, or the event that tells it."""

    @property
    def key(self) -> str: ...

    @property
    def value(self) -> ControlValue: ...


def config_after(config: RunConfig, changes: Iterable[Change]) -> RunConfig:
    """The config once these changes have been made, in their order.

    Raises:
        InputError: as `check_control`.
    """
    for change in changes:
        _, config = check_control(config, change.key, change.value)
    return config


# How much faster or slower a rate may become before that counts as a risk.
RISKY_FACTOR = 3.0


def is_risky(key: str, value: object, author: str, config: RunConfig) -> bool:
    """Whether a change is one that people go back on: a cure, another objective, a rate many times as high or low."""
    if author.startswith((CURE, RULE)):
        return author.startswith(CURE)
    before = current_controls(config).get(key.rpartition(".")[2])
    if not isinstance(value, int | float) or not isinstance(before, int | float):
        return value != before
    return min(value, before) <= 0 or max(value, before) / min(value, before) >= RISKY_FACTOR


def parse_intervention(text: str, config: RunConfig) -> Intervention:
    """Parse `STEP:KEY=VALUE`, as in `500:g_learning_rate=1e-3`.

    Raises:
        InputError: not of that form, a step before 0, or what `check_control` refuses.
    """
    return schedule_interventions([text], config)[0]


def schedule_interventions(texts: Iterable[str], config: RunConfig, option: str = "--at") -> tuple[Intervention, ...]:
    """Parse a list of `--at`, ordered by step; each is checked against the config that the ones before it leave.

    `option` is what gave them, for messages.

    Raises:
        InputError: as `parse_intervention`.
    """
    planned = []
    for step, key, value in sorted((_split(text, option) for text in texts), key=lambda change: change[0]):
        path = resolve_control(key, config)
        name, config = check_control(config, path, read_value(value, key_info(config, path)))
        planned.append(Intervention(step, name, current_controls(config)[name], author=PLAN))
    return tuple(planned)


def _split(text: str, option: str) -> tuple[int, str, str]:
    """The step, the key and the text of the value of `STEP:KEY=VALUE`."""
    step_text, colon, assignment = text.partition(":")
    key, equals, value_text = assignment.partition("=")
    if not (colon and equals and key.strip()):
        raise InputError(f"{option} {shown(text)} is not of the form STEP:KEY=VALUE, as in 500:g_learning_rate=1e-3")
    if not re.fullmatch(r"\s*[+-]?\d+\s*", step_text, re.ASCII):
        raise InputError(f"{option} {shown(text)}: the step {shown(step_text)} is not a whole number")
    # Python does not read a number of thousands of digits.
    step = int(step_text) if len(step_text.strip()) <= LONGEST_STEP else LARGEST_STEP + 1
    if step < 0:
        raise InputError(f"{option} {shown(text)}: the step {step} is before step 0, the first one")
    if step > LARGEST_STEP:
        raise InputError(f"{option} {shown(text)}: the step is beyond {LARGEST_STEP}, the last one possible")
    return step, key.strip(), value_text
