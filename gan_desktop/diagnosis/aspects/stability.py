"""Stability: whether the losses hover, swing or run away."""

from __future__ import annotations

from collections.abc import Mapping

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, too_early
from gan_desktop.diagnosis.course import Course

CALM = QT_TRANSLATE_NOOP("Diagnosis", "No oscillation: the losses hover within {spread:.2g} of their mean.")
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "In a stable run both losses hover around a slowly moving mean: D's is {loss:.3f} now and varies by {spread:.2g}.",
)


@aspects.register("stability", title="Stability")
class Stability(AspectOfRun):
    """Whether the losses hover around a slowly moving mean, as they should, or swing or run away."""

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = too_early(course)
        if early is not None:
            return early
        means = course.means("d_loss", 20)
        spread = float(means.std())
        values = {"loss": float(means.mean()), "spread": spread}
        evidence = (Evidence("d_loss", float(means[-1]), "<=", values["loss"] + 3 * spread),)
        return Reading(Level.GOOD, Sentence(CALM, values), spread, evidence, Sentence(WHY, values))
