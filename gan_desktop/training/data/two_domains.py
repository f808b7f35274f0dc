"""Two domains in the plane, for games that translate; it is not given which of their points belong together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, no_path
from gan_desktop.training.data.mixtures import Samples, draw, grid_centres, ring_centres
from gan_desktop.training.data.two_moons import TwoMoonsOptions, two_moons

RADIUS, SIGMA = 2.0, 0.1
SIDE = 3
# The angle by which the other moons are turned, in degrees: a turn by 180 maps the moons to themselves.
TURN = 90.0


class TwoDomainsOptions(DataOptions):
    """Which two domains."""

    pair: Literal["ring_to_grid", "moons_turned"] = Field(
        "ring_to_grid",
        description="A ring of nine Gaussians to a grid of nine, or two moons to the same moons turned by 90 degrees.",
    )
    samples: Samples = Field(100_000, description="How many points of each domain are trained on.")


@datasets.register("two_domains", title="Two domains", options=TwoDomainsOptions)
def two_domains(request: DataRequest) -> DataSet:
    """Two domains in the plane, drawn apart from each other: a ring and a grid, or moons and the same moons turned."""
    options: Any = request.options
    no_path("two_domains", request.path)
    # The two are drawn from seeds of their own, so that no point of one belongs to a point of the other.
    first, second = 2 * request.seed, 2 * request.seed + 1
    if options.pair == "ring_to_grid":
        source = draw("Ring", ring_centres(SIDE**2, RADIUS), SIGMA, options.samples, first)
        target = draw("Ring to grid", grid_centres(SIDE, RADIUS), SIGMA, options.samples, second)
        return replace(target, source=source)
    moons = TwoMoonsOptions(samples=options.samples)
    source = two_moons(replace(request, options=moons, seed=first))
    target = two_moons(replace(request, options=moons, seed=second))
    assert isinstance(target.samples, np.ndarray)
    return replace(target, title="Moons to turned moons", samples=turned(target.samples, TURN), source=source)


def turned(points: FloatArray, degrees: float) -> FloatArray:
    """Points of shape (n, 2), turned around the origin counter-clockwise."""
    angle = np.deg2rad(degrees)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points @ rotation).astype(np.float32)
