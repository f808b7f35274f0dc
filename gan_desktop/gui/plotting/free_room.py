"""Room for texts in a plot where they hide no curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF

from gan_desktop.gui.plotting.curve import Line

# How far a text stays from curves and from other texts, in pixels.
DISTANCE = 2.0


def free_top(
    wanted: float, height: float, taken: Sequence[tuple[float, float]], low: float, high: float
) -> float | None:
    """The top nearest to the wanted one, between `low` and `high`, of what is so high and covers nothing taken.

    Args:
        taken: from where to where each thing is.

    Returns:
        None if there is no room.
    """
    tops = [min(max(wanted, low), high - height), *(end for _, end in taken), *(start - height for start, _ in taken)]
    free = [
        top
        for top in tops
        if low <= top <= high - height and all(top >= end or top + height <= start for start, end in taken)
    ]
    return min(free, key=lambda top: abs(top - wanted), default=None)


class FreeRoom:
    """The room that curves leave in a plot; each text takes its own from it.

    Args:
        area: where the plot is, in pixels.
        lines: the curves, in pixels, from the left to the right.
        levels: the heights of level lines, on which a text stands only if there is no other room.
    """

    def __init__(self, area: QRectF, lines: Sequence[Line], levels: Sequence[float] = ()) -> None:
        self._area, self._lines = area, lines
        self._levels = [(level - 1, level + 1) for level in levels]
        self._texts: list[QRectF] = []

    def take(self, wanted: QRectF) -> QRectF | None:
        """Take room above or below the wanted place, as near as there is some; None if there is none."""
        wide = wanted.adjusted(-DISTANCE, 0, DISTANCE, 0)
        reaches = (_reach(line, wide.left(), wide.right()) for line in self._lines)
        taken = [reach for reach in reaches if reach is not None]
        taken += [
            (text.top(), text.bottom())
            for text in self._texts
            if text.left() < wide.right() and wide.left() < text.right()
        ]
        apart = [(start - DISTANCE, end + DISTANCE) for start, end in taken]
        for things in ([*apart, *self._levels], apart):
            top = free_top(wanted.top(), wanted.height(), things, self._area.top(), self._area.bottom())
            if top is not None:
                self._texts.append(QRectF(wanted.left(), top, wanted.width(), wanted.height()))
                return self._texts[-1]
        return None


def _reach(line: Line, left: float, right: float) -> tuple[float, float] | None:
    """From where to where a line goes between two sides, with what leads there; None if it is not there."""
    first = max(int(np.searchsorted(line.x, left)) - 1, 0)
    heights = line.y[first : int(np.searchsorted(line.x, right, side="right")) + 1]
    heights = heights[np.isfinite(heights)]
    is_there = len(heights) and line.x[0] <= right and line.x[-1] >= left
    return (float(heights.min()), float(heights.max())) if is_there else None
