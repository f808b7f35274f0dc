"""Clears up after killed processes: half-written files go, and the database says that the run was interrupted.

Only folders with a `run.lock` that nobody holds are touched, so never one that a living process writes.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from gan_desktop.core.errors import RecordingError
from gan_desktop.core.paths import remove_abandoned
from gan_desktop.core.status import FINAL, Status
from gan_desktop.recording.run_folder import CHECKPOINTS, DATABASE, DELETED, SAMPLES, TRIAL
from gan_desktop.recording.store import LOCKED_SECONDS
from gan_desktop.recording.writer_lock import WriterLock, is_interrupted


def clear_leftovers(parent: Path) -> list[Path]:
    """Clear up after interrupted runs in `parent`; what cannot be cleared waits for the next time.

    Returns:
        The run folders of those runs.
    """
    cleared = []
    remove_abandoned(parent)
    try:
        folders = [path for path in parent.iterdir() if path.is_dir()]
    except OSError:
        return []
    for folder in folders:
        if folder.name.startswith(DELETED):
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.name.startswith(TRIAL):
            with suppress(OSError):  # something is in it
                folder.rmdir()
        elif is_interrupted(folder):
            with suppress(RecordingError, OSError, sqlite3.Error):
                _clear(folder)
                cleared.append(folder)
    return cleared


def _clear(folder: Path) -> None:
    """Clear one folder, as its only writer."""
    lock = WriterLock(folder)
    try:
        for place in (folder, folder / SAMPLES, folder / CHECKPOINTS):
            remove_abandoned(place)
        if (folder / DATABASE).is_file():
            _say_interrupted(folder / DATABASE)
    except BaseException:
        lock.leave()  # the next one tries again
        raise
    lock.release()


def _say_interrupted(path: Path) -> None:
    marks = ", ".join("?" * len(FINAL))
    statement = f"UPDATE run SET value = ? WHERE key = 'status' AND value NOT IN ({marks})"
    with closing(sqlite3.connect(path, timeout=LOCKED_SECONDS)) as database, database:
        database.execute(statement, [str(Status.INTERRUPTED), *FINAL])
