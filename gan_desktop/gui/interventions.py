"""Interventions as marks: a slider's drag, dozens of changes, becomes one mark with one short text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.events import ControlChanged
from gan_desktop.gui import words

# Changes of one control that follow each other within this share of the run's steps so far are one gesture.
SHARE_OF_RUN = 0.02


@dataclass
class _Gesture:
    first: ControlChanged
    last: ControlChanged


def merge_interventions(changes: Sequence[ControlChanged]) -> list[tuple[int, str]]:
    """The step and the text of each gesture; those that end where they began have changed nothing."""
    gestures: list[_Gesture] = []
    latest: dict[str, _Gesture] = {}
    for change in changes:
        gesture = latest.get(change.key)
        if gesture is not None and change.step - gesture.last.step <= max(20, SHARE_OF_RUN * change.step):
            gesture.last = change
        else:
            gesture = latest[change.key] = _Gesture(change, change)
            gestures.append(gesture)
    return [
        (gesture.last.step, short_text(gesture.last.key, gesture.first.previous, gesture.last.value))
        for gesture in gestures
        if gesture.first.previous != gesture.last.value
    ]


def short_text(key: str, before: float, after: float) -> str:
    """Such as "D rate 2.0e-4 → 1.0e-3", or "G frozen"."""
    network = key[:1].upper()
    if key.endswith("learning_rate"):
        return QCoreApplication.translate("Interventions", "{network} rate {before} → {after}").format(
            network=network, before=words.rate(before), after=words.rate(after)
        )
    if key.endswith("_steps"):
        if after == 0:
            return QCoreApplication.translate("Interventions", "{network} frozen").format(network=network)
        return QCoreApplication.translate("Interventions", "{network} steps {before} → {after}").format(
            network=network, before=f"{before:g}", after=f"{after:g}"
        )
    return f"{key} {before:g} → {after:g}"
