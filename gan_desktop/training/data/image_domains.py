"""The two domains of a folder of images: its two sub-folders, and which of their files belong together."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_desktop.core.errors import InputError, printable
from gan_desktop.training.data.files import is_folder, refusal
from gan_desktop.training.data.image_classes import first_folder
from gan_desktop.training.data.image_samples import ReadImages
from gan_desktop.training.data.image_scan import LEFTOVERS, LISTED, FoundImage, Scan, Unreadable

# How the data sets of the CycleGAN paper are laid out: folders to train on, and folders that are held out.
LAYOUT = (("trainA", "testA"), ("trainB", "testB"))


@dataclass(frozen=True)
class Domain:
    """The images of one domain.

    Attributes:
        name: the folder's, for people.
        scan: what is trained on; its names are relative to the folder.
        held_out: what is not trained on, if there is anything.
    """

    name: str
    scan: Scan
    held_out: Scan | None = None

    @property
    def scans(self) -> tuple[Scan, ...]:
        return (self.scan,) if self.held_out is None else (self.scan, self.held_out)

    @property
    def images(self) -> tuple[FoundImage, ...]:
        """All of them, held-out ones too."""
        return tuple(image for scan in self.scans for image in scan.images)


Domains = tuple[Domain, Domain]


def domains_of(scan: Scan) -> Domains:
    """The two sub-folders of images by name, or the ones of `LAYOUT`.

    Raises:
        InputError: there are more or fewer.
    """
    parts = _parts(scan)
    if all(train in parts for train, _ in LAYOUT):
        first, second = (Domain(train, parts[train], parts.get(test)) for train, test in LAYOUT)
        return first, second
    names = sorted(name for name in parts if name)
    if len(names) != 2:
        wanted = f"exactly two are needed, or {LAYOUT[0][0]} and {LAYOUT[1][0]}"
        raise refusal(scan.path, f"holds {_counted(names)}{_without(scan.path, names)}; {wanted}")
    return Domain(names[0], parts[names[0]]), Domain(names[1], parts[names[1]])


def from_two(source: Scan, target: Scan) -> Domains:
    """The domains of two places that were given separately."""
    first, second = (Domain(printable(scan.path.resolve().name), scan) for scan in (source, target))
    return first, second


def joined(domains: Domains) -> Scan:
    """All that is trained on, under the names of the folders."""
    scans = [domain.scan for domain in domains]
    return Scan(
        scans[0].path.parent,
        tuple(image for scan in scans for image in scan.images),
        tuple(file for scan in scans for file in named_files(scan, scan.unreadable)),
        sum((scan.others for scan in scans), Counter[str]()),
    )


def named_files(scan: Scan, files: Sequence[Unreadable]) -> list[Unreadable]:
    """The files of a scan by their names beside its folder."""
    return [replace(file, name=f"{printable(scan.path.name)}/{file.name}") for file in files]


def is_laid_out(domains: Domains) -> bool:
    """Whether the names of the folders say that they are two domains."""
    return tuple(domain.name for domain in domains) == tuple(train for train, _ in LAYOUT)


def in_pairs(domains: Domains) -> Domains:
    """The domains in pairs: each file beside the file of the same name in the other domain, in order of names.

    If a header cannot be read, both files of the pair are left out; the unreadable one is still listed. Held-out files
    that only one domain has make no pairs.

    Raises:
        InputError: a file has no partner or several, or no pair can be read.
    """
    first, second = domains
    one, other = _partners(domains, first.scan, second.scan)
    if first.held_out is None or second.held_out is None:
        return replace(first, scan=one, held_out=None), replace(second, scan=other, held_out=None)
    held_out = _partners(domains, first.held_out, second.held_out)
    return replace(first, scan=one, held_out=held_out[0]), replace(second, scan=other, held_out=held_out[1])


def both_read(domains: Domains, one: ReadImages, other: ReadImages) -> tuple[ReadImages, ReadImages]:
    """The pairs whose files could both be read, from domains that are `in_pairs`.

    Raises:
        InputError: there are none.
    """
    kept = [[stem(image.name) for image in read.kept] for read in (one, other)]
    common = set(kept[0]).intersection(kept[1])
    if not common:
        raise _no_pairs(domains)
    if len(common) == len(kept[0]) == len(kept[1]):
        return one, other
    rows = [np.array([row for row, name in enumerate(names) if name in common], np.int64) for names in kept]
    return one.only(rows[0]), other.only(rows[1])


def stem(name: str) -> str:
    """The name of a file without its ending, by which it is paired."""
    return name.rpartition(".")[0]


def _partners(domains: Domains, one: Scan, other: Scan) -> tuple[Scan, Scan]:
    """Both scans with the images of the same names, in the same order."""
    files = _by_stem(one), _by_stem(other)
    for here, there, scan, elsewhere in (files[0], files[1], one, other), (files[1], files[0], other, one):
        alone = sorted(set(here).difference(there))
        if alone:
            name, place = printable(str(scan.path / here[alone[0]])), printable(str(elsewhere.path))
            raise InputError(f"data.pairs = true: {name} has no partner of the same name in {place}", "data.pairs")
    read = [{stem(image.name): image for image in scan.images} for scan in (one, other)]
    common = sorted(set(read[0]).intersection(read[1]))
    if not common:
        raise _no_pairs(domains)
    first, second = (
        replace(scan, images=tuple(images[name] for name in common))
        for scan, images in zip((one, other), read, strict=True)
    )
    return first, second


def _by_stem(scan: Scan) -> dict[str, str]:
    """The file of each name without its ending. Raises InputError if two files have the same name."""
    files: dict[str, str] = {}
    names = *(image.name for image in scan.images), *(file.name for file in scan.unreadable)
    for name in sorted(names):
        if stem(name) in files:
            both = f"{files[stem(name)]} and {name}"
            message = f"data.pairs = true: {printable(str(scan.path))} holds both {both}: names must be unequal"
            raise InputError(f"{message} without their endings too", "data.pairs")
        files[stem(name)] = name
    return files


def _no_pairs(domains: Domains) -> InputError:
    names = " and ".join(domain.name for domain in domains)
    return refusal(domains[0].scan.path.parent, f"holds no pair in {names} of which both files can be read")


def _parts(scan: Scan) -> dict[str, Scan]:
    """What lies in each first-level folder; "" stands for no folder."""
    images: dict[str, list[FoundImage]] = {}
    unreadable: dict[str, list[Unreadable]] = {}
    for image in scan.images:
        folder, name = _within(scan, image.name)
        images.setdefault(folder, []).append(replace(image, name=name, folder="", label=None))
    for file in scan.unreadable:
        folder, name = _within(scan, file.name)
        unreadable.setdefault(folder, []).append(replace(file, name=name))
    return {
        folder: Scan(
            scan.path / scan.root / folder,
            tuple(images.get(folder, ())),
            tuple(unreadable.get(folder, ())),
            Counter(),
        )
        for folder in images.keys() | unreadable.keys()
    }


def _within(scan: Scan, name: str) -> tuple[str, str]:
    """The first-level folder of a file, and its name within that."""
    name = name.removeprefix(scan.root)
    folder = first_folder(name)
    return folder, name.removeprefix(f"{folder}/") if folder else name


def _counted(names: Sequence[str]) -> str:
    if not names:
        return "no sub-folder with images"
    listed = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED:,} more" if len(names) > LISTED else "")
    return f"{len(names):,} sub-folder{'s' if len(names) > 1 else ''} with images ({listed})"


def _without(place: Path, names: Sequence[str]) -> str:
    """The words that name sub-folders without images; those that cannot be listed are left out."""
    if not is_folder(place):
        return ""
    with suppress(OSError), os.scandir(place) as entries:
        found = sorted(printable(entry.name) for entry in entries if entry.is_dir())
        empty = [name for name in found if name not in (*names, *LEFTOVERS) and not name.startswith(".")]
        if empty:
            more = f" and {len(empty) - LISTED:,} more" if len(empty) > LISTED else ""
            return f", and none in {', '.join(empty[:LISTED])}{more}"
    return ""
