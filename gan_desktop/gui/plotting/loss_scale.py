"""How high a loss stands on the plot: the loss itself, its logarithm, or, if some losses are negative, both.

The symmetric scale is asinh(loss / (2 linear)) / ln 10. Far from 0 that is the number of decades from `linear`, on
either side, and within +-linear it is nearly a straight line: one smooth, increasing function that has an inverse.
"""

from __future__ import annotations

from math import asinh, ceil, floor, isfinite, log, log10, sinh
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.scale import round_ticks

Floats = npt.NDArray[np.floating[Any]]

LN_10 = log(10)
# Heights beyond this belong to losses that are no numbers any more.
HIGHEST = 300.0
# The linear range is no smaller than this share of the largest loss: nobody wants to see more decades.
SMALLEST_SHARE = 1e-4
# It is kept while the middle loss is between these multiples of it: a scale that jumps is unreadable.
KEPT_FROM, KEPT_TO = 0.3, 30.0
# Pixels that a tick with its loss needs, and that a decade needs for ticks at 2 and 5 as well.
ROOM_FOR_TICK, ROOM_FOR_BETWEEN = 18.0, 60.0


class LossScale(Protocol):
    """An axis for losses. Heights grow with the losses."""

    def heights(self, losses: Floats) -> Floats:
        """The height of each loss, NaN where it has none."""
        ...


class Linear:
    """The height is the loss."""

    def heights(self, losses: Floats) -> Floats:
        return losses


class Logarithmic:
    """The height is the decimal logarithm: for losses above 0."""

    def heights(self, losses: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(losses > 0, np.log10(losses), np.nan)


class Symmetric:
    """For losses on both sides of 0: logarithmic beyond +-`linear`, linear within."""

    def __init__(self, linear: float) -> None:
        self.linear = linear

    def heights(self, losses: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            found: Floats = np.arcsinh(losses.astype(np.float64) / (2 * self.linear)) / LN_10
        return found

    def loss(self, height: float) -> float:
        """The loss at a height: the inverse of `heights`."""
        return 2 * self.linear * sinh(min(max(height, -HIGHEST), HIGHEST) * LN_10)

    def _height(self, loss: float) -> float:
        return asinh(loss / (2 * self.linear)) / LN_10

    def ticks(self, low: float, high: float, pixels: float) -> list[float]:
        """The heights between two heights to name: 0 and powers of ten on either side, as many as have room.

        If there is more room, 2 and 5 times a power of ten as well; between two of these, round losses.
        """
        reach = min(max(abs(low), abs(high)), HIGHEST)
        decades = [self.linear * 10.0**decade for decade in range(ceil(reach) + 1)]
        step = max(1, ceil((high - low) * ROOM_FOR_TICK / max(pixels, 1.0)))
        factors = (1, 2, 5) if pixels >= ROOM_FOR_BETWEEN * (high - low) else (1,)
        one_side = [self._height(factor * decade) for decade in decades[::step] for factor in factors]
        shown = [height for height in (*(-height for height in one_side), 0.0, *one_side) if low <= height <= high]
        if len(shown) < 2:
            most = max(2, int(pixels / ROOM_FOR_BETWEEN))
            shown = [self._height(loss) for loss in round_ticks(self.loss(low), self.loss(high), most)]
        return sorted(shown)

    def text(self, height: float) -> str:
        """The loss at a tick."""
        return f"{self.loss(height):.3g}".replace("-", "−")


def linear_range(losses: Floats, before: float | None = None) -> float:
    """How far from 0 a symmetric scale of these losses is to be linear: the power of ten below the middle one.

    Args:
        losses: of any sign; what is not finite does not count.
        before: the range so far, which is kept while it still fits.
    """
    sizes = np.abs(losses[np.isfinite(losses)].astype(np.float64))
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return before or 1.0
    middle, least = float(np.median(sizes)), SMALLEST_SHARE * float(sizes.max())
    if before is not None and KEPT_FROM * before <= middle <= KEPT_TO * before and before >= least / 10:
        return before
    found = 10.0 ** floor(log10(max(middle, least)))
    return found if isfinite(found) and found > 0 else 1.0
