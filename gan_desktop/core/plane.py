"""The part of the plane in which points are looked at: the window and the engine use the same one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Limits = npt.NDArray[np.float64]

HEADROOM = 1.35


def view_limits(real: npt.NDArray[np.floating], source: npt.NDArray[np.floating] | None = None) -> Limits:
    """The range of each axis, shape (axes, 2): around all real points, with room for fakes that are a little off.

    Points of the source, in a game that translates, are in view as well if they have as many axes. Without any points
    it is -1 to 1.
    """
    if source is not None and source.shape[1:] == real.shape[1:]:
        real = np.concatenate([real, source])
    if not len(real):
        return np.tile([-1.0, 1.0], (real.shape[1], 1))
    low, high = real.min(axis=0), real.max(axis=0)
    middle, reach = (low + high) / 2, np.maximum((high - low) / 2, 1e-3) * HEADROOM
    return np.stack([middle - reach, middle + reach], axis=1).astype(np.float64)
