"""Points from a text table: two columns of numbers and perhaps one of labels; a refusal names the line."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import shown
from gan_desktop.training.data.files import Labels, file_size, refusal

LARGEST_FILE = 2**30
LONGEST_LINE = 1000
LARGEST_VALUE = 1e30
LARGEST_LABEL = 9999
# Of those that a line holds, the first separates; None is any run of spaces.
SEPARATORS = (";", ",", "\t", None)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE | re.ASCII)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_point_text(path: Path) -> tuple[npt.NDArray[np.float64], Labels | None]:
    """The points of a text table, shape (n, 2), and their labels, shape (n,), where there is a third column.

    A first line without a number is taken for the columns' names; empty lines, and lines that begin with #, are
    skipped. Where semicolons separate, a comma may be the decimal sign.

    Raises:
        InputError: not such a table, too large, or a value that is no finite number.
    """
    size = file_size(path)
    if size > LARGEST_FILE:
        raise refusal(path, f"has {size:,} bytes; at most {LARGEST_FILE:,} are allowed")
    values, labels = array("d"), array("q")
    columns, separator, begun = 0, None, False
    for number, line in _lines(path):
        if not begun:
            begun = True
            separator = next(sign for sign in SEPARATORS if sign is None or sign in line)
            if not any(NUMBER.fullmatch(field) for field in _fields(line, separator)):
                continue
        fields = _fields(line, separator)
        columns = columns or len(fields)
        if len(fields) != columns or columns not in (2, 3):
            allowed = f"{columns}, as above" if columns in (2, 3) else "2, or 3 with labels"
            raise refusal(path, f"is refused: line {number} has {len(fields)} columns; allowed: {allowed}")
        values.extend(_number(path, number, field) for field in fields[:2])
        if columns == 3:
            labels.append(_label(path, number, fields[2]))
    if not values:
        raise refusal(path, "holds no points: a line of two numbers for each is looked for")
    points = np.array(values, np.float64).reshape(-1, 2)
    return points, np.array(labels, np.int64) if columns == 3 else None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that say something, stripped, each with its number from 1."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
                if number == 1 and raw.startswith(BYTE_ORDER_MARKS):
                    raise refusal(path, "is refused: it is UTF-16 text; allowed: UTF-8 text")
                if len(raw) > LONGEST_LINE:
                    message = f"line {number} has more than {LONGEST_LINE:,} bytes; allowed: two or three columns"
                    raise refusal(path, f"is refused: {message}")
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8", errors="backslashreplace").strip()
                if line and not line.startswith("#"):
                    yield number, line
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror or error}") from None


def _fields(line: str, separator: str | None) -> list[str]:
    fields = [field.strip().strip("\"'").strip() for field in line.split(separator)]
    return [field.replace(",", ".") for field in fields] if separator == ";" else fields


def _number(path: Path, line: int, field: str) -> float:
    if not NUMBER.fullmatch(field):
        raise refusal(path, f"is refused: line {line} holds {shown(field, 40)}; allowed: numbers")
    value = float(field)
    if not abs(value) <= LARGEST_VALUE:
        allowed = f"numbers from {-LARGEST_VALUE:g} to {LARGEST_VALUE:g}"
        raise refusal(path, f"is refused: line {line} holds {shown(field, 40)}; allowed: {allowed}")
    return value


def _label(path: Path, line: int, field: str) -> int:
    value = _number(path, line, field)
    if not (value.is_integer() and 0 <= value <= LARGEST_LABEL):
        allowed = f"whole numbers 0 to {LARGEST_LABEL}"
        raise refusal(path, f"is refused: line {line} holds the label {shown(field, 40)}; allowed: {allowed}")
    return int(value)
