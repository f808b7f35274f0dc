"""Quality: how near the fakes come to real samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading
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
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Quality cannot be known: {reason}.")


@aspects.register("quality", title="Quality")
class Quality(AspectOfRun):
    """How near the fakes come to real samples, beside what real samples themselves give: of points, the share within a
    mode; of images, the Fréchet distance; of what has neither, precision.
    """

    # Times what real samples give.
    GOOD_SHARE: ClassVar[float] = 0.3
    GOOD_DISTANCE: ClassVar[float] = 5.0
    # Measurements that a trend is taken of, and the fewest.
    TREND: ClassVar[int] = 8
    FEWEST: ClassVar[int] = 4

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        if course.knows("high_quality_share"):
            return self._share(course, "high_quality_share", IN_MODES, WHY_IN_MODES)
        if course.knows("frechet_distance"):
            return self._distance(course)
        if course.knows("precision"):
            return self._share(course, "precision", PRECISION, WHY_PRECISION)
        return Reading(Level.UNKNOWN, Sentence(UNKNOWN, {"reason": course.unknown("frechet_distance")}))

    def _share(self, course: Course, metric: str, template: str, why: str) -> Reading:
        share, floor = course.value(metric), course.floor(metric).mean
        values = {"share": share, "floor": floor}
        least = self.GOOD_SHARE * floor
        level = Level.GOOD if share >= least else Level.WATCH
        evidence = Evidence(metric, share, ">=" if level is Level.GOOD else "<", least, floor)
        return Reading(level, Sentence(template, values), share, (evidence,), Sentence(why, values))

    def _distance(self, course: Course) -> Reading:
        distance, floor = course.value("frechet_distance"), course.floor("frechet_distance").mean
        slope = self._slope(course)
        values = {"distance": distance, "floor": floor, "slope": abs(slope)}
        template = STEADY if slope == 0 else (FALLING if slope < 0 else RISING)
        most = self.GOOD_DISTANCE * floor
        level = Level.GOOD if distance <= most else Level.WATCH
        evidence = Evidence("frechet_distance", distance, "<=" if level is Level.GOOD else ">", most, floor)
        return Reading(level, Sentence(template, values), distance, (evidence,), Sentence(WHY_FRECHET, values))

    def _slope(self, course: Course) -> float:
        """By how much the distance changes in 1,000 steps; 0 where that cannot be told from its trembling."""
        found = [found for found in course.measurements(self.TREND) if "frechet_distance" in found.values]
        steps = np.array([found.step for found in found], np.float64)
        values = np.array([found.values["frechet_distance"] for found in found])
        if len(found) < self.FEWEST or not np.isfinite(values).all():
            return 0.0
        slope, start = np.polyfit(steps, values, 1)
        trembling = float(np.std(values - slope * steps - start))
        return 0.0 if abs(slope) * np.ptp(steps) < 2 * trembling else float(slope) * 1000
