"""Which mode a sample belongs to: the mean that a point is near, or the class that a classifier gives an image."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.classifier import FEWEST
from gan_desktop.diagnosis.distances import squared_distances
from gan_desktop.diagnosis.reference import Reference

Modes = npt.NDArray[np.int64]

NONE = -1
# If there are more modes, they are not looked at one by one.
SHOWN_MODES = 100
# Within this many sigma of a mode's mean, a point is of high quality.
HIGH_QUALITY_SIGMAS = 3.0
# How many distances are held at a time: 16 MB.
LARGEST_TABLE = 2**20


def modes_unknown(reference: Reference) -> str:
    """One sentence on why it cannot be said which modes samples belong to; empty if it can."""
    if reference.kind == "points":
        known = reference.centres is not None and reference.sigma is not None
        return "" if known else "the modes of these data are not known"
    if reference.labels is None:
        return "the images have no labels, so there are no classes to count"
    if reference.classes < 2:
        return "all labelled images are of one class"
    if reference.classifier is None:
        return f"a class has fewer than {FEWEST} labelled images to fit a classifier to"
    if reference.classifier.is_guessing:
        return f"the classes cannot be told apart: {reference.classifier.note}, hardly more than by guessing"
    return ""


def mode_note(reference: Reference) -> str:
    """What to know about the modes of images: what tells them, and how often it errs."""
    return "" if reference.classifier is None else reference.classifier.note


def mode_of(samples: FloatArray, reference: Reference) -> Modes:
    """The mode of each sample, shape (n,); -1 for a point that is not of high quality and for what is not finite.

    To be called only if `modes_unknown` is empty.
    """
    features = reference.features_of(samples)
    finite = np.isfinite(features).all(axis=1)
    result = np.full(len(samples), NONE, np.int64)
    if finite.any():
        known = features[finite]
        result[finite] = _near_mode(known, reference) if reference.kind == "points" else _class_mode(known, reference)
    return result


def mode_counts(samples: FloatArray, reference: Reference) -> Modes:
    """How many samples fall into each mode, shape (modes,)."""

    def count() -> Modes:
        modes = mode_of(samples, reference)
        return np.bincount(modes[modes != NONE], minlength=reference.modes)

    counts: Modes = reference.remembered("mode_counts", samples, count)
    return counts


def mode_shares(samples: FloatArray, reference: Reference) -> npt.NDArray[np.float64]:
    """The share of all samples that falls into each mode, shape (modes,)."""
    shares: npt.NDArray[np.float64] = mode_counts(samples, reference) / len(samples)
    return shares


def territory_shares(samples: FloatArray, reference: Reference) -> npt.NDArray[np.float64]:
    """The share of all samples that is nearest to each mode, however far away; for images the same as `mode_shares`.

    Fakes that are spread around all modes leave none of them out, even if they are hardly ever within three sigma.
    """
    if reference.kind == "images":
        return mode_shares(samples, reference)
    assert reference.centres is not None
    finite = samples[np.isfinite(samples).all(axis=1)]
    counts = np.bincount(nearest(finite, reference.centres)[0], minlength=reference.modes)
    shares: npt.NDArray[np.float64] = counts / len(samples)
    return shares


def mode_leaks(reference: Reference) -> npt.NDArray[np.float64]:
    """The share of samples that would still be counted in each mode if none belonged to it, shape (modes,).

    The classifier of images errs: if a class is lost, some samples of other classes are taken for it; if it is rare,
    nearly as many as it is due.
    """
    leaks = np.zeros(reference.modes)
    if reference.kind == "points" or reference.held_out_labels is None:
        return leaks
    told = mode_of(reference.held_out, reference)
    for mode in range(reference.modes):
        of_others = told[reference.held_out_labels != mode]
        leaks[mode] = np.count_nonzero(of_others == mode) / max(1, len(of_others))
    return leaks


def nearest(points: FloatArray, centres: FloatArray) -> tuple[Modes, npt.NDArray[np.float64]]:
    """The nearest centre of each finite point and its distance, both of shape (n,)."""
    index = np.empty(len(points), np.int64)
    squared = np.empty(len(points))
    rows = max(1, LARGEST_TABLE // len(centres))
    for start in range(0, len(points), rows):
        table = squared_distances(points[start : start + rows], centres)
        index[start : start + rows] = table.argmin(axis=1)
        squared[start : start + rows] = table.min(axis=1)
    return index, np.sqrt(squared)


def _near_mode(points: FloatArray, reference: Reference) -> Modes:
    assert reference.centres is not None
    assert reference.sigma is not None
    index, distance = nearest(points, reference.centres)
    radius = HIGH_QUALITY_SIGMAS * reference.sigma
    # A point at 3 sigma is within, whichever way its coordinates were rounded to float32.
    rounding = np.finfo(np.float32).eps * (float(np.abs(reference.centres).max()) + radius)
    return np.where(distance <= radius + rounding, index, NONE)


def _class_mode(features: FloatArray, reference: Reference) -> Modes:
    assert reference.classifier is not None
    return reference.classifier.predict_features(features)
