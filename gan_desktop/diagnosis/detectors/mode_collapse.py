"""Mode collapse: the generator makes a few kinds of samples and leaves the others out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Evidence, Sentence, Suggestion
from gan_desktop.core.events import Measured
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding
from gan_desktop.diagnosis.suggestions import R1_WEIGHT, suggestion

MEANING = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "modes that get at least a tenth of the fakes that they would get if all were even")
)


def held_modes(measured: Measured) -> float:
    """The modes that get at least a tenth of an even share of the fakes that are in any mode; NaN where none is.

    Where there are too many modes to look at each, those that get any fake at all.
    """
    shares = np.array(measured.shares)
    if len(shares) == 0:
        return measured.values.get("modes_covered", float("nan"))
    within = shares.sum()
    if within < LEAST_WITHIN:
        return float("nan")
    return float(np.count_nonzero(shares >= FAIR_SHARE * within / len(shares)))


# A mode that gets a tenth of its share is as good as lost: of 2,500 fakes on 8 modes, 31 where 313 are due.
FAIR_SHARE = 0.1
# Of 2,500 points, 12 lie within a mode: fewer say nothing of how they are spread.
LEAST_WITHIN = 0.005


@detectors.register("mode_collapse", title="Mode collapse")
class ModeCollapse(Detector):
    """The generator makes few of the kinds of samples that there are in the data: modes that get less than a tenth of
    an even share of the fakes are counted as lost (after the mode counts of VEEGAN, Srivastava et al. 2017, and PacGAN,
    Lin et al. 2018). The alert is raised where half of the modes stay lost.
    """

    looks_at: ClassVar[Literal["figures", "metrics"]] = "metrics"
    aspect: ClassVar[str] = "diversity"

    # Healthy runs lose a quarter of their modes now and then while they still move, and find them again.
    RAISED_BELOW: ClassVar[float] = 0.5
    KEPT_BELOW: ClassVar[float] = 0.75
    # In a row: in healthy runs one measurement in ten is as bad, two in a row are rare.
    HELD: ClassVar[int] = 3
    # Before, no generator has had the time to find the modes.
    GRACE: ClassVar[int] = 500

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or "modes_covered" in course.latest.values:
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Which modes the generator makes cannot be known: {reason}."),
            {"reason": course.unknown("modes_covered")},
        )

    def look(self, course: Course, standing: bool) -> Finding | None:
        found = [measured for measured in course.measurements(self.HELD) if measured.step >= self.GRACE]
        if len(found) < self.HELD:
            return None
        most = found[-1].most.get("modes_covered", float("nan"))
        limit = most * (self.KEPT_BELOW if standing else self.RAISED_BELOW)
        held = np.array([held_modes(measured) for measured in found])
        few = held <= limit
        # It takes a row of bad measurements to begin, and a row of good ones to end.
        if not (few.any() if standing else few.all()):
            return None
        evidence = Evidence(
            "held_modes", float(held[few][-1]), "<=", limit, course.floor("modes_covered").mean, MEANING
        )
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Mode collapse: the generator makes {held:.0f} of {most:.0f} modes; it has found some samples that "
                "pass and no longer looks for others.",
            ),
            {"held": float(held[few][-1]), "most": most},
        )
        return Finding(message, (evidence,))

    def ended(self, course: Course) -> Sentence:
        held = held_modes(course.latest) if course.latest else float("nan")
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The generator makes {held:.0f} modes again."),
            {"held": held},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        training, rates = course.config.training, course.config.optimizer
        calm = QT_TRANSLATE_NOOP(
            "Diagnosis", "R1 flattens D around the real samples, so that fakes are not driven from mode to mode"
        )
        if training.d_steps > 1:
            yield suggestion(calm, r1_weight=R1_WEIGHT, d_steps=1)
        yield suggestion(calm, r1_weight=R1_WEIGHT)
        if training.d_steps > 1:
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "a D that is less far ahead leaves G room to spread"), d_steps=1
            )
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "D compares each fake with a real sample, so that leaving modes out costs"),
            objective="relativistic",
            r1_weight=R1_WEIGHT,
            r2_weight=R1_WEIGHT,
        )
        if rates.g_learning_rate > rates.d_learning_rate:
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "D has to be quick enough to close what G exploits"),
                g_learning_rate=rates.d_learning_rate,
                d_learning_rate=rates.g_learning_rate,
            )
