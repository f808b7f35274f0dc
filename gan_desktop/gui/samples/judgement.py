"""What the discriminator's surface says, as a picture of values from -1 (fake) to 1 (real)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.views import Surface

Floats = npt.NDArray[np.floating[Any]]

# For a critic's values: this share of the plane is within the ends of the colours.
WITHIN = 90


class SurfaceShown(StrEnum):
    """Which surface lies under the points."""

    NONE = "points"
    LEARNED = "d"
    OPTIMAL = "optimal"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class CriticScale:
    """Which of a critic's values are drawn: `middle` in the neutral colour, all beyond `reach` from it in the ends'."""

    middle: float
    reach: float


def probability(logits: Floats) -> npt.NDArray[np.float64]:
    """The sigmoid of logits, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * logits.astype(np.float64)))


def learned(surface: Surface) -> npt.NDArray[np.float64]:
    """The discriminator's probability of real, stretched to -1 .. 1."""
    return 2 * probability(surface.logits) - 1


def optimal(surface: Surface) -> npt.NDArray[np.float64] | None:
    """The Bayes-optimal discriminator's, stretched likewise; None if the density of the data is not known."""
    return None if surface.optimal is None else 2 * probability(surface.optimal) - 1


def difference(surface: Surface) -> npt.NDArray[np.float64] | None:
    """The learned probability minus the optimal one; None if that is not known."""
    return None if surface.optimal is None else probability(surface.logits) - probability(surface.optimal)


def values_at(surface: Surface, points: Floats) -> Floats:
    """The logits in the cells that the points are in; points outside are left out."""
    low, high = surface.limits[:, 0], surface.limits[:, 1]
    rows, columns = surface.logits.shape
    inside = points[((points >= low) & (points < high)).all(axis=1)]
    # By floor: a share below 1 can still be rounded up to it.
    cell = np.minimum(((inside - low) / (high - low) * (columns, rows)).astype(int), (columns - 1, rows - 1))
    return surface.logits[cell[:, 1], cell[:, 0]]


def critic_scale(surface: Surface, real: Floats, fake: Floats) -> CriticScale:
    """A critic's values mean something only among themselves: midway between real and fake points is neutral."""
    finite = surface.logits[np.isfinite(surface.logits)].astype(np.float64)
    if not len(finite):
        return CriticScale(0.0, 1.0)
    typical = [np.median(values) for points in (real, fake) if len(values := _finite(values_at(surface, points)))]
    middle = float(np.mean(typical)) if typical else float(np.median(finite))
    return CriticScale(middle, max(float(np.percentile(np.abs(finite - middle), WITHIN)), 1e-12))


def criticised(surface: Surface, scale: CriticScale) -> npt.NDArray[np.float64]:
    """A critic's values on its scale, -1 .. 1."""
    return np.clip((surface.logits.astype(np.float64) - scale.middle) / scale.reach, -1, 1)


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]
