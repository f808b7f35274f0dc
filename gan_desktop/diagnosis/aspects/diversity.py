"""Diversity: whether the generator makes all the kinds of samples that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading
from gan_desktop.diagnosis.course import Course

MODES = QT_TRANSLATE_NOOP("Diagnosis", "{modes:.0f} of {most:.0f} modes.")
MODES_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis", "{modes:.0f} of {most:.0f} modes; coverage {coverage:.2f} (real data against itself: {floor:.2f})."
)
COVERAGE = QT_TRANSLATE_NOOP("Diagnosis", "Coverage {coverage:.2f} (real data against itself: {floor:.2f}).")
WHY_MODES = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A mode is a kind of sample: a cloud of points, or a class of images. {modes:.0f} of the {most:.0f} that the data "
    "have get at least one fake. How even they are is their mode KL, {kl:.3f} now: 0 is even, and real samples give "
    "{kl_floor:.3f}.",
)
WHY_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "Coverage is the share of real samples that have a fake among what is nearer than their own neighbours (Naeem et "
    "al. 2020): {coverage:.2f} now, where real samples in place of the fakes give {floor:.2f}. Half of that means that "
    "half of the data are not imitated.",
)
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Diversity cannot be known: {reason}.")


@aspects.register("diversity", title="Diversity")
class Diversity(AspectOfRun):
    """Whether the generator makes all kinds of samples: how many modes it reaches, and its coverage (Naeem et al. 2020)
    beside that of real samples.
    """

    # Shares of what real samples give.
    GOOD_MODES: ClassVar[float] = 0.9
    BAD_MODES: ClassVar[float] = 0.5
    GOOD_COVERAGE: ClassVar[float] = 0.6
    BAD_COVERAGE: ClassVar[float] = 0.15

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        modes, coverage = course.value("modes_covered"), course.value("coverage")
        floor = course.floor("coverage").mean
        most = course.latest.most.get("modes_covered", float("nan")) if course.latest else float("nan")
        values = {
            "modes": modes,
            "most": most,
            "coverage": coverage,
            "floor": floor,
            "kl": course.value("mode_kl"),
            "kl_floor": course.floor("mode_kl").mean,
        }
        has_modes, has_coverage = modes == modes and most == most, coverage == coverage and floor == floor
        if not has_modes and not has_coverage:
            reasons = {"reason": course.unknown("modes_covered")}
            return Reading(Level.UNKNOWN, Sentence(UNKNOWN, reasons))
        evidence = []
        levels = []
        if has_modes:
            levels.append(self._level(modes / most, self.GOOD_MODES, self.BAD_MODES))
            evidence.append(Evidence("modes_covered", modes, ">=", self.GOOD_MODES * most, most))
        if has_coverage:
            levels.append(self._level(coverage / floor if floor else 0.0, self.GOOD_COVERAGE, self.BAD_COVERAGE))
            evidence.append(Evidence("coverage", coverage, ">=", self.GOOD_COVERAGE * floor, floor))
        if has_modes:
            sentence = Sentence(MODES_COVERAGE if has_coverage else MODES, values)
            why = Sentence(WHY_MODES, values)
        else:
            sentence, why = Sentence(COVERAGE, values), Sentence(WHY_COVERAGE, values)
        value = coverage if has_coverage else modes
        return Reading(max(levels, key=list(Level).index), sentence, value, tuple(evidence), why)

    @staticmethod
    def _level(share: float, good: float, bad: float) -> Level:
        # Alone, a low count is no alarm: every run begins with one. The detectors say when it stays.
        return Level.GOOD if share >= good else Level.WATCH
