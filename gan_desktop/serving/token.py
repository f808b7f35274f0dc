"""The token that programs show: in a file that only the user can read."""

from __future__ import annotations

import os
import re
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from gan_desktop.core.errors import InputError
from gan_desktop.core.paths import data_directory

NAME = "endpoint-token"
# 32 random bytes.
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# What others may do with a file.
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def token_file() -> Path:
    """Where the token is."""
    return data_directory() / NAME


def read_or_make_token() -> str:
    """The user's token. It is made if there is none, and made anew if others could read it or it is damaged.

    Raises:
        InputError: the file is not the user's own, or cannot be read or made.
    """
    path = token_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        while (token := _read(path)) is None:
            _make(path)
    except OSError as error:
        raise InputError(f"the token file {path} cannot be used: {error.strerror or error}") from None
    return token


def _read(path: Path) -> str | None:
    """The token in the file; None if there is no file. One that is not fit to be used is removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        known = os.fstat(descriptor)
        if not stat.S_ISREG(known.st_mode) or (os.name == "posix" and known.st_uid != os.getuid()):
            raise InputError(f"the token file {path} is not a file of your own: remove it")
        text = file.read(100).decode("ascii", "replace").strip()
    is_secret = os.name != "posix" or not known.st_mode & OTHERS
    if is_secret and TOKEN.fullmatch(text):
        return text
    path.unlink(missing_ok=True)
    return None


def _make(path: Path) -> None:
    """Write a new token, whole, unless another process has just done so."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{NAME}.", suffix=".tmp")  # mode 0600, O_EXCL
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
        with suppress(FileExistsError):
            # Neither a link nor a renaming on Windows takes the place of a file that is there.
            (os.link if os.name == "posix" else os.rename)(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
