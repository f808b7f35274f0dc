"""Stability: whether the losses hover, swing or run away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.interventions import value_text
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, over, too_early
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.detectors.oscillation import SWING, WINDOW, Swing, swing, usual_size

CALM = QT_TRANSLATE_NOOP("Diagnosis", "No oscillation: the losses hover.")
CALM_AGAIN = QT_TRANSLATE_NOOP("Diagnosis", "No oscillation. It was swinging until step {ended:,.0f}.")
HEALED = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "No oscillation. It was swinging at step {raised:,.0f}; {key} = {value} at step {changed:,.0f} ended it.",
)
SHORT = QT_TRANSLATE_NOOP(
    "Diagnosis", "D's loss varies by {deviation:.2g} around {loss:.3g}; too few steps yet to see whether it swings."
)
JUMPS = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "The losses do not hover: D's varies by {deviation:.2g} around {loss:.3g}, {relative:.0%} of {usual:.3g}.",
)
SWINGS = QT_TRANSLATE_NOOP("Diagnosis", "The losses begin to swing, once in {period:.0f} steps.")
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "In a stable run both losses hover around a slowly moving mean; D's is {loss:.3f} now and varies by "
    "{deviation:.2g}. Its usual size, {usual:.3g}, is that of balance, or the largest so far where balance is at 0. "
    "If the two networks chase each other in circles, one frequency stands out: the strongest has "
    "{share:.0%} of all that D's loss varied in the last {window:,.0f} steps, one swing in {period:.0f} steps. Noise "
    "gives a few percent, an oscillation more than {limit:.0%}.",
)


@aspects.register("stability", title="Stability")
class Stability(AspectOfRun):
    """Whether the losses hover around a slowly moving mean, as they should, or swing with one period, or run away."""

    # The share for one loss alone; the detector asks for both, and for longer.
    SWINGS: ClassVar[float] = 0.5
    # A share of the usual size. Less is nothing to look at.
    DEVIATION: ClassVar[float] = 0.02
    LIMIT: ClassVar[float] = 0.4
    # A share of the usual size: a loss that varies by this much does not hover, whether or not it swings. Healthy
    # presets stay below a third.
    JUMPS: ClassVar[float] = 0.5

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = over(course, "d_loss", "g_loss") or too_early(course)
        if early is not None:
            return early
        losses = course.recent("d_loss", WINDOW)
        found = swing(losses) if len(losses) == WINDOW else Swing(float("nan"), float("nan"), float(losses.std()))
        usual = usual_size(course, "d_loss")
        relative = found.deviation / usual if usual > 0 else 0.0
        values = {
            "loss": float(losses.mean()),
            "share": found.share,
            "period": found.period,
            "deviation": found.deviation,
            "usual": usual,
            "relative": relative,
            "window": float(WINDOW),
            "limit": self.LIMIT,
        }
        varies = Evidence("d_loss_swing", relative, ">" if relative > self.JUMPS else "<=", self.JUMPS, None, SWING)
        if len(losses) < WINDOW:
            return Reading(Level.UNKNOWN, Sentence(SHORT, values), float("nan"), (varies,))
        swings = found.share > self.SWINGS and relative > self.DEVIATION
        level, sentence = Level.GOOD, self._calm(course, past.get("oscillation"))
        if swings:
            level, sentence = Level.WATCH, Sentence(SWINGS, values)
        elif relative > self.JUMPS:
            level, sentence = Level.WATCH, Sentence(JUMPS, values)
        evidence = Evidence("d_loss_peak_share", found.share, ">" if swings else "<=", self.SWINGS)
        return Reading(level, sentence, found.share, (evidence, varies), Sentence(WHY, values))

    @staticmethod
    def _calm(course: Course, past: Past | None) -> Sentence:
        """The sentence that all is quiet, with what ended an earlier oscillation, if there was one."""
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
