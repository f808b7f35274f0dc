"""Quality: how near the fakes come to real samples."""

from __future__ import annotations

from collections.abc import Mapping

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading
from gan_desktop.diagnosis.course import Course

HIGH_QUALITY = QT_TRANSLATE_NOOP(
    "Diagnosis", "{share:.0%} of the fakes lie in a mode; of real samples, {floor:.1%} do."
)
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A point is of high quality within 3 sigma of the nearest mode's mean: {share:.1%} of the fakes are, and "
    "{floor:.1%} of real samples. More than real samples would mean that the modes are shrunk.",
)
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Quality cannot be known: {reason}.")


@aspects.register("quality", title="Quality")
class Quality(AspectOfRun):
    """How near the fakes come to real samples, beside what real samples themselves give."""

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        share, floor = course.value("high_quality_share"), course.floor("high_quality_share").mean
        if share != share:
            return Reading(Level.UNKNOWN, Sentence(UNKNOWN, {"reason": course.unknown("high_quality_share")}))
        values = {"share": share, "floor": floor}
        level = Level.GOOD if share >= floor / 2 else Level.WATCH
        evidence = (Evidence("high_quality_share", share, ">=", floor / 2, floor),)
        return Reading(level, Sentence(HIGH_QUALITY, values), share, evidence, Sentence(WHY, values))
