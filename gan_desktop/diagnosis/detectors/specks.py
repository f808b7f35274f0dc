"""Specks: the fakes are full of single pixels that no real image has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import rounded, suggestion, usual_r1


@detectors.register("specks", title="Specks and noise")
class SpecksSeen(Detector):
    """Single pixels stand out from the pixels around them more than twice as much as in real images (the metric
    specks), at every measurement for 1,000 steps: specks, or noise. A generator of dense layers makes them, because it
    does not know which pixels are neighbours, as long as D recognises fakes by other things.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "quality"
    level: ClassVar[Level] = Level.WATCH

    # Healthy presets have 1.4 in their first steps and 0.7 to 1.1 later.
    ENERGY: ClassVar[float] = 2.0
    ENERGY_KEPT: ClassVar[float] = 1.6
    HELD_STEPS: ClassVar[int] = 1000
    # Every generator begins with noise.
    GRACE: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or "specks" in course.latest.values:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether fakes have specks cannot be known: {reason}."),
            {"reason": course.unknown("specks")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = course.measured_for(self.HELD_STEPS)
        if not found or found[0].step < self.GRACE:
            return None
        floor = course.floor("specks")
        limit = (self.ENERGY_KEPT if standing else self.ENERGY) * floor.mean
        energies = np.array([measured.values.get("specks", np.nan) for measured in found])
        many = energies > limit
        if not (many[-1] if standing else many.all()):
            return None
        energy = float(energies[-1])
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Specks or noise: single pixels stand out {times:.1f} times as much as in real images; D tells fakes "
                "by other things and has not taught G that neighbouring pixels belong together.",
            ),
            {"times": energy / floor.mean},
        )
        return Finding(message, (Evidence("specks", energy, ">", limit, floor.mean),))

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Single pixels stand out {energy:.1f} times as much as in real images."),
            {"energy": course.value("specks")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rates = course.config.optimizer
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 makes D's slope smooth, so that G is pulled as a whole"),
            r1_weight=usual_r1(course),
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "a fifth of both rates, so that D has the time to see it"),
            d_learning_rate=rounded(rates.d_learning_rate / 5),
            g_learning_rate=rounded(rates.g_learning_rate / 5),
        )
