"""Interventions as marks: a slider's drag, dozens of changes, becomes one mark with one short text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.events import ControlChanged
from gan_desktop.core.fields import live_fields
from gan_desktop.core.interventions import ControlValue
from gan_desktop.gui.look import words

# Changes of one control that follow each other within this share of the run's steps so far are one gesture.
SHARE_OF_RUN = 0.02


@dataclass
class _Gesture:
    first: ControlChanged
    last: ControlChanged


def is_soon_after(before: int, step: int) -> bool:
    """Whether what happened at `step` is so soon after what happened before that a plot need not tell them apart."""
    return step - before <= max(20, SHARE_OF_RUN * step)


def merge_interventions(changes: Sequence[ControlChanged]) -> list[tuple[int, str]]:
    """The step and the text of each gesture, except gestures that end where they began: they have changed nothing."""
    gestures: list[_Gesture] = []
    latest: dict[str, _Gesture] = {}
    for change in changes:
        gesture = latest.get(change.key)
        if gesture is not None and is_soon_after(gesture.last.step, change.step):
            gesture.last = change
        else:
            gesture = latest[change.key] = _Gesture(change, change)
            gestures.append(gesture)
    return [
        (gesture.last.step, short_text(gesture.last.key, gesture.first.previous, gesture.last.value))
        for gesture in gestures
        if gesture.first.previous != gesture.last.value
    ]


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
