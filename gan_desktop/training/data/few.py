"""A few samples of each class of a data set, and all its others held out."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.training.data.dataset import DataSet

Labels = npt.NDArray[np.int64]

# At most this many are held out, and if images are large, only as many as fit in this many bytes.
MOST_HELD_OUT = 5000
LARGEST_BYTES = 2**28


def balanced(labels: Labels, kept: int, seed: int = 0) -> Labels:
    """The indices of `kept` samples: the first of every class in a shuffle, then the second of every class, and so on.

    So a smaller choice is part of a larger one. The shuffle is fixed for a seed.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    place = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        own = labels[shuffled] == label
        place[own] = np.arange(own.sum())
    return shuffled[np.argsort(place, kind="stable")][:kept]


def few_of_each(data: DataSet, per_class: int, seed: int) -> DataSet:
    """`per_class` samples of each class, other ones for another seed; samples not among them are held out.

    Args:
        data: with labels, and with enough samples of each class: see `most_of_each`.
        per_class: how many of each class, at least 1.
        seed: of the choice.

    Returns:
        Arrays in memory. No held-out sample is equal to one that is trained on.
    """
    assert data.labels is not None
    classes = np.unique(data.labels)
    chosen = balanced(data.labels, per_class * len(classes), seed)
    samples = data.take(chosen)
    others = np.setdiff1d(np.arange(len(data)), chosen)
    held_out, held_out_labels = _some_of(data, others, seed)
    trained_on = {row.tobytes() for row in samples}
    is_fresh = np.array([row.tobytes() not in trained_on for row in held_out], bool)
    is_fresh &= np.isin(held_out_labels, classes)
    return replace(
        data,
        samples=samples,
        labels=data.labels[chosen],
        held_out=held_out[is_fresh],
        held_out_labels=held_out_labels[is_fresh],
    )


def _some_of(data: DataSet, others: Labels, seed: int) -> tuple[FloatArray, Labels]:
    """The samples to hold out and their classes: random ones of `others` and of what was held out before."""
    assert data.labels is not None
    most = min(MOST_HELD_OUT, LARGEST_BYTES // (4 * prod(data.sample_shape)))
    before = 0 if data.held_out is None or data.held_out_labels is None else len(data.held_out)
    some = np.sort(np.random.default_rng(seed).permutation(len(others) + before)[: max(1, most)])
    rows, more = others[some[some < len(others)]], some[some >= len(others)] - len(others)
    samples, labels = data.take(rows), data.labels[rows]
    if data.held_out is None or data.held_out_labels is None:
        return samples, labels
    return np.concatenate([samples, data.held_out[more]]), np.concatenate([labels, data.held_out_labels[more]])


def most_of_each(data: DataSet) -> tuple[int, int]:
    """How many samples of each class there are, if one of each is held out, and the class that has fewest."""
    assert data.labels is not None
    classes, counts = np.unique(data.labels, return_counts=True)
    more = np.zeros_like(counts)
    if data.held_out is not None and data.held_out_labels is not None:
        more = np.array([(data.held_out_labels == label).sum() for label in classes])
    most = np.minimum(counts, counts + more - 1)
    return int(most.min()), int(classes[most.argmin()])
