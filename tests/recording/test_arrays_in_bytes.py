"""Samples and the summary of the data come back as they were; what is damaged is refused in a sentence."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, Picture, Samples
from gan_desktop.recording.arrays_in_bytes import (
    samples_from_bytes,
    samples_to_bytes,
    summary_from_bytes,
    summary_to_bytes,
)

RNG = np.random.default_rng(0)
# Multiples of 1/255 are what a byte holds.
IMAGES = (RNG.integers(0, 256, (4, 3, 3, 1)) / 255).astype(np.float32)
POINTS = RNG.normal(size=(5, 2)).astype(np.float32)


@pytest.mark.parametrize("values", [IMAGES, POINTS], ids=["images", "points"])
def test_samples_come_back(values: np.ndarray) -> None:
    pictures = (Picture("made", "G(x)", values), Picture("real", "y", values, 1))
    samples = Samples(7, values, values[::-1], np.arange(len(values), dtype=np.int32), pictures=pictures)
    back = samples_from_bytes(samples_to_bytes(samples))
    assert back.step == 7
    assert back.averaged is not None
    assert back.labels is not None
    assert np.allclose(back.values, values, atol=1e-7)
    assert np.allclose(back.averaged, values[::-1], atol=1e-7)
    assert back.labels.tolist() == list(range(len(values)))
    assert [(picture.name, picture.title, picture.group) for picture in back.pictures] == [
        ("made", "G(x)", 0),
        ("real", "y", 1),
    ]


def test_a_summary_comes_back() -> None:
    summary = DataSummary(
        "Digits",
        "images",
        (3, 3, 1),
        4,
        IMAGES,
        notes=("one file could not be read",),
        classes=2,
        class_names=("a", "b"),
        real_labels=np.array([0, 1, 0, 1]),
        spread=1.5,
        source=IMAGES,
    )
    back = summary_from_bytes(summary_to_bytes(summary))
    for field in fields(DataSummary):
        was, now = getattr(summary, field.name), getattr(back, field.name)
        assert np.allclose(was, now) if isinstance(was, np.ndarray) else was == now


def test_a_mixture_comes_back() -> None:
    shares, centres = np.array([0.3, 0.7]), np.eye(2, dtype=np.float32)
    summary = DataSummary("Ring", "points", (2,), 5, POINTS, centres=centres, sigma=0.1, weights=shares)
    back = summary_from_bytes(summary_to_bytes(summary))
    assert back.centres is not None
    assert (back.centres.tolist(), back.sigma) == (np.eye(2).tolist(), 0.1)


@pytest.mark.parametrize("content", [b"", b"nonsense", samples_to_bytes(Samples(1, POINTS))[:-30]])
def test_what_is_damaged_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        samples_from_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        summary_from_bytes(content)


def test_other_contents_are_refused() -> None:
    with pytest.raises(InputError, match="damaged"):
        summary_from_bytes(samples_to_bytes(Samples(1, POINTS)))
