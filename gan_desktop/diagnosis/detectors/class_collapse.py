"""Collapse within classes: every class is made, and some of them always as the same sample."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.detectors.mode_collapse import ModeCollapse, gets_more_varied
from gan_desktop.diagnosis.shares import ModeShares

Flags = npt.NDArray[np.bool_]

LEAST = Sentence(
    QT_TRANSLATE_NOOP(
        "Diagnosis",
        "how far apart two fakes are, over two real samples, in the class in which that is least",
    )
)


def diversities(measured: Measured) -> npt.NDArray[np.float64]:
    """The diversity within each class over what real samples give, shape (classes,); NaN if it is not known."""
    values = np.array(measured.by_class.get("diversity", ()))
    floors = np.array([floor.mean for floor in measured.class_floors.get("diversity", ())])
    return values / floors if len(floors) == len(values) else values


def collapsed_classes(measured: Measured, limit: float) -> Flags:
    """In which classes two fakes are at most `limit` as far apart as two real samples, shape (classes,)."""
    found: Flags = diversities(measured) <= limit
    return found


@detectors.register("class_collapse", title="Collapse within classes")
class ClassCollapse(Detector):
    """Within a class, two fakes are less than half as far apart as two real samples of that class, at every measurement
    for 500 steps: G answers a class with much the same sample whatever the latent is. Counting classes does not show
    that, since each of them is reached.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "diversity"

    DIVERSITY: ClassVar[float] = 0.5
    DIVERSITY_KEPT: ClassVar[float] = 0.6
    HELD_STEPS: ClassVar[int] = 500
    # Before this step, fakes of one class have had no time to become different.
    GRACE: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.kind == "points" and course.latest is not None and not course.latest.asked:
            return Sentence(
                QT_TRANSLATE_NOOP(
                    "Diagnosis",
                    "These points are not asked for a class, so it is watched instead which modes are lost.",
                )
            )
        if course.latest is None or course.latest.by_class:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether a class is always the same sample cannot be known: {reason}."),
            {"reason": course.unknown("class_diversity")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = course.measured_for(self.HELD_STEPS)
        if not found or found[0].step < self.GRACE or not all(measured.by_class for measured in found):
            return None
        limit = self.DIVERSITY_KEPT if standing else self.DIVERSITY
        looked_at = found[-1:] if standing else found
        collapsed = np.logical_and.reduce([collapsed_classes(measured, limit) for measured in looked_at])
        if not collapsed.any():
            return None
        means = [float(np.nanmean(diversities(measured)[collapsed])) for measured in looked_at]
        if not standing and gets_more_varied(means):
            return None
        now = found[-1]
        least = float(np.nanmin(np.where(collapsed, diversities(now), np.nan)))
        values: dict[str, float | str] = {
            "names": ModeShares(now).names(collapsed),
            "count": float(np.count_nonzero(collapsed)),
            "most": float(len(collapsed)),
            "least": least,
        }
        template = QT_TRANSLATE_NOOP(
            "Diagnosis",
            "Collapse within classes: in {count:.0f} of {most:.0f} classes ({names}) G makes much the same sample each "
            "time; two fakes of a class are down to {least:.0%} as far apart as two real samples of it.",
        )
        if collapsed.all():
            template = QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Collapse within classes: in all {most:.0f} classes G makes much the same sample each time; two fakes "
                "of a class are down to {least:.0%} as far apart as two real samples of it.",
            )
        return Finding(Sentence(template, values), (Evidence("least_class_diversity", least, "<=", limit, 1.0, LEAST),))

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Two fakes of one class are {diversity:.0%} as far apart as two real ones."),
            {"diversity": course.value("class_diversity")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        yield from ModeCollapse().remedies(course)
