"""Stalled: the fakes no longer change, and are still bad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import generator_set_free, suggestion, usual_noise

CHANGE = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "by how much this metric has varied at most, as a share of its mean"))


@detectors.register("stalled", title="Stalled")
class Stalled(Detector):
    """Training goes on and the fakes do not change. They are made from the same latents each time, and their Fréchet
    distance and pairwise diversity have stayed within 1 % for two thousand steps, far from what real samples give. As
    long as a generator moves at all, they vary by several times that.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "quality"
    level: ClassVar[Level] = Level.WATCH

    CHANGE: ClassVar[float] = 0.01
    CHANGE_KEPT: ClassVar[float] = 0.03
    # How many times the floor. If the fakes are nearer than that, there is little left to learn.
    FAR: ClassVar[float] = 5.0
    FAR_KEPT: ClassVar[float] = 4.0
    HELD_STEPS: ClassVar[int] = 2000
    FEWEST: ClassVar[int] = 3
    WATCHED: ClassVar[tuple[str, ...]] = ("frechet_distance", "pairwise_diversity")

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or all(name in course.latest.values for name in self.WATCHED):
            return NOTHING
        missing = next(name for name in self.WATCHED if name not in course.latest.values)
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether the fakes still change for the better cannot be known: {reason}."),
            {"reason": course.unknown(missing)},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = course.measured_for(self.HELD_STEPS)
        if len(found) < self.FEWEST:
            return None
        changes = {
            name: self._change([measured.values.get(name, np.nan) for measured in found]) for name in self.WATCHED
        }
        limit = self.CHANGE_KEPT if standing else self.CHANGE
        distance, floor = course.value("frechet_distance"), course.floor("frechet_distance").mean
        far = floor * (self.FAR_KEPT if standing else self.FAR)
        if not (all(change < limit for change in changes.values()) and distance > far):
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Stalled: for {steps:,.0f} steps the fakes have not changed, and they are {times:.0f} times as far "
                "from real samples as other real samples are.",
            ),
            {"steps": float(self.HELD_STEPS), "times": distance / floor if floor > 0 else float("inf")},
        )
        evidence = [Evidence(f"{name}_change", change, "<", limit, None, CHANGE) for name, change in changes.items()]
        return Finding(message, (*evidence, Evidence("frechet_distance", distance, ">", far, floor)))

    @staticmethod
    def _change(values: list[float]) -> float:
        """The range over the mean; NaN if a value is missing."""
        array = np.array(values)
        mean = float(array.mean())
        return float(np.ptp(array)) / mean if mean > 0 else float("nan")

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The fakes change again; their Fréchet distance is {distance:.3g}."),
            {"distance": course.value("frechet_distance")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rates = course.config.optimizer
        yield from generator_set_free(course)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "G's updates are too small to matter: ten times its rate"),
            g_learning_rate=10 * rates.g_learning_rate,
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees gives G a slope to follow"),
            instance_noise=usual_noise(course),
        )
