"""Plain NumPy arrays from a stream: headers matched with patterns, and no more read than they announce.

`numpy.load` allocates what a header announces and, unless told not to, runs pickles. Here a header is never evaluated,
and only plain arrays of numbers are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.training.data.files import LARGEST_ARRAY, Stream, read_at_most, refusal

Array = npt.NDArray[Any]

# Version 1.0, which NumPy writes for every header under 64 KiB.
NPY_MAGIC = b"\x93NUMPY\x01\x00"
TYPE = re.compile(r"'descr'\s*:\s*'([<>|=]?[A-Za-z]\d*(?:\[\w*\])?)'")
# An array of records has a list of fields in place of a type, the first of which is named.
RECORD = re.compile(r"'descr'\s*:\s*\[\('(\w*)'")
ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
# Python 2 wrote sizes with an L.
SHAPE = re.compile(r"'shape'\s*:\s*\(([\dL,\s]*)\)")


@dataclass(frozen=True)
class Values:
    """Which values a reader takes: their types, and what it says about others.

    `conversions` make a plain array of others, by NumPy's letter of their type.
    """

    types: re.Pattern[str]
    allowed: str
    conversions: Mapping[str, str]


RENUMBERED = "np.unique(array, return_inverse=True)[1]"
# Expressions that a person can paste.
CONVERSIONS = {
    "O": "np.stack([np.asarray(item) for item in array])",
    "c": "np.abs(array)",
    "f": "array.astype(np.float32)",
    "U": RENUMBERED,
    "S": RENUMBERED,
    "M": "array.astype(np.int64)",
    "m": "array.astype(np.int64)",
}
KINDS = {"O": "Python objects", "U": "texts", "S": "texts", "M": "dates", "m": "spans of time", "c": "complex numbers"}
BYTES = Values(re.compile(r"[<>|=]?[iu][1248]"), "whole numbers 0 to 255", CONVERSIONS)
NUMBERS = Values(re.compile(r"[<>|=]?([iu][1248]|f[248])"), "whole numbers or floats", CONVERSIONS)
PLAIN = Values(re.compile(r"[<>|=]?([iu][1248]|f[248]|b1)"), "whole numbers, floats, or True and False", CONVERSIONS)
LABELS = Values(PLAIN.types, PLAIN.allowed, {"O": RENUMBERED, "U": RENUMBERED, "S": RENUMBERED})


@dataclass(frozen=True)
class Header:
    """What an array announces: its type, its shape, whether the first axis runs fastest, and where its values begin."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran_order: bool
    offset: int

    @property
    def bytes(self) -> int:
        """The size of its values."""
        return prod(self.shape) * self.dtype.itemsize


def read_header(path: Path, name: str, stream: Stream, values: Values) -> Header:
    """Read an array's header from the start of a stream.

    Args:
        path: the file, for messages.
        name: what the array is called in messages: 'x_train' in quotes, or "the array".
        stream: left where the values begin.
        values: the types that are allowed.

    Raises:
        InputError: not a plain array of such values.
    """
    start = bytes(read_at_most(stream, len(NPY_MAGIC) + 2))
    if start[: len(NPY_MAGIC)] != NPY_MAGIC:
        raise refusal(path, f"is damaged: {name} begins with 0x{start.hex()}, not as a NumPy array of version 1.0")
    length = int.from_bytes(start[len(NPY_MAGIC) :], "little")
    header = read_at_most(stream, length).decode("latin-1")
    if record := RECORD.search(header):
        advice = f"save array['{record[1]}'] or another of its fields instead"
        raise refusal(path, f"is refused: {name} holds records; allowed: {values.allowed}; {advice}")
    dtype, order, shape = TYPE.search(header), ORDER.search(header), SHAPE.search(header)
    if not (dtype and order and shape):
        raise refusal(path, f"is refused: {name} is not a plain array (its header is {header.strip()[:80]!r})")
    if not values.types.fullmatch(dtype[1]):
        letter = dtype[1].lstrip("<>|=")[0]
        kind = KINDS.get(letter, f"type '{dtype[1]}'")
        conversion = values.conversions.get(letter)
        advice = f"; save {conversion} instead" if conversion else ""
        raise refusal(path, f"is refused: {name} holds {kind}; allowed: {values.allowed}{advice}")
    # Eighteen digits are beyond every limit; Python would take long to convert a million of them.
    sizes = tuple(int(size[:18]) for size in re.findall(r"\d+", shape[1]))
    return Header(np.dtype(dtype[1]), sizes, order[1] == "True", len(start) + length)


def read_values(path: Path, name: str, stream: Stream, header: Header) -> Array:
    """Read exactly the values that the header announces.

    Raises:
        InputError: the header announces more than is allowed, or the number of values is another one.
    """
    announced = header.bytes
    if announced > LARGEST_ARRAY:
        raise refusal(path, f"is refused: {name} announces {announced:,} bytes, at most {LARGEST_ARRAY:,} are allowed")
    content = read_at_most(stream, announced)
    # The read beyond the last value is also what makes zipfile check the sum.
    if len(content) != announced or stream.read(1):
        found = f"{len(content):,} bytes follow" if len(content) != announced else "more bytes follow"
        raise refusal(path, f"is damaged: {name} announces {announced:,} bytes (shape {header.shape}), but {found}")
    values = np.frombuffer(content, header.dtype)
    return values.reshape(header.shape, order="F" if header.fortran_order else "C")


def check_bytes(path: Path, name: str, values: Array) -> None:
    """Refuse values outside 0 to 255."""
    if values.size and (values.min() < 0 or values.max() > 255):
        raise refusal(path, f"is refused: {name} holds values from {values.min()} to {values.max()}; allowed: 0 to 255")
