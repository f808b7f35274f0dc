"""Text tables as people have them: handles separators, names of columns, decimal commas and missing values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core.errors import InputError, shown
from gan_desktop.training.data.files import refusal

LONGEST_LINE = 100_000
LARGEST_VALUE = 1e30
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE | re.ASCII)
# A number that may have a decimal comma, and is surely not two fields.
DECIMAL = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?", re.ASCII)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What programs write where there is no value.
MISSING = frozenset(("", "-", "?", "na", "n/a", "null", "none", "missing"))
# What pandas and R call the column in which they count the rows.
INDEX_NAMES = frozenset(("", "unnamed: 0"))
LABEL_NAMES = frozenset(("label", "labels", "class", "classes", "target", "species", "category"))


@dataclass(frozen=True)
class Dialect:
    """How the fields of a table are written; without a separator, any run of spaces is one."""

    separator: str | None
    decimal_comma: bool

    @classmethod
    def of(cls, line: str, one_column: bool = False) -> Dialect:
        """The dialect that a line seems to have. With `one_column`, known from a line of names, a comma is decimal."""
        if one_column and DECIMAL.fullmatch(line):
            return cls(None, True)
        for separator in (";", "\t"):
            if separator in line:
                return cls(separator, True)
        parts = line.split()
        if "," in line and not (len(parts) > 1 and all(map(DECIMAL.fullmatch, parts))):
            return cls(",", False)
        return cls(None, True)

    def fields(self, line: str) -> list[str]:
        """The fields of a line, without spaces and quotes around them."""
        if self.separator is None:
            fields = line.split()
        elif '"' in line:
            fields = next(csv.reader([line], delimiter=self.separator, skipinitialspace=True))
        else:
            fields = line.split(self.separator)
        return [field.strip().strip("\"'").strip() for field in fields]

    def plain(self, field: str) -> str:
        """A number as Python writes it."""
        return field.replace(",", ".") if self.decimal_comma else field


class Table:
    """A text table. Its first lines are read at once: the names, if it has any, and how it is written.

    A first line without a number is taken for the columns' names; empty lines, lines that begin with #, and the line
    with which Excel announces its separator are skipped.

    Attributes:
        names: one for each column, or None.
        columns: how many there are.

    Raises:
        InputError: it is no text, or has no line of numbers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = _lines(path)
        number, line = self._next()
        names = self._names(number, line)
        if names is not None:
            number, line = self._next()
        self.dialect = Dialect.of(line, one_column=names is not None and len(names) == 1)
        self._first = number, self.split(number, line)
        self.columns = len(self._first[1])
        self.names = self._fitting(names)

    def _next(self) -> tuple[int, str]:
        for number, line in self._lines:
            if not re.fullmatch(r"sep=.", line, re.IGNORECASE):
                return number, line
        raise refusal(self.path, "holds no points: a line of one or two numbers for each is looked for")

    def _names(self, number: int, line: str) -> list[str] | None:
        self.dialect = Dialect.of(line)
        fields = self.split(number, line)
        # pandas counts the columns that have no name.
        is_counted = len(fields) > 1 and fields[0] == "" and fields[1:] == [str(n) for n in range(len(fields) - 1)]
        return fields if is_counted or not any(map(self.is_number, fields)) else None

    def _fitting(self, names: list[str] | None) -> list[str] | None:
        """The names, if there is one for each column; R leaves out the name of the column of row names."""
        first = self._first[1]
        if names is not None and len(names) == self.columns - 1 and (first[0] in "01" or not self.is_number(first[0])):
            names = ["", *names]
        return names if names is not None and len(names) == self.columns else None

    @property
    def has_index(self) -> bool:
        """Whether the first column only counts the rows."""
        return self.names is not None and self.columns > 1 and self.names[0].lower() in INDEX_NAMES

    @property
    def label_columns(self) -> list[int]:
        """The columns whose names say that they hold labels, from 0."""
        return [index for index, name in enumerate(self.names or ()) if name.lower() in LABEL_NAMES]

    def called(self, column: int) -> str:
        """What to call a column, by its index from 0, in a sentence."""
        named = "" if self.names is None or not self.names[column] else f" {shown(self.names[column], 40)}"
        return f"column {column + 1}{named}"

    def short_name(self, column: int) -> str:
        """The name that chooses a column, by its index from 0, or its number from 1."""
        names = [name.lower() for name in self.names or ()]
        if names and names[column] and names.count(names[column]) == 1 and "," not in names[column]:
            return (self.names or [])[column]
        return str(column + 1)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The fields of each line of numbers, with the line's number from 1. It can be gone through once.

        Raises:
            InputError: a line has more fields or fewer.
        """
        yield self._first
        for number, line in self._lines:
            fields = self.split(number, line)
            if len(fields) != self.columns:
                message = f"line {number} has {len(fields)} columns; allowed: {self.columns}, as above"
                raise refusal(self.path, f"is refused: {message}")
            yield number, fields

    def split(self, number: int, line: str) -> list[str]:
        """The fields of a line. Raises InputError if its quotes make no sense."""
        try:
            return self.dialect.fields(line)
        except csv.Error as error:
            raise refusal(self.path, f"is refused: line {number} cannot be divided into columns: {error}") from None

    def is_number(self, field: str) -> bool:
        return NUMBER.fullmatch(self.dialect.plain(field)) is not None

    def is_whole(self, field: str) -> bool:
        return self.is_number(field) and float(self.dialect.plain(field)).is_integer()

    def number(self, line: int, column: int, field: str) -> float:
        """The number in a field. Raises InputError if it is no number, or too large."""
        plain = self.dialect.plain(field)
        if not NUMBER.fullmatch(plain):
            what = f", a missing value in {self.called(column)}" if field.lower() in MISSING else ""
            raise self._refusal(line, field, f"{what}; allowed: numbers")
        value = float(plain)
        if not abs(value) <= LARGEST_VALUE:
            raise self._refusal(line, field, f"; allowed: numbers from {-LARGEST_VALUE:g} to {LARGEST_VALUE:g}")
        return value

    def _refusal(self, line: int, field: str, rest: str) -> InputError:
        return refusal(self.path, f"is refused: line {line} holds {shown(field, 40)}{rest}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that say something, stripped, each with its number from 1."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
                if number == 1 and raw.startswith(BYTE_ORDER_MARKS):
                    raise refusal(path, "is refused: it is UTF-16 text; allowed: UTF-8 text")
                if len(raw) > LONGEST_LINE:
                    message = f"line {number} has more than {LONGEST_LINE:,} bytes; allowed: a few columns"
                    raise refusal(path, f"is refused: {message}")
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8", errors="backslashreplace")
                if line.strip() and not line.lstrip().startswith("#"):
                    # A separator at either end stands for a field without a value.
                    yield number, line.strip(" \r\n\f\v") if "\t" in line else line.strip()
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None
