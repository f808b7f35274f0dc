"""Where a function on a lattice is zero, as short strokes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


def zero_line(values: Floats, limits: Floats) -> npt.NDArray[np.float64]:
    """Strokes, shape (n, 2, 2), along which the values change their sign; none near a value that is not finite.

    Every square of four neighbours is cut into two triangles, on which the function is taken to be linear: in a
    triangle with both signs, the line crosses two sides.

    Args:
        values: at the middles of cells, shape (rows, columns), as in a Surface.
        limits: the range of x and of y that the cells fill, shape (2, 2).
    """
    rows, columns = values.shape
    shares = ((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    x, y = (low + share * (high - low) for share, (low, high) in zip(shares, limits, strict=True))
    corner = np.stack([*np.meshgrid(x, y), values.astype(np.float64)], axis=-1)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)]).reshape(-1, 3, 3)
    above = triangles[:, :, 2] > 0
    mixed = np.isfinite(triangles[:, :, 2]).all(axis=1) & above.any(axis=1) & ~above.all(axis=1)
    triangles, above = triangles[mixed], above[mixed]
    # The corner that stands alone is on one side of the line, the two others are on the other.
    lone = np.where(above.sum(axis=1) == 1, above.argmax(axis=1), above.argmin(axis=1))
    index = np.arange(len(triangles))
    alone = triangles[index, lone]
    ends = []
    for turn in (1, 2):
        other = triangles[index, (lone + turn) % 3]
        share = alone[:, 2] / (alone[:, 2] - other[:, 2])
        ends.append(alone[:, :2] + share[:, None] * (other[:, :2] - alone[:, :2]))
    return np.stack(ends, axis=1)
