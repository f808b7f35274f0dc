"""Labels in every form that people save them in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.training.data.label_arrays import class_numbers

CLASSES = np.array([2, 0, 1, 2])
PATH = Path("a.npz")


@pytest.mark.parametrize("dtype", ["u1", "<i8", ">i4", "f4", ">f8"])
@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_numbers(dtype: str, shape: tuple[int, ...]) -> None:
    labels, note = class_numbers(PATH, "'y'", CLASSES.astype(dtype).reshape(shape))
    assert (labels.tolist(), labels.dtype, note) == (CLASSES.tolist(), np.dtype(np.int64), "")


@given(st.lists(st.integers(0, 6), min_size=1), st.sampled_from(["u1", "f4", "?", "<i8"]))
def test_one_hot(classes: list[int], dtype: str) -> None:
    labels, note = class_numbers(PATH, "'y'", np.eye(7)[classes].astype(dtype))
    assert labels.tolist() == classes
    assert note == "The labels 'y' are one-hot: the place of the 1 is the class."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([0.5, 1], "the labels 'y' hold 0.5; allowed: whole numbers 0 to 9,999; save np.unique("),
        ([np.nan, 1], "the labels 'y' hold nan; allowed"),
        ([np.inf, 1], "'y' holds values from 1 to inf; allowed"),
        ([-1, 1], "'y' holds values from -1 to 1; allowed: whole numbers 0 to 9,999; save np.unique("),
        ([0, 10_000], "'y' holds values from 0 to 10000"),
        (
            [[1, 0], [1, 1]],
            "the labels 'y' have shape (2, 2) and are not one-hot; allowed: (count,); save array.",
        ),
        ([[0.2, 0.8]], "are not one-hot"),
        ([[], []], "are not one-hot"),
        ([[[1]]], "the labels 'y' have shape (1, 1, 1); allowed: (count,)"),
        (3, "the labels 'y' have shape (); allowed: (count,)"),
    ],
)
def test_others_are_refused(values: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        class_numbers(PATH, "'y'", np.array(values))
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("data.path: a.npz is refused: ")
