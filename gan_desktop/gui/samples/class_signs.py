"""What is wrong with single classes, by the newest measurement: one rule for the samples, the modes and the alerts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QCoreApplication

from gan_desktop.core.measured import Floor, Measured
from gan_desktop.diagnosis.detectors.class_collapse import ClassCollapse, collapsed_classes, diversities
from gan_desktop.diagnosis.detectors.lost_modes import LostModes
from gan_desktop.diagnosis.shares import Flags, ModeShares
from gan_desktop.gui.look import words


class Sign(StrEnum):
    """`LOST` has hardly a fake; of `COLLAPSED` all fakes are much the same."""

    LOST = "lost"
    COLLAPSED = "collapsed"


@dataclass(frozen=True)
class ClassSign:
    """The sign of a class, and a sentence with the figures."""

    sign: Sign
    sentence: str


def lost_modes(measured: Measured) -> Flags:
    """Which modes get hardly a fake, shape (modes,): none if that cannot be said."""
    shares = ModeShares(measured)
    return shares.is_lost if shares.is_known else np.zeros(len(measured.shares), bool)


def collapsed(measured: Measured, standing: Container[str]) -> Flags:
    """In which classes two fakes are much the same, shape (classes,); empty if classes are not looked into.

    Args:
        standing: the detectors whose alerts stand: an alert ends by a looser limit, and so do its signs.
    """
    kept = "class_collapse" in standing
    return collapsed_classes(measured, ClassCollapse.DIVERSITY_KEPT if kept else ClassCollapse.DIVERSITY)


def class_signs(
    measured: Measured | None, standing: Container[str], names: Sequence[str] | None
) -> dict[int, ClassSign]:
    """The classes of a conditional run with which something is wrong, by their numbers.

    Before the detectors look, no generator has had the time to be better, and nothing is said.
    """
    if measured is None or not measured.asked or measured.step < max(ClassCollapse.GRACE, LostModes.GRACE):
        return {}
    lost, alike = lost_modes(measured), collapsed(measured, standing)
    signs = {}
    for number in range(max(len(lost), len(alike))):
        name, sentences = words.class_name(number, names), []
        is_lost = number < len(lost) and bool(lost[number])
        if is_lost:
            sentences.append(_lost_text(name, measured, number))
        if number < len(alike) and alike[number]:
            sentences.append(_alike_text(name, measured, number))
        if sentences:
            signs[number] = ClassSign(Sign.LOST if is_lost else Sign.COLLAPSED, " ".join(sentences))
    return signs


def share_text(share: float, deviation: float = 0.0) -> str:
    """A share in words, as in `12 %` and `100 ± 2 %`, with a decimal where it would otherwise be 0."""
    decimals = 1 if 0 < share < 0.01 else 0
    spread = f" ± {100 * deviation:.0f}" if round(100 * deviation) else ""
    return QCoreApplication.translate("Signs", "{n} %").format(n=f"{100 * share:.{decimals}f}{spread}")


def real_deviation(measured: Measured, number: int) -> float:
    """How much the diversity within a class varies among draws of real samples, divided by its mean."""
    floors = measured.class_floors.get("diversity", ())
    floor = floors[number] if number < len(floors) else Floor(1.0, 0.0)
    return floor.deviation / floor.mean if floor.mean > 0 else 0.0


def _lost_text(name: str, measured: Measured, number: int) -> str:
    due = float(ModeShares(measured).due[number])
    text = QCoreApplication.translate("Signs", "Class {name}: {share} of the fakes are of it (real: {due}).")
    return text.format(name=name, share=share_text(measured.shares[number]), due=share_text(due))


def _alike_text(name: str, measured: Measured, number: int) -> str:
    text = QCoreApplication.translate(
        "Signs", "Class {name}: two fakes are {share} as far apart as two real samples of it (real: {real})."
    )
    share = share_text(float(diversities(measured)[number]))
    return text.format(name=name, share=share, real=share_text(1.0, real_deviation(measured, number)))
