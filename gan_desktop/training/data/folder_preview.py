"""What a path holds and which data set fits it.

Of image files headers tell, which is quick for tens of thousands of them. Of a single file the data set that is
suggested reads all of it: what a start would refuse is refused here.
"""

from __future__ import annotations

import tarfile
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median_low
from typing import Any

import numpy as np

from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import LARGEST, SMALLEST, fits
from gan_desktop.core.paths import expanded
from gan_desktop.core.registry import datasets
from gan_desktop.training.data import cifar10, image_files
from gan_desktop.training.data.array_layout import layout_of
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, Report, constant_note, silent
from gan_desktop.training.data.files import Pixels, first_bytes, is_folder, refusal
from gan_desktop.training.data.idx import GZIP_MAGIC, read_images
from gan_desktop.training.data.image_decoding import decode_image, quiet_pillow
from gan_desktop.training.data.image_folder import depths_in_use
from gan_desktop.training.data.image_scan import (
    SUFFIXES,
    Scan,
    class_folders,
    holds_images,
    others_note,
    scan_images,
)
from gan_desktop.training.data.images import resize_images
from gan_desktop.training.data.npy import NPY_MAGIC, PLAIN, read_header
from gan_desktop.training.data.npz import ZIP_MAGIC, archive_shapes
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.pixel_text import is_pixel_table, preview_pixel_table
from gan_desktop.training.data.point_text import point_notes, suggested_columns
from gan_desktop.training.data.points import point_axes

THUMBNAILS = 24
THUMBNAIL_SIDE = 64
# The sizes that are suggested; on a processor larger ones train slowly.
SIZES = (8, 16, 32)
LARGEST_NATIVE = 64
# Images whose brightness is looked at.
LOOKED_AT = 500
# Data sets of many files, which are read when a run begins.
READ_LATER = ("images", "cifar10")


def preview_folder(path: Path, report: Report = silent) -> FolderPreview:
    """What is at `path`: a folder or a zip file of images, or a folder or a file that another data set reads.

    Args:
        path: the folder or file.
        report: told how far it is; may raise to cancel.

    Raises:
        InputError: it is missing, cannot be read, or no data set reads such a file.
    """
    place = expanded(path)
    if not is_folder(place):
        return _checked(_preview_file(path, place, report), report)
    for name, matches in (("cifar10", cifar10.BATCH.fullmatch), ("mnist", image_files.NAME.fullmatch)):
        if any(matches(entry) for entry in _entries(place)):
            preview = FolderPreview(path, suggested=_suggestion(name, path))
            return _checked(preview, report) if name == "mnist" else preview
    return _preview_images(path, scan_images(place, report))


def _entries(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise refusal(folder, f"cannot be read: {error.strerror or error}") from None


def _preview_images(path: Path, scan: Scan) -> FolderPreview:
    headers = [image.header for image in scan.images]
    sizes = Counter((header.width, header.height) for header in headers)
    gray = sum(header.gray for header in headers)
    suggested: dict[str, Any] = {}
    if headers:
        suggested = _suggestion("images", path)
        suggested["data.image_size"] = _fitting_size(sizes)
        suggested["data.channels"] = "gray" if gray == len(headers) else "color"
    return FolderPreview(
        path=path,
        count=len(headers),
        unreadable=tuple((file.name, file.reason) for file in scan.unreadable),
        sizes=tuple(sizes.most_common()),
        classes=_classes(scan),
        gray=gray,
        color=len(headers) - gray,
        thumbnails=_thumbnails(scan),
        suggested=suggested,
        notes=(*((others_note(scan.others),) if scan.others else ()), *scan.notes, *_depth_notes(scan)),
    )


def _classes(scan: Scan) -> tuple[tuple[str, int], ...]:
    """The name and the count of each class, by sub-folder or by dataset.json."""
    labels = Counter(image.label for image in scan.images if image.label is not None)
    if labels:
        return tuple((str(label), labels[label]) for label in sorted(labels))
    folders = Counter(image.folder for image in scan.images)
    return tuple((name, folders[name]) for name in class_folders(scan.images) or ())


def _depth_notes(scan: Scan) -> tuple[str, ...]:
    """That more than 8 bits will be scaled; by what is known when all images have been read."""
    deep = sum(1 for image in scan.images if image.header.depth)
    subject = f"{deep:,} images have more than 8 bits a channel"
    return (f"{subject}: they are scaled by the range of values that all of them use.",) if deep else ()


def _fitting_size(sizes: Counter[tuple[int, int]]) -> int:
    """The images' own size where it is one and a small square, else the largest that enlarges few of them."""
    (width, height), _ = sizes.most_common(1)[0]
    if len(sizes) == 1 and width == height and SMALLEST <= width <= LARGEST_NATIVE:
        return width
    shorter = median_low([min(size) for size in sizes.elements()])
    return max((size for size in SIZES if size <= shorter), default=SIZES[0])


def _thumbnails(scan: Scan) -> tuple[Pixels, ...]:
    """A few images, evenly over all of them, so that every class has its share."""
    images = [scan.images[index] for index in _spread(len(scan.images), THUMBNAILS).tolist()]
    decode = partial(decode_image, size=THUMBNAIL_SIDE, channels=3, fit="crop", depths=depths_in_use(images))
    with quiet_pillow():
        decoded = list(in_threads(decode, [image.source for image in images]))
    return tuple(pixels for pixels in decoded if not isinstance(pixels, str))


def _suggestion(name: str, path: Path) -> dict[str, Any]:
    return {"data.name": name, "data.path": str(path)}


def _preview_file(path: Path, place: Path, report: Report) -> FolderPreview:
    start = first_bytes(place, len(NPY_MAGIC))
    if place.suffix.lower() in SUFFIXES:
        raise refusal(place, "is a single image; choose the folder that it is in")
    if start.startswith(ZIP_MAGIC):
        if holds_images(place):
            return _preview_images(path, scan_images(place, report))
        return _preview_array(path, place, archive_shapes(place))
    if start.startswith(NPY_MAGIC[:6]):
        try:
            with place.open("rb") as stream:
                shape = read_header(place, "the array", stream, PLAIN).shape
        except OSError as error:
            raise refusal(place, f"cannot be read: {error.strerror or error}") from None
        return _preview_array(path, place, [shape])
    if start[:4] == b"\0\0\x08\x03" or (start.startswith(GZIP_MAGIC) and not _is_archive(place)):
        return _preview_array(path, place, [read_images(place).shape])
    if start.startswith(GZIP_MAGIC):
        return FolderPreview(path, suggested=_suggestion("cifar10", path))
    if b"\0" in start:
        images = f"a folder or a zip file of images ({', '.join(SUFFIXES)})"
        allowed = f"{images}, .npy, .npz, a text table, IDX files or CIFAR-10"
        raise refusal(place, f"is of no kind that is read here; allowed: {allowed}")
    if is_pixel_table(place):
        return _preview_pixels(path, place, report)
    return _preview_points(path, place)


def _preview_points(path: Path, place: Path) -> FolderPreview:
    suggested, chosen = _suggestion("points", path), suggested_columns(place)
    if chosen is None:
        return FolderPreview(path, suggested=suggested, notes=point_notes(place))
    suggested |= {f"data.{key}": value for key, value in chosen.options.items()}
    return FolderPreview(path, suggested=suggested, notes=(chosen.note,) if chosen.note else ())


def _preview_pixels(path: Path, place: Path, report: Report) -> FolderPreview:
    table = preview_pixel_table(place, THUMBNAILS, report)
    side = table.images.shape[1]
    highest = 255 if table.images.max() > 1 else 1
    grey = (np.clip(table.images / highest, 0, 1) * 255).astype(np.uint8)
    suggested = _suggestion("arrays", path)
    if side > LARGEST:
        suggested["data.image_size"] = _fitting_size(Counter({(side, side): 1}))
    return FolderPreview(
        path,
        table.count,
        sizes=(((side, side), table.count),),
        gray=table.count,
        thumbnails=tuple(np.stack([image] * 3, axis=-1) for image in grey),
        suggested=suggested,
        notes=table.notes,
    )


def _preview_array(path: Path, place: Path, shapes: list[tuple[int, ...]]) -> FolderPreview:
    """Points where the arrays are (n,), (n, 1) or (n, 2), else images. The shapes are claims: loading checks them."""
    first = shapes[0]
    if point_axes(first):
        return FolderPreview(path, first[0], suggested=_suggestion("points", path))
    layout = layout_of(place, "the array", first)
    count, height, width = layout.shape[:3]
    suggested = _suggestion("arrays", path)
    if not fits(height, width):
        suggested["data.image_size"] = _fitting_size(Counter({(width, height): 1}))
    is_color = len(layout.shape) == 4
    return FolderPreview(
        path,
        count,
        sizes=(((width, height), count),),
        gray=0 if is_color else count,
        color=count if is_color else 0,
        suggested=suggested,
        notes=(layout.note,) if layout.note else (),
    )


def _checked(preview: FolderPreview, report: Report) -> FolderPreview:
    """What the data set that is suggested makes of the file, so that nothing is offered that it would refuse.

    Raises:
        InputError: it refuses.
    """
    if not preview.suggested or preview.suggested["data.name"] in READ_LATER:
        return preview
    entry = datasets[preview.suggested["data.name"]]
    given = {key.removeprefix("data."): value for key, value in preview.suggested.items()}
    options = {key: value for key, value in given.items() if key in entry.options.model_fields}
    if "stream" in entry.options.model_fields:
        options["stream"] = "always"  # what it would be in memory is not needed
    data: DataSet = entry.value(DataRequest(entry.options.model_validate(options), preview.path, report=report))
    # Which columns were chosen, only the preview knows.
    choice = preview.notes if "data.columns" in preview.suggested else ()
    notes = (*data.notes, *choice, *((constant_note(data),) if data.is_constant else ()), *_range_notes(data))
    preview = replace(preview, count=len(data), classes=_counted(data), notes=notes)
    if data.kind != "images":
        return preview
    if not preview.sizes:
        height, width, channels = data.sample_shape
        gray = len(data) if channels == 1 else 0
        preview = replace(preview, sizes=(((width, height), len(data)),), gray=gray, color=len(data) - gray)
    return preview if preview.thumbnails else replace(preview, thumbnails=_pictures(data))


def _counted(data: DataSet) -> tuple[tuple[str, int], ...]:
    """The name and the count of each class that the labels tell."""
    if data.labels is None:
        return ()
    counts = np.bincount(data.labels)
    return tuple(
        (data.class_names[label] if data.class_names else str(label), int(count))
        for label, count in enumerate(counts)
        if count
    )


def _range_notes(data: DataSet) -> tuple[str, ...]:
    """The range of brightness that some of the images use, in percent; of points and numbers nothing."""
    if data.kind != "images":
        return ()
    some = data.take(_spread(len(data), LOOKED_AT))
    return (f"Brightness from {100 * some.min():.0f} to {100 * some.max():.0f} %, of black to white.",)


def _pictures(data: DataSet) -> tuple[Pixels, ...]:
    """A few images, evenly over all of them."""
    images = data.take(_spread(len(data), THUMBNAILS))
    if max(images.shape[1:3]) > THUMBNAIL_SIDE:
        images = resize_images(images, THUMBNAIL_SIDE, "pad")
    grey = (np.clip(images, 0, 1) * 255).round().astype(np.uint8)
    return tuple(np.repeat(grey, 3, axis=-1) if grey.shape[-1] == 1 else grey)


def _spread(count: int, most: int) -> Indices:
    """The places of at most so many of `count` samples, evenly over all of them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(np.int64)


def _is_archive(path: Path) -> bool:
    """Whether a gzip file is a .tar.gz: the first block of a tar file says so."""
    import gzip

    try:
        with gzip.open(path) as unpacked:
            block = unpacked.read(tarfile.BLOCKSIZE)
    except (OSError, EOFError, ValueError):
        return False
    return block[257:262] == b"ustar"
