"""The whole run as one file, which opens elsewhere."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.registry import exports
from gan_desktop.recording.connection import connect_to_read
from gan_desktop.recording.reader import unreadable
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.writer_lock import LOCK

# The database is copied by SQLite; these belong to its files, and to this machine.
LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK)


@exports.register("zip", title="The whole run, as one .zip", facts=Format(2, ".zip"))
def write_zip(order: Order) -> None:
    """Everything that the run folder has, checkpoints too: another computer opens it, goes on from any step and replays
    it.
    """
    files = sorted(_files(order.run))
    total = sum(path.stat().st_size for path in files) or 1
    done = 0
    with zipfile.ZipFile(order.out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _add_database(archive, order.run)
        for path in files:
            # A run that is being trained may remove a checkpoint meanwhile.
            if path.exists():
                archive.write(path, _name(order.run, path))
                done += path.stat().st_size
                order.progress(min(1.0, done / total))


def _files(run: Path) -> Iterator[Path]:
    """Every file of the run but its database and what is being written; links are not followed."""
    for folder, folders, names in os.walk(run):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if not name.startswith(".") and name not in LEFT_OUT and path.is_file() and not path.is_symlink():
                yield path


def _name(run: Path, path: Path) -> str:
    return f"{run.absolute().name}/{path.relative_to(run).as_posix()}"


def _add_database(archive: zipfile.ZipFile, run: Path) -> None:
    """Add a copy of the database as it is now: whole, also while the run is being trained."""
    database = run / DATABASE
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        try:
            with closing(connect_to_read(database)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise unreadable(database, error) from None
        archive.write(copy, _name(run, database))
