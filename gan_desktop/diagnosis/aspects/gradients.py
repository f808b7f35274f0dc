"""Gradients: whether both networks are still told what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, too_early
from gan_desktop.diagnosis.course import Course

ALIVE = QT_TRANSLATE_NOOP("Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: both networks are told what to change.")
WEAK = QT_TRANSLATE_NOOP("Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: G is told little, {share:.2%} of its peak.")
GROWING = QT_TRANSLATE_NOOP("Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: many times what was usual, and growing.")
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "The global norm of a gradient says how strongly a network is pulled at each update: G by {g_norm:.3g} now, at "
    "most {g_peak:.3g} in this run, and D by {d_norm:.3g}, at most {d_peak:.3g}. A norm that falls slowly is a run "
    "that comes to rest. G's falling below 1 % of its peak while D is right more than 95 % of the time is a vanishing "
    "gradient; one that grows a hundredfold announces a divergence.",
)


@aspects.register("gradients", title="Gradients")
class Gradients(AspectOfRun):
    """Whether both networks are told what to change: the norms of their gradients, beside the largest in this run."""

    WEAK: ClassVar[float] = 0.01
    # Over the mean of the last 2,500 steps.
    GROWN: ClassVar[float] = 10.0

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = too_early(course)
        if early is not None:
            return early
        g_norm, d_norm = course.mean("g_gradient_norm", 200), course.mean("d_gradient_norm", 200)
        peak = course.peak("g_gradient_norm")
        share = g_norm / peak if peak > 0 else 0.0
        values = {
            "g_norm": g_norm,
            "d_norm": d_norm,
            "share": share,
            "g_peak": peak,
            "d_peak": course.peak("d_gradient_norm"),
        }
        usual = float(course.means("g_gradient_norm", 50).mean())
        if share < self.WEAK:
            level, template, evidence = Level.WATCH, WEAK, Evidence("g_gradient_norm", g_norm, "<", self.WEAK * peak)
        elif g_norm > self.GROWN * usual:
            level, template, evidence = Level.WATCH, GROWING, Evidence("g_gradient_norm", g_norm, ">", usual)
        else:
            level, template, evidence = Level.GOOD, ALIVE, Evidence("g_gradient_norm", g_norm, ">=", self.WEAK * peak)
        return Reading(level, Sentence(template, values), g_norm, (evidence,), Sentence(WHY, values))
