"""Opens a run's database for reading."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

# Bytes of the file that SQLite shares between readers and writers.
SHARED = 32768


def connect_to_read(database: Path, timeout: float = 2.0) -> sqlite3.Connection:
    """Open for reading alone, leaving no file behind; wait at most `timeout` seconds for another process's lock.

    If there is no log of changes beside it, nobody writes it: it can be read as it stands, on any medium. If there is
    one that was left where nothing can be written, it is read without the file that SQLite shares with writers.
    """
    closed = not database.with_name(f"{database.name}-wal").exists()
    alone = not closed and _cannot_share(database)
    how = "&immutable=1" if closed else "&vfs=unix-none" if alone else ""
    address = f"{database.absolute().as_uri()}?mode=ro{how}"
    connection = sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)
    if alone:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def _cannot_share(database: Path) -> bool:
    """Whether the file that readers share with writers is not there, and cannot be made: so there are no writers."""
    if os.name != "posix":
        return False
    try:
        if database.with_name(f"{database.name}-shm").stat().st_size >= SHARED:
            return False
    except OSError:
        pass
    try:
        disk = os.statvfs(database.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < SHARED or not os.access(database.parent, os.W_OK)


def check_whole(connection: sqlite3.Connection) -> None:
    """Look at the order of every page, which takes about 2 ms for a megabyte.

    Raises:
        ValueError: it is damaged.
        sqlite3.Error: it is damaged so much that it cannot be looked at.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ValueError(f"it is damaged: {' '.join(found.removeprefix('*** in database main ***').split())}")


def kind_of(error: Exception) -> int | None:
    """SQLite's number of what went wrong, without what it says more closely; None for an error that is not its own."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def has_no_room(error: Exception) -> bool:
    """Whether SQLite found the disk full; the file that it shares with readers fails in another way."""
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none if there is no such table."""
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
