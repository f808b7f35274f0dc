"""What a data set declares of people's own files: which it recognises, what it suggests for them, and its limits.

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
        suggested: of these the largest that enlarges few images is suggested; on a processor larger ones train slowly.
        largest_native: images that are all squares of one size, at most this one, are suggested as they are.
    """

    least: int = SMALLEST
    most: int = LARGEST
    offered: tuple[int, ...] = (8, 16, 24, 32, 48, 64, 96, 128)
    suggested: tuple[int, ...] = (8, 16, 32)
    largest_native: int = 64

    def fitting(self, sizes: Mapping[tuple[int, int], int]) -> int:
        """The side to suggest for so many images of each (width, height)."""
        (width, height), *others = sizes
        if not others and width == height and self.least <= width <= self.largest_native:
            return width
        shorter = median_low([min(size) for size, count in sizes.items() for _ in range(count)])
        return max((side for side in self.suggested if side <= shorter), default=self.suggested[0])


# Below 16 pixels, dense layers see all that there is to see, and train faster.
FAMILIES_OF_IMAGES = ((0, "mlp"), (16, "dcgan"))
# What makes images of images.
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
        endings: of the files that it reads, in lower case: ".npy".
        names: patterns, in lower case, of files that it reads without such an ending: "*idx?-ubyte".
        parts: endings of files that it reads by the folder: one alone is no data set.
        folder_mark: what the name of a file is like in a folder that is this data set's, whatever else lies there; a
            data set that has one takes no other folder.
        beside: what else it makes of a place that another data set reads, whose preview it is given: another reading,
            offered beside that one. One that has it reads two folders that are given together, too, by `preview`; its
            option `source_path` is the first.
        preview: what it makes of a `training.data.place.Place`, or None where that is none of its own; told a report
            besides. It raises InputError where a start would, as far as it looks.
        reads_all: whether a preview reads all of a file, so that what a start would refuse is refused there; else
            headers and names tell.
        sides: the sizes of its images.
        families: the network families to suggest: from which shorter side on each is.
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
        """The network family to suggest for samples of that size, None where it is not known."""
        shorter = min(height_width(size)) if size is not None else 0
        return [name for least, name in self.families if least <= shorter][-1]


def own_data(entry: Entry[Any]) -> OwnData:
    """What an entry of the registry of data sets declares, which may be nothing at all."""
    return entry.facts if isinstance(entry.facts, OwnData) else OwnData()


def file_endings() -> tuple[str, ...]:
    """The endings of all files that some data set reads, each once."""
    return _each(lambda own: own.endings)


def file_names() -> tuple[str, ...]:
    """The patterns of names of such files that have no such ending."""
    return _each(lambda own: own.names)


def is_data_file(name: str) -> bool:
    """Whether some data set reads files of such a name."""
    lower = name.lower()
    return lower.endswith(file_endings()) or any(fnmatchcase(lower, pattern) for pattern in file_names())


def is_part(name: str) -> bool:
    """Whether files of such a name are read by the folder."""
    return name.lower().endswith(_each(lambda own: own.parts))


def _each(read: Callable[[OwnData], Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for entry in datasets.values() for text in read(own_data(entry))))
