"""Which image stands in which cell of a grid: in full rows, or a row for each class."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

Size = tuple[float, float]
# A cell in which no image stands.
BLANK = -1
# A ragged last row looks like something is missing: images may be this much smaller to avoid it.
FULL_ROWS = 1.6
# Rows are easiest to compare below each other: images must grow this much to break them into another block.
WORTH_A_BLOCK = 1.2
# At least this many images of each row are shown, however small. Leaving more out must enlarge the others by this much.
FEWEST, WORTH_LEAVING_OUT = 3, 1.1


@dataclass(frozen=True)
class Cells:
    """Rows of cells, shape (rows, columns), each the index of its image or `BLANK`; `classes` are the rows' classes."""

    order: npt.NDArray[np.intp]
    classes: tuple[int, ...] = ()


def best_columns(count: int, image: tuple[int, int], room: Size, gap: int) -> int:
    """The number of columns that makes the images largest in `room` (width, height); full rows are worth a lot."""
    height, width = image

    def size(columns: int) -> float:
        rows = ceil(count / columns)
        scale = min((room[0] + gap) / (columns * (width + gap)), (room[1] + gap) / (rows * (height + gap)))
        return scale * (FULL_ROWS if count % columns == 0 else 1.0)

    return max(range(1, count + 1), key=size)


def full_rows(count: int, columns: int) -> Cells:
    """The images in their order, row by row."""
    order = np.full(ceil(count / columns) * columns, BLANK)
    order[:count] = np.arange(count)
    return Cells(order.reshape(-1, columns))


def class_rows(labels: npt.NDArray[np.integer]) -> Cells:
    """A row for each class that there is, from the smallest label to the largest."""
    classes, counts = np.unique(labels, return_counts=True)
    order = np.full((len(classes), int(counts.max())), BLANK)
    for row, label in enumerate(classes):
        order[row, : counts[row]] = np.flatnonzero(labels == label)
    return Cells(order, tuple(classes.tolist()))


def split_rows(cells: Cells, blocks: int) -> list[Cells]:
    """The rows in blocks that stand side by side, as even as they can be."""
    rows = ceil(len(cells.order) / blocks)
    return [
        Cells(cells.order[first : first + rows], cells.classes[first : first + rows])
        for first in range(0, len(cells.order), rows)
    ]


def fitted_rows(cells: Cells, image: tuple[int, int], room: Size, gap: int, head: float) -> list[Cells]:
    """Rows in blocks side by side in `room`, each block's rows behind a head of this width.

    If images would be shown smaller than they are, some are left out: as many of each row as it takes for the others to
    be seen, but `FEWEST` always stay.
    """
    best, best_scale = split_rows(cells, best_blocks(cells, image, room, gap, head)), 0.0
    for columns in range(cells.order.shape[1], FEWEST - 1, -1):
        fewer = Cells(cells.order[:, :columns], cells.classes)
        blocks = best_blocks(fewer, image, room, gap, head)
        scale = _scale(fewer, blocks, image, room, gap, head)
        if scale > best_scale * (WORTH_LEAVING_OUT if best_scale else 1):
            best, best_scale = split_rows(fewer, blocks), scale
        if best_scale >= 1:
            break
    return best


def _scale(cells: Cells, blocks: int, image: tuple[int, int], room: Size, gap: int, head: float) -> float:
    """How many display pixels a pixel takes if the rows stand in this many blocks."""
    height, width = image
    rows, columns = cells.order.shape
    across = (room[0] - blocks * head) / (blocks * columns * (width + gap))
    return min(across, room[1] / (ceil(rows / blocks) * (height + gap)))


def best_blocks(cells: Cells, image: tuple[int, int], room: Size, gap: int, head: float) -> int:
    """How many blocks to break rows into so that images are large in `room`; a head of this width begins each row."""
    best, best_scale = 1, 0.0
    for blocks in range(1, len(cells.order) + 1):
        scale = _scale(cells, blocks, image, room, gap, head)
        if scale > best_scale * (WORTH_A_BLOCK if best_scale else 1):
            best, best_scale = blocks, scale
    return best
