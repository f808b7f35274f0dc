"""Fakes of each class compared with real samples of that class: a collapse within a class is seen nowhere else.

A generator that makes one image of each class reaches all classes, evenly, and its fakes are far apart. That they have
no variety can only be seen beside real samples of the same class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.distances import Floats, Overlap, mean_distance, overlap, squared_radii
from gan_desktop.diagnosis.modes import SHOWN_MODES, mode_of, modes_unknown
from gan_desktop.diagnosis.reference import Labels, Reference

# How many fakes of one class are compared with as many real samples.
MOST = 100
# Fewer than the first say nothing about how varied a class is; with fewer than the second, balls of five neighbours
# reach everywhere.
FEWEST = 10
FEWEST_COMPARED = 20
# How large a share of the samples that a class is due is compared: a little fewer than there are by chance.
COMPARED_SHARE = 0.7


@dataclass(frozen=True)
class WithinClasses:
    """Figures of the fakes within each class, shape (classes,) each; NaN if a class has too few samples.

    Attributes:
        diversity: how far apart two fakes of the class are, over how far apart two real samples of it are.
        coverage: the coverage of Naeem et al. 2020, within the class.
        recall: the recall of Kynkäänniemi et al. 2019, within the class.
    """

    diversity: Floats
    coverage: Floats
    recall: Floats


def classes_unknown(reference: Reference) -> str:
    """One sentence on why fakes cannot be compared class by class; empty if they can."""
    if reference.labels is None:
        return "the samples have no classes"
    if reference.classes > SHOWN_MODES:
        return f"there are {reference.classes:,} classes, too many to look at each"
    if reference.conditional:
        return ""
    return modes_unknown(reference)


def within_classes(samples: FloatArray, reference: Reference, asked: Labels | None = None) -> WithinClasses:
    """Compare samples with real ones of the class that they were asked for; without `asked`, of the mode they are in.

    To be called only if `classes_unknown` is empty.

    Args:
        samples: shape (n, *sample_shape), in data units.
        asked: shape (n,).
    """

    def compute() -> WithinClasses:
        classes = mode_of(samples, reference) if asked is None else asked
        features = reference.features_of(samples)
        finite = np.isfinite(features).all(axis=1)
        found = np.full((3, reference.classes), np.nan)
        for number in range(reference.classes):
            due = int(COMPARED_SHARE * reference.class_shares[number] * len(samples))
            found[:, number] = _of_class(features[finite & (classes == number)], reference, number, due)
        return WithinClasses(*found)

    result: WithinClasses = reference.remembered("within_classes", samples, compute)
    return result


def _of_class(fakes: FloatArray, reference: Reference, number: int, due: int) -> tuple[float, float, float]:
    """Diversity, coverage and recall within one class; coverage and recall compare `due` fakes, or are NaN."""
    real = reference.class_features(number)[:MOST]
    nan = float("nan")
    if min(len(fakes), len(real)) < FEWEST:
        return nan, nan, nan
    apart: float = reference.remembered(f"apart {number}", reference.samples, lambda: mean_distance(real))
    diversity = mean_distance(fakes[:MOST]) / apart if apart > 0 else nan
    count = min(MOST, len(real), due)
    if count < FEWEST_COMPARED or len(fakes) < count:
        return diversity, nan, nan
    compared = real[:count]
    radii: Floats = reference.remembered(f"radii {number} {count}", reference.samples, lambda: squared_radii(compared))
    found: Overlap = overlap(compared, radii, fakes[:count])
    return diversity, found.coverage, found.recall
