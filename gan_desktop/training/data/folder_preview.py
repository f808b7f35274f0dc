"""What a path holds and which data set fits it, from headers alone: quick for tens of thousands of files."""

from __future__ import annotations

import tarfile
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import median_low
from typing import Any

import numpy as np

from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import LARGEST, SMALLEST, fits
from gan_desktop.core.paths import expanded
from gan_desktop.training.data import cifar10, image_files
from gan_desktop.training.data.array_layout import layout_of
from gan_desktop.training.data.dataset import Report, silent
from gan_desktop.training.data.files import Pixels, first_bytes, is_folder, refusal
from gan_desktop.training.data.idx import GZIP_MAGIC
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
from gan_desktop.training.data.npy import NPY_MAGIC, PLAIN, read_header
from gan_desktop.training.data.npz import ZIP_MAGIC, archive_shapes
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.pixel_text import is_pixel_table, preview_pixel_table
from gan_desktop.training.data.point_text import point_notes
from gan_desktop.training.data.points import point_axes

THUMBNAILS = 24
THUMBNAIL_SIDE = 64
# The sizes that are suggested; on a processor larger ones train slowly.
SIZES = (8, 16, 32)
LARGEST_NATIVE = 64


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
        return _preview_file(path, place, report)
    for name, matches in (("cifar10", cifar10.BATCH.fullmatch), ("mnist", image_files.NAME.fullmatch)):
        if any(matches(entry) for entry in _entries(place)):
            return FolderPreview(path, suggested=_suggestion(name, path))
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
    chosen = np.linspace(0, len(scan.images) - 1, min(THUMBNAILS, len(scan.images))).round().astype(int).tolist()
    images = [scan.images[index] for index in chosen]
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
    if start[:4] == b"\0\0\x08\x03":
        return FolderPreview(path, suggested=_suggestion("mnist", path))
    if start.startswith(GZIP_MAGIC):
        return FolderPreview(path, suggested=_suggestion("cifar10" if _is_archive(place) else "mnist", path))
    if b"\0" in start:
        images = f"a folder or a zip file of images ({', '.join(SUFFIXES)})"
        allowed = f"{images}, .npy, .npz, a text table, IDX files or CIFAR-10"
        raise refusal(place, f"is of no kind that is read here; allowed: {allowed}")
    if is_pixel_table(place):
        return _preview_pixels(path, place, report)
    return FolderPreview(path, suggested=_suggestion("points", path), notes=point_notes(place))


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


def _is_archive(path: Path) -> bool:
    """Whether a gzip file is a .tar.gz: the first block of a tar file says so."""
    import gzip

    try:
        with gzip.open(path) as unpacked:
            block = unpacked.read(tarfile.BLOCKSIZE)
    except (OSError, EOFError, ValueError):
        return False
    return block[257:262] == b"ustar"
