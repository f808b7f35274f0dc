"""Gradients: whether both networks are still told what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import numpy as np

from gan_desktop.core.diagnosis import Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import aspects
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading, over, too_early
from gan_desktop.diagnosis.course import KEPT_BINS, Course
from gan_desktop.diagnosis.detectors.discriminator_wins import DiscriminatorWins
from gan_desktop.diagnosis.detectors.divergence import GROWTH, NORMS, Divergence

ALIVE = QT_TRANSLATE_NOOP("Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: both networks are told what to change.")
WEAK = QT_TRANSLATE_NOOP("Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: G is told little, {share:.2%} of its peak.")
GROWING = QT_TRANSLATE_NOOP(
    "Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: {network}'s is {times:.0f} times what was usual, and growing."
)
GREW = QT_TRANSLATE_NOOP(
    "Diagnosis", "G {g_norm:.3g}, D {d_norm:.3g}: {network}'s has grown {times:.0f}-fold in this run, and goes on."
)
WHY = QT_TRANSLATE_NOOP(
    "Diagnosis",
    "The global norm of a gradient says how strongly a network is pulled at each update: G by {g_norm:.3g} now, at "
    "most {g_peak:.3g} in this run, and D by {d_norm:.3g}, at most {d_peak:.3g}. A norm that falls slowly is a run "
    "that comes to rest. G's falling below 1 % of its peak while D is right more than 95 % of the time is a vanishing "
    "gradient. One that grows all the time is pulled by a D that grows ever steeper, which a penalty would hold; one "
    "that grows within a few hundred steps announces a divergence.",
)


class Rise(NamedTuple):
    """How many times its smallest mean over 500 steps a norm has now, and whether each quarter of the run raised it."""

    name: str
    times: float
    steady: bool


@aspects.register("gradients", title="Gradients")
class Gradients(AspectOfRun):
    """Whether both networks are told what to change: the norms of their gradients, beside the largest, the smallest and
    the usual ones in this run.
    """

    # A share of its peak. So little keeps the alert of a vanished gradient, and is too little to be called alive.
    WEAK: ClassVar[float] = DiscriminatorWins.SHARE_KEPT
    # How many times the median, whether or not the norm still rises.
    GROWN: ClassVar[float] = 10.0
    # How many times the smallest mean of 500 steps, which is early, while D is still flat. With a D that is held by a
    # penalty, 22 has been seen; with a free one on the ring, 120 and more.
    GREW: ClassVar[float] = 30.0
    SMALLEST: ClassVar[int] = 10
    QUARTERS: ClassVar[int] = 4
    FEWEST: ClassVar[int] = 40

    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        early = over(course, *NORMS) or too_early(course)
        if early is not None:
            return early
        g_norm, d_norm = course.mean("g_gradient_norm", 200), course.mean("d_gradient_norm", 200)
        peak = course.peak("g_gradient_norm")
        quick = max((Divergence().growth(course, name) for name in NORMS), key=lambda found: found.times)
        slow = max((self._rise(course, name) for name in NORMS), key=lambda found: (found.steady, found.times))
        values: dict[str, float | str] = {
            "g_norm": g_norm,
            "d_norm": d_norm,
            "share": g_norm / peak if peak > 0 else 0.0,
            "g_peak": peak,
            "d_peak": course.peak("d_gradient_norm"),
        }
        level, template, evidence = Level.WATCH, WEAK, Evidence("g_gradient_norm", g_norm, "<", self.WEAK * peak)
        quick_limit = Divergence.RAN if quick.rises else self.GROWN
        if quick.times > quick_limit:
            template = GROWING
            values |= {"network": self._network(quick.name), "times": quick.times}
            evidence = Evidence(f"{quick.name}_growth", quick.times, ">", quick_limit, None, GROWTH)
        elif slow.steady and slow.times > self.GREW:
            template = GREW
            values |= {"network": self._network(slow.name), "times": slow.times}
            now = float(course.means(slow.name, self.SMALLEST).mean())
            evidence = Evidence(slow.name, now, ">", self.GREW * now / slow.times)
        elif not g_norm < self.WEAK * peak and g_norm > 0:
            level, template = Level.GOOD, ALIVE
            evidence = Evidence("g_gradient_norm", g_norm, ">=", self.WEAK * peak)
        return Reading(level, Sentence(template, values), g_norm, (evidence,), Sentence(WHY, values))

    def _rise(self, course: Course, name: str) -> Rise:
        means = course.means(name, KEPT_BINS)
        if len(means) < self.FEWEST:
            return Rise(name, 0.0, False)
        smallest = float(np.convolve(means, np.full(self.SMALLEST, 1 / self.SMALLEST), "valid").min())
        quarters = np.array([quarter.mean() for quarter in np.array_split(means, self.QUARTERS)])
        now = float(means[-self.SMALLEST :].mean())
        return Rise(name, now / smallest if smallest > 0 else 0.0, bool((np.diff(quarters) > 0).all()))

    @staticmethod
    def _network(name: str) -> str:
        return "G" if name == "g_gradient_norm" else "D"
