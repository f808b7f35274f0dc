"""How many modes the fakes reach, how evenly, and how closely: the measures by which papers count mode collapse."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.modes import mode_counts, mode_note, modes_unknown
from gan_desktop.diagnosis.reference import Labels, Reference


@metrics.register("modes_covered", title="Modes covered")
class ModesCovered(Metric):
    """The modes that at least one fake falls into: for points, the modes that are nearest to a fake within 3 sigma of
    them; for images, the classes that a classifier of the real images finds among the fakes (VEEGAN, Srivastava et al.
    2017; PacGAN, Lin et al. 2018).

    One misclassified image is enough to cover a class, so for images it is an upper bound.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "count"
    order: ClassVar[int] = 10
    headline: ClassVar[bool] = True
    # It stands beside modes that are lost by their share, all of which it may count.
    counts: ClassVar[str] = QT_TRANSLATE_NOOP("Quality", "one fake is enough")

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return float(np.count_nonzero(mode_counts(fakes, reference)))

    def unknown(self, reference: Reference, count: int) -> str:
        return modes_unknown(reference)

    def note(self, reference: Reference, count: int) -> str:
        return mode_note(reference)

    def most(self, reference: Reference) -> float | None:
        return float(reference.modes)


@metrics.register("high_quality_share", title="High quality")
class HighQualityShare(Metric):
    """The share of the fakes that lie within 3 sigma of the nearest mode's mean (PacGAN, Lin et al. 2018). A perfect
    sampler of two-dimensional Gaussians has 1 - exp(-4.5) = 98.9 %; more means that the modes are shrunk.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    order: ClassVar[int] = 20
    headline: ClassVar[bool] = True

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return float(mode_counts(fakes, reference).sum() / len(fakes))

    def unknown(self, reference: Reference, count: int) -> str:
        if reference.kind == "images":
            return "it is defined for points alone"
        return modes_unknown(reference)


@metrics.register("mode_kl", title="Mode KL")
class ModeKL(Metric):
    """How unevenly the modes are reached: KL(p || q) in nats, where p is the fakes' share in each mode and q the mode's
    share in the data: 1 / K in papers, whose K modes are equally frequent (PacGAN, Lin et al. 2018). 0 is as in the
    data; ln K means that all fakes are in one of K equal modes. For points, only fakes of high quality count; for
    images, all fakes do, by a classifier of the real images.

    A perfect sampler of n fakes has about (K - 1) / 2n.
    """

    higher_is_better: ClassVar[bool] = False
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 30
    headline: ClassVar[bool] = True
    undefined: ClassVar[str] = "no fake lies within 3 sigma of a mode"

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        counts = mode_counts(fakes, reference)
        total = counts.sum()
        if total == 0:
            return float("nan")
        reached = counts > 0
        shares, due = counts[reached] / total, reference.mode_weights[reached]
        # If the shares are those of the data, rounding may leave the sum a little below 0.
        return max(0.0, float(np.sum(shares * np.log(shares / due))))

    def unknown(self, reference: Reference, count: int) -> str:
        return modes_unknown(reference) or ("there is one mode alone" if reference.modes == 1 else "")

    def note(self, reference: Reference, count: int) -> str:
        return mode_note(reference)
