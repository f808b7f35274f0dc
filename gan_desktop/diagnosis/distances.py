"""Distances between samples, and what they say of two sets: precision, recall, density and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.diagnosis.features import one_thread

Rows = FloatArray | npt.NDArray[np.float64]
Floats = npt.NDArray[np.float64]

# Balls reach to the 5th nearest sample of their own set (Naeem et al. 2020).
NEIGHBOURS = 5
# With this many axes or fewer, differences are summed: that is exact, and quicker than a product of matrices.
FEW_AXES = 4
# Squared distances from a product of matrices err by this share of the squared lengths. Smaller ones count as 0.
ROUNDING = 1e-13


def squared_distances(first: Rows, second: Rows) -> Floats:
    """The squared distances between finite rows of two sets, shape (len(first), len(second)); 0 between equal rows."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    if a.shape[1] <= FEW_AXES:
        from scipy.spatial.distance import cdist

        exact: Floats = cdist(a, b, "sqeuclidean")
        return exact
    lengths = np.add.outer(np.einsum("ij,ij->i", a, a), np.einsum("ij,ij->i", b, b))
    with one_thread():
        table = a @ b.T
    table *= -2
    table += lengths
    lengths *= ROUNDING
    table[table < lengths] = 0
    return table


def mean_distance(samples: Rows) -> float:
    """The mean distance between two different ones of at least two samples, whose values may be equal."""
    table = squared_distances(samples, samples)
    return float(np.sqrt(table, out=table).sum() / (len(samples) * (len(samples) - 1)))


def squared_radii(samples: Rows, neighbours: int = NEIGHBOURS) -> Floats:
    """The squared distance of each sample to the `neighbours`-th nearest other one, shape (n,); n > neighbours."""
    if samples.shape[1] <= FEW_AXES:
        # A tree finds which sample it is ten times as quickly as a table. Its distance is the same sum as everywhere.
        points = samples.astype(np.float64)
        _, index = tree_of(points).query(points, k=[neighbours + 1])
        result: Floats = ((points - points[index[:, 0]]) ** 2).sum(axis=1)
        return result
    table = squared_distances(samples, samples)
    return np.partition(table, neighbours, axis=1)[:, neighbours]


def tree_of(points: Rows) -> Any:
    """A tree that quickly finds the nearest of many points with few axes."""
    from scipy.spatial import KDTree

    return KDTree(points.astype(np.float64))


def nearest_distances(samples: Rows, others: Rows, number: int, tree: Any = None) -> Floats:
    """The distances from each sample to the `number` nearest others, nearest first, shape (n, number).

    Args:
        others: at least `number` of them.
        tree: `tree_of(others)`, if it was made.
    """
    points = samples.astype(np.float64)
    if tree is not None:
        found: Floats = tree.query(points, k=range(1, number + 1))[0]
        return found
    # Single precision is enough to find which ones are near; how near they are is taken from the differences.
    lengths = np.einsum("ij,ij->i", others, others)
    with one_thread():
        table = lengths - 2 * (samples @ others.T)
    rows, result = np.arange(len(samples)), np.empty((len(samples), number))
    for place in range(number):
        index = table.argmin(axis=1)
        table[rows, index] = np.inf
        result[:, place] = np.sqrt(((points - others[index]) ** 2).sum(axis=1))
    result.sort(axis=1)
    return result


@dataclass(frozen=True)
class Overlap:
    """How far two sets of samples lie in the same places."""

    precision: float
    recall: float
    density: float
    coverage: float


def overlap(
    real: Rows, real_radii: Floats, fake: Rows, fakes: int | None = None, neighbours: int = NEIGHBOURS
) -> Overlap:
    """Precision and recall of Kynkäänniemi et al. 2019, density and coverage of Naeem et al. 2020.

    A ball around a sample reaches to its `neighbours`-th nearest other one in its own set. Samples at the very edge of
    a ball are within it for precision and recall, but not for density and coverage: so the papers define them.

    Args:
        real: shape (n, axes), more than `neighbours`.
        real_radii: `squared_radii(real, neighbours)`.
        fake: shape (m, axes), finite.
        fakes: how many fakes there were, if some were not finite: these are in no ball, and have none.
    """
    count = len(fake) if fakes is None else fakes
    if len(fake) == 0:
        return Overlap(0.0, 0.0, 0.0, 0.0)
    apart = squared_distances(real, fake)
    recalled = 0.0
    if len(fake) > neighbours:
        recalled = float((apart <= squared_radii(fake, neighbours)).any(axis=1).mean())
    reach = real_radii[:, None]
    return Overlap(
        precision=float((apart <= reach).any(axis=0).sum() / count),
        recall=recalled,
        density=float(np.count_nonzero(apart < reach) / (neighbours * count)),
        coverage=float((apart.min(axis=1) < real_radii).mean()),
    )
