"""Points from a text table: one or two columns of numbers and perhaps one of labels; a refusal names the line."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError, shown
from gan_desktop.training.data.files import Labels, file_size, refusal
from gan_desktop.training.data.table_text import Table

LARGEST_FILE = 2**30
LARGEST_LABEL = 9999
# Labels may be words. If there are more different ones than this, they are texts, not classes.
MOST_NAMES = 1000
AXES = (1, 2)
# How many names of columns are shown.
NAMED = 6
# As many columns as the smallest images have pixels.
FEWEST_PIXELS = 64


@dataclass(frozen=True)
class PointTable:
    """What was read.

    Attributes:
        points: shape (n, 1) or (n, 2).
        labels: shape (n,), or None; `class_names` where they are written as words.
        notes: what was understood of the table, a sentence each.
    """

    points: npt.NDArray[np.float64]
    labels: Labels | None
    class_names: tuple[str, ...] | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Which columns, from 0, hold the points' coordinates, and which one holds the labels."""

    axes: tuple[int, ...]
    label: int | None

    def notes(self, table: Table) -> list[str]:
        """What people should know of how the table is read."""
        notes = []
        left_out = table.columns - len(self.axes) - (self.label is not None)
        if table.has_index and 0 not in (*self.axes, self.label):
            notes.append("The first column counts the rows and was left out.")
            left_out -= 1
        if len(self.axes) == 1:
            notes.append(f"The data are of one dimension: {table.called(self.axes[0])}.")
        elif left_out:
            notes.append(f"The points are {' and '.join(table.called(axis) for axis in self.axes)}.")
        if self.label is not None:
            notes.append(f"The labels are {table.called(self.label)}.")
        return notes


def read_point_text(path: Path, columns: str | None = None, label_column: str | None = None) -> PointTable:
    """The points of a text table and their labels, if it has a column of labels.

    Args:
        path: the table.
        columns: the names, or the numbers from 1, of one or two columns, with a comma between; None takes all that are
            not labels.
        label_column: the name or the number of the column of labels. None takes the one whose name says so, or the
            third, unless `columns` is given.

    Raises:
        InputError: not such a table, too large, or a value that is no finite number.
    """
    size = file_size(path)
    if size > LARGEST_FILE:
        raise refusal(path, f"has {size:,} bytes; at most {LARGEST_FILE:,} are allowed")
    table = Table(path)
    layout = layout_of(table, columns, label_column)
    values, found = array("d"), _LabelColumn(table, layout.label)
    for line, fields in table.rows():
        values.extend([table.number(line, axis, fields[axis]) for axis in layout.axes])
        found.add(line, fields)
    points = np.array(values, np.float64).reshape(-1, len(layout.axes))
    labels, class_names = found.labels()
    return PointTable(points, labels, class_names, tuple(layout.notes(table)))


def point_notes(path: Path) -> tuple[str, ...]:
    """What is understood of a table from its first lines alone.

    Raises:
        InputError: as for `read_point_text`, as far as the first lines show it.
    """
    table = Table(path)
    return tuple(layout_of(table).notes(table))


@dataclass(frozen=True)
class Suggestion:
    """Columns to choose from a table that cannot be read as it is.

    Attributes:
        options: `columns`, and `label_column` if there is one.
        note: a sentence about other columns to choose; empty if there are none.
    """

    options: dict[str, str]
    note: str


def suggested_columns(path: Path) -> Suggestion | None:
    """The first columns that hold numbers, where the table has more than are trained on, or some without numbers.

    None if the table needs no choice, or if no choice would help.
    """
    table = Table(path)
    _, fields = next(table.rows())
    named = table.label_columns
    label = named[0] if len(named) == 1 else None
    places = range(1 if table.has_index else 0, table.columns)
    numbers = [place for place in places if place != label and table.is_number(fields[place])]
    try:
        found = layout_of(table)
        # A third column without a name that says so is one of labels, unless it holds fractions.
        is_measured = found.label is not None and found.label in numbers and not table.is_whole(fields[found.label])
        needs_choice = is_measured or not set(found.axes) <= set(numbers)
    except InputError:
        needs_choice = True
    chosen = numbers[: max(AXES)]
    options = {"columns": ", ".join(table.short_name(place) for place in chosen)}
    if label is not None:
        options["label_column"] = table.short_name(label)
    try:
        is_found = layout_of(table, **options) == Layout(tuple(chosen), label)
    except InputError:
        is_found = False
    if not needs_choice or not is_found:
        return None
    names = ", ".join(map(table.short_name, numbers[:NAMED])) + (", ..." if len(numbers) > NAMED else "")
    others = f"These columns hold numbers: {names}. Others than the first two can be chosen under Columns."
    return Suggestion(options, others if len(numbers) > len(chosen) else "")


def layout_of(table: Table, columns: str | None = None, label_column: str | None = None) -> Layout:
    """Which columns are what. If that is not clear, raises InputError, which says what to choose."""
    label = None if label_column is None else _index(table, label_column, "data.label_column")
    if columns is not None:
        axes = tuple(_index(table, column, "data.columns") for column in columns.split(","))
        if label in axes:
            message = f"data.label_column = {shown(label_column, 40)}: data.columns has it already"
            raise InputError(f"{message}; allowed: another column", "data.label_column")
        return Layout(axes, label)
    first = 1 if table.has_index else 0
    if label is None:
        named = table.label_columns
        if len(named) == 1 and table.columns - first > 1:
            label = named[0]
        elif not named and table.columns - first == 3:
            label = first + 2
    axes = tuple(index for index in range(first, table.columns) if index != label)
    if len(axes) not in AXES:
        raise _too_many(table, axes)
    return Layout(axes, label)


def _too_many(table: Table, axes: tuple[int, ...]) -> InputError:
    side = isqrt(table.columns)
    if table.columns >= FEWEST_PIXELS and side * side in (table.columns, table.columns - 1):
        message = f"has {table.columns} columns, as images of {side} x {side} have: data.name = 'arrays' reads those"
        return refusal(table.path, f"is refused: it {message}")
    names = [str(index + 1) if table.names is None else table.names[index] for index in axes]
    held = ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
    example = ", ".join(names[:2])
    message = f"it has {len(axes)} columns of data ({held}), allowed are 1 or 2 and one of labels"
    choice = f"choose one or two with data.columns, such as {shown(example, 80)}"
    return refusal(table.path, f"is refused: {message}; {choice}")


def _index(table: Table, column: str, key: str) -> int:
    """The place of a column, from 0, by its name or its number from 1."""
    name = column.strip()
    names = [] if table.names is None else [known.lower() for known in table.names]
    if names.count(name.lower()) == 1:
        return names.index(name.lower())
    if name.isascii() and name.isdigit() and 1 <= int(name[:9]) <= table.columns:
        return int(name[:9]) - 1
    allowed = f"a number from 1 to {table.columns}"
    if table.names is not None:
        allowed += f", or one of {', '.join(table.names[:NAMED])}{', ...' if table.columns > NAMED else ''}"
    message = f"{key}: {table.path.name} has no column {shown(name, 40)}; allowed: {allowed}"
    raise InputError(message, key)


class _LabelColumn:
    """Collects the labels: whole numbers or, if the first is not a number, words."""

    def __init__(self, table: Table, column: int | None) -> None:
        self._table, self._column = table, column
        self._numbers = array("q")
        self._names: dict[str, int] = {}
        self._are_names: bool | None = None

    def add(self, line: int, fields: list[str]) -> None:
        if self._column is None:
            return
        field = fields[self._column]
        if self._are_names is None:
            self._are_names = bool(field) and not self._table.is_number(field)
        self._numbers.append(self._name(line, field) if self._are_names else self._number(line, field))

    def _name(self, line: int, field: str) -> int:
        if not field:
            raise self._refusal(line, field, "words, as above")
        if field not in self._names and len(self._names) == MOST_NAMES:
            raise self._refusal(line, field, f"at most {MOST_NAMES:,} different ones")
        return self._names.setdefault(field, len(self._names))

    def _number(self, line: int, field: str) -> int:
        value = self._table.number(line, self._column or 0, field) if self._table.is_number(field) else -1.0
        if not (value.is_integer() and 0 <= value <= LARGEST_LABEL):
            raise self._refusal(line, field, f"whole numbers 0 to {LARGEST_LABEL}")
        return int(value)

    def _refusal(self, line: int, field: str, allowed: str) -> InputError:
        message = f"line {line} holds the label {shown(field, 40)}; allowed: {allowed}"
        choice = "if the column holds no labels, choose others with data.columns"
        return refusal(self._table.path, f"is refused: {message}; {choice}")

    def labels(self) -> tuple[Labels | None, tuple[str, ...] | None]:
        """The labels, and the names of the classes in alphabetical order if they are words."""
        if self._column is None:
            return None, None
        numbers = np.array(self._numbers, np.int64)
        if not self._are_names:
            return numbers, None
        names = tuple(sorted(self._names))
        places = np.array([names.index(name) for name in self._names], np.int64)
        return places[numbers], names
