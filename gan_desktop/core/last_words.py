"""What native libraries print as the process dies: kept in a file, and reported at the next start.

TensorFlow, LLVM and Qt write to file descriptor 2, past Python. Without a terminal behind the window these words would
be lost, and so would they while stderr is held back. Python's fault handler adds where every thread was. It writes
whenever the process dies by a signal of its own making, so a file with its words in it belongs to a process that died.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

import psutil

from gan_desktop.core.paths import data_directory
from gan_desktop.core.processes import is_running

DEATH = "Fatal Python error"
# How the files of deaths that were reported begin, and how many of these files are kept.
TOLD = "crash-"
MOST_TOLD = 10
LONGEST_WORDS = 300
# How much two processes may differ about when a third began.
CLOCK_SECONDS = 5.0


def folder() -> Path:
    return data_directory() / "last-words"


def dump_on_death() -> None:
    """Have the fault handler write to file descriptor 2, whatever that is at the time, unless it is on already."""
    if not faulthandler.is_enabled():
        faulthandler.enable(2)


def open_file(name: str) -> BinaryIO:
    """A file of that name for this process, empty and unbuffered.

    Raises:
        OSError: it cannot be made.
    """
    folder().mkdir(parents=True, exist_ok=True)
    return _own_path(name).open("w+b", buffering=0)


def drop_file(name: str) -> None:
    """Remove the file, and the folders that were made for it unless something else is in them: the process lives."""
    with suppress(OSError):
        _own_path(name).unlink(missing_ok=True)
        folder().rmdir()
        folder().parent.rmdir()


def forget() -> None:
    """Remove this process's files, and then the folders if they are empty: the process ends as it was asked to."""
    with suppress(OSError):
        for path in _files(f"{os.getpid()}-*.txt"):
            path.unlink(missing_ok=True)
        for place in (folder(), data_directory()):
            place.rmdir()


def _own_path(name: str) -> Path:
    return folder() / f"{os.getpid()}-{_born(os.getpid())}-{name}.txt"


@cache
def _born(number: int) -> int:
    """When a process began, in seconds."""
    return int(psutil.Process(number).create_time())


@contextmanager
def keeping() -> Iterator[None]:
    """Send what native libraries print to this process's file; what Python prints still goes to stderr."""
    try:
        words = open_file("window")
    except OSError:
        yield  # they go where they would have gone
        return
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):  # a windowed executable has no stderr
        kept = -1
    python_stderr = sys.stderr
    os.dup2(words.fileno(), 2)
    if kept >= 0:
        sys.stderr = os.fdopen(os.dup(kept), "w", 1, python_stderr.encoding, "replace")
    try:
        yield
    finally:
        if kept >= 0:
            sys.stderr.close()
            os.dup2(kept, 2)
            os.close(kept)
        sys.stderr = python_stderr
        words.close()
        drop_file("window")


def deaths() -> list[str]:
    """A sentence about each process that died since the last call, the oldest first. Never raises.

    What each of them printed stays in the file that the sentence names.
    """
    sentences = []
    for path in sorted(_files("[0-9]*-*.txt"), key=_modified):
        if _is_alive(path.stem):
            continue
        try:
            text = path.read_text("utf-8", "replace")
            if DEATH not in text:
                path.unlink()
                continue
            when = time.localtime(path.stat().st_mtime)
            kept = path.replace(path.with_name(f"{TOLD}{time.strftime('%Y%m%d-%H%M%S', when)}-{path.name}"))
        except OSError:
            continue  # another start is reporting it
        sentences.append(
            f"GAN Desktop ended abruptly on {time.strftime('%Y-%m-%d at %H:%M', when)}: {telling_line(text)} "
            f"(all that was printed is in {kept})"
        )
    for path in sorted(_files(f"{TOLD}*"), key=_modified)[:-MOST_TOLD]:
        with suppress(OSError):
            path.unlink()
    return sentences


def telling_line(text: str) -> str:
    """The last words before those of the fault handler, or the handler's first line if there are none."""
    before, _, after = text.partition(DEATH)
    lines = [line.strip() for line in before.splitlines() if line.strip()] or [f"{DEATH}{after.splitlines()[0]}"]
    line = "".join(character if character.isprintable() else " " for character in lines[-1])
    return line if len(line) <= LONGEST_WORDS else f"{line[:LONGEST_WORDS]}..."


def _files(pattern: str) -> list[Path]:
    try:
        return list(folder().glob(pattern))
    except OSError:
        return []


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_alive(name: str) -> bool:
    """Whether the process with the number and the start time in that name still runs."""
    try:
        number, born, *_ = name.split("-")
        return is_running(int(number), int(born), CLOCK_SECONDS)
    except (ValueError, OverflowError):
        return False
