"""Mode hopping: the generator makes one mode at a time and jumps from one to the next, with D behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Sentence, Suggestion
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.registry import detectors
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt
from gan_desktop.diagnosis.detectors.mode_collapse import gets_more_varied
from gan_desktop.diagnosis.shares import LOST
from gan_desktop.diagnosis.suggestions import (
    fakes_paired_with_real,
    slower_generator,
    strong_r1,
    suggestion,
    usual_noise,
)

HOPS = Sentence(
    QT_TRANSLATE_NOOP(
        "Diagnosis", "how often, in the latest measurements, fakes had left the modes that they were in just before"
    )
)
AT_A_TIME = Sentence(
    QT_TRANSLATE_NOOP("Diagnosis", "modes that get at least a tenth of the fakes that they are due, as a median")
)


def due(measured: Measured) -> tuple[float, ...]:
    """The share of the fakes that each mode is due, counting the fakes that are nearest to it."""
    modes = len(measured.territories)
    return measured.territory_floors if len(measured.territory_floors) == modes else (1 / modes,) * modes


@detectors.register("mode_hopping", title="Mode hopping")
class ModeHopping(Detector):
    """The fakes gather in a few modes, D finds out, and they move on to others (Metz et al. 2017, section 2.3): from
    one measurement to the next, the shares of fakes that are nearest to each mode overlap by less than a fifth, again
    and again. A collapse overlaps with itself, and a healthy run with all modes does too.
    """

    looks_at: ClassVar[LooksAt] = "metrics"
    aspect: ClassVar[str] = "diversity"

    # The overlap of two measurements is the sum over the modes of the smaller share. Healthy rings have 0.5 to 0.9.
    OVERLAP: ClassVar[float] = 0.2
    OVERLAP_KEPT: ClassVar[float] = 0.3
    # Two could be the first finding of a mode; three are a habit.
    HOPS: ClassVar[int] = 3
    HOPS_KEPT: ClassVar[int] = 1
    # Shares of all modes; a generator that has more of them wanders, and does not hop.
    MODES: ClassVar[float] = 0.5
    MODES_KEPT: ClassVar[float] = 0.75
    # How many measurements are looked back upon; in fewer than FEWEST nothing can be seen to come back.
    MEASUREMENTS: ClassVar[int] = 8
    FEWEST: ClassVar[int] = 5
    # If D is right more often, it is ahead of the fakes and sends them on; it does not run after them.
    AHEAD: ClassVar[float] = 0.9
    # Before this step, the fakes of every generator move as one cloud.
    GRACE: ClassVar[int] = 200

    def unknown(self, course: Course) -> Sentence:
        if course.latest is None or course.latest.territories:
            return NOTHING
        reason = course.unknown("modes_covered") or "there are too many modes to look at each"
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "Which mode is dominant cannot be known: {reason}."), {"reason": reason}
        )

    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        found = [found for found in course.measurements(self.MEASUREMENTS) if found.step >= self.GRACE]
        if len(found) < self.FEWEST:
            return None
        # Shares of all fakes, also of those on their way between two modes.
        shares = np.array([measured.territories for measured in found])
        shares = shares / shares.sum(axis=1, keepdims=True)
        modes = shares.shape[1]
        overlaps = np.minimum(shares[1:], shares[:-1]).sum(axis=1)
        hops = float(np.count_nonzero(overlaps < (self.OVERLAP_KEPT if standing else self.OVERLAP)))
        held = float(np.median(np.count_nonzero(shares >= LOST * np.array(due(found[-1])), axis=1)))
        fewest = float(self.HOPS_KEPT if standing else self.HOPS)
        most = modes * (self.MODES_KEPT if standing else self.MODES)
        diversities = [measured.values.get("pairwise_diversity", float("nan")) for measured in found]
        if not (hops >= fewest and held <= most) or (not standing and gets_more_varied(diversities)):
            return None
        evidence = (
            Evidence("hops", hops, ">=", fewest, None, HOPS),
            Evidence("modes_at_a_time", held, "<=", most, float(modes), AT_A_TIME),
        )
        values = {"held": held, "modes": float(modes), "hops": hops, "measurements": float(len(shares))}
        return Finding(self._sentence(course, values), evidence)

    def _sentence(self, course: Course, values: dict[str, float]) -> Sentence:
        accuracy = course.mean("d_accuracy") if course.decides_at_zero else float("nan")
        if accuracy > self.AHEAD:
            template = QT_TRANSLATE_NOOP(
                "Diagnosis",
                "Mode hopping: G makes {held:.0f} of {modes:.0f} modes at a time and has gone on to others {hops:.0f} "
                "times in the last {measurements:.0f} measurements; D, right {accuracy:.0%} of the time, drives the "
                "fakes away wherever they go.",
            )
            return Sentence(template, values | {"accuracy": accuracy})
        template = QT_TRANSLATE_NOOP(
            "Diagnosis",
            "Mode hopping: G makes {held:.0f} of {modes:.0f} modes at a time and has gone on to others {hops:.0f} "
            "times in the last {measurements:.0f} measurements; D runs after it.",
        )
        return Sentence(template, values)

    def ended(self, course: Course) -> Sentence:
        return Sentence(
            QT_TRANSLATE_NOOP("Diagnosis", "The fakes stay where they are: {modes:.0f} modes are covered."),
            {"modes": course.value("modes_covered")},
        )

    def remedies(self, course: Course) -> Iterable[Suggestion]:
        quick = slower_generator(course)
        if quick:
            yield from quick
            return
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "R1 flattens D around the real samples, so that it drives no fakes on"),
            r1_weight=strong_r1(course),
        )
        yield fakes_paired_with_real(course)
        yield suggestion(
            QT_TRANSLATE_NOOP("Diagnosis", "noise on all that D sees smooths the slopes that drive fakes together"),
            instance_noise=usual_noise(course),
        )
