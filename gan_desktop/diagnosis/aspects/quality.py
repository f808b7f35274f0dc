"""Quality: how near the fakes come to real samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, Reason
from gan_desktop.diagnosis.course import Course

IN_MODES = QT_TRANSLATE_NOOP("Diagnosis", "{share:.0%} of the fakes lie in a mode (of real samples: {floor:.0%}).")
WHY_IN_MODES = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A point is of high quality within 3 sigma of the nearest mode's mean: {share:.1%} of the fakes are, and "
    "{floor:.1%} of real samples. A share above that of real samples would mean that the modes are shrunk. Fakes "
    "between the modes are what a generator makes while it stretches one cloud over all of them.",
)
PRECISION = QT_TRANSLATE_NOOP("Diagnosis", "{share:.0%} of the fakes lie among real samples (of others: {floor:.0%}).")
WHY_PRECISION = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "Precision is the share of fakes that are nearer to some real sample than its own neighbours are (Kynkäänniemi et "
    "al. 2019): {share:.1%} now, where real samples in place of the fakes give {floor:.1%}.",
)
FALLING = QT_TRANSLATE_NOOP(
    "Diagnosis", "Fréchet {distance:.3g} (real against real: {floor:.3g}), still falling {slope:.2g} per 1,000 steps."
)
STEADY = QT_TRANSLATE_NOOP("Diagnosis", "Fréchet {distance:.3g} (real against real: {floor:.3g}), steady.")
RISING = QT_TRANSLATE_NOOP(
    "Diagnosis", "Fréchet {distance:.3g} (real against real: {floor:.3g}), rising {slope:.2g} per 1,000 steps."
)
WHY_FRECHET = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "The Fréchet distance compares the mean and the spread of the fakes with those of real samples, in the features in "
    "which samples are compared here: 0 is the same. It is {distance:.3g} now; other real samples, as many, would have "
    "{floor:.3g}, so less cannot be told from perfect. It compares two runs on the same data, not two data sets.",
)
FEW_IN_MODES = QT_TRANSLATE_NOOP(
    "Diagnosis", "Only {share:.0%} of the fakes lie in a mode, where {floor:.0%} of real samples do."
)
FEW_AMONG_REAL = QT_TRANSLATE_NOOP(
    "Diagnosis", "Only {share:.0%} of the fakes lie among real samples, where {floor:.0%} of others do."
)
SPECKS = QT_TRANSLATE_NOOP(
    "Diagnosis", "Specks or noise: single pixels stand out {specks:.1f} times as much as in real images."
)
SMOOTH = QT_TRANSLATE_NOOP("Diagnosis", "Smooth: single pixels stand out {specks:.0%} as much as in real images.")
NOT_AS_ASKED = QT_TRANSLATE_NOOP(
    "Diagnosis", "Only {accuracy:.0%} of the fakes are of the class they were asked for (of real samples: {floor:.0%})."
)
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Quality cannot be known: {reason}.")


@aspects.register("quality", title="Quality")
class Quality(AspectOfRun):
    """How near the fakes come to real samples, beside what real samples themselves give. For points it looks at the
    share within a mode, or at precision if there are no modes; for images at the Fréchet distance, precision and
    specks; and for a conditional GAN at how often a fake is of the class that was asked for.
    """

    # Shares of what real samples give.
    IN_MODES: ClassVar[float] = 0.6
    PRECISION: ClassVar[float] = 0.7
    AS_ASKED: ClassVar[float] = 0.8
    # How many times what real samples give. For images the distance is a share of their variance, and LEAST_DISTANCE
    # of that is little.
    DISTANCE: ClassVar[float] = 6.0
    LEAST_DISTANCE: ClassVar[float] = 0.1
    SPECKS: ClassVar[float] = 1.6
    SMOOTH: ClassVar[float] = 0.4
    # How many measurements a trend is taken of, and the fewest.
    TREND: ClassVar[int] = 8
    FEWEST: ClassVar[int] = 4

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        if course.knows("high_quality_share"):
            main, good, why = "high_quality_share", IN_MODES, WHY_IN_MODES
        elif course.kind == "images" and course.knows("frechet_distance"):
            main, good, why = "frechet_distance", "", WHY_FRECHET
        elif course.knows("precision"):
            main, good, why = "precision", PRECISION, WHY_PRECISION
        else:
            return Reading(Level.UNKNOWN, Sentence(UNKNOWN, {"reason": course.unknown("precision")}))
        value, floor = course.value(main), course.floor(main).mean
        slope = self._slope(course)
        trend = STEADY if slope == 0 else (FALLING if slope < 0 else RISING)
        good = good or trend
        values = {"share": value, "distance": value, "floor": floor, "slope": abs(slope)}
        judged = [self._judge(course, values, *rule) for rule in self._rules(course, trend)]
        reasons = [reason for reason, _ in judged if reason is not None]
        rests_on = tuple(evidence for _, evidence in judged)
        return Reading.of(reasons, Sentence(good, values), value, Sentence(why, values), rests_on)

    def _rules(self, course: Course, trend: str) -> Iterator[tuple[str, str, float, str]]:
        """Each known metric with the sign and limit by which it is too small or too large, and the words for that."""
        floors = {name: course.floor(name).mean for name in ("frechet_distance", "specks")}
        rules = [
            ("high_quality_share", "<", self.IN_MODES * course.floor("high_quality_share").mean, FEW_IN_MODES),
            ("class_accuracy", "<", self.AS_ASKED * course.floor("class_accuracy").mean, NOT_AS_ASKED),
        ]
        if course.kind == "images" or not course.knows("high_quality_share"):
            rules.append(("precision", "<", self.PRECISION * course.floor("precision").mean, FEW_AMONG_REAL))
        if course.kind == "images":
            rules += [
                ("specks", ">", self.SPECKS * floors["specks"], SPECKS),
                ("specks", "<", self.SMOOTH * floors["specks"], SMOOTH),
                (
                    "frechet_distance",
                    ">",
                    max(self.DISTANCE * floors["frechet_distance"], self.LEAST_DISTANCE),
                    trend,
                ),
            ]
        yield from (rule for rule in rules if course.knows(rule[0]))

    @staticmethod
    def _judge(
        course: Course, values: dict[str, float], metric: str, sign: str, limit: float, words: str
    ) -> tuple[Reason | None, Evidence]:
        """The reason against the fakes, if there is one, and what was compared."""
        value, floor = course.value(metric), course.floor(metric).mean
        is_bad = value < limit if sign == "<" else value > limit
        if not is_bad:
            return None, Evidence(metric, value, ">=" if sign == "<" else "<=", limit, floor)
        evidence = Evidence(metric, value, sign, limit, floor)
        figures = values | {"share": value, "floor": floor, "distance": value, "specks": value, "accuracy": value}
        return Reason(Sentence(words, figures), (evidence,)), evidence

    def _slope(self, course: Course) -> float:
        """By how much the distance changes in 1,000 steps; 0 if that cannot be told from its trembling."""
        found = [found for found in course.measurements(self.TREND) if "frechet_distance" in found.values]
        steps = np.array([found.step for found in found], np.float64)
        values = np.array([found.values["frechet_distance"] for found in found])
        if len(found) < self.FEWEST or not np.isfinite(values).all():
            return 0.0
        slope, start = np.polyfit(steps, values, 1)
        trembling = float(np.std(values - slope * steps - start))
        return 0.0 if abs(slope) * np.ptp(steps) < 2 * trembling else float(slope) * 1000
