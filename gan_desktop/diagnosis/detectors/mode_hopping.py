"""Mode hopping: the generator makes one mode at a time and jumps from one to the next, with D behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.suggestions import R1_WEIGHT, suggestion, swapped_rates

TOP_SHARE = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "the share of the dominant mode among the fakes that lie in any mode, as a median")
)
HOPS = Sentence(QT_TRANSLATE_NOOP("Diagnosis", "how often another mode was the dominant one than the time before"))


@detectors.register("mode_hopping", title="Mode hopping")
class ModeHopping(Detector):
    """The dominant mode changes from one measurement to the next while its share stays above 80 %: the generator
    gathers in one mode, D finds out, and the generator moves on (Metz et al. 2017, section 2.3).
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "diversity"

    TOP: ClassVar[float] = 0.8
    TOP_KEPT: ClassVar[float] = 0.65
    # Two could be the first finding of a mode; three are a habit.
    HOPS: ClassVar[int] = 3
    HOPS_KEPT: ClassVar[int] = 1
    # Looked back upon; in fewer measurements nothing can be seen to come back.
    MEASUREMENTS: ClassVar[int] = 8
    FEWEST: ClassVar[int] = 5
    # Of all fakes, what must lie in a mode for the measurement to say which is dominant: 12 of 2,500.
    LEAST_WITHIN: ClassVar[float] = 0.005
    # Before, every generator moves as one cloud.
    GRACE: ClassVar[int] = 200

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or course.latest.shares:
            return NOTHING
        reason = course.unknown("modes_covered") or "there are too many modes to look at each"
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Which mode is dominant cannot be known: {reason}."), {"reason": reason}
        )

    def look(self, course: Course, standing: bool) -> Finding | None:
        found = [found for found in course.measurements(self.MEASUREMENTS) if found.step >= self.GRACE]
        shares = np.array([found.shares for found in found if sum(found.shares) >= self.LEAST_WITHIN])
        if len(shares) < self.FEWEST or shares.shape[1] < 2:
            return None
        tops = shares.max(axis=1) / shares.sum(axis=1)
        top = float(np.median(tops))
        hops = int(np.count_nonzero(np.diff(shares.argmax(axis=1))))
        least, fewest = (self.TOP_KEPT, self.HOPS_KEPT) if standing else (self.TOP, self.HOPS)
        if not (top > least and hops >= fewest):
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Mode hopping: {top:.0%} of what G makes is one mode, which changed {hops:.0f} times in the last "
                "{measurements:.0f} measurements; D runs after it.",
            ),
            {"top": top, "hops": float(hops), "measurements": float(len(shares))},
        )
        evidence = (
            Evidence("dominant_share", top, ">", least, None, TOP_SHARE),
            Evidence("hops", float(hops), ">=", float(fewest), None, HOPS),
        )
        return Finding(message, evidence)

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The fakes stay where they are: {modes:.0f} modes are covered."),
            {"modes": course.value("modes_covered")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        rates = course.config.optimizer
        if rates.g_learning_rate > rates.d_learning_rate:
            yield swapped_rates(
                course,
                QT_TRANSLATE_NOOP("Diagnosis", "swap the rates, so that D can follow, and let R1 keep it from driving"),
                r1_weight=R1_WEIGHT,
            )
            yield swapped_rates(
                course,
                QT_TRANSLATE_NOOP("Diagnosis", "swap the rates: D must close a mode before all of G is in it"),
            )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 flattens D around the real samples, so that it drives no fakes on"),
            r1_weight=R1_WEIGHT,
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "D compares each fake with a real sample, so that leaving modes out costs"),
            objective="relativistic",
            r1_weight=R1_WEIGHT,
            r2_weight=R1_WEIGHT,
        )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees smooths the slopes that drive fakes together"),
            instance_noise=0.1,
        )
