"""Requests to the process that trains a run, left in its folder by a second terminal or by another machine.

Each is a small JSON file in `requests/`, there as a whole or not at all. So whoever may write the folder may drive the
run, and nobody else; no port is open. The process that trains takes them in their order, which gives each file another
name, and removes each when it has been carried out.
"""

from __future__ import annotations

import getpass
import json
import platform
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from gan_desktop.core.errors import InputError, printable
from gan_desktop.core.interventions import REMOTE, ControlValue
from gan_desktop.core.paths import write_whole

REQUESTS = "requests"
NAME = re.compile(r"\d{20}-[0-9a-f]{8}\.json")
TAKEN = ".taken"
# Bytes of a request: a larger one is not read.
LARGEST = 4096

What = Literal["set", "pause", "resume", "stop", "sample-now"]
Word = Annotated[str, Field(max_length=200)]


@dataclass(frozen=True)
class Request:
    """What is asked for, and by whom; `key` and `value` belong to `set`."""

    what: What
    author: Word
    key: Word = ""
    value: ControlValue | None = None

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)


_requests = TypeAdapter(Request)


@dataclass(frozen=True)
class Sent:
    """A request that was left, and what has become of it."""

    path: Path

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.path.exists()

    @property
    def is_done(self) -> bool:
        """Whether it has been carried out or refused, or the run has ended: what came of it is in the record."""
        return not self.is_waiting and not self.path.with_suffix(TAKEN).exists()

    def withdraw(self) -> None:
        """Take it back, if nobody has taken it. Never raises."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Taken:
    """A request that the process that trains has taken."""

    request: Request
    path: Path

    def done(self) -> None:
        """Tell its sender that it has been carried out, or refused. Never raises."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def this_author() -> str:
    """The author of what is asked for here: the user and the machine."""
    user = "somebody"
    with suppress(OSError, KeyError, ImportError):  # a user without a name
        user = getpass.getuser()
    return f"{REMOTE}:{printable(f'{user}@{platform.node()}')[:100]}"


def send(folder: Path, request: Request) -> Sent:
    """Leave a request in a run folder.

    Raises:
        InputError: the folder cannot be written.
    """
    path = folder / REQUESTS / f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, _requests.dump_json(request))
    except OSError as error:
        raise InputError(f"{path.parent} cannot be written: {error.strerror or error}") from None
    return Sent(path)


def take(folder: Path) -> list[Taken]:
    """Take the requests that wait in a run folder, in their order. What is none is removed.

    Never raises: what cannot be read or removed now is left for the next time.
    """
    found = []
    with suppress(OSError):
        for path in sorted((folder / REQUESTS).iterdir()):
            if not NAME.fullmatch(path.name):
                continue
            content = path.read_bytes() if path.stat().st_size <= LARGEST else b""
            # First: one whose name cannot be changed must not be carried out again and again.
            taken = path.rename(path.with_suffix(TAKEN))
            try:
                found.append(Taken(_requests.validate_json(content), taken))
            except (ValidationError, json.JSONDecodeError):
                taken.unlink()
    return found


def clear(folder: Path) -> None:
    """Remove requests that will not be carried out any more, and the folder of requests. Never raises."""
    take(folder)
    with suppress(OSError):
        for path in (folder / REQUESTS).glob(f"*{TAKEN}"):
            path.unlink(missing_ok=True)
        (folder / REQUESTS).rmdir()
