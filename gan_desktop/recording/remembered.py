"""Runs that are kept elsewhere than in the user's runs directory: a file in the data directory lists their folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError, named
from gan_desktop.recording.changing import changing

INDEX = "library.json"
# The oldest are forgotten beyond this many folders, and a file of more bytes is not ours.
MOST, LARGEST = 10_000, 2**25

Folders = tuple[Path, ...]


def index_file() -> Path:
    """The list of the folders that are remembered."""
    return paths.data_directory() / INDEX


def remembered() -> Folders:
    """The folders of runs that are kept elsewhere, the one that was remembered last at the end.

    Raises:
        InputError: the list is damaged or cannot be read.
    """
    file = index_file()
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        known: Any = json.loads(content) if len(content) <= LARGEST else None
        folders = known["folders"] if isinstance(known, dict) else None
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, RecursionError):
        folders = None
    if not isinstance(folders, list) or not all(isinstance(folder, str) and "\0" not in folder for folder in folders):
        raise InputError(
            f"{file} is damaged: it does not list the folders of runs any more; it is made anew if removed"
        )
    return tuple(Path(folder) for folder in folders)


def remember(folder: Path) -> None:
    """Have the library list a run that is kept elsewhere; does nothing if it is in the runs directory.

    A damaged list is put aside, and a new one begun.

    Raises:
        InputError: the list cannot be written.
    """
    place = located(folder)
    if place.parent == located(paths.runs_directory()):
        return
    _change(lambda known: known if known[-1:] == (place,) else (*_without(known, place), place)[-MOST:])


def forget(folder: Path) -> None:
    """Have the library no longer list a run that is kept elsewhere; the run itself is not touched.

    Raises:
        InputError: the list cannot be written.
    """
    place = located(folder)
    _change(lambda known: _without(known, place))


def located(folder: Path) -> Path:
    """The one path of a folder, by which it is told from others, also if it is gone."""
    try:
        return folder.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return folder.absolute()


def _without(known: Folders, place: Path) -> Folders:
    return tuple(folder for folder in known if folder != place)


def _change(change: Callable[[Folders], Folders]) -> None:
    file = index_file()
    with changing():
        try:
            before = remembered()
        except InputError:
            before = ()
            with suppress(OSError):
                file.replace(file.with_name(f"{file.name}.damaged"))
        after = change(before)
        if after == before:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Names that are not Unicode are escaped, and come back as they were.
            paths.write_whole(file, json.dumps({"folders": [str(folder) for folder in after]}, indent=1).encode())
        except OSError as error:
            raise InputError(f"{named(str(file))} cannot be written: {error.strerror or error}") from None
