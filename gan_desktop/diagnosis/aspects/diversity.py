"""Diversity: whether the generator makes all the kinds of samples that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors.mode_collapse import held_modes

MODES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} modes.")
CLASSES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} classes.")
MODES_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis", "{held:.0f} of {most:.0f} modes; coverage {coverage:.2f} (real data against itself: {floor:.2f})."
)
CLASSES_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis", "{held:.0f} of {most:.0f} classes; coverage {coverage:.2f} (real data against itself: {floor:.2f})."
)
NO_MODE = QT_TRANSLATE_NOOP("Diagnosis", "Hardly a fake lies in any of the {most:.0f} modes.")
COVERAGE = QT_TRANSLATE_NOOP("Diagnosis", "Coverage {coverage:.2f} (real data against itself: {floor:.2f}).")
WHY_MODES = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A mode is a kind of sample: a cloud of points, or a class of images. {modes:.0f} of the {most:.0f} that the data "
    "have get at least one fake, and {held:.0f} at least a tenth of an even share. How uneven they are is their mode "
    "KL, {kl:.3f} now: 0 is even, and real samples give {kl_floor:.3f}. Two fakes are {diversity:.0%} as far apart as "
    "two real samples; a collapse brings that far down.",
)
WHY_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "Coverage is the share of real samples that have a fake nearer than their own neighbours (Naeem et al. 2020): "
    "{coverage:.2f} now, where real samples in place of the fakes give {floor:.2f}. It falls where kinds of samples "
    "are left out, and also where fakes are not near enough. Two fakes are {diversity:.0%} as far apart as two real "
    "samples.",
)
UNKNOWN = QT_TRANSLATE_NOOP("Diagnosis", "Diversity cannot be known: {reason}.")


@aspects.register("diversity", title="Diversity")
class Diversity(AspectOfRun):
    """Whether the generator makes all kinds of samples: how many modes get at least a tenth of an even share, and
    coverage (Naeem et al. 2020) beside that of real samples.
    """

    # Alone, a low count is no alarm: every run begins with one. The detector says when it stays.
    GOOD_MODES: ClassVar[float] = 0.75
    # Of what real samples give, where modes are not known.
    GOOD_COVERAGE: ClassVar[float] = 0.3

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        latest = course.latest
        most = latest.most.get("modes_covered", float("nan")) if latest else float("nan")
        coverage, floor = course.value("coverage"), course.floor("coverage").mean
        values = {
            "modes": course.value("modes_covered"),
            "held": held_modes(latest) if latest else float("nan"),
            "most": most,
            "coverage": coverage,
            "floor": floor,
            "kl": course.value("mode_kl"),
            "kl_floor": course.floor("mode_kl").mean,
            "diversity": course.value("pairwise_diversity"),
        }
        if course.knows("modes_covered") and most == most:
            return self._by_modes(course, values)
        if course.knows("coverage"):
            level = Level.GOOD if coverage >= self.GOOD_COVERAGE * floor else Level.WATCH
            sign = ">=" if level is Level.GOOD else "<"
            evidence = Evidence("coverage", coverage, sign, self.GOOD_COVERAGE * floor, floor)
            return Reading(level, Sentence(COVERAGE, values), coverage, (evidence,), Sentence(WHY_COVERAGE, values))
        return Reading(Level.UNKNOWN, Sentence(UNKNOWN, {"reason": course.unknown("coverage")}))

    def _by_modes(self, course: Course, values: dict[str, float]) -> Reading:
        held, least = values["held"], self.GOOD_MODES * values["most"]
        why = Sentence(WHY_MODES, values)
        if held != held:
            evidence = Evidence("modes_covered", values["modes"], "<", least, values["most"])
            return Reading(Level.WATCH, Sentence(NO_MODE, values), values["modes"], (evidence,), why)
        level = Level.GOOD if held >= least else Level.WATCH
        evidence = Evidence("held_modes", held, ">=" if level is Level.GOOD else "<", least, values["most"])
        templates = (MODES, MODES_COVERAGE) if course.kind == "points" else (CLASSES, CLASSES_COVERAGE)
        sentence = Sentence(templates[course.knows("coverage")], values)
        return Reading(level, sentence, held, (evidence,), why)
