"""Mode collapse: the generator makes a few kinds of samples and leaves the others out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.shares import ModeShares
from gan_desktop.diagnosis.suggestions import (
    fakes_paired_with_real,
    slower_generator,
    suggestion,
    usual_noise,
    usual_r1,
)

HELD = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "modes that get at least a tenth of the fakes that they are due by the real data")
)


def held_modes(measured: Measured) -> float:
    """How many modes are not lost (`ModeShares.held`)."""
    return ModeShares(measured).held


# A generator whose fakes become this many times as varied while they are looked at finds kinds of samples, and does not
# lose them.
MORE_VARIED = 1.3


def gets_more_varied(diversities: Sequence[float]) -> bool:
    """Whether the later half of some diversities is MORE_VARIED times the earlier half, by their medians."""
    half = (len(diversities) + 1) // 2
    return bool(np.median(diversities[half:]) > MORE_VARIED * np.median(diversities[:half]))


@detectors.register("mode_collapse", title="Mode collapse")
class ModeCollapse(Detector):
    """The generator leaves out kinds of samples that the data have: half of the modes get less than a tenth of the
    fakes that they are due (after the mode counts of VEEGAN, Srivastava et al. 2017), or two fakes are on average
    little more than half as far apart as two real samples, which can be seen without modes too.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "diversity"

    # Healthy runs lose a quarter of their modes now and then while they still move, and find them again.
    MODES: ClassVar[float] = 0.5
    MODES_KEPT: ClassVar[float] = 0.75
    # Healthy presets have 0.8 at step 250 and more later; half of the modes of a ring, side by side, give 0.7.
    DIVERSITY: ClassVar[float] = 0.6
    DIVERSITY_KEPT: ClassVar[float] = 0.75
    # In healthy runs one measurement in ten may be as bad, never several in a row.
    HELD_STEPS: ClassVar[int] = 500
    # Before this step, no generator has had the time to find the modes.
    GRACE: ClassVar[int] = 250

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or {"modes_covered", "pairwise_diversity"} & course.latest.values.keys():
            return NOTHING
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Whether the generator leaves something out cannot be known: {reason}."),
            {"reason": course.unknown("pairwise_diversity")},
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = course.measured_for(self.HELD_STEPS)
        if not found or found[0].step < self.GRACE:
            return None
        varied = [measured.values.get("pairwise_diversity", float("nan")) for measured in found]
        if standing is None and gets_more_varied(varied):
            return None
        # An alert ends with the evidence that it was raised for: other evidence has to be as strong as for a new alert.
        raised = {evidence.name for evidence in standing.evidence} if standing else set()
        by_modes = self._modes(found, "held_modes" in raised)
        return by_modes or self._diversity(course, varied, "pairwise_diversity" in raised)

    def _modes(self, found: list[Measured], is_standing: bool) -> Finding | None:
        most = found[-1].most.get("modes_covered", float("nan"))
        limit = most * (self.MODES_KEPT if is_standing else self.MODES)
        held = self._low([held_modes(measured) for measured in found], limit, is_standing)
        if held is None:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Mode collapse: G makes {held:.0f} of {most:.0f} modes; it has found some samples that pass and leaves "
                "the others out.",
            ),
            {"held": held, "most": most},
        )
        return Finding(message, (Evidence("held_modes", held, "<=", limit, most, HELD),))

    def _diversity(self, course: Course, varied: list[float], is_standing: bool) -> Finding | None:
        limit = self.DIVERSITY_KEPT if is_standing else self.DIVERSITY
        diversity = self._low(varied, limit, is_standing)
        if diversity is None:
            return None
        message = Sentence(
            QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Mode collapse: two fakes are on average {diversity:.0%} as far apart as two real samples; G makes "
                "much the same again and again.",
            ),
            {"diversity": diversity},
        )
        floor = course.floor("pairwise_diversity").mean
        return Finding(message, (Evidence("pairwise_diversity", diversity, "<=", limit, floor),))

    @staticmethod
    def _low(values: list[float], limit: float, is_standing: bool) -> float | None:
        """The newest value if it is within the limit; to raise an alert, all the others have to be too. Else None."""
        low = np.array(values) <= limit
        return values[-1] if (low[-1] if is_standing else low.all()) else None

    def ended(self, course: Course) -> Sentence:
        held = held_modes(course.latest) if course.latest else float("nan")
        if held == held:
            return Sentence(QT_TRANSLATE_NOOP("Diagnosis", "G makes {held:.0f} modes again."), {"held": held})
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Two fakes are {diversity:.0%} as far apart as two real samples again."),
            {"diversity": course.value("pairwise_diversity")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        training, rates = course.config.training, course.config.optimizer
        quick = slower_generator(course)
        if quick:
            yield from quick
            return
        calm = QT_TRANSLATE_NOOP(
            "Diagnosis", "R1 flattens D around the real samples, so that fakes are not driven together"
        )
        if rates.g_learning_rate < rates.d_learning_rate:
            yield suggestion(
                QT_TRANSLATE_NOOP(
                    "Diagnosis",
                    "R1 flattens D around the real samples, and a G as quick as D, without momentum, spreads out again",
                ),
                r1_weight=usual_r1(course),
                g_learning_rate=rates.d_learning_rate,
                beta_1=0.0,
            )
        yield suggestion(calm, r1_weight=usual_r1(course), beta_1=0.0)
        if training.d_steps > 1:
            yield suggestion(
                QT_TRANSLATE_NOOP("Diagnosis", "a D that is less far ahead leaves G room to spread"), d_steps=1
            )
        yield fakes_paired_with_real(course)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees smooths the slopes that drive fakes together"),
            instance_noise=usual_noise(course),
        )
