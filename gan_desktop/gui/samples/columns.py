"""Pictures of a game that translates, side by side: for each sample one row with a cell for each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gan_desktop.core.events import MADE, FloatArray, Samples
from gan_desktop.core.tiling import Bytes, to_bytes
from gan_desktop.gui.look import words

# A gap between two groups of columns is as wide as this many gaps between two columns.
GROUP_GAPS = 3


@dataclass(frozen=True)
class Column:
    """One column: `images` has shape (n, h, w, 1 or 3), `group` the number of the group that it belongs to."""

    title: str
    images: Bytes
    group: int = 0
    is_made: bool = False


def columns_of(samples: Samples, made: Sequence[FloatArray], both: str) -> list[Column]:
    """The columns of these samples, each of which has all of the pictures.

    Args:
        samples: of a game that translates images.
        made: what is shown of the maker: its values, the average's, or one after the other.
        both: the title of the average's column beside that of the maker in training.
    """
    columns = []
    for picture in samples.pictures:
        title = words.config_text(picture.title)
        if picture.name != MADE:
            columns.append(Column(title, to_bytes(picture.values), picture.group))
            continue
        for place, values in enumerate(made):
            columns.append(Column(both if place else title, to_bytes(values), picture.group, is_made=not place))
    return columns


@dataclass(frozen=True)
class Spread:
    """Where the columns of a row are.

    Attributes:
        height: of a row, in pixels.
        spans: the first pixel of each column and how many it takes.
    """

    height: int
    spans: tuple[tuple[int, int], ...]

    @property
    def width(self) -> int:
        """The width of a row, in pixels."""
        return sum(self.spans[-1])


def gaps_of(columns: Sequence[Column]) -> int:
    """How many gaps between columns a row has, a gap between groups counting as several."""
    return spread_of(columns, 1).width - spread_of(columns, 0).width


def spread_of(columns: Sequence[Column], gap: int) -> Spread:
    """Columns as wide as the largest of their images, with a gap between them, a wider one between groups."""
    height = max(column.images.shape[1] for column in columns)
    spans, left = [], 0
    for before, column in zip((None, *columns), columns, strict=False):
        if before is not None:
            left += gap * (1 if before.group == column.group else GROUP_GAPS)
        width = column.images.shape[2] * enlargement_of(column, height)
        spans.append((left, width))
        left += width
    return Spread(height, tuple(spans))


def enlargement_of(column: Column, height: int) -> int:
    """The whole factor by which images of a column are enlarged to be about as high as the highest."""
    return max(1, height // column.images.shape[1])


def side_by_side(columns: Sequence[Column], count: int, gap: int, ground: int) -> Bytes:
    """The first `count` rows as one image each, of shape (count, height, width, channels)."""
    spread = spread_of(columns, gap)
    channels = max(column.images.shape[3] for column in columns)
    rows = np.full((count, spread.height, spread.width, channels), ground, np.uint8)
    for column, (left, width) in zip(columns, spread.spans, strict=True):
        factor = enlargement_of(column, spread.height)
        images = column.images[:count].repeat(factor, axis=1).repeat(factor, axis=2)
        # Where no whole factor fits, in the middle.
        top = (spread.height - images.shape[1]) // 2
        rows[: len(images), top : top + images.shape[1], left : left + width] = images
    return rows
