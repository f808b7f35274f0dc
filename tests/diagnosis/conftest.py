"""Real samples to measure against: the ring and the grid of the papers, and scikit-learn's digits."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from sklearn.datasets import load_digits

from gan_desktop.diagnosis.reference import Reference

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

Draw = Callable[[int], np.ndarray]


def ring() -> np.ndarray:
    angles = 2 * np.pi * np.arange(8) / 8
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def grid() -> np.ndarray:
    axis = np.linspace(-4, 4, 5)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)


MIXTURES = {"ring": (ring(), 0.01), "grid": (grid(), 0.05)}


def draw(centres: np.ndarray, sigma: float, count: int, seed: int = 0) -> np.ndarray:
    """Points of the equal mixture of Gaussians at `centres`."""
    rng = np.random.default_rng(seed)
    points = centres[rng.integers(len(centres), size=count)] + rng.normal(0, sigma, (count, 2))
    return points.astype(np.float32)


def mixture_reference(name: str) -> Reference:
    centres, sigma = MIXTURES[name]
    return Reference.of("points", draw(centres, sigma, 100_000, seed=1), centres=centres, sigma=sigma)


@pytest.fixture(scope="session")
def ring_reference() -> Reference:
    return mixture_reference("ring")


@pytest.fixture(scope="session")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images of shape (1797, 8, 8, 1) in 0..1, and their classes."""
    bunch = load_digits()
    return (bunch.images / 16).astype(np.float32)[..., None], bunch.target.astype(np.int64)


@pytest.fixture(scope="session")
def digits_reference(digits: tuple[np.ndarray, np.ndarray]) -> Reference:
    return Reference.of("images", *digits)


@pytest.fixture(scope="session")
def mnist() -> tuple[np.ndarray, np.ndarray] | None:
    """10,000 images of shape (28, 28, 1) in 0..1, and their classes; None where they are not beside the project."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mnist"
    if not (folder / "t10k-images-idx3-ubyte.gz").is_file():
        return None
    images = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    pixels = np.frombuffer(images, np.uint8).reshape(-1, 28, 28, 1)
    return (pixels / 255).astype(np.float32), np.frombuffer(labels, np.uint8).astype(np.int64)
