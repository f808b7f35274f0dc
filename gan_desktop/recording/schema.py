"""The tables of `run.sqlite`, and how a database of an older program gets those that it lacks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# Increased whenever an older program could misread the file; readers refuse a newer format.
FORMAT = 2

# Rows of all tables but `figures` are numbered here and not by SQLite. So if a row is written again after an error, of
# which it is not known how much had been written, it replaces the first instead of adding a second.
SCHEMA = """
CREATE TABLE run (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE figures (step INTEGER PRIMARY KEY, {figures});
-- Values without a type: whole numbers, fractions and names come back as what they were, as a config wants them.
CREATE TABLE interventions (number INTEGER PRIMARY KEY, step INTEGER, key TEXT, value, previous, time REAL,
    author TEXT DEFAULT 'hand');
CREATE TABLE alerts (number INTEGER PRIMARY KEY, step INTEGER, detector TEXT, message TEXT, evidence TEXT, time REAL,
    words TEXT);
CREATE TABLE alert_ends (number INTEGER PRIMARY KEY, step INTEGER, detector TEXT, raised INTEGER, message TEXT,
    time REAL);
CREATE TABLE checkpoints (number INTEGER PRIMARY KEY, step INTEGER, path TEXT, time REAL, digest TEXT DEFAULT '');
CREATE TABLE digests (step INTEGER PRIMARY KEY, digest TEXT);
CREATE TABLE metrics (number INTEGER PRIMARY KEY, step INTEGER, metric TEXT, value REAL, averaged REAL, floor REAL,
    floor_deviation REAL, time REAL);
-- Each measurement as a whole, for programs of this project: `core/plain.py` reads them.
CREATE TABLE measured_common (number INTEGER PRIMARY KEY, common TEXT);
CREATE TABLE measured (step INTEGER PRIMARY KEY, common INTEGER, own TEXT);
CREATE TABLE snapshots (number INTEGER PRIMARY KEY, step INTEGER, path TEXT, time REAL);
-- Samples and the summary of the data for the window: `recording/arrays_in_bytes.py` reads them.
CREATE TABLE samples (step INTEGER PRIMARY KEY, content BLOB);
-- Pictures of the networks' insides and lights, of earlier steps: `recording/views_in_bytes.py`, `core/plain.py`.
CREATE TABLE views (step INTEGER, kind TEXT, content BLOB, PRIMARY KEY (step, kind));
CREATE TABLE lights (step INTEGER PRIMARY KEY, content TEXT);
CREATE TABLE data (name TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID;
"""
# Tables whose rows have a number.
NUMBERED = ("interventions", "alerts", "alert_ends", "checkpoints", "snapshots", "metrics")

# What turns a database of format n into one of n + 1. Early ones of format 1 lack some tables.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        "CREATE TABLE IF NOT EXISTS alert_ends (number INTEGER PRIMARY KEY, step INTEGER, detector TEXT, "
        "raised INTEGER, message TEXT, time REAL)",
        "CREATE TABLE IF NOT EXISTS metrics (number INTEGER PRIMARY KEY, step INTEGER, metric TEXT, value REAL, "
        "averaged REAL, floor REAL, floor_deviation REAL, time REAL)",
        "ALTER TABLE interventions ADD COLUMN author TEXT DEFAULT 'hand'",
        "ALTER TABLE alerts ADD COLUMN words TEXT",
        "ALTER TABLE checkpoints ADD COLUMN digest TEXT DEFAULT ''",
        "CREATE TABLE measured_common (number INTEGER PRIMARY KEY, common TEXT)",
        "CREATE TABLE measured (step INTEGER PRIMARY KEY, common INTEGER, own TEXT)",
        "CREATE TABLE samples (step INTEGER PRIMARY KEY, content BLOB)",
        "CREATE TABLE views (step INTEGER, kind TEXT, content BLOB, PRIMARY KEY (step, kind))",
        "CREATE TABLE lights (step INTEGER PRIMARY KEY, content TEXT)",
        "CREATE TABLE data (name TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID",
        "CREATE TABLE digests (step INTEGER PRIMARY KEY, digest TEXT)",
    ),
}


def create(database: sqlite3.Connection, figures: Iterable[str]) -> None:
    """Make all tables, with a column for each figure."""
    columns = ", ".join(f"{name} REAL" for name in figures)
    database.executescript(f"BEGIN; {SCHEMA.format(figures=columns)} COMMIT;")


def migrate(database: sqlite3.Connection, figures: Iterable[str]) -> None:
    """Bring a database of an older program to this format, all of it or nothing; one of this format stays as it is.

    Raises:
        ValueError: it does not say its format, or comes from a newer program.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        (written,) = database.execute("SELECT value FROM run WHERE key = 'format'").fetchone() or (None,)
        if not isinstance(written, int) or written > FORMAT:
            raise ValueError(f"its format is {written}, and this program writes {FORMAT}")
        for step in range(written, FORMAT):
            for statement in MIGRATIONS[step]:
                database.execute(statement)
        # A figure that the program did not know when it began the run is missing in the steps before.
        present = {row[1] for row in database.execute("PRAGMA table_info(figures)")}
        for name in figures:
            if name not in present:
                database.execute(f"ALTER TABLE figures ADD COLUMN {name} REAL")
        database.execute("INSERT OR REPLACE INTO run VALUES ('format', ?)", (FORMAT,))
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
