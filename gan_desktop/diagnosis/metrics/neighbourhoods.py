"""Whether fakes lie where real samples lie, and all over it: precision, recall, density, coverage, diversity."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.distances import NEIGHBOURS, Floats, Overlap, mean_distance, overlap, squared_radii
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.reference import DRAWN_SHARE, Labels, Reference

# How many fakes are compared with as many real samples: enough for a standard error of 1.6 % at most, and cheap enough
# to be done beside training.
MOST = {"points": 1000, "images": 750}
# With fewer, the balls of five neighbours say more about how few there are than about the samples.
FEWEST = 50
# Numbers that were rounded are often the same. If more than this share have a ball of no size, balls say nothing.
MOST_REPEATED = 0.05
# Enough for the mean of their 125,000 distances.
MOST_DISTANCES = 500


def compared(reference: Reference, count: int) -> int:
    """How many of `count` fakes are compared with as many real samples."""
    drawn = int(DRAWN_SHARE * len(reference.held_out))
    return min(MOST[reference.kind], count, len(reference.samples), drawn)


def compared_unknown(reference: Reference, count: int) -> str:
    """Why fakes and real samples cannot be compared; empty if they can."""
    few = compared(reference, count)
    if few >= FEWEST:
        return ""
    if few == count:
        return f"{count} fakes are too few, at least {FEWEST} are needed"
    needed = int(np.ceil(FEWEST / DRAWN_SHARE))
    held = len(reference.samples), len(reference.held_out)
    return (
        f"there are too few real samples: {sum(held)}, in two halves, of which each needs {needed} so that the noise "
        "floor can be measured too"
    )


def repeated_unknown(reference: Reference, count: int) -> str:
    """Why balls do not tell what is near: they have no size if samples are the same, as rounded numbers are."""
    if reference.kind != "points":
        return ""
    repeated = float((_radii(reference, compared(reference, count)) == 0).mean())
    if repeated <= MOST_REPEATED:
        return ""
    share = f"{100 * repeated:.0f} %"
    return f"{share} of the real samples are the same as {NEIGHBOURS} others, so that no ball tells what is near"


def _radii(reference: Reference, number: int) -> Floats:
    """The squared radii of the balls around the first `number` real samples."""
    real = reference.features[:number]
    radii: Floats = reference.remembered(f"radii of {number}", reference.samples, lambda: squared_radii(real))
    return radii


def compared_note(reference: Reference, count: int) -> str:
    """A sentence on what was compared."""
    number = compared(reference, count)
    where = "" if reference.kind == "points" else " by their principal components"
    return f"precision, recall, density and coverage compare {number:,} fakes with as many real samples{where}"


def _finite(fakes: FloatArray, reference: Reference, number: int) -> FloatArray:
    """The features of the first `number` fakes, without fakes that are not finite."""
    features = reference.features_of(fakes)[:number]
    return features[np.isfinite(features).all(axis=1)]


def _overlap(fakes: FloatArray, reference: Reference) -> Overlap:
    """The overlap of the first fakes and the first real samples."""
    number = compared(reference, len(fakes))
    real = reference.features[:number]

    def compute() -> Overlap:
        if number <= NEIGHBOURS:
            return Overlap(*[float("nan")] * 4)
        return overlap(real, _radii(reference, number), _finite(fakes, reference, number), number)

    found: Overlap = reference.remembered("overlap", fakes, compute)
    return found


class _Compared(Metric):
    """A metric that is read off an `Overlap`."""

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    undefined: ClassVar[str] = "there are too few fakes to compare"

    def unknown(self, reference: Reference, count: int) -> str:
        return compared_unknown(reference, count) or repeated_unknown(reference, count)

    def note(self, reference: Reference, count: int) -> str:
        return compared_note(reference, count)


@metrics.register("precision", title="Precision")
class Precision(_Compared):
    """The share of the fakes that lie where real samples do: within the ball of any real one, which reaches to its 5th
    nearest real neighbour (Kynkäänniemi et al. 2019). Points are compared as they are, images by their leading
    principal components.
    """

    order: ClassVar[int] = 40

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _overlap(fakes, reference).precision


@metrics.register("recall", title="Recall")
class Recall(_Compared):
    """The share of the real samples that lie where fakes do: within the ball of any fake, which reaches to its 5th
    nearest fake neighbour (Kynkäänniemi et al. 2019). It falls when the fakes have less variety, also within a mode.
    """

    order: ClassVar[int] = 41

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _overlap(fakes, reference).recall


@metrics.register("density", title="Density")
class Density(_Compared):
    """The mean number of balls of real samples in which a fake lies, over 5: 1 if fakes lie as real samples do, more if
    they crowd where these are densest (Naeem et al. 2020). Unlike precision, it is hardly raised by one real outlier.
    """

    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 42

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _overlap(fakes, reference).density


@metrics.register("coverage", title="Coverage")
class Coverage(_Compared):
    """The share of the real samples with a fake in their ball, which reaches to their 5th nearest real neighbour (Naeem
    et al. 2020). Half of it is gone when half of the modes are.
    """

    order: ClassVar[int] = 43
    headline: ClassVar[bool] = True

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _overlap(fakes, reference).coverage


@metrics.register("pairwise_diversity", title="Pairwise diversity")
class PairwiseDiversity(Metric):
    """How far apart two fakes are on average, over how far apart two real samples are: about 1 when healthy, 0 when all
    are the same. It is a term of the energy distance (Székely and Rizzo 2013). If modes are lost evenly all around, it
    stays as it is.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "number"
    undefined: ClassVar[str] = "fewer than two fakes are finite, or all real samples are the same"
    order: ClassVar[int] = 50

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        number = min(MOST_DISTANCES, compared(reference, len(fakes)))
        finite = _finite(fakes, reference, number)
        real = reference.features[:number]
        if len(finite) < 2:
            return float("nan")
        apart: float = reference.remembered(f"apart {number}", reference.samples, lambda: mean_distance(real))
        return mean_distance(finite) / apart if apart > 0 else float("nan")

    def unknown(self, reference: Reference, count: int) -> str:
        return compared_unknown(reference, count)
