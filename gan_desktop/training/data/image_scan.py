"""Which images a folder or a zip file holds: with their classes, sizes and what cannot be read. Headers only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gan_desktop.core.errors import printable
from gan_desktop.core.paths import expanded
from gan_desktop.training.data.dataset import Report
from gan_desktop.training.data.files import first_bytes, is_folder, refusal
from gan_desktop.training.data.image_classes import (
    LISTING,
    are_shards,
    common_folder,
    first_folder,
    label_of,
    read_listing,
)
from gan_desktop.training.data.image_decoding import ImageHeader, ImageSource, quiet_pillow
from gan_desktop.training.data.image_headers import read_headers
from gan_desktop.training.data.npz import ZIP_MAGIC
from gan_desktop.training.data.zip_files import members

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff")
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
    """An image with a readable header.

    Attributes:
        source: its file.
        name: below the folder, for people.
        folder: its class by sub-folders: the first-level one that it lies in, "" if it lies in none.
        label: its class by dataset.json, if there is one that gives classes.
    """

    source: ImageSource
    name: str
    folder: str
    label: int | None
    header: ImageHeader


@dataclass
class _Walk:
    """What walking through the folder has found so far."""

    files: list[tuple[ImageSource, str]] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    visited: set[tuple[int, int]] = field(default_factory=set)
    # For a zip file, the folder around all images.
    root: str = ""
    # A dataset.json, and the folder that it lies in.
    listing: tuple[ImageSource, str] | None = None


@dataclass(frozen=True)
class Scan:
    """What a folder or a zip file holds.

    Attributes:
        path: of the folder or the file.
        images: sorted by name.
        unreadable: the files that should be images and are not.
        others: how many files of other kinds there are, by suffix.
        notes: what was understood of the classes, a sentence each.
        root: what the names begin with in a zip file that has a folder around all images.
    """

    path: Path
    images: tuple[FoundImage, ...]
    unreadable: tuple[Unreadable, ...]
    others: Counter[str]
    notes: tuple[str, ...] = ()
    root: str = ""


def scan_images(path: Path, report: Report, entries: Sequence[os.DirEntry[str]] | None = None) -> Scan:
    """Look at every image of a folder or of a zip file.

    Args:
        path: the folder or the file. In a folder, links are followed, each folder is read once, and hidden files are
            left out.
        report: may raise to cancel.
        entries: what lies in the folder itself, if that has been looked at.

    Raises:
        InputError: it is missing, neither of the two, or unreadable; or dataset.json has labels that are not valid.
    """
    place = expanded(path)
    walk = _Walk()
    if is_folder(place):
        _walk(place, walk, report, entries)
    elif first_bytes(place, len(ZIP_MAGIC)) == ZIP_MAGIC:
        _list_members(place, walk)
    else:
        raise refusal(place, "is neither a folder nor a zip file")
    walk.files.sort(key=lambda found: found[1])
    classes = _Classes(place, walk)
    images: list[FoundImage] = []
    with quiet_pillow(), closing(read_headers(place, walk.files, report)) as headers:
        for (file, name), header in zip(walk.files, headers, strict=True):
            if isinstance(header, str):
                walk.unreadable.append(Unreadable(printable(name), header))
            else:
                images.append(FoundImage(file, printable(name), *classes.of(name), header))
    walk.unreadable.sort(key=lambda file: file.name)
    return Scan(place, tuple(images), tuple(walk.unreadable), walk.others, classes.notes, printable(walk.root))


def holds_images(path: Path) -> bool:
    """Whether a zip file holds image files, not arrays. Raises InputError if it is not a zip file."""
    suffixes = {PurePosixPath(name).suffix.lower() for name in members(path)}
    return ".npy" not in suffixes and not suffixes.isdisjoint(SUFFIXES)


class _Classes:
    """The class of each file, which only all files together can tell."""

    def __init__(self, place: Path, walk: _Walk) -> None:
        self._place = place
        self._labels: dict[str, int] | bool = False
        self._root = walk.root
        self.notes: tuple[str, ...] = ()
        if walk.listing is not None:
            source, self._beside = walk.listing
            self._labels = read_listing(place, source)
            if self._labels is False:
                walk.others[".json"] += 1
        names = [name.removeprefix(self._root) for _, name in walk.files]
        self._by_folder = self._labels is False and not are_shards(names)
        if self._labels is False and not self._by_folder:
            self.notes = ("The numbered sub-folders are parts of one series, not classes.",)

    def of(self, name: str) -> tuple[str, int | None]:
        """The folder and the label of a file."""
        if self._by_folder:
            return first_folder(name.removeprefix(self._root)), None
        labels = self._labels
        return "", label_of(self._place, labels, name.removeprefix(self._beside)) if isinstance(labels, dict) else None


def _list_members(path: Path, walk: _Walk) -> None:
    """Add what is in a zip file, in which people often put a folder around everything."""
    listings = []
    for name, member in members(path).items():
        parts = name.split("/")
        if any(part.startswith(".") or part in LEFTOVERS for part in parts):
            continue
        if parts[-1] == LISTING:
            listings.append((len(parts), name, member))
        else:
            _add_file(member, name, True, walk)
    walk.root = common_folder(name for _, name in walk.files)
    if listings:
        _, name, member = min(listings, key=lambda listing: listing[:2])
        walk.listing = member, name.removesuffix(LISTING)
        if len(listings) > 1:
            walk.others[".json"] += len(listings) - 1


def _walk(folder: Path, walk: _Walk, report: Report, known: Sequence[os.DirEntry[str]] | None) -> None:
    """Add what is in `folder` and below. `known` is what lies in the folder itself, unless it is None."""
    waiting = [(folder, "")]
    while waiting:
        folder, name = waiting.pop()
        report("Looking for images", None)
        try:
            status = folder.stat()
            # Links can lead in circles.
            if (status.st_dev, status.st_ino) in walk.visited:
                continue
            walk.visited.add((status.st_dev, status.st_ino))
            entries = known if known is not None and not name else list(os.scandir(folder))
        except OSError as error:
            if not name:
                raise refusal(folder, f"cannot be read: {error.strerror or error}") from None
            walk.unreadable.append(Unreadable(printable(name), f"cannot be read: {error.strerror or error}"))
            continue
        # The last is taken first, so that of two ways to one folder the first in the alphabet counts.
        for entry in sorted(entries, key=lambda entry: entry.name, reverse=True):
            entry_name = f"{name}/{entry.name}" if name else entry.name
            if entry.name.startswith(".") or entry.name in LEFTOVERS:
                continue
            if entry_name == LISTING and _is(entry, folder=False):
                walk.listing = folder / entry.name, ""
            elif _is(entry, folder=True):
                waiting.append((folder / entry.name, entry_name))
            else:
                _add_file(folder / entry.name, entry_name, _is(entry, folder=False), walk)


def _add_file(file: ImageSource, name: str, is_file: bool, walk: _Walk) -> None:
    suffix = PurePosixPath(name).suffix.lower()
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
    """The sub-folders that are the images' classes, sorted; None if an image lies in no sub-folder."""
    folders = {image.folder for image in images}
    return None if "" in folders else tuple(sorted(folders))


def counted_classes(images: Sequence[FoundImage]) -> tuple[tuple[str, int], ...]:
    """The name and the count of each class, by sub-folder or by dataset.json."""
    labels = Counter(image.label for image in images if image.label is not None)
    if labels:
        return tuple((str(label), labels[label]) for label in sorted(labels))
    folders = Counter(image.folder for image in images)
    return tuple((name, folders[name]) for name in class_folders(images) or ())


def unreadable_note(count: int, unreadable: Sequence[Unreadable]) -> str:
    """The sentence about files that could not be read; `count` is how many should be images."""
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
