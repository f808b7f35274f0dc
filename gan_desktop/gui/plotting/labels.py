"""Where labels stand so that none covers another: beside each other along a line, or in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 6.0
# The distance from a line to the label that begins or ends at it.
BESIDE = 4.0


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as fits without overlap, each `height` tall, between `low` and `high`."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    edge = low
    for index in order:
        placed[index] = max(wanted[index], edge)
        edge = placed[index] + height
    edge = high
    for index in reversed(order):
        placed[index] = min(placed[index], edge - height)
        edge = placed[index]
    return placed


@dataclass(frozen=True)
class Place:
    """Where a label stands: its row from the foot, its left end, and whether it is all there or its sign alone."""

    row: int
    left: float
    is_whole: bool


class Rows:
    """Rows above each other, counted from the foot, that fill up with labels. Each label's line goes down from it.

    Args:
        count: how many rows.
        left: their left end, in pixels; `right` likewise.
    """

    def __init__(self, count: int, left: float, right: float) -> None:
        self._left, self._right = left, right
        self._taken: list[list[tuple[float, float]]] = [[] for _ in range(count)]

    def place(self, x: float, whole: float, sign: float) -> Place | None:
        """Take room for a label at the line `x`, in the first row that has enough; None if no row has.

        Args:
            whole: the label's width.
            sign: the width of its sign alone, which is used if there is no more room; 0 if it has none.
        """
        for width in (whole, sign):
            for row, taken in enumerate(self._taken) if width else ():
                # Its line must not cross the labels below.
                if any(start < x < end for below in self._taken[:row] for start, end in below):
                    break
                for left in (x + BESIDE, x - BESIDE - width):
                    if self._is_free(taken, left, width):
                        taken.append((left, left + width))
                        for below in self._taken[:row]:
                            below.append((x, x))
                        return Place(row, left, width == whole)
        return None

    def _is_free(self, taken: Sequence[tuple[float, float]], left: float, width: float) -> bool:
        if left < self._left or left + width > self._right:
            return False
        return all(left >= end + GAP / 2 or left + width + GAP / 2 <= start for start, end in taken)
