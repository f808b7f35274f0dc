"""Stacked digits: every channel is one of the source's digits, and the label says which three."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.training.data import streaming
from gan_desktop.training.data.dataset import DataSet

Load = Callable[..., DataSet]


def test_channels_are_digits_of_the_label(load_data: Load) -> None:
    data, digits = load_data("stacked_digits", samples=500), load_data("digits")
    assert data.samples.shape == (500, 8, 8, 3)
    assert data.channel_classes == 10
    known = {image.tobytes(): label for image, label in zip(digits.samples, digits.labels.tolist(), strict=True)}
    for image, label in zip(data.samples, data.labels.tolist(), strict=True):
        red, green, blue = (known[np.ascontiguousarray(image[..., channel]).tobytes()] for channel in range(3))
        assert label == 100 * red + 10 * green + blue


def test_the_protocols_size_has_every_mode(load_data: Load) -> None:
    data = load_data("stacked_digits")
    counts = np.bincount(data.labels, minlength=1000)
    assert len(data) == 128_000
    assert data.classes == 1000
    assert counts.min() > 70
    assert data.title.startswith("128,000 stacks of three; Digits, 1,797 scans of 8 x 8")


def test_a_seed_repeats_and_another_differs(load_data: Load) -> None:
    first, again, other = (load_data("stacked_digits", seed=seed, samples=200) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert not np.array_equal(first.labels, other.labels)


def test_where_memory_is_short_they_are_stacked_when_asked_for(
    load_data: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = load_data("stacked_digits", samples=300)
    monkeypatch.setattr(streaming, "LARGEST_IN_MEMORY", 0)
    lazy = load_data("stacked_digits", samples=300)
    assert not isinstance(lazy.samples, np.ndarray)
    indices = np.random.default_rng(0).integers(-300, 300, 64)
    np.testing.assert_array_equal(lazy.take(indices), memory.samples[indices])
    with pytest.raises(IndexError):
        lazy.take(np.array([300]))


def test_mnist_as_the_source(tmp_path: Path, load_data: Load, refused: Callable[..., str]) -> None:
    pixels = np.arange(5 * 28 * 28).reshape(5, 28, 28) % 256
    np.savez(tmp_path / "mnist.npz", x=pixels, y=np.arange(5))
    data = load_data("stacked_digits", tmp_path / "mnist.npz", source="mnist", samples=50)
    assert data.samples.shape == (50, 28, 28, 3)
    assert data.title == "50 stacks of three; mnist.npz, 5 images of 28 x 28"
    np.savez(tmp_path / "mnist.npz", x=pixels)
    assert "holds no labels" in refused("stacked_digits", tmp_path / "mnist.npz", source="mnist")
    assert "read a path with data.source = 'mnist' only" in refused("stacked_digits", tmp_path / "mnist.npz")


def test_without_mnist_the_digits_are_enlarged_and_it_is_said(load_data: Load) -> None:
    data = load_data("stacked_digits", source="mnist", samples=50, image_size=16)
    assert data.samples.shape == (50, 16, 16, 3)
    assert "in place of MNIST" in data.title
