"""Deleting runs: into the system's trash, or for good."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from gan_desktop.core.errors import InputError, RecordingError, named
from gan_desktop.recording.remembered import forget
from gan_desktop.recording.run_entry import Problem, RunEntry
from gan_desktop.recording.run_folder import CONFIG, DATABASE, DELETED
from gan_desktop.recording.writer_lock import WriterLock


def check_deletable(entry: RunEntry) -> None:
    """Raises InputError if the folder must not be deleted: somebody writes it, or it holds something but no run."""
    if entry.is_written:
        raise InputError(f"run {named(entry.name)} is being written by a process: stop it before it is deleted")
    folder = entry.folder
    if folder.is_dir() and not any((folder / file).is_file() for file in (CONFIG, DATABASE)):
        try:
            holds_others = next(folder.iterdir(), None) is not None
        except OSError as error:
            raise _refusal(entry, error) from None
        if holds_others:
            raise InputError(f"{named(str(folder))} is not deleted: it holds files, but no run's; remove it by hand")


def delete_run(entry: RunEntry, permanently: bool = False) -> None:
    """Put the run's folder into the system's trash, or remove it for good; the library then lists it no more.

    One that is gone is only forgotten.

    Raises:
        InputError: `check_deletable` refuses it, or the system does not delete it.
    """
    check_deletable(entry)
    if entry.problem is not Problem.GONE:
        try:
            (_remove if permanently else _trash)(entry.folder)
        except RecordingError as error:
            raise InputError(f"run {named(entry.name)} is not deleted: {error}") from None
        except OSError as error:
            raise _refusal(entry, error, "" if permanently else "; --permanently deletes it for good") from None
    forget(entry.folder)


def _trash(folder: Path) -> None:
    """Put the folder into the trash, if nobody writes it.

    Raises:
        OSError, RecordingError: it cannot be put there, or somebody writes it.
    """
    from send2trash import send2trash

    WriterLock(folder).release()
    send2trash(str(folder))


def _remove(folder: Path) -> None:
    """Remove the folder: first its name at once, so that no half of it is ever listed, and then what is in it.

    If the process is killed meanwhile, the next start removes the rest (`leftovers.clear_leftovers`).

    Raises:
        OSError, RecordingError: it cannot be removed, or somebody writes it.
    """
    lock = WriterLock(folder)
    try:
        if os.name != "posix":
            lock.release()  # Windows moves no folder in which a file is open
        place = Path(tempfile.mkdtemp(prefix=DELETED, dir=folder.parent))
        try:
            folder.rename(place / folder.name)
        except BaseException:
            place.rmdir()
            raise
    finally:
        lock.release()
    shutil.rmtree(place)


def _refusal(entry: RunEntry, error: OSError, instead: str = "") -> InputError:
    return InputError(f"run {named(entry.name)} cannot be deleted: {error.strerror or error}{instead}")
