"""Diversity: whether the generator makes all the kinds of samples that there are, as often as the data have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, Reason
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors.class_collapse import diversities
from gan_desktop.diagnosis.shares import ModeShares

MODES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} modes.")
CLASSES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} classes.")
MODES_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis", "{held:.0f} of {most:.0f} modes; coverage {coverage:.2f} (real data against itself: {floor:.2f})."
)
CLASSES_COVERAGE = QT_TRANSLATE_NOOP(
    "Diagnosis", "{held:.0f} of {most:.0f} classes; coverage {coverage:.2f} (real data against itself: {floor:.2f})."
)
COVERAGE = QT_TRANSLATE_NOOP("Diagnosis", "Coverage {coverage:.2f} (real data against itself: {floor:.2f}).")
NO_MODE = QT_TRANSLATE_NOOP("Diagnosis", "Hardly a fake lies in any of the {most:.0f} modes.")
LOST_MODES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} modes: hardly any fake belongs to {names}.")
LOST_CLASSES = QT_TRANSLATE_NOOP("Diagnosis", "{held:.0f} of {most:.0f} classes: hardly any fake belongs to {names}.")
FEW = QT_TRANSLATE_NOOP(
    "Diagnosis", "Uneven: {names} has {share:.0%} of the fakes, where real samples have {due:.0%} there."
)
NOT_COVERED = QT_TRANSLATE_NOOP(
    "Diagnosis", "Coverage {coverage:.2f}, where real samples have {floor:.2f}: parts of the data have no fake near."
)
NOT_VARIED = QT_TRANSLATE_NOOP(
    "Diagnosis", "Recall {recall:.2f}, where real samples have {recall_floor:.2f}: fakes are less varied than the data."
)
ALIKE = QT_TRANSLATE_NOOP("Diagnosis", "Two fakes are {diversity:.0%} as far apart as two real samples.")
ALIKE_WITHIN = QT_TRANSLATE_NOOP(
    "Diagnosis", "Within {names}, two fakes are as little as {least:.0%} as far apart as two real samples."
)
WHY_MODES = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "A mode is a kind of sample: a cloud of points, or a class of images. {modes:.0f} of the {most:.0f} that the data "
    "have get at least one fake, and {held:.0f} at least a tenth of what they are due by the data. How unlike the "
    "data's the shares are is their mode KL, {kl:.3f} now: 0 is the same, and real samples give {kl_floor:.3f}. Two "
    "fakes are {diversity:.0%} as far apart as two real samples; a collapse brings that far down. Coverage is the "
    "share of real samples with a fake nearer than their own neighbours: {coverage:.2f}, of real samples {floor:.2f}.",
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
    """Whether the generator makes all kinds of samples, and as often as the data have them. It looks at the modes that
    get at least a tenth of their due, at how far shares are from their due, at coverage (Naeem et al. 2020) and recall
    (Kynkäänniemi et al. 2019) beside those of real samples, and at how far apart two fakes are, also within each class.
    """

    # Shares of what a mode is due by the real data.
    FEW: ClassVar[float] = 0.25
    MANY: ClassVar[float] = 2.5
    # A share is uneven only if it also differs by this many of its standard deviations.
    DEVIATIONS: ClassVar[float] = 5.0
    # Shares of what real samples give.
    COVERAGE: ClassVar[float] = 0.5
    RECALL: ClassVar[float] = 0.5
    DIVERSITY: ClassVar[float] = 0.75
    CLASS_DIVERSITY: ClassVar[float] = 0.65

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        latest = course.latest
        counts_modes = latest is not None and course.knows("modes_covered") and "modes_covered" in latest.most
        if latest is None or not (counts_modes or course.knows("coverage")):
            return Reading(Level.UNKNOWN, Sentence(UNKNOWN, {"reason": course.unknown("coverage")}))
        values = self._values(course, latest)
        why = Sentence(WHY_MODES if counts_modes else WHY_COVERAGE, values)
        value = values["held"] if counts_modes else values["coverage"]
        if counts_modes:
            templates = (MODES, MODES_COVERAGE) if course.kind == "points" else (CLASSES, CLASSES_COVERAGE)
            good = Sentence(templates[course.knows("coverage")], values)
        else:
            good = Sentence(COVERAGE, values)
        reasons = [reason for reason in self._reasons(course, latest, values) if reason is not None]
        return Reading.of(reasons, good, value, why, self._rests_on(course, values))

    @staticmethod
    def _values(course: Course, latest: Measured) -> dict[str, float]:
        return {
            "modes": course.value("modes_covered"),
            "held": ModeShares(latest).held,
            "most": latest.most.get("modes_covered", float("nan")),
            "coverage": course.value("coverage"),
            "floor": course.floor("coverage").mean,
            "recall": course.value("recall"),
            "recall_floor": course.floor("recall").mean,
            "kl": course.value("mode_kl"),
            "kl_floor": course.floor("mode_kl").mean,
            "diversity": course.value("pairwise_diversity"),
        }

    def _rests_on(self, course: Course, values: dict[str, float]) -> tuple[Evidence, ...]:
        """The evidence of a good light."""
        found = []
        if values["held"] == values["held"]:
            found.append(Evidence("held_modes", values["held"], ">=", values["most"], values["most"]))
        for metric, share in (("coverage", self.COVERAGE), ("recall", self.RECALL)):
            if course.knows(metric):
                floor = course.floor(metric).mean
                found.append(Evidence(metric, course.value(metric), ">=", share * floor, floor))
        return tuple(found)

    def _reasons(self, course: Course, latest: Measured, values: dict[str, float]) -> Iterator[Reason | None]:
        """What keeps the light from being good, the weightiest first."""
        if course.knows("modes_covered"):
            yield self._of_modes(course, ModeShares(latest), values)
        yield self._within_classes(latest)
        yield self._below(course, "pairwise_diversity", self.DIVERSITY, ALIKE, values)
        yield self._below(course, "coverage", self.COVERAGE, NOT_COVERED, values)
        yield self._below(course, "recall", self.RECALL, NOT_VARIED, values)

    def _of_modes(self, course: Course, shares: ModeShares, values: dict[str, float]) -> Reason | None:
        most = values["most"]
        if not shares.measured.shares:
            # There are too many to look at each, so the modes that get any fake are counted.
            few = Sentence(CLASSES if course.kind == "images" else MODES, values)
            evidence = Evidence("modes_covered", values["modes"], "<", 0.9 * most, most)
            return Reason(few, (evidence,)) if values["modes"] < 0.9 * course.floor("modes_covered").mean else None
        if not shares.is_known:
            return Reason(Sentence(NO_MODE, values), (Evidence("modes_covered", values["modes"], "<", most, most),))
        if shares.is_lost.any():
            template = LOST_MODES if course.kind == "points" else LOST_CLASSES
            evidence = Evidence("held_modes", values["held"], "<", most, most)
            return Reason(Sentence(template, {**values, "names": shares.names(shares.is_lost)}), (evidence,))
        return self._uneven(shares)

    def _uneven(self, shares: ModeShares) -> Reason | None:
        """A reason about the mode whose share is farthest from its due, if it is far."""
        of_due = shares.territory_of_due
        floors = np.array(shares.measured.territory_floors or shares.due)
        noise = np.sqrt(floors / max(1, shares.measured.count))
        is_certain = shares.is_judged & (np.abs(of_due - 1) * floors > self.DEVIATIONS * noise)
        factor = np.where(is_certain & (of_due > 0), np.abs(np.log(np.maximum(of_due, 1e-9))), 0.0)
        worst = int(np.argmax(factor))
        if not (is_certain[worst] and not self.FEW <= of_due[worst] <= self.MANY):
            return None
        chosen = np.arange(len(of_due)) == worst
        few = of_due[worst] < self.FEW
        evidence = Evidence(
            "share_of_due", float(of_due[worst]), "<" if few else ">", self.FEW if few else self.MANY, 1.0
        )
        due = float(floors[worst])
        values: dict[str, float | str] = {
            "names": shares.names(chosen),
            "share": float(of_due[worst]) * due,
            "due": due,
        }
        return Reason(Sentence(FEW, values), (evidence,))

    def _within_classes(self, latest: Measured) -> Reason | None:
        found = diversities(latest)
        low = found < self.CLASS_DIVERSITY
        if not low.any():
            return None
        least = float(np.nanmin(found))
        evidence = Evidence("least_class_diversity", least, "<", self.CLASS_DIVERSITY, 1.0)
        values: dict[str, float | str] = {"names": ModeShares(latest).names(low), "least": least}
        return Reason(Sentence(ALIKE_WITHIN, values), (evidence,))

    @staticmethod
    def _below(course: Course, metric: str, share: float, template: str, values: dict[str, float]) -> Reason | None:
        """A reason that the metric is below this share of what real samples give, if it is."""
        value, floor = course.value(metric), course.floor(metric).mean
        if not value < share * floor:
            return None
        return Reason(Sentence(template, values), (Evidence(metric, value, "<", share * floor, floor),))
