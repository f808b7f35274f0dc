"""Where things are: the resources that ship with the program, and the user's data and cache directories."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

from gan_desktop.core import file_lock

APPLICATION = "gan-desktop"
PACKAGE = Path(__file__).resolve().parent.parent
# The names of files that are being written: `.<name>.<random>.tmp`, random as `tempfile.mkstemp` makes it.
TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}\.tmp", re.DOTALL)


def resources() -> Path:
    """The resources, inside the package when installed or frozen, beside it in a checkout."""
    installed = PACKAGE / "resources"
    return installed if installed.is_dir() else PACKAGE.parent / "resources"


def data_directory() -> Path:
    """The user's data directory; `GAN_DESKTOP_DATA` overrides it."""
    override = os.environ.get("GAN_DESKTOP_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def runs_directory() -> Path:
    """Where runs are kept unless `--out` says otherwise."""
    return data_directory() / "runs"


def cache_directory() -> Path:
    """Where downloaded data sets are kept; `GAN_DESKTOP_CACHE` overrides it."""
    override = os.environ.get("GAN_DESKTOP_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def expanded(path: Path) -> Path:
    """The path with the home folder in place of `~`; if there is no such home, the path as it is."""
    with suppress(RuntimeError):
        return path.expanduser()
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a crash leaves the old file or the new one, never a part.

    Raises:
        OSError: the directory is missing or not writable, or the disk is full; nothing is left behind.
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write. It takes the place of `path` once all of it is on the disk; then its name is put there too.

    Until then it has another name (`.<name>.<random>.tmp`) and is locked, so that `remove_abandoned` can tell it from
    one whose writer was killed.

    Raises:
        OSError: for the reasons of `write_whole`.
    """
    descriptor, temporary = _locked_temporary(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(0o644)
            if os.name == "posix":
                temporary.replace(path)  # while it is locked, so that nobody takes it for abandoned
        if os.name != "posix":
            temporary.replace(path)  # Windows renames no open file
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _keep_names(path.parent)


def _locked_temporary(path: Path) -> tuple[int, Path]:
    """A new file beside `path`, open and locked."""
    while True:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with suppress(OSError):  # if there are no locks, nothing is taken for abandoned
            file_lock.take(descriptor)
        # Between making and locking it, another process may have taken it for abandoned.
        if os.name != "posix" or os.fstat(descriptor).st_nlink > 0:
            return descriptor, Path(name)
        os.close(descriptor)


def _keep_names(folder: Path) -> None:
    """Make the names of a folder's files survive a loss of power; does nothing if a folder cannot be flushed."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_abandoned(folder: Path) -> list[Path]:
    """Remove what `write_whole` was writing into a folder when its process was killed, but not what is being written.

    Returns:
        What was removed; nothing if the folder cannot be read.
    """
    removed = []
    try:
        found = [path for path in folder.iterdir() if TEMPORARY.fullmatch(path.name)]
    except OSError:
        return []
    for path in found:
        with suppress(OSError):  # it is gone already, or is not ours to remove
            descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if not file_lock.take(descriptor):
                    continue
                if os.name == "posix":
                    path.unlink()  # while it is locked: its writer would notice
            finally:
                os.close(descriptor)
            if os.name != "posix":
                path.unlink()  # Windows removes no open file, and so none that is still being written
            removed.append(path)
    return removed
