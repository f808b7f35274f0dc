"""Which images a folder holds: found recursively, with their classes, sizes and what cannot be read. Headers only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gan_desktop.training.data.dataset import Report
from gan_desktop.training.data.files import expanded, is_folder, printable, refusal
from gan_desktop.training.data.image_decoding import ImageHeader, quiet_pillow, read_image_header
from gan_desktop.training.data.parallel import in_threads

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib", ".gif")
# What archivers and systems leave beside people's images.
LEFTOVERS = ("__MACOSX", "Thumbs.db", "desktop.ini")
# Unreadable files that a note names.
LISTED = 5


@dataclass(frozen=True)
class Unreadable:
    """A file or folder that could not be read: its name below the folder, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class FoundImage:
    """An image with a readable header; `folder` is the first-level sub-folder that it lies in, "" where in none."""

    path: Path
    name: str
    folder: str
    header: ImageHeader


@dataclass
class _Walk:
    """What walking through the folder has found so far."""

    files: list[tuple[Path, str]] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    visited: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Scan:
    """What a folder holds.

    Attributes:
        images: sorted by name.
        unreadable: what should be an image and is none.
        others: how many files of other kinds there are, by suffix.
    """

    folder: Path
    images: tuple[FoundImage, ...]
    unreadable: tuple[Unreadable, ...]
    others: Counter[str]


def scan_folder(path: Path, report: Report) -> Scan:
    """Look at every image of a folder.

    Args:
        path: the folder. Links are followed, each folder once; hidden files are left out.
        report: may raise to cancel.

    Raises:
        InputError: it is missing, not a folder, or cannot be read.
    """
    folder = expanded(path)
    if not is_folder(folder):
        raise refusal(folder, "is not a folder" if os.path.lexists(folder) else "does not exist")
    walk = _Walk()
    _walk(folder, "", walk, report)
    walk.files.sort(key=lambda found: found[1])
    images: list[FoundImage] = []
    with quiet_pillow():
        headers = in_threads(read_image_header, [file for file, _ in walk.files], "Looking at images", report)
        for (file, name), header in zip(walk.files, headers, strict=True):
            if isinstance(header, str):
                walk.unreadable.append(Unreadable(printable(name), header))
            else:
                images.append(FoundImage(file, printable(name), _first_folder(name), header))
    walk.unreadable.sort(key=lambda file: file.name)
    return Scan(folder, tuple(images), tuple(walk.unreadable), walk.others)


def _first_folder(name: str) -> str:
    first, separator, _ = name.partition("/")
    return first if separator else ""


def _walk(folder: Path, name: str, walk: _Walk, report: Report) -> None:
    """Add what is in `folder`, whose name below the first one is `name`."""
    waiting = [(folder, name)]
    while waiting:
        folder, name = waiting.pop()
        report("Looking for images", None)
        try:
            status = folder.stat()
            # Links can lead in circles.
            if (status.st_dev, status.st_ino) in walk.visited:
                continue
            walk.visited.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(folder))
        except OSError as error:
            if not name:
                raise refusal(folder, f"cannot be read: {error.strerror or error}") from None
            walk.unreadable.append(Unreadable(printable(name), f"cannot be read: {error.strerror or error}"))
            continue
        # The last is taken first: of two ways to one folder, the first in the alphabet counts.
        for entry in sorted(entries, key=lambda entry: entry.name, reverse=True):
            entry_name = f"{name}/{entry.name}" if name else entry.name
            if entry.name.startswith(".") or entry.name in LEFTOVERS:
                continue
            if _is(entry, folder=True):
                waiting.append((folder / entry.name, entry_name))
            else:
                _add_file(folder / entry.name, entry_name, _is(entry, folder=False), walk)


def _add_file(file: Path, name: str, is_file: bool, walk: _Walk) -> None:
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        walk.others[printable(suffix)] += 1
    elif is_file:
        walk.files.append((file, name))
    else:
        # A broken link; or a pipe, from which reading would wait for ever.
        walk.unreadable.append(Unreadable(printable(name), "is not a file"))


def _is(entry: os.DirEntry[str], folder: bool) -> bool:
    try:
        return entry.is_dir() if folder else entry.is_file()
    except OSError:  # a link to itself
        return False


def class_folders(images: Iterable[FoundImage]) -> tuple[str, ...] | None:
    """The sub-folders that are the images' classes, sorted; None where an image lies in none."""
    folders = {image.folder for image in images}
    return None if "" in folders else tuple(sorted(folders))


def unreadable_note(count: int, unreadable: Sequence[Unreadable]) -> str:
    """The sentence about files that could not be read; `count` are all that should be images."""
    listed = "; ".join(f"{file.name} {file.reason}" for file in unreadable[:LISTED])
    more = f"; and {len(unreadable) - LISTED:,} more" if len(unreadable) > LISTED else ""
    return f"{len(unreadable):,} of {count:,} files could not be read: {listed}{more}."


def other_kinds(others: Counter[str]) -> str:
    """How many files of other kinds there are, and which: "3 (.txt, .csv)"."""
    kinds = ", ".join(suffix or "without a suffix" for suffix, _ in others.most_common(LISTED))
    return f"{others.total():,} ({kinds})"


def others_note(others: Counter[str]) -> str:
    """The sentence about files of other kinds."""
    return f"Files of other kinds were left out: {other_kinds(others)}."
