"""Who writes a run folder: its process holds a lock on `run.lock`, which the system releases when the process ends.

So a run whose process was killed can be told from one that is under way, and two processes never write one folder. If
the file system has no locks, the file says which process it is, and whether that one runs is looked up.
"""

from __future__ import annotations

import errno
import json
import os
import platform
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from gan_desktop.core import file_lock
from gan_desktop.core.errors import RecordingError
from gan_desktop.core.processes import is_running

LOCK = "run.lock"
# How many seconds two readings of one process's start may differ.
SAME_START = 2.0
# What a full disk answers.
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class WriterLock:
    """A lock that one writer of a folder holds from now to `release`.

    Raises:
        RecordingError: another has it, or the file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOCK
        try:
            self._file = self._open()
        except OSError as error:
            raise RecordingError(f"{self.path} could not be written: {error.strerror or error}") from error

    def _open(self) -> BinaryIO:
        while True:
            file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+b", 0)
            try:
                if not _take(file):
                    raise RecordingError(
                        f"{self.path.parent} is being written by another process{_name(_holder(file))}"
                    )
                if self._is_ours(file):
                    file.truncate(0)
                    file.seek(0)
                    try:
                        file.write(json.dumps(_this_process()).encode())
                    except OSError as error:
                        if error.errno not in FULL:
                            raise
                        file.truncate(0)  # the lock itself needs no room
                    return file
            except BaseException:
                file.close()
                raise
            file.close()  # whoever had it was just releasing it

    def _is_ours(self, file: BinaryIO) -> bool:
        """Whether the file still has its name."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Release the lock and leave no file; does nothing if that has been done. Never raises."""
        if self._file.closed:
            return
        with closing(self._file), suppress(OSError):
            if os.name == "posix" and self._is_ours(self._file):
                self.path.unlink()
        if os.name != "posix":
            with suppress(OSError):
                self.path.unlink()  # Windows removes no open file

    def leave(self) -> None:
        """Release the lock, but leave the file as a killed process does. Never raises."""
        with suppress(OSError):
            self._file.close()


@contextmanager
def held(folder: Path) -> Iterator[WriterLock]:
    """The lock of a folder, for somebody who takes it over within; if that fails, the folder is as it was before.

    Raises:
        RecordingError: another has it, or the file cannot be written.
    """
    was_interrupted = is_interrupted(folder)
    lock = WriterLock(folder)
    try:
        yield lock
    except BaseException:
        (lock.leave if was_interrupted else lock.release)()
        raise


def is_written(folder: Path) -> bool:
    """Whether some process writes the folder now, this one included.

    Raises:
        OSError: there is a lock file that cannot be read.
    """
    try:
        file = (folder / LOCK).open("rb", 0)
    except FileNotFoundError:
        return False
    with file:
        return not _take(file)


def writer_of(folder: Path) -> str:
    """The process that writes the folder, in words: "process 4711 on host"; empty if it is not known."""
    with suppress(OSError), (folder / LOCK).open("rb", 0) as file:
        holder = _holder(file)
        if {"process", "machine"} <= holder.keys():
            return "process {process} on {machine}".format_map(holder)
    return ""


def is_interrupted(folder: Path) -> bool:
    """Whether its writer ended without a word: there is a lock file that nobody holds."""
    try:
        return (folder / LOCK).is_file() and not is_written(folder)
    except OSError:
        return False  # not ours


def _take(file: BinaryIO) -> bool:
    """Lock the file unless somebody holds it; if there are no locks, unless the process that wrote it is alive."""
    try:
        return file_lock.take(file.fileno())
    except OSError:
        return not _is_alive(_holder(file))


def _this_process() -> dict[str, Any]:
    return {"process": os.getpid(), "started": psutil.Process().create_time(), "machine": platform.node()}


def _holder(file: BinaryIO) -> dict[str, Any]:
    """What the lock file says about its writer; nothing if that was killed before it could write it."""
    file.seek(0)
    with suppress(ValueError):
        holder = json.loads(file.read(4096))
        if isinstance(holder, dict):
            return holder
    return {}


def _name(holder: dict[str, Any]) -> str:
    return " ({process} on {machine})".format_map(holder) if {"process", "machine"} <= holder.keys() else ""


def _is_alive(holder: dict[str, Any]) -> bool:
    """Whether that process is there; a process of another machine is taken to be."""
    process, started = holder.get("process"), holder.get("started")
    if not isinstance(process, int) or not isinstance(started, int | float):
        return False
    if holder.get("machine") != platform.node():
        return True
    return is_running(process, started, SAME_START)
