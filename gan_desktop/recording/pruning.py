"""Removes checkpoints of runs that nobody writes, and run folders in which nothing was trained."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError, RecordingError, named
from gan_desktop.core.paths import remove_abandoned
from gan_desktop.recording.array_archive import read_arrays
from gan_desktop.recording.connection import connect_to_read, has_no_room
from gan_desktop.recording.notes import needed_steps
from gan_desktop.recording.reader import read_facts, unreadable
from gan_desktop.recording.remembered import located
from gan_desktop.recording.run_entry import Problem, RunEntry
from gan_desktop.recording.run_folder import CHECKPOINTS, CONFIG, DATABASE
from gan_desktop.recording.store import LOCKED_SECONDS
from gan_desktop.recording.thinning import KeptCheckpoint, checkpoints_in, surplus
from gan_desktop.recording.writer_lock import WriterLock, is_interrupted

# Seconds for which a folder in which nothing was trained stays: somebody may be about to train there.
EMPTY_SECONDS = 3600.0


@dataclass(frozen=True)
class Pruned:
    """What came of one run: how many checkpoints went and stayed, and how many bytes that are."""

    folder: Path
    removed: int
    freed: int
    kept: int
    bytes: int


def check_prunable(entry: RunEntry) -> None:
    """Raises InputError if the checkpoints of a run must not be removed: somebody writes it, or it cannot be read."""
    if entry.is_written:
        raise InputError(f"run {named(entry.name)} is being written by a process: stop it before it is pruned")
    if entry.problem is not None:
        raise InputError(f"run {named(entry.name)} is not pruned: {entry.reason}")


def prune_run(entry: RunEntry, room: int = 0) -> Pruned:
    """Remove the checkpoints that the others stand in for best, so that these take at most `room` bytes.

    The newest whole one stays, and so do those that bookmarks, branches and the start of a branch need. One that is
    damaged stands in for none. The database forgets a checkpoint before its file goes.

    Raises:
        InputError: `check_prunable` refuses it, or it cannot be written.
    """
    check_prunable(entry)
    folder, was_interrupted = entry.folder, is_interrupted(entry.folder)
    try:
        lock = WriterLock(folder)
    except RecordingError as error:
        raise InputError(f"run {named(entry.name)} is not pruned: {error}") from None
    try:
        remove_abandoned(folder / CHECKPOINTS)
        needed = needed_steps(folder) | {0 if entry.parent is None else entry.parent.step}
        found = checkpoints_in(folder / CHECKPOINTS, entry.seconds / max(1, entry.step))
        gone = _surplus(found, room, needed)
        _remove(folder, gone)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"run {named(entry.name)} is not pruned any further: {reason}") from None
    finally:
        # The next start beside it clears up what its killed writer left.
        (lock.leave if was_interrupted else lock.release)()
    left = [checkpoint for checkpoint in found if checkpoint not in gone]
    return Pruned(folder, len(gone), _bytes(gone), len(left), _bytes(left))


def _surplus(found: Sequence[KeptCheckpoint], room: int, needed: frozenset[int]) -> list[KeptCheckpoint]:
    """Those that go. Only those that would stay are read, until all of them are whole; damaged ones are left alone."""
    sound = list(found)
    while True:
        gone = surplus(sound, room, needed)
        damaged = [checkpoint for checkpoint in sound if checkpoint not in gone and not _is_whole(checkpoint.path)]
        if not damaged:
            return gone
        sound = [checkpoint for checkpoint in sound if checkpoint not in damaged]


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            read_arrays(file)
    except (OSError, ValueError):
        return False
    return True


def _remove(folder: Path, gone: Sequence[KeptCheckpoint]) -> None:
    """Have the database forget checkpoints, and remove their files.

    Raises:
        InputError: the database cannot be written.
        OSError: a file cannot be removed.
    """
    waiting = list(gone)
    while gone:
        try:
            _forget(folder / DATABASE, [checkpoint.path.name for checkpoint in gone])
            break
        except sqlite3.Error as error:
            if not (waiting and has_no_room(error)):
                raise unreadable(folder / DATABASE, error) from None
            # There is no room even for forgetting one: the first file makes some.
            waiting.pop(0).path.unlink()
    for checkpoint in waiting:
        checkpoint.path.unlink()


def _forget(database: Path, names: Sequence[str]) -> None:
    with closing(connect_to_read(database)) as connection:
        read_facts(connection, database)  # one of a newer program is left alone
    address = f"{database.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCKED_SECONDS)) as connection, connection:
        connection.executemany("DELETE FROM checkpoints WHERE path = ?", [(f"{CHECKPOINTS}/{name}",) for name in names])


def is_abandoned(entry: RunEntry) -> bool:
    """Whether a folder may be removed by itself: nothing was trained, nobody noted anything, and it is no new one.

    Only the program's own folders are meant, those in the runs directory, and not what a person named with `--out`.
    """
    if entry.problem is not Problem.EMPTY or located(entry.folder).parent != located(paths.runs_directory()):
        return False
    if entry.notes or entry.tags or entry.bookmarks or entry.name != entry.folder.name:
        return False
    try:
        return time.time() - (entry.folder / CONFIG).stat().st_mtime > EMPTY_SECONDS
    except OSError:
        return False


def _bytes(checkpoints: Sequence[KeptCheckpoint]) -> int:
    return sum(checkpoint.size for checkpoint in checkpoints)
