"""Turns labels as people save them (whole numbers, a column, floats or one-hot rows) into numbers of classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gan_desktop.training.data.files import Labels, refusal
from gan_desktop.training.data.npy import RENUMBERED, Array

LARGEST_LABEL = 9999


def class_numbers(path: Path, name: str, values: Array) -> tuple[Labels, str]:
    """The labels, shape (n,) int64, and what was understood: a sentence or nothing.

    Args:
        path: the file, for messages.
        name: what the labels are called in messages.
        values: shape (n,), (n, 1) or, one-hot, (n, classes).

    Raises:
        InputError: they are not numbers of classes.
    """
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2:
        return _places(path, name, values), f"The labels {name} are one-hot: the place of the 1 is the class."
    if values.ndim != 1:
        raise refusal(path, f"is refused: the labels {name} have shape {values.shape}; allowed: (count,)")
    if not values.size:
        return values.astype(np.int64), ""
    allowed = f"allowed: whole numbers 0 to {LARGEST_LABEL:,}"
    if values.dtype.kind == "f" and not (values == np.floor(values)).all():
        wrong = values[values != np.floor(values)][0]
        raise refusal(path, f"is refused: the labels {name} hold {wrong:g}; {allowed}; save {RENUMBERED} instead")
    low, high = values.min(), values.max()
    if low < 0 or high > LARGEST_LABEL:
        found = f"holds values from {low:g} to {high:g}"
        raise refusal(path, f"is refused: {name} {found}; {allowed}; save {RENUMBERED} instead")
    return values.astype(np.int64), ""


def _places(path: Path, name: str, values: Array) -> Labels:
    ones = values == 1
    if not values.shape[1] or not ((ones | (values == 0)).all() and (ones.sum(axis=1) == 1).all()):
        shape = f"the labels {name} have shape {values.shape} and are not one-hot"
        raise refusal(path, f"is refused: {shape}; allowed: (count,); save array.argmax(axis=1) or array[:, 0] instead")
    return ones.argmax(axis=1).astype(np.int64)
