"""Two-dimensional mixtures of Gaussians, the benchmarks on which mode collapse is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from gan_desktop.core.errors import shown
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.core.sections import Count
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path, random_numbers

Positive = Annotated[float, Field(strict=True, gt=0, le=1e6, allow_inf_nan=False)]
# Options of several data sets.
Samples = Annotated[Count, Field(ge=1, le=10_000_000, description="How many points are drawn and trained on.")]
Sigma = Annotated[Positive, Field(description="Standard deviation of each Gaussian, in both directions.")]

MOST_CENTRES = 100
FARTHEST = 100.0
# A weight of nearly nothing is a mode that no sample comes from.
WEIGHTS = (1e-6, 1e6)
# How many more are drawn that are not trained on: as many as metrics can use, however few are trained on.
HELD_OUT = 50_000


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_centres(value: Any) -> Any:
    """Refuse anything but a list of [x, y] pairs, in one sentence that says which centre is wrong."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_CENTRES:
        allowed = f"must be a list of 1 to {MOST_CENTRES} pairs, as in [[0, 0], [1, 1]]"
        raise PydanticCustomError("centres", "{allowed}", {"allowed": allowed})
    for number, pair in enumerate(value, 1):
        is_pair = isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_is_number, pair))
        if not is_pair or not all(-FARTHEST <= coordinate <= FARTHEST for coordinate in pair):
            allowed = f"centre {number} is {shown(pair)}; must be two numbers from {-FARTHEST:g} to {FARTHEST:g}"
            raise PydanticCustomError("centres", "{allowed}", {"allowed": allowed})
    return value


class MixtureOptions(DataOptions):
    """Gaussians of standard deviation `sigma` at `centres`; `weights`, one a centre, are their shares."""

    centres: Annotated[tuple[tuple[float, float], ...], BeforeValidator(_check_centres)] = Field(
        ((0.0, 0.0), (1.5, 1.0), (-1.2, 1.4), (-1.6, -0.9), (1.1, -1.5)),
        description="Where the Gaussians stand: a pair of coordinates for each.",
    )
    weights: tuple[Annotated[float, Field(strict=True)], ...] | None = Field(
        None, description="How often each Gaussian is drawn, relative to the others. Empty means equally often."
    )
    sigma: Sigma = 0.05
    samples: Samples = 100_000

    @field_validator("weights")
    @classmethod
    def _check_weights(cls, weights: tuple[float, ...] | None, info: ValidationInfo) -> tuple[float, ...] | None:
        centres = info.data.get("centres")
        if weights is None or centres is None:
            return weights
        low, high = WEIGHTS
        if len(weights) != len(centres) or not all(low <= weight <= high for weight in weights):
            allowed = f"must be {len(centres)} numbers from {low:g} to {high:g}, one for each centre"
            raise PydanticCustomError("weights", "{allowed}", {"allowed": allowed})
        return weights


class RingOptions(DataOptions):
    """`modes` Gaussians of standard deviation `sigma` on a circle."""

    modes: Annotated[Count, Field(ge=1, le=1000)] = Field(8, description="How many Gaussians stand on the circle.")
    radius: Positive = Field(1.0, description="Radius of the circle on which their centres stand.")
    sigma: Sigma = 0.01
    samples: Samples = 100_000


class GridOptions(DataOptions):
    """`side` x `side` Gaussians of standard deviation `sigma` on a square of half-width `radius`."""

    side: Annotated[Count, Field(ge=1, le=100)] = Field(
        5, description="How many Gaussians stand along each side of the square: 5 makes 25 in all."
    )
    radius: Positive = Field(4.0, description="Half the side of the square on which their centres stand.")
    sigma: Sigma = 0.05
    samples: Samples = 100_000


def ring_centres(modes: int, radius: float) -> FloatArray:
    """Shape (modes, 2). The end point is left out: 0 and 2 pi are one angle, a bug of several public notebooks."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return (radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)


def grid_centres(side: int, radius: float) -> FloatArray:
    """Shape (side * side, 2)."""
    axis = np.linspace(-radius, radius, side) if side > 1 else np.zeros(1)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2).astype(np.float32)


def draw(
    title: str, centres: FloatArray, sigma: float, samples: int, seed: int, weights: Sequence[float] | None = None
) -> DataSet:
    """Draw from the mixture of Gaussians at `centres`, equal unless weighted; labels are the modes."""
    rng = random_numbers(seed)
    shares = None if weights is None else np.array(weights) / sum(weights)

    def points_of(count: int) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        if shares is None:
            labels = rng.integers(len(centres), size=count)
        else:
            labels = rng.choice(len(centres), size=count, p=shares)
        return (centres[labels] + rng.normal(0, sigma, (count, 2))).astype(np.float32), labels

    points, labels = points_of(samples)
    held_out, held_out_labels = points_of(HELD_OUT)
    return DataSet(
        title,
        "points",
        points,
        labels,
        centres,
        sigma,
        weights=shares,
        held_out=held_out,
        held_out_labels=held_out_labels,
    )


@datasets.register("ring", title="Ring of Gaussians", options=RingOptions)
def ring(request: DataRequest) -> DataSet:
    """Gaussians on a circle: 8 of them, radius 1, sigma 0.01 in the PacGAN protocol (Lin et al. 2018)."""
    options: Any = request.options
    no_path("ring", request.path)
    centres = ring_centres(options.modes, options.radius)
    return draw(f"Ring of {options.modes} Gaussians", centres, options.sigma, options.samples, request.seed)


@datasets.register("grid", title="Grid of Gaussians", options=GridOptions)
def grid(request: DataRequest) -> DataSet:
    """Gaussians on a square grid: 25 of them on {-4, -2, 0, 2, 4}, sigma 0.05 in the PacGAN protocol."""
    options: Any = request.options
    no_path("grid", request.path)
    centres = grid_centres(options.side, options.radius)
    title = f"Grid of {options.side} x {options.side} Gaussians"
    return draw(title, centres, options.sigma, options.samples, request.seed)


@datasets.register("mixture", title="Mixture of Gaussians", options=MixtureOptions)
def mixture(request: DataRequest) -> DataSet:
    """Gaussians wherever they are put, with their shares."""
    options: Any = request.options
    no_path("mixture", request.path)
    centres = np.array(options.centres, np.float32)
    title = f"Mixture of {len(centres)} Gaussians"
    return draw(title, centres, options.sigma, options.samples, request.seed, options.weights)
