"""Tables as CSV, a piece at a time: a table of ten million rows is never in memory as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt


class Column(Protocol):
    """The values of one column; a long one may make them when they are asked for, rows after rows."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice, /) -> Sequence[Any] | npt.NDArray[Any]: ...


# The columns of a table by their names, all of one length.
Table = Mapping[str, Column]

# Rows of a table that become text at a time.
CSV_ROWS = 16384


def csv_bytes(table: Table) -> bytes:
    """A CSV file's content: a line of names, and one for each row. What is not known is left empty."""
    return b"".join(csv_pieces(table))


def csv_pieces(table: Table) -> Iterator[bytes]:
    """The same, piece by piece."""
    length = table_length(table)
    for start in range(0, max(length, 1), CSV_ROWS):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if start == 0:
            writer.writerow(table)
        rows = slice(start, start + CSV_ROWS)
        writer.writerows(zip(*(_cells(column[rows]) for column in table.values()), strict=True))
        yield text.getvalue().encode()


def table_length(table: Table) -> int:
    """How many rows a table has."""
    return max((len(column) for column in table.values()), default=0)


def _cells(column: Sequence[Any] | npt.NDArray[Any]) -> list[Any]:
    values = np.asarray(column)
    if values.dtype.kind != "f":
        return values.tolist()
    # These are enough digits to tell 32-bit floats apart.
    return ["" if value != value else f"{value:.9g}" for value in values.tolist()]
