"""Wide text tables of numbers, read a megabyte at a time.

Whole numbers are read from the bytes themselves, all of a part at once. Only a part that holds anything else, or rows
of several lengths, is read line by line, which also finds what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import InputError, shown
from gan_desktop.training.data.files import refusal
from gan_desktop.training.data.table_text import LARGEST_VALUE, MISSING

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

PART = 2**20
# A row of 1024 x 1024 pixels with decimals.
LONGEST_ROW = 2**24
MARK = b"\xef\xbb\xbf"
# The first of these that a line holds is its separator.
SEPARATORS = b";\t, "
DIGITS = b"0123456789"
# Whole numbers of more digits are read line by line.
MOST_DIGITS = 9


def _too_long(path: Path, line: int) -> InputError:
    return refusal(path, f"is refused: line {line} has more than {LONGEST_ROW:,} bytes; allowed: an image a line")


def separator_of(line: bytes) -> bytes:
    """What separates the fields of a line; a space stands for any run of them."""
    return next((SEPARATORS[i : i + 1] for i in range(len(SEPARATORS)) if SEPARATORS[i] in line), b",")


def fields_of(line: bytes, separator: bytes) -> list[bytes]:
    """The fields of a line, without spaces and quotes around them."""
    fields = line.split() if separator == b" " else line.split(separator)
    return [field.strip().strip(b"\"'").strip() for field in fields]


def is_number(field: bytes) -> bool:
    """Whether a field holds a number, perhaps with a decimal comma."""
    try:
        float(field.replace(b",", b"."))
    except ValueError:
        return False
    return b"_" not in field


def lines_of(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, stripped, each with its number from 1."""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_ROW + 1), b""), 1):
        if len(line) > LONGEST_ROW:
            raise _too_long(path, number)
        plain = (line.removeprefix(MARK) if number == 1 else line).strip()
        if plain:
            yield number, plain


def parts_of(path: Path, file: BinaryIO, number: int, line: bytes) -> Iterator[tuple[int, bytes]]:
    """Whole lines, from one that was read on, about `PART` bytes at a time, with the number of the first one."""
    rest, first = line + b"\n", number
    for piece in chain(iter(lambda: file.read(PART), b""), [b"\n"]):
        rest += piece
        end = rest.rfind(b"\n") + 1
        if len(rest) - end > LONGEST_ROW:
            raise _too_long(path, first + rest.count(b"\n", 0, end))
        part, rest = rest[:end], rest[end:]
        if part.strip():
            yield first, part
        first += part.count(b"\n")


def values_of(path: Path, first: int, part: bytes, separator: bytes, columns: int) -> tuple[Ints, Array]:
    """The lines' numbers, shape (n,), and the values of a part, shape (n, columns): whole numbers, or float32.

    Args:
        first: the number of the part's first line.

    Raises:
        InputError: a line has more columns or fewer, or holds anything but finite numbers.
    """
    values = _whole_numbers(part, separator, columns)
    if values is None:
        return _line_by_line(path, first, part, separator, columns)
    return np.arange(first, first + len(values)), values


def _whole_numbers(part: bytes, separator: bytes, columns: int) -> Ints | None:
    """The values of lines of whole numbers, shape (n, columns); None where the part holds anything else."""
    plain = part.replace(b"\r\n", b"\n").replace(b'"', b"")
    if separator != b" ":
        plain = plain.replace(b" ", b"")
    # Empty lines below do not belong to it; empty lines above or between shift the numbers of the lines.
    plain = plain.rstrip(b"\n") + b"\n"
    codes = np.frombuffer(plain, np.uint8)
    is_end = (codes == separator[0]) | (codes == ord("\n"))
    ends = np.flatnonzero(is_end)
    digits = codes - np.uint8(ord("0"))
    if len(ends) % columns or (digits[~is_end] > 9).any():
        return None
    # Each line ends where its last column does, and nowhere else.
    is_last = np.zeros(len(ends), bool)
    is_last[columns - 1 :: columns] = True
    lengths = np.diff(ends, prepend=-1) - 1
    if ((codes[ends] == ord("\n")) != is_last).any() or lengths.min() < 1 or lengths.max() > MOST_DIGITS:
        return None
    values = digits[ends - 1].astype(np.int64)
    for place in range(1, int(lengths.max())):
        longer = np.flatnonzero(lengths > place)
        values[longer] += digits[ends[longer] - 1 - place].astype(np.int64) * 10**place
    return values.reshape(-1, columns)


def _line_by_line(path: Path, first: int, part: bytes, separator: bytes, columns: int) -> tuple[Ints, Array]:
    """Read any numbers, line by line. Raises InputError for the first line that is wrong."""
    numbers, rows = [], []
    for number, line in enumerate(part.split(b"\n"), first):
        if not line.strip():
            continue
        fields = fields_of(line, separator)
        if len(fields) != columns:
            message = f"line {number} has {len(fields)} columns; allowed: {columns}, as above"
            raise refusal(path, f"is refused: {message}")
        if separator != b",":
            fields = [field.replace(b",", b".") for field in fields]
        numbers.append(number)
        rows.append(_row(path, number, fields))
    values = np.array(rows, np.float32)
    is_whole = not part.translate(None, DIGITS + separator + b' "\r\n')
    return np.array(numbers, np.int64), values.astype(np.int64) if is_whole else values


def _row(path: Path, number: int, fields: list[bytes]) -> npt.NDArray[np.float32]:
    try:
        values = np.array([float(field) for field in fields])
        if (np.abs(values) <= LARGEST_VALUE).all() and not any(b"_" in field for field in fields):
            return values.astype(np.float32)
    except ValueError:
        pass
    wrong = next(i for i, field in enumerate(fields) if not is_number(field) or not abs(float(field)) <= LARGEST_VALUE)
    field = fields[wrong].decode("utf-8", "backslashreplace")
    what = ", a missing value" if field.lower() in MISSING else ""
    message = f"line {number} holds {shown(field, 40)}{what} in column {wrong + 1}; allowed: numbers"
    raise refusal(path, f"is refused: {message}")
