"""People's own images: a folder or a zip file of them, found recursively, whose sub-folders are classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from gan_desktop.core.errors import printable
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import FrameSize
from gan_desktop.core.own_data import FAMILIES_OF_IMAGES, OwnData
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Report, needed_path
from gan_desktop.training.data.files import Labels, Pixels
from gan_desktop.training.data.image_decoding import quiet_pillow
from gan_desktop.training.data.image_samples import (
    Channels,
    Look,
    channel_count,
    depths_in_use,
    fitted_note,
    read_images,
)
from gan_desktop.training.data.image_scan import (
    SUFFIXES,
    FoundImage,
    Scan,
    Unreadable,
    class_folders,
    counted_classes,
    others_note,
    scan_images,
    unreadable_note,
)
from gan_desktop.training.data.images import Fit
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.place import THUMBNAIL_SIDE, THUMBNAILS, Place, spread
from gan_desktop.training.data.streaming import Streaming


class ImagesOptions(DataOptions):
    """Keys of the section `data` when it is a folder of images."""

    path_use: ClassVar = "needed"
    image_size: FrameSize = Field(
        32,
        description="Side of a square in pixels, or height by width as in 32x64. Images of another size are resized "
        "(bicubic).",
    )
    channels: Channels = Field("auto", description="Grey or colour. Auto is grey where every file is saved in grey.")
    fit: Fit = "crop"
    stream: Streaming = "auto"


def _preview(place: Place, report: Report) -> FolderPreview | None:
    """The preview of a folder or a zip file of images, from their headers; nothing is suggested if there are none."""
    if not place.is_folder and not place.is_zip_of_images:
        return None
    scan = place.scan(report)
    preview = preview_of(place, scan)
    if not scan.images:
        return preview
    return replace(
        preview, classes=counted_classes(scan.images), suggested=place.suggestion("images") | as_suited(preview)
    )


def preview_of(place: Place, scan: Scan) -> FolderPreview:
    """The preview of what a scan has found, before any data set says what it makes of it."""
    headers = [image.header for image in scan.images]
    gray = sum(header.gray for header in headers)
    return FolderPreview(
        path=place.given,
        count=len(headers),
        unreadable=tuple((file.name, file.reason) for file in scan.unreadable),
        sizes=tuple(Counter((header.width, header.height) for header in headers).most_common()),
        gray=gray,
        color=len(headers) - gray,
        thumbnails=_thumbnails(scan),
        notes=(*((others_note(scan.others),) if scan.others else ()), *scan.notes, *_depth_notes(scan)),
    )


def as_suited(preview: FolderPreview) -> dict[str, Any]:
    """The config values of the size and the colour that suit most of the images."""
    return {
        "data.image_size": OWN.sides.fitting(dict(preview.sizes)),
        "data.channels": "color" if preview.color else "gray",
    }


OWN = OwnData(
    reads="a folder or a zip file of images",
    endings=(".zip",),
    parts=SUFFIXES,
    preview=_preview,
    reads_all=False,
    families=FAMILIES_OF_IMAGES,
)


@datasets.register("images", title="Your images, a folder or zip", options=ImagesOptions, facts=OWN)
def images(request: DataRequest) -> DataSet:
    """A folder or a zip file of PNG, JPEG, WebP, BMP, GIF or TIFF images at `data.path`.

    Its sub-folders, where it has any, are classes; a dataset.json as StyleGAN's tools write it goes before them.
    """
    options: Any = request.options
    scan = scan_images(needed_path("images", OWN.reads, request.path), request.report)
    depths = depths_in_use(scan.images, request.report)
    look = Look(options.image_size, channel_count(scan.images, options.channels), options.fit, depths)
    read = read_images(scan, look, options.stream, request.report)
    names = class_folders(read.kept)
    return DataSet(
        f"{printable(scan.path.resolve().name)}, {len(read.kept):,} images {look}",
        "images",
        read.samples,
        labels=_labels(read.kept, names),
        class_names=None if names is None else tuple(map(printable, names)),
        unreadable=len(read.unreadable),
        notes=(*_notes(scan, read.unreadable), *fitted_note(scan.images, look.size, look.fit), *look.notes),
    )


def _depth_notes(scan: Scan) -> tuple[str, ...]:
    """A note that more than 8 bits will be scaled. The range is known only once all images have been read."""
    deep = sum(1 for image in scan.images if image.header.depth)
    subject = f"{deep:,} images have more than 8 bits a channel"
    return (f"{subject}: they are scaled by the range of values that all of them use.",) if deep else ()


def _thumbnails(scan: Scan) -> tuple[Pixels, ...]:
    """A few images, evenly over all of them, so that every class has its share."""
    images = [scan.images[index] for index in spread(len(scan.images), THUMBNAILS).tolist()]
    look = Look(THUMBNAIL_SIDE, 3, "crop", depths_in_use(images))
    with quiet_pillow():
        decoded = list(in_threads(look.decode, [image.source for image in images]))
    return tuple(pixels for pixels in decoded if not isinstance(pixels, str))


def _labels(kept: Sequence[FoundImage], names: tuple[str, ...] | None) -> Labels | None:
    listed = [image.label for image in kept if image.label is not None]
    if len(listed) == len(kept):
        return np.array(listed, np.int64)
    if names is None:
        return None
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[image.folder] for image in kept], np.int64)


def _notes(scan: Scan, unreadable: Sequence[Unreadable]) -> tuple[str, ...]:
    notes = []
    if unreadable:
        count = len(scan.images) + len(scan.unreadable)
        notes.append(unreadable_note(count, unreadable))
    if scan.others:
        notes.append(others_note(scan.others))
    return (*notes, *scan.notes)
