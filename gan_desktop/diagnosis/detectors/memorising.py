"""Memorising: the generator makes copies of training samples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, strong_r1, suggestion, usual_noise, usual_r1


@detectors.register("memorising", title="Memorising")
class Memorising(Detector):
    """A larger share of the fakes than of real samples that were not trained on are copies of a training sample: they
    are nearer to one than a third of their distance to the next (the metric copied_share, Yoon et al. 2023).
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "quality"

    # How far above the floor. In healthy presets, no measurement has been more than 0.03 above it.
    ABOVE_FLOOR: ClassVar[float] = 0.1
    ABOVE_FLOOR_KEPT: ClassVar[float] = 0.05
    # It has to be this many of the floor's deviations above it too: floors of few samples are uncertain.
    DEVIATIONS: ClassVar[float] = 4.0
    HELD_STEPS: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or "copied_share" in course.latest.values:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether fakes are copies cannot be known: {reason}."),
            {"reason": course.unknown("copied_share")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = course.measured_for(self.HELD_STEPS)
        floor = course.floor("copied_share")
        above = max(self.ABOVE_FLOOR, self.DEVIATIONS * floor.deviation)
        limit = floor.mean + (self.ABOVE_FLOOR_KEPT if standing else above)
        copied = np.array([measured.values.get("copied_share", np.nan) for measured in found])
        many = copied > limit
        if not len(many) or not (many[-1] if standing else many.all()):
            return None
        share = float(copied[-1])
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Memorising: {share:.0%} of the fakes are copies of one of the {count:,.0f} training samples; of fresh "
                "real samples {floor:.0%} would be.",
            ),
            {"share": share, "count": float(course.count), "floor": floor.mean},
        )
        return Finding(message, (Evidence("copied_share", share, ">", limit, floor.mean),))

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis", "{share:.0%} of the fakes are copies, about as many as of fresh real samples."
            ),
            {"share": course.value("copied_share")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        # Measured: R1 undoes it within a thousand steps, noise of this size slows it down, a slower D does not help.
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 flattens D around each sample; more data would help more"),
            r1_weight=usual_r1(course),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees blurs the few samples that it would learn"),
            instance_noise=rounded(2 * usual_noise(course)),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 ten times as strong, for very few samples"),
            r1_weight=strong_r1(course),
        )
