"""What a data set declares about people's own files: which it recognises, what it suggests for them, and its limits.

The preview of a folder, the file dialog, what may be dropped on the window and the config all read these declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from statistics import median_low
from typing import Any

from gan_desktop.core.config import weight_key
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import LARGEST, SMALLEST, Size, height_width
from gan_desktop.core.registry import Entry, datasets, terms


@dataclass(frozen=True)
class Sides:
    """Pixels per side of images.

    Attributes:
        least, most: the limits, which the config checks.
        offered: what a form offers.
        suggested: the largest of these that enlarges few images is suggested; larger ones train slowly on a processor.
        largest_native: if all images are squares of one size, up to this one, that size is suggested.
    """

    least: int = SMALLEST
    most: int = LARGEST
    offered: tuple[int, ...] = (8, 16, 24, 32, 48, 64, 96, 128)
    suggested: tuple[int, ...] = (8, 16, 32)
    largest_native: int = 64

    def fitting(self, sizes: Mapping[tuple[int, int], int]) -> int:
        """The side to suggest; `sizes` says how many images there are of each (width, height)."""
        (width, height), *others = sizes
        if not others and width == height and self.least <= width <= self.largest_native:
            return width
        shorter = median_low([min(size) for size, count in sizes.items() for _ in range(count)])
        return max((side for side in self.suggested if side <= shorter), default=self.suggested[0])


# The family from each shorter side on. Below 16 pixels, dense layers see all that there is to see, and train faster.
FAMILIES_OF_IMAGES = ((0, "mlp"), (16, "dcgan"))
# The family that makes images from images.
FAMILY_OF_TRANSLATIONS = "translator"


def playing(game: str, *weighed: str) -> dict[str, Any]:
    """The config values by which a game is played with these terms at their usual weights, and with no others."""
    weights = {weight_key(name): term.usual or 0.0 if name in weighed else 0.0 for name, term in terms.items()}
    return {"game.name": game, **{f"game.{key}": float(weight) for key, weight in weights.items()}}


@dataclass(frozen=True)
class OwnData:
    """What a data set does with people's own files; one that declares nothing is not suggested for any.

    Attributes:
        reads: what it is read from, in a few words: "a folder or a zip file of images".
        endings: the endings of the files that it reads, in lower case: ".npy".
        names: patterns, in lower case, of files that it reads without such an ending: "*idx?-ubyte".
        parts: endings of files that it reads by the folder: one file alone is no data set.
        folder_mark: a pattern of file names: a folder with such a file belongs to this data set, whatever else lies
            there. A data set that has a mark takes no other folder.
        beside: makes another reading of a place that another data set reads, to be offered beside that one's; it is
            given the other's preview. A data set that has it also reads two folders that are given together, by
            `preview`; its option `source_path` is the first.
        preview: what it makes of a `training.data.place.Place`, or None if the place is none of its own. It is given
            a report as well. It raises InputError if a start would, as far as it looks.
        reads_all: whether a preview reads all of a file and so refuses what a start would refuse; else it goes by
            headers and names.
        sides: the sizes of its images.
        families: the network families to suggest, each with the shorter side from which on it is suggested.
    """

    reads: str = ""
    endings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    folder_mark: re.Pattern[str] | None = None
    preview: Callable[[Any, Any], FolderPreview | None] = lambda place, report: None
    beside: Callable[[Any, FolderPreview, Any], FolderPreview | None] | None = None
    reads_all: bool = True
    sides: Sides = field(default_factory=Sides)
    families: tuple[tuple[int, str], ...] = ((0, "mlp"),)

    def family(self, size: Size | None) -> str:
        """The network family to suggest for samples of that size; None is a size that is not known."""
        shorter = min(height_width(size)) if size is not None else 0
        return [name for least, name in self.families if least <= shorter][-1]


def own_data(entry: Entry[Any]) -> OwnData:
    """What an entry of the registry of data sets declares, which may be nothing at all."""
    return entry.facts if isinstance(entry.facts, OwnData) else OwnData()


def file_endings() -> tuple[str, ...]:
    """The endings of all files that some data set reads, each once."""
    return _each(lambda own: own.endings)


def file_names() -> tuple[str, ...]:
    """The patterns of the names of files that some data set reads though they have no such ending, each once."""
    return _each(lambda own: own.names)


def is_data_file(name: str) -> bool:
    """Whether some data set reads files with such a name."""
    lower = name.lower()
    return lower.endswith(file_endings()) or any(fnmatchcase(lower, pattern) for pattern in file_names())


def is_part(name: str) -> bool:
    """Whether files with such a name are read by the folder."""
    return name.lower().endswith(_each(lambda own: own.parts))


def _each(read: Callable[[OwnData], Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for entry in datasets.values() for text in read(own_data(entry))))
