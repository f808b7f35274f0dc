"""Two interleaved half circles, the smallest data set whose modes are curves."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path, random_numbers
from gan_desktop.training.data.mixtures import Samples

# An option of data sets that are curves.
Noise = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="Standard deviation of the Gaussian noise that moves points off their curve.",
    ),
]
# The centre of the box around both half circles. It is taken off, so that the box lies around zero.
CENTRE = (0.5, 0.25)


class TwoMoonsOptions(DataOptions):
    """Half circles of radius 1, each point moved by Gaussian `noise`."""

    noise: Noise = 0.05
    samples: Samples = 100_000


@datasets.register("two_moons", title="Two moons", options=TwoMoonsOptions)
def two_moons(request: DataRequest) -> DataSet:
    """Two interleaved half circles, as scikit-learn's `make_moons` but centred; the labels are the moons."""
    options: Any = request.options
    no_path("two_moons", request.path)
    rng = random_numbers(request.seed)
    labels = rng.integers(2, size=options.samples)
    angles = rng.uniform(0, np.pi, options.samples)
    upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lower = np.stack([1 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
    points = np.where(labels[:, None] == 0, upper, lower) - CENTRE + rng.normal(0, options.noise, upper.shape)
    return DataSet("Two moons", "points", points.astype(np.float32), labels)
