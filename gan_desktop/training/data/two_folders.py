"""People's own images in two folders: two domains for games that translate, or pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from typing import Any

from pydantic import Field

from gan_desktop.core.errors import InputError, printable
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.own_data import FAMILY_OF_TRANSLATIONS, OwnData, playing
from gan_desktop.core.registry import GIVEN, datasets
from gan_desktop.core.sections import Flag, GivenPath
from gan_desktop.training.data.byte_images import LARGEST_AS_FLOATS
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, needed_path
from gan_desktop.training.data.image_domains import (
    Domain,
    Domains,
    both_read,
    domains_of,
    from_two,
    in_pairs,
    is_laid_out,
    joined,
    named_files,
)
from gan_desktop.training.data.image_folder import ImagesOptions, as_suited, preview_of
from gan_desktop.training.data.image_samples import (
    Look,
    ReadImages,
    channel_count,
    depths_in_use,
    fitted_note,
    read_images,
)
from gan_desktop.training.data.image_scan import others_note, scan_images, unreadable_note
from gan_desktop.training.data.place import Place, spread

# The suggested batch size: the paper has 1, which leaves the processor idle.
BATCH_SIZE = 16


class TwoFoldersOptions(ImagesOptions):
    """Keys of the section `data` when it is two folders of images."""

    source_path: GivenPath | None = Field(
        None,
        description="The folder of the images that are translated, where it is not a sub-folder of the path, which is "
        "then the folder of what they become.",
    )
    swap: Flag = Field(
        False,
        title="The other way round",
        description="Translates the other way round: the second folder's images into the first's.",
    )
    pairs: Flag = Field(
        False,
        title="Pairs by name",
        description="Files of the same name belong together, whatever their endings; each needs its partner.",
    )


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of two places that were given together."""
    if place.source is None:
        return None
    with _of_source():
        source = place.source.scan(report)
    domains = from_two(source, place.scan(report))
    preview = preview_of(place, joined(domains))
    if not all(domain.images for domain in domains):
        return preview
    return _as_domains(place, preview, domains, {"data.source_path": str(place.source.given)})


def _beside(place: Place, preview: FolderPreview, report: Report) -> FolderPreview | None:
    """The preview of a folder with two sub-folders of images, whatever else they could be."""
    if place.source is not None or preview.suggested.get("data.name") != "images":
        return None
    try:
        domains = domains_of(place.scan(report))
    except InputError:
        return None
    return _as_domains(place, preview, domains, {}) if all(domain.scan.images for domain in domains) else None


def _as_domains(place: Place, preview: FolderPreview, domains: Domains, given: dict[str, Any]) -> FolderPreview:
    """The preview as two domains and, if all names have partners, beside it the preview as pairs."""
    suggested = {
        **place.suggestion("two_folders"),
        **given,
        **as_suited(preview),
        **playing("cyclegan", "cycle"),
        "objective.objective": "least_squares",
        "training.batch_size": BATCH_SIZE,
    }
    counts = tuple((domain.name, len(domain.scan.images)) for domain in domains)
    named = is_laid_out(domains)
    unpaired = replace(preview, classes=(), domains=counts, suggested=suggested, is_named=named)
    try:
        pairs = in_pairs(domains)
    except InputError:
        return unpaired
    as_pairs = {"data.pairs": True, **playing("translation", "pixel"), "game.source": GIVEN}
    counts = tuple((domain.name, len(domain.scan.images)) for domain in pairs)
    return replace(unpaired, others=(replace(unpaired, domains=counts, suggested=suggested | as_pairs),))


OWN = OwnData(
    reads="a folder or a zip file of two sub-folders of images, or two such folders",
    preview=_preview,
    beside=_beside,
    reads_all=False,
    families=((0, FAMILY_OF_TRANSLATIONS),),
)


@datasets.register("two_folders", title="Your images, two folders", options=TwoFoldersOptions, facts=OWN)
def two_folders(request: DataRequest) -> DataSet:
    """Two folders of images, those of the first to be translated into those of the second.

    They are the two sub-folders of `data.path`, or `data.source_path` and `data.path`. Where there are trainA and
    trainB, these are the two, and what lies in testA and testB is not trained on.
    """
    options: Any = request.options
    found, notes = _found(request)
    if options.swap:
        found = found[::-1]
    domains = in_pairs(found) if options.pairs else found
    images = [image for domain in found for image in domain.images]
    channels = channel_count(images, options.channels)
    looks = [_look(domain, channels, options, request.report) for domain in found]
    read = [_read(domain, look, options, request.report) for domain, look in zip(domains, looks, strict=True)]
    unreadable = [
        file
        for domain, parts in zip(domains, read, strict=True)
        for scan, part in zip(domain.scans, parts, strict=True)
        for file in named_files(scan, part.unreadable)
    ]
    if options.pairs:
        together = [both_read(domains, one, other) for one, other in zip(*read, strict=True)]
        read = [[pair[0] for pair in together], [pair[1] for pair in together]]
    source, target = (_data(*each) for each in zip(domains, read, looks, strict=True))
    count = f"{len(target):,} pairs of images" if options.pairs else f"{len(source):,} and {len(target):,} images"
    return replace(
        target,
        title=f"{found[0].name} to {found[1].name}, {count} {looks[1]}",
        source=source,
        paired=options.pairs,
        unreadable=len(unreadable),
        notes=(
            *((unreadable_note(_count(found), unreadable),) if unreadable else ()),
            *notes,
            *(_pairs_notes(found, domains, len(target)) if options.pairs else ()),
            *fitted_note(images, options.image_size, options.fit),
            *(f"{domain.name}: {note}" for domain, look in zip(found, looks, strict=True) for note in look.notes),
        ),
    )


def _found(request: DataRequest) -> tuple[Domains, tuple[str, ...]]:
    """The domains at the paths of a request, and what else there is, a sentence each."""
    options: Any = request.options
    path, source_path = needed_path("two_folders", OWN.reads, request.path), options.source_path
    if source_path is None:
        scan = scan_images(path, request.report)
        domains, scans = domains_of(scan), [scan]
    else:
        with _of_source():
            scans = [scan_images(source_path, request.report)]
        scans.append(scan_images(path, request.report))
        domains = from_two(*scans)
    others = sum((scan.others for scan in scans), Counter[str]())
    files = sum(len(scan.images) + len(scan.unreadable) for scan in scans)
    notes = [others_note(others)] if others else []
    if files > _count(domains):
        notes.append(f"Images in neither folder were left out: {files - _count(domains):,}.")
    return domains, tuple(notes)


@contextmanager
def _of_source() -> Iterator[None]:
    """Name the right key if it is the source's path that is refused."""
    try:
        yield
    except InputError as error:
        raise InputError(f"data.source_path{str(error).removeprefix('data.path')}", "data.source_path") from None


def _look(domain: Domain, channels: int, options: Any, report: Report) -> Look:
    """How a domain's images are read. If they have more than 8 bits, each domain has its own range of brightness."""
    return Look(options.image_size, channels, options.fit, depths_in_use(domain.images, report))


def _read(domain: Domain, look: Look, options: Any, report: Report) -> list[ReadImages]:
    """What is trained on and, if there is any, what is held out: at most as many as are kept as floats."""
    read = [read_images(domain.scan, look, options.stream, report)]
    if domain.held_out is not None:
        images = domain.held_out.images
        chosen = spread(len(images), LARGEST_AS_FLOATS // (4 * prod(look.shape)))
        part = replace(domain.held_out, images=tuple(images[place] for place in chosen.tolist()))
        read.append(read_images(part, look, "auto", report))
    return read


def _data(domain: Domain, read: Sequence[ReadImages], look: Look) -> DataSet:
    trained, *held_out = read
    title = f"{domain.name}, {len(trained.kept):,} images {look}"
    floats = [part.floats() for part in held_out]
    return DataSet(title, "images", trained.samples, held_out=floats[0] if floats else None)


def _count(domains: Domains) -> int:
    """How many files should be images of the domains, held-out ones too."""
    return sum(len(scan.images) + len(scan.unreadable) for domain in domains for scan in domain.scans)


def _pairs_notes(found: Domains, domains: Domains, kept: int) -> tuple[str, ...]:
    """Which pairs were left out."""
    scan = found[0].scan
    count = len(scan.images) + len(scan.unreadable)
    notes = [f"{count - kept:,} of {count:,} pairs were left out: one of their files could not be read."]
    notes = notes if kept < count else []
    left_out = [each.held_out for each, used in zip(found, domains, strict=True) if each.held_out and not used.held_out]
    notes += [f"{printable(scan.path.name)} was left out: there are no pairs without the other." for scan in left_out]
    return tuple(notes)
