"""Where things are: the resources that ship with the program, and the user's data and cache directories."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

APPLICATION = "gan-desktop"
PACKAGE = Path(__file__).resolve().parent.parent


def resources() -> Path:
    """The resources, inside the package when installed or frozen, beside it in a checkout."""
    installed = PACKAGE / "resources"
    return installed if installed.is_dir() else PACKAGE.parent / "resources"


def data_directory() -> Path:
    """The user's data directory; `GAN_DESKTOP_DATA` overrides it."""
    override = os.environ.get("GAN_DESKTOP_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def cache_directory() -> Path:
    """Where downloaded data sets are kept; `GAN_DESKTOP_CACHE` overrides it."""
    override = os.environ.get("GAN_DESKTOP_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def expanded(path: Path) -> Path:
    """The path with `~` as the home folder; that of nobody is taken as it is."""
    with suppress(RuntimeError):
        return path.expanduser()
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a crash leaves the old file or the new one, never a part.

    Raises:
        OSError: the directory is missing or not writable, or the disk is full; nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
