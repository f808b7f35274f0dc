"""Whether each class has the variety of real samples of that class, and whether it is the class that was asked for."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import metrics
from gan_desktop.diagnosis.distances import Floats
from gan_desktop.diagnosis.metrics import Metric
from gan_desktop.diagnosis.modes import mode_note, mode_of, modes_unknown
from gan_desktop.diagnosis.reference import Labels, Reference
from gan_desktop.diagnosis.within_classes import FEWEST, WithinClasses, classes_unknown, within_classes


def _mean(values: Floats) -> float:
    """The mean over the classes for which a figure is known; NaN if it is known for none."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


class _Within(Metric):
    """A metric that is the mean over the classes of a figure within each."""

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    undefined: ClassVar[str] = f"no class has {FEWEST} fakes, or as many as are compared"

    def unknown(self, reference: Reference, count: int) -> str:
        return classes_unknown(reference)

    def note(self, reference: Reference, count: int) -> str:
        return "" if reference.conditional or reference.kind == "points" else mode_note(reference)

    def _found(self, fakes: FloatArray, reference: Reference, asked: Labels | None) -> WithinClasses:
        return within_classes(fakes, reference, asked)


@metrics.register("class_diversity", title="Diversity within classes")
class ClassDiversity(_Within):
    """How far apart two fakes of one class are on average, over how far apart two real samples of it are, as a mean
    over the classes: 1 when healthy, 0 if each class is always the same sample. Fakes of a conditional GAN count for
    the class that they were asked for, others for the mode that they are in.
    """

    form: ClassVar[Literal["count", "share", "number"]] = "number"
    order: ClassVar[int] = 52

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _mean(self._found(fakes, reference, asked).diversity)


@metrics.register("class_coverage", title="Coverage within classes")
class ClassCoverage(_Within):
    """The share of the real samples of a class that have a fake of that class in their ball, which reaches to their 5th
    nearest neighbour of that class (Naeem et al. 2020), as a mean over the classes.
    """

    order: ClassVar[int] = 53

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _mean(self._found(fakes, reference, asked).coverage)


@metrics.register("class_recall", title="Recall within classes")
class ClassRecall(_Within):
    """The share of the real samples of a class that lie within the ball of a fake of that class, which reaches to its
    5th nearest fake of the class (Kynkäänniemi et al. 2019), as a mean over the classes.
    """

    order: ClassVar[int] = 54

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return _mean(self._found(fakes, reference, asked).recall)


@metrics.register("class_accuracy", title="Class as asked")
class ClassAccuracy(Metric):
    """The share of a conditional GAN's fakes that have the class that they were asked for, by a classifier of the real
    images, or by the mode that a point is in. Real samples have the classifier's accuracy.
    """

    higher_is_better: ClassVar[bool] = True
    form: ClassVar[Literal["count", "share", "number"]] = "share"
    order: ClassVar[int] = 25

    def measure(self, fakes: FloatArray, reference: Reference, asked: Labels | None = None) -> float:
        return float("nan") if asked is None else float((mode_of(fakes, reference) == asked).mean())

    def unknown(self, reference: Reference, count: int) -> str:
        if not reference.conditional:
            return "the GAN is not asked for a class"
        return modes_unknown(reference)

    def note(self, reference: Reference, count: int) -> str:
        return mode_note(reference)
