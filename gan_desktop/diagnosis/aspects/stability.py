"""Stability: whether the losses hover, swing or run away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.interventions import value_text
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, too_early
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors.oscillation import WINDOW, swing

CALM = QT_TRANSLATE_NOOP("Diagnosis", "No oscillation: the losses hover.")
CALM_AGAIN = QT_TRANSLATE_NOOP("Diagnosis", "No oscillation. It was swinging until step {ended:,.0f}.")
HEALED = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "No oscillation. It was swinging at step {raised:,.0f}; {key} = {value} at step {changed:,.0f} ended it.",
)
SHORT = QT_TRANSLATE_NOOP("Diagnosis", "The losses vary by {deviation:.0%}; too few steps yet to see a swing.")
SWINGS = QT_TRANSLATE_NOOP("Diagnosis", "The losses begin to swing, once in {period:.0f} steps.")
BROKEN = QT_TRANSLATE_NOOP("Diagnosis", "The losses are no longer numbers.")
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "In a stable run both losses hover around a slowly moving mean; D's is {loss:.3f} now and varies by "
    "{deviation:.1%}. If the two networks chase each other in circles, one frequency stands out: the strongest has "
    "{share:.0%} of all that D's loss varied in the last {window:,.0f} steps, one swing in {period:.0f} steps. Noise "
    "gives a few percent, an oscillation more than {limit:.0%}.",
)


@aspects.register("stability", title="Stability")
class Stability(AspectOfRun):
    """Whether the losses hover around a slowly moving mean, as they should, or swing with one period, or run away."""

    # Of one loss alone; the detector asks for both, and for longer.
    SWINGS: ClassVar[float] = 0.5
    # Less is nothing to look at.
    DEVIATION: ClassVar[float] = 0.02
    LIMIT: ClassVar[float] = 0.4

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = too_early(course)
        if early is not None:
            return early
        losses = course.recent("d_loss", WINDOW)
        if not np.isfinite(losses).all():
            return Reading(Level.BAD, Sentence(BROKEN))
        if len(losses) < WINDOW:
            size = abs(float(losses.mean()))
            deviation = float(losses.std()) / size if size > 0 else 0.0
            evidence = Evidence("d_loss_swing", deviation, ">=", 0.0)
            return Reading(Level.GOOD, Sentence(SHORT, {"deviation": deviation}), float("nan"), (evidence,))
        found = swing(losses)
        values = {
            "loss": float(losses.mean()),
            "share": found.share,
            "period": found.period,
            "deviation": found.deviation,
            "window": float(WINDOW),
            "limit": self.LIMIT,
        }
        swings = found.share > self.SWINGS and found.deviation > self.DEVIATION
        level = Level.WATCH if swings else Level.GOOD
        evidence = Evidence("d_loss_peak_share", found.share, ">" if swings else "<=", self.SWINGS)
        sentence = Sentence(SWINGS, values) if swings else self._calm(course, past.get("oscillation"))
        return Reading(level, sentence, found.share, (evidence,), Sentence(WHY, values))

    @staticmethod
    def _calm(course: Course, past: Past | None) -> Sentence:
        """That all is quiet, and what has ended the oscillation before, where there was one."""
        if past is None:
            return Sentence(CALM)
        changes = [change for change in course.changes(past.alert.step) if change.step < past.ended]
        if not changes:
            return Sentence(CALM_AGAIN, {"ended": float(past.ended)})
        last = changes[-1]
        return Sentence(
            HEALED,
            {
                "raised": float(past.alert.step),
                "key": last.key,
                "value": value_text(last.value),
                "changed": float(last.step),
            },
        )
