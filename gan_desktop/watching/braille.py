"""Curves in a terminal: each character is a cell of 2 x 4 dots of the Braille block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.text import Text

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int_]

# The bit of each dot of a cell, by row and column (Unicode, Braille Patterns, U+2800).
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
BLANK = 0x2800
# A curve that leaps keeps its axis: this share of its extremes may lie outside.
OUTSIDE = 0.005
LARGEST = 1e100


def limits(curves: Sequence[Floats]) -> tuple[float, float]:
    """The range in which nearly all of the curves lie; (0, 1) if nothing of them is finite."""
    known = np.concatenate([np.asarray(curve, np.float64) for curve in curves]) if curves else np.empty(0)
    known = known[np.abs(known) < LARGEST]
    if not len(known):
        return 0.0, 1.0
    low, high = (float(value) for value in np.quantile(known, (OUTSIDE, 1 - OUTSIDE)))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def draw(curves: Sequence[tuple[Floats, str]], width: int, height: int) -> list[Text]:
    """Draw curves over each other.

    Args:
        curves: the values of each, evenly spread over the width, with its style; NaN leaves a gap.
        width: in characters; `height` likewise.

    Returns:
        A line of text for each row of characters, the top one first. Where curves meet, the last one gives the style.
    """
    low, high = limits([values for values, _ in curves])
    cells = np.zeros((height, width), int)
    owner = np.full((height, width), -1)
    for number, (values, _) in enumerate(curves):
        rows, columns = _dots(np.asarray(values, np.float64), low, high, 2 * width, 4 * height)
        np.bitwise_or.at(cells, (rows // 4, columns // 2), DOTS[rows % 4, columns % 2])
        owner[rows // 4, columns // 2] = number
    return [_line(cells[row], owner[row], [style for _, style in curves]) for row in range(height)]


def _dots(values: Floats, low: float, high: float, wide: int, high_dots: int) -> tuple[Ints, Ints]:
    """The rows and columns of a curve's dots: in each column from the one before to this one, so that it is a line."""
    if not len(values):
        return np.empty(0, int), np.empty(0, int)
    places = np.linspace(0, len(values) - 1, wide).round().astype(int)
    with np.errstate(all="ignore"):
        share = (high - values[places]) / (high - low)
    share = np.where(np.abs(values[places]) < LARGEST, np.clip(share, 0, 1), np.nan)
    height = share * (high_dots - 1)
    rows, columns = list[int](), list[int]()
    before = np.nan
    for column, row in enumerate(height):
        if np.isfinite(row):
            start = before if np.isfinite(before) else row
            first, last = sorted((round(start), round(row)))
            rows += range(first, last + 1)
            columns += [column] * (last + 1 - first)
        before = row
    return np.array(rows, int), np.array(columns, int)


def _line(cells: Ints, owner: Ints, styles: Sequence[str]) -> Text:
    line = Text(no_wrap=True)
    for bits, number in zip(cells.tolist(), owner.tolist(), strict=True):
        line.append(chr(BLANK + bits) if bits else " ", styles[number] if number >= 0 else "")
    return line
