"""The table `figure_bins` of `run.sqlite`: the figures in bins, so that a long run opens without reading every step.

A row is a stretch of CHUNK steps, counted from the first step of the table `figures`. It has a column for each figure:
the least, then the greatest, then the mean value of each of its bins (`core/bins.py`), little-endian float32. The rows
of `figures` are what counts. A stretch that is not here, such as the last one, is binned when the run is read, and an
older program that does not know this table reads the run without it.
"""

from __future__ import annotations

import sqlite3

import numpy as np
import numpy.typing as npt

from gan_desktop.core.bins import BIN, Bins, bins_of
from gan_desktop.core.figures import Figures
from gan_desktop.core.history import CHUNK, StepsNotHeldError
from gan_desktop.recording.connection import columns_of, has_table

Floats = npt.NDArray[np.float32]

STORED = np.dtype("<f4")
BINS = CHUNK // BIN
BLOB_BYTES = 3 * BINS * STORED.itemsize
# Rows that are read at a time, about a megabyte: what is read becomes an array before there is more of it.
TOGETHER = 64


class BinWriter:
    """Writes the stretches that become whole, in the transactions that write their figures.

    A transaction that is rolled back is told by nothing: its blocks are given again, and so is what follows them. If a
    block does not follow the last one that was kept, because a run goes on from an earlier step or in another process,
    the stretches from there on are dropped and the steps before it are read.
    """

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._next_step: int | None = None
        # The steps since the last whole stretch. None: steps are missing before them, so nothing is written.
        self._open: Floats | None = None
        self._written: tuple[int, Floats | None] | None = None

    def write(self, connection: sqlite3.Connection, first_step: int, values: Floats) -> None:
        """Write what the rows of some steps, which are in `figures` already, make whole.

        Args:
            values: shape (steps, figures); steps follow each other.
        """
        # Until the transaction is kept, what was open before is needed for another try.
        before = self._open if first_step == self._next_step else self._begin(connection, first_step)
        if before is None:
            self._written = first_step + len(values), None
            return
        waiting = np.concatenate([before, values])
        start = first_step - len(before)
        whole = len(waiting) // CHUNK
        if whole:
            names = ", ".join(self._figures)
            places = ", ?" * len(self._figures)
            connection.executemany(
                f"INSERT OR REPLACE INTO figure_bins (first_step, {names}) VALUES (?{places})",
                (
                    (start + number * CHUNK, *_blobs(waiting[number * CHUNK : (number + 1) * CHUNK]))
                    for number in range(whole)
                ),
            )
        self._written = first_step + len(values), waiting[whole * CHUNK :].copy()

    def keep(self) -> None:
        """Note that the transaction of the last `write` is in the file."""
        if self._written is not None:
            self._next_step, self._open = self._written
            self._written = None

    def _begin(self, connection: sqlite3.Connection, step: int) -> Floats | None:
        """Make the table ready for a step, and give the figures of its stretch before it; None if some are missing."""
        columns = ", ".join(f"{name} BLOB" for name in self._figures)
        connection.execute(f"CREATE TABLE IF NOT EXISTS figure_bins (first_step INTEGER PRIMARY KEY, {columns})")
        drop_bins(connection, step)
        (first,) = connection.execute("SELECT min(step) FROM figures").fetchone()
        begin = first + (step - first) // CHUNK * CHUNK
        try:
            return read_rows(connection, self._figures.names, begin, step)
        except (StepsNotHeldError, TypeError, ValueError):
            return None


def drop_bins(connection: sqlite3.Connection, step: int) -> None:
    """Drop the stretches that reach beyond the steps before `step`; to be called where `figures` are deleted.

    A store that goes on writing from `step` does it by itself. The steps that are kept are binned again by whoever
    reads the run, until a store goes on and has filled their stretch.
    """
    if has_table(connection, "figure_bins"):
        connection.execute("DELETE FROM figure_bins WHERE first_step > ?", (step - CHUNK,))


def read_rows(connection: sqlite3.Connection, names: tuple[str, ...], first_step: int, last_step: int) -> Floats:
    """Figures of the steps from `first_step` to before `last_step`, shape (steps, len(names)), in one transaction.

    A figure that the program did not know when it wrote the run is NaN.

    Raises:
        StepsNotHeldError: some of these steps are not there.
        sqlite3.Error, ValueError: they cannot be read.
    """
    present = columns_of(connection, "figures")
    columns = ", ".join(name if name in present else "NULL" for name in names)
    query = f"SELECT {columns} FROM figures WHERE step >= ? AND step < ? ORDER BY step"
    rows = connection.execute(query, (first_step, last_step)).fetchall()
    if len(rows) != last_step - first_step:
        raise StepsNotHeldError(f"steps are missing between {first_step} and {last_step - 1}")
    # None becomes NaN here.
    with np.errstate(over="ignore"):
        return np.array(rows, np.float64).reshape(len(rows), len(names)).astype(np.float32)


def read_bins(connection: sqlite3.Connection, names: tuple[str, ...], first: int, stretches: int) -> Bins:
    """The bins of so many stretches from step `first` on; those that are not in the table are made of `figures`.

    Raises:
        StepsNotHeldError: steps are missing.
        sqlite3.Error, ValueError: the database cannot be read.
    """
    parts = np.full((3, len(names), stretches, BINS), np.nan, np.float32)
    missing = set(range(stretches)) - set(_stored(connection, names, first, parts))
    for stretch in sorted(missing):
        begin = first + stretch * CHUNK
        parts[:, :, stretch] = bins_of(read_rows(connection, names, begin, begin + CHUNK))
    return Bins(*parts.reshape(3, len(names), -1))


def _stored(connection: sqlite3.Connection, names: tuple[str, ...], first: int, parts: Floats) -> list[int]:
    """Fill in what is in the table, and give the numbers of the stretches that are."""
    known = [name for name in names if name in columns_of(connection, "figures")]
    if not known or not set(known) <= columns_of(connection, "figure_bins"):
        return []
    query = f"SELECT first_step, {', '.join(known)} FROM figure_bins WHERE first_step >= ? AND first_step < ?"
    cursor = connection.execute(query, (first, first + parts.shape[2] * CHUNK))
    filled: list[int] = []
    while fetched := cursor.fetchmany(TOGETHER):
        rows = [row for row in fetched if (row[0] - first) % CHUNK == 0 and all(map(_is_blob, row[1:]))]
        stretches = [(row[0] - first) // CHUNK for row in rows]
        for number, name in enumerate(known, start=1):
            blobs = np.frombuffer(b"".join(row[number] for row in rows), STORED).reshape(len(rows), 3, BINS)
            parts[:, names.index(name), stretches] = blobs.transpose(1, 0, 2)
        filled += stretches
    return filled


def _is_blob(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == BLOB_BYTES


def _blobs(values: Floats) -> list[bytes]:
    """The bins of a whole stretch, a blob for each figure."""
    bins = np.stack(bins_of(values), axis=1).astype(STORED)
    return [figure.tobytes() for figure in bins]
