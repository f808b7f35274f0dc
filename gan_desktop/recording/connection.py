"""Opens a run's database for reading."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def connect_to_read(database: Path, timeout: float = 5.0) -> sqlite3.Connection:
    """Open for reading alone, leaving no file behind; wait at most `timeout` seconds for another process's lock.

    If there is no log of changes beside it, nobody writes it: it can be read as it stands, on any medium.
    """
    closed = not database.with_name(f"{database.name}-wal").exists()
    address = f"{database.absolute().as_uri()}?mode=ro{'&immutable=1' if closed else ''}"
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)


def check_whole(connection: sqlite3.Connection) -> None:
    """Look at the order of every page, which takes about 2 ms for a megabyte.

    Raises:
        ValueError: it is damaged.
        sqlite3.Error: it is damaged so much that it cannot be looked at.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ValueError(f"it is damaged: {' '.join(found.removeprefix('*** in database main ***').split())}")


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none if there is no such table."""
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
