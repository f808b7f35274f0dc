"""Spiral arms from one centre: a density that a few Gaussians cannot imitate."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path, random_numbers
from gan_desktop.training.data.mixtures import Samples
from gan_desktop.training.data.two_moons import Noise


class SpiralsOptions(DataOptions):
    """`arms` spirals that turn `turns` times on their way to radius 1, each point moved by Gaussian `noise`."""

    arms: Annotated[Count, Field(ge=1, le=20)] = Field(2, description="How many spirals start at the centre.")
    turns: Annotated[float, Field(strict=True, ge=0, le=10, allow_inf_nan=False)] = Field(
        1.25, description="How often each spiral winds around the centre; 0 makes straight lines."
    )
    noise: Noise = 0.02
    samples: Samples = 100_000


@datasets.register("spirals", title="Spirals", options=SpiralsOptions)
def spirals(request: DataRequest) -> DataSet:
    """Archimedean spirals of radius 1 around one centre; the labels are the arms."""
    options: Any = request.options
    no_path("spirals", request.path)
    rng = random_numbers(request.seed)
    labels = rng.integers(options.arms, size=options.samples)
    # The square root makes up for the outer turns being longer.
    radii = np.sqrt(rng.uniform(0, 1, options.samples))
    angles = 2 * np.pi * (options.turns * radii + labels / options.arms)
    points = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points += rng.normal(0, options.noise, points.shape)
    title = f"{options.arms} spirals" if options.arms > 1 else "One spiral"
    return DataSet(title, "points", points.astype(np.float32), labels)
