"""Images from a text table with a square image in each row, such as MNIST as CSV; with or without labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import BinaryIO

import numpy as np

from gan_desktop.core.errors import shown
from gan_desktop.training.data.dataset import Report, silent
from gan_desktop.training.data.files import LARGEST_ARRAY, LARGEST_SIDE, Labels, file_size, first_bytes, refusal
from gan_desktop.training.data.number_lines import (
    Array,
    Ints,
    fields_of,
    is_number,
    lines_of,
    parts_of,
    separator_of,
    values_of,
)
from gan_desktop.training.data.point_text import FEWEST_PIXELS, LARGEST_LABEL
from gan_desktop.training.data.table_text import INDEX_NAMES, LABEL_NAMES

# One or two columns of numbers, and one of labels: with no more, it is a table of points.
FEW_COLUMNS = 3


@dataclass(frozen=True)
class PixelTable:
    """What was read.

    Attributes:
        rows: shape (n, side, side), whole numbers or floats.
        labels: shape (n,), or None.
        notes: what was understood of the table, a sentence each.
    """

    rows: Array
    labels: Labels | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How the rows of a table are made.

    Attributes:
        names: of the columns; empty where they have none.
        columns: how many there are in all.
        has_index: whether the first one only counts the rows.
        side: of each image, in pixels.
    """

    separator: bytes
    names: tuple[str, ...]
    columns: int
    has_index: bool
    side: int
    has_labels: bool

    def values(self, path: Path, first: int, part: bytes) -> tuple[Ints, Array]:
        """The numbers of a part's lines, and their values without the column that counts the rows."""
        lines, values = values_of(path, first, part, self.separator, self.columns)
        return lines, values[:, self.has_index :]

    def label_place(self, first: Array) -> int | None:
        """The label's place among the values of a row: by its name, else 0, or -1 where only the last can be it.

        Args:
            first: rows of the table's beginning: a column of labels holds whole numbers, and several of them.
        """
        if not self.has_labels:
            return None
        names = self.names[self.has_index :]
        named = [place for place in (0, -1) if names and names[place].lower() in LABEL_NAMES]
        if named:
            return named[0]
        may_be = [bool((first[:, place] == np.round(first[:, place])).all()) for place in (0, -1)]
        varies = [bool((first[:, place] != first[0, place]).any()) for place in (0, -1)]
        return -1 if may_be[1] and (not may_be[0] or (varies[1] and not varies[0])) else 0

    def notes(self, label_place: int | None) -> tuple[str, ...]:
        notes = [f"Each row was read as a grey image of {self.side} x {self.side}, row by row from the top."]
        if self.has_index:
            notes.append("The first column counts the rows and was left out.")
        if label_place is not None:
            place = int(self.has_index) if label_place == 0 else self.columns - 1
            named = f" {shown(self.names[place], 40)}" if self.names else ""
            notes.append(f"The labels are column {place + 1}{named}.")
        return tuple(notes)


def is_text(path: Path) -> bool:
    """Whether a file begins like a text. Raises InputError if there is no file to read."""
    start = first_bytes(path, 64)
    return not start.translate(None, bytes(range(32, 127)) + bytes(range(128, 256)) + b"\t\r\n\f")


def is_pixel_table(path: Path) -> bool:
    """Whether a text file's first line has the columns of a square image, and perhaps one or two more."""
    try:
        with path.open("rb") as file:
            line = next(lines_of(path, file))[1]
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    except StopIteration:
        return False
    columns = len(fields_of(line, separator_of(line)))
    return any(_side_of(count) is not None for count in (columns, columns - 1))


def read_pixel_table(path: Path, report: Report = silent) -> PixelTable:
    """All images of a table and their labels.

    Raises:
        InputError: not such a table, too large, ragged, or with a value that is no number.
    """
    size = file_size(path)
    try:
        with path.open("rb") as file:
            layout, parts = _open(path, file)
            place: int | None = None
            rows: list[Array] = []
            labels: list[Labels] = []
            taken = 0
            for first, part in parts:
                report("Reading pixels", min(1.0, file.tell() / size))
                lines, values = layout.values(path, first, part)
                if not rows:
                    place = layout.label_place(values)
                if place is not None:
                    labels.append(_checked_labels(path, lines, values[:, place]))
                    values = values[:, 1:] if place == 0 else values[:, :-1]
                rows.append(_narrowed(values).reshape(-1, layout.side, layout.side))
                taken += rows[-1].nbytes
                if taken > LARGEST_ARRAY:
                    raise refusal(path, f"is refused: its images take more than the {LARGEST_ARRAY:,} bytes allowed")
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    return PixelTable(np.concatenate(rows), np.concatenate(labels) if labels else None, layout.notes(place))


@dataclass(frozen=True)
class PixelPreview:
    """What a preview shows of a table: its first images, and how many it has in all."""

    images: Array
    count: int
    notes: tuple[str, ...]


def preview_pixel_table(path: Path, most: int, report: Report = silent) -> PixelPreview:
    """The first images of a table, at most `most` of them, and how many there are.

    Raises:
        InputError: as `read_pixel_table`, of the table's beginning.
    """
    size = file_size(path)
    try:
        with path.open("rb") as file:
            layout, parts = _open(path, file)
            lines, values = layout.values(path, *next(parts))
            count = len(lines)
            for _, part in parts:
                report("Counting images", min(1.0, file.tell() / size))
                count += part.strip().count(b"\n") + 1
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
    place = layout.label_place(values)
    pixels = values if place is None else values[:, 1:] if place == 0 else values[:, :-1]
    return PixelPreview(pixels[:most].reshape(-1, layout.side, layout.side), count, layout.notes(place))


def _open(path: Path, file: BinaryIO) -> tuple[Layout, Iterator[tuple[int, bytes]]]:
    """How a table is made, and its lines of numbers as `parts_of` gives them."""
    lines = lines_of(path, file)
    number, line = next(lines, (0, b""))
    separator = separator_of(line)
    names: tuple[str, ...] = ()
    if number and not any(map(is_number, fields_of(line, separator))):
        names = tuple(field.decode("utf-8", "backslashreplace") for field in fields_of(line, separator))
        number, line = next(lines, (0, b""))
        separator = separator_of(line)
    if not number:
        raise refusal(path, "holds no images: a line of pixels for each is looked for")
    columns = len(fields_of(line, separator))
    names = names if len(names) == columns else ()
    has_index = bool(names) and names[0].lower() in INDEX_NAMES
    side = _side_of(columns - has_index)
    if side is None:
        allowed = "a square number of pixels from 64, such as 784 for 28 x 28, or one more with the label"
        what = "1 column" if columns == 1 else f"{columns} columns"
        points = "; data.name = 'points' reads numbers and points in the plane" if columns <= FEW_COLUMNS else ""
        raise refusal(path, f"is refused: line {number} has {what}; allowed: {allowed}{points}")
    layout = Layout(separator, names, columns, has_index, side, columns - has_index > side * side)
    return layout, parts_of(path, file, number, line)


def _side_of(columns: int) -> int | None:
    """The side of the square image that `columns` columns make, with or without a label; None if they make none."""
    side = isqrt(columns)
    fits = columns - side * side <= 1 and side * side >= FEWEST_PIXELS and side <= LARGEST_SIDE
    return side if fits else None


def _checked_labels(path: Path, lines: Ints, found: Array) -> Labels:
    labels = found.astype(np.int64)
    wrong = (labels != found) | (labels < 0) | (labels > LARGEST_LABEL)
    if wrong.any():
        first = int(np.argmax(wrong))
        message = f"line {lines[first]} holds the label {found[first]:g}; allowed: whole numbers 0 to {LARGEST_LABEL}"
        raise refusal(path, f"is refused: {message}")
    return labels


def _narrowed(values: Array) -> Array:
    """A copy of whole numbers that takes no more memory than they need; floats as they are."""
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values)
    is_byte = values.size and values.min() >= 0 and values.max() <= 255
    return values.astype(np.uint8 if is_byte else np.int32)
