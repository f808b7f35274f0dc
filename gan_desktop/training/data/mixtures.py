"""Two-dimensional mixtures of Gaussians, the benchmarks on which mode collapse is counted."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from gan_desktop.core.config import Count
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import Options, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path
from gan_desktop.training.random_streams import Stream

Positive = Annotated[float, Field(strict=True, gt=0, le=1e6, allow_inf_nan=False)]
Samples = Annotated[Count, Field(ge=1, le=10_000_000)]


class RingOptions(Options):
    """`modes` Gaussians of standard deviation `sigma` on a circle."""

    modes: Annotated[Count, Field(ge=1, le=1000)] = 8
    radius: Positive = 1.0
    sigma: Positive = 0.01
    samples: Samples = 100_000


class GridOptions(Options):
    """`side` x `side` Gaussians of standard deviation `sigma` on a square of half-width `radius`."""

    side: Annotated[Count, Field(ge=1, le=100)] = 5
    radius: Positive = 4.0
    sigma: Positive = 0.05
    samples: Samples = 100_000


def ring_centres(modes: int, radius: float) -> FloatArray:
    """Shape (modes, 2). The end point is left out: 0 and 2 pi are one angle, a bug of several public notebooks."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return (radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)


def grid_centres(side: int, radius: float) -> FloatArray:
    """Shape (side * side, 2)."""
    axis = np.linspace(-radius, radius, side) if side > 1 else np.zeros(1)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)


def mixture(title: str, centres: FloatArray, sigma: float, samples: int, seed: int) -> DataSet:
    """Draw from the equal mixture of Gaussians at `centres`; labels are the modes."""
    rng = np.random.Generator(np.random.Philox(key=[seed, Stream.DATA_SET]))
    labels = rng.integers(len(centres), size=samples)
    points = centres[labels] + rng.normal(0, sigma, (samples, 2))
    return DataSet(title, "points", points.astype(np.float32), labels, centres, sigma)


@datasets.register("ring", title="Ring of Gaussians", options=RingOptions)
def ring(request: DataRequest) -> DataSet:
    """Gaussians on a circle: 8 of them, radius 1, sigma 0.01 in the PacGAN protocol (Lin et al. 2018)."""
    options: Any = request.options
    no_path("ring", request.path)
    centres = ring_centres(options.modes, options.radius)
    return mixture(f"Ring of {options.modes} Gaussians", centres, options.sigma, options.samples, request.seed)


@datasets.register("grid", title="Grid of Gaussians", options=GridOptions)
def grid(request: DataRequest) -> DataSet:
    """Gaussians on a square grid: 25 of them on {-4, -2, 0, 2, 4}, sigma 0.05 in the PacGAN protocol."""
    options: Any = request.options
    no_path("grid", request.path)
    centres = grid_centres(options.side, options.radius)
    title = f"Grid of {options.side} x {options.side} Gaussians"
    return mixture(title, centres, options.sigma, options.samples, request.seed)
