"""Interventions as marks: a slider's drag, dozens of changes, becomes one mark with one short text.

So do all the changes that a rule makes at a control which it sets again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.events import ControlChanged
from gan_desktop.core.fields import live_fields
from gan_desktop.core.interventions import CURE, ControlValue, Intervention, rule_of
from gan_desktop.core.registry import rules
from gan_desktop.gui.look import words
from gan_desktop.gui.run.autopilot import rule_title
from gan_desktop.recording.past import change_of

# Changes of one control that follow each other within this share of the run's steps so far are one gesture.
SHARE_OF_RUN = 0.02


@dataclass
class _Gesture:
    first: ControlChanged
    last: ControlChanged

    def goes_on(self, change: ControlChanged) -> bool:
        """Whether a change of the same control belongs to it."""
        if change.author != self.last.author and (rule_of(change.author) or rule_of(self.last.author)):
            return False
        return self.is_of_rule or is_soon_after(self.last.step, change.step)

    @property
    def is_of_rule(self) -> bool:
        """Whether a rule makes it that sets this control again and again."""
        rule = rule_of(self.first.author)
        return rule in rules and self.first.key in rules[rule].value.controls

    @property
    def step(self) -> int:
        """Where its mark stands: at its end, or where the rule has begun."""
        return self.first.step if self.is_of_rule else self.last.step

    @property
    def text(self) -> str:
        """What it has changed, and which rule did; empty if it ends where it began, and has changed nothing."""
        before, after, rule = self.first.previous, self.last.value, rule_of(self.first.author)
        change = short_text(self.last.key, before, after) if before != after else ""
        if not rule:
            return change
        title = rule_title(rule)
        return f"{title}: {change}" if change else title if self.is_of_rule else ""


def is_soon_after(before: int, step: int) -> bool:
    """Whether what happened at `step` is so soon after what happened before that a plot need not tell them apart."""
    return step - before <= max(20, SHARE_OF_RUN * step)


def merge_interventions(changes: Sequence[ControlChanged]) -> list[tuple[int, str]]:
    """The step and the text of each gesture, except gestures that have changed nothing."""
    gestures: list[_Gesture] = []
    latest: dict[str, _Gesture] = {}
    for change in changes:
        gesture = latest.get(change.key)
        if gesture is not None and gesture.goes_on(change):
            gesture.last = change
        else:
            gesture = latest[change.key] = _Gesture(change, change)
            gestures.append(gesture)
    return [(gesture.step, text) for gesture in gestures if (text := gesture.text)]


def first_change(changes: Sequence[Intervention]) -> str:
    """What was changed first, as in "D rate 3.0e-3 → 2.0e-4" or "cure: R1 penalty off → 1"; empty if nothing was.

    What was changed together with it, at the same step, is named too.
    """
    known = [change_of(change) for change in changes if change.key in live_fields()]
    gestures = merge_interventions(known)
    if not gestures:
        return ""
    first = gestures[0][0]
    text = ", ".join(text for step, text in gestures if step == first)
    if not any(change.step == first and change.author.startswith(CURE) for change in known):
        return text
    return QCoreApplication.translate("Interventions", "cure: {changes}").format(changes=text)


def short_text(key: str, before: ControlValue, after: ControlValue) -> str:
    """A change in few words.

    Such as "D rate 2.0e-4 → 1.0e-3", "G frozen", "R1 penalty off → 1" or "Objective Hinge → Wasserstein (WGAN)".
    """
    network = key[:1].upper()
    if key.endswith("learning_rate"):
        return QCoreApplication.translate("Interventions", "{network} rate {before} → {after}").format(
            network=network, before=words.rate(float(before)), after=words.rate(float(after))
        )
    if key.endswith("_steps") and after == 0:
        return QCoreApplication.translate("Interventions", "{network} frozen").format(network=network)
    info = live_fields()[key]
    return QCoreApplication.translate("Interventions", "{control} {before} → {after}").format(
        control=words.config_text(info.title),
        before=words.control_value(info, before),
        after=words.control_value(info, after),
    )
