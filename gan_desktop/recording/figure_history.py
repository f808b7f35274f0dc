"""Reads the figures of a run: at opening, the newest steps and the bins of all before; later, any single steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.history import CHUNK, History, ReadSteps, StepsNotHeldError
from gan_desktop.recording.connection import connect_to_read
from gan_desktop.recording.figure_bins import read_bins, read_rows

# The newest steps are read one by one at opening, which takes about 0.1 s; all steps of a run that has no more.
NEWEST = 8 * CHUNK
# How many rows become arrays at a time: a million at once would take half a gigabyte of Python objects.
ROWS = 2 * CHUNK
# A row of no figures takes more.
LEAST_BYTES = 3
# A plot that is being painted does not wait longer for another process that has locked the database.
LOCKED_SECONDS = 0.1


def read_history(connection: sqlite3.Connection, figures: Figures, database: Path) -> History:
    """The history of a run, within the transaction of the connection; older single steps are read from `database`.

    Raises:
        ValueError: steps are missing.
        sqlite3.Error: the database cannot be read.
    """
    history = History(steps_reader(database))
    # One query for both would look at every row.
    (first,) = connection.execute("SELECT min(step) FROM figures").fetchone()
    (last,) = connection.execute("SELECT max(step) FROM figures").fetchone()
    if first is None:
        return history
    length = last - first + 1
    # A damaged file may name any step: nothing is made room for that the file cannot hold.
    if length > _bytes(connection) // LEAST_BYTES:
        raise ValueError(f"steps are missing between {first} and {last}")
    stretches = 0 if length <= NEWEST else (length - NEWEST) // CHUNK
    try:
        if stretches:
            history.load(first, figures, read_bins(connection, figures.names, first, stretches))
        for step in range(first + stretches * CHUNK, last + 1, ROWS):
            rows = read_rows(connection, figures.names, step, min(step + ROWS, last + 1))
            history.append(MetricsBlock(step, rows, figures))
    except StepsNotHeldError as error:
        raise ValueError(str(error)) from None
    return history


def _bytes(connection: sqlite3.Connection) -> int:
    """How long the database is."""
    ((pages,),) = connection.execute("PRAGMA page_count")
    ((size,),) = connection.execute("PRAGMA page_size")
    return int(pages) * int(size)


def steps_reader(database: Path) -> ReadSteps:
    """A function that reads single steps of a run from its database, which another process or thread may be writing."""
    return partial(_read_steps, database)


def _read_steps(database: Path, names: Sequence[str], first_step: int, last_step: int) -> npt.NDArray[np.float32]:
    # A connection for each look: one that stays open would keep the writer from tidying up at the end.
    try:
        with closing(connect_to_read(database, LOCKED_SECONDS)) as connection:
            return read_rows(connection, tuple(names), first_step, last_step)
    except (sqlite3.Error, OSError, TypeError, ValueError, OverflowError) as error:
        raise StepsNotHeldError(f"{database} cannot be read: {error}") from error
