"""People's own images: a folder or a zip file of them, found recursively, whose sub-folders are classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from gan_desktop.core.errors import InputError, printable
from gan_desktop.core.events import FloatArray
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.image_size import FrameSize, Size, height_width, size_text
from gan_desktop.core.own_data import FAMILIES_OF_IMAGES, OwnData
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.byte_images import in_memory, room_for
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, LazySamples, Report, needed_path, silent
from gan_desktop.training.data.deep_images import Depths, levels_in_use
from gan_desktop.training.data.files import Labels, Pixels, is_folder, refusal
from gan_desktop.training.data.foreign import foreign_archive
from gan_desktop.training.data.image_decoding import ImageSource, decode_image, quiet_pillow, ranges_in_use
from gan_desktop.training.data.image_scan import (
    SUFFIXES,
    FoundImage,
    Scan,
    Unreadable,
    class_folders,
    counted_classes,
    other_kinds,
    others_note,
    scan_images,
    unreadable_note,
)
from gan_desktop.training.data.images import Fit, to_floats
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.place import THUMBNAIL_SIDE, THUMBNAILS, Place, spread
from gan_desktop.training.data.streaming import Streaming, checked_indices, is_streamed
from gan_desktop.training.data.zip_files import members

Channels = Literal["auto", "gray", "color"]
Decode = Callable[[ImageSource], Pixels | str]


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
    """What headers tell of a folder or a zip file of images; nothing is suggested where there are none."""
    if not place.is_folder and not place.is_zip_of_images:
        return None
    scan = scan_images(place.given, report, place.entries)
    headers = [image.header for image in scan.images]
    sizes = Counter((header.width, header.height) for header in headers)
    gray = sum(header.gray for header in headers)
    suggested: dict[str, Any] = {}
    if headers:
        suggested = place.suggestion("images")
        suggested["data.image_size"] = OWN.sides.fitting(sizes)
        suggested["data.channels"] = "gray" if gray == len(headers) else "color"
    return FolderPreview(
        path=place.given,
        count=len(headers),
        unreadable=tuple((file.name, file.reason) for file in scan.unreadable),
        sizes=tuple(sizes.most_common()),
        classes=counted_classes(scan.images),
        gray=gray,
        color=len(headers) - gray,
        thumbnails=_thumbnails(scan),
        suggested=suggested,
        notes=(*((others_note(scan.others),) if scan.others else ()), *scan.notes, *_depth_notes(scan)),
    )


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
    if not scan.images:
        raise _nothing_readable(scan, scan.unreadable)
    gray = options.channels == "gray" or (
        options.channels == "auto" and all(image.header.gray for image in scan.images)
    )
    depths = depths_in_use(scan.images, request.report)
    channels, size = 1 if gray else 3, options.image_size
    decode = partial(decode_image, size=size, channels=channels, fit=options.fit, depths=depths)
    shape = (len(scan.images), *height_width(size), channels)
    streamed = is_streamed(shape, options.stream)
    samples, kept, damaged = _decode_all(scan, decode, shape, streamed, request.report)
    unreadable = sorted((*scan.unreadable, *damaged), key=lambda file: file.name)
    if not kept:
        raise _nothing_readable(scan, unreadable)
    names = class_folders(kept)
    title = f"{printable(scan.path.resolve().name)}, {len(kept):,} images in {'grey' if gray else 'colour'}"
    return DataSet(
        f"{title}, {size_text(size)}",
        "images",
        samples,
        labels=_labels(kept, names),
        class_names=None if names is None else tuple(map(printable, names)),
        unreadable=len(unreadable),
        notes=(
            *_notes(scan, unreadable),
            *_fitted_note(scan.images, size, options.fit),
            *(levels.note for levels in depths.values() if levels.note),
        ),
    )


def _depth_notes(scan: Scan) -> tuple[str, ...]:
    """That more than 8 bits will be scaled; by what is known when all images have been read."""
    deep = sum(1 for image in scan.images if image.header.depth)
    subject = f"{deep:,} images have more than 8 bits a channel"
    return (f"{subject}: they are scaled by the range of values that all of them use.",) if deep else ()


def _thumbnails(scan: Scan) -> tuple[Pixels, ...]:
    """A few images, evenly over all of them, so that every class has its share."""
    images = [scan.images[index] for index in spread(len(scan.images), THUMBNAILS).tolist()]
    decode = partial(decode_image, size=THUMBNAIL_SIDE, channels=3, fit="crop", depths=depths_in_use(images))
    with quiet_pillow():
        decoded = list(in_threads(decode, [image.source for image in images]))
    return tuple(pixels for pixels in decoded if not isinstance(pixels, str))


def depths_in_use(images: Sequence[FoundImage], report: Report = silent) -> Depths:
    """The levels of images of more than 8 bits a channel, by the range that all of them use together."""
    deep = [image.source for image in images if image.header.depth]
    with quiet_pillow():
        return levels_in_use(in_threads(ranges_in_use, deep, "Measuring the brightness", report))


class LazyFolder:
    """Lazy samples from image files, each decoded when it is asked for."""

    def __init__(
        self, place: Path, images: Sequence[FoundImage], decode: Decode, sample_shape: tuple[int, ...]
    ) -> None:
        """`place` is the folder or the zip file, for messages."""
        self._place = place
        self._images = images
        self._decode = decode
        self.shape: tuple[int, ...] = (len(images), *sample_shape)

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        images = [self._images[index] for index in checked_indices(indices, len(self)).tolist()]
        taken = np.empty((len(images), *self.shape[1:]), np.float32)
        with quiet_pillow(), closing(in_threads(self._decode, [image.source for image in images])) as decoded:
            for place, pixels in enumerate(decoded):
                if isinstance(pixels, str):
                    name = self._place / images[place].name
                    raise refusal(name, f"{pixels}; it could be read when the run began")
                taken[place] = to_floats(pixels, EIGHT_BITS)
        return taken


def _decode_all(
    scan: Scan, decode: Decode, shape: tuple[int, ...], streamed: bool, report: Report
) -> tuple[FloatArray | LazySamples, list[FoundImage], list[Unreadable]]:
    """The samples, the images that they come from, and those that could not be read.

    Lazy samples are decoded too, once: what cannot be read is known before the run begins, and both ways the data set
    is the same.
    """
    pixels_in_memory = None if streamed else room_for(shape)
    kept: list[FoundImage] = []
    damaged: list[Unreadable] = []
    message = "Checking images" if streamed else "Reading images"
    with quiet_pillow():
        decoded = in_threads(decode, [image.source for image in scan.images], message, report)
        for image, pixels in zip(scan.images, decoded, strict=True):
            if isinstance(pixels, str):
                damaged.append(Unreadable(image.name, pixels))
                continue
            if pixels_in_memory is not None:
                pixels_in_memory[len(kept)] = pixels
            kept.append(image)
    if pixels_in_memory is None:
        return LazyFolder(scan.path, kept, decode, shape[1:]), kept, damaged
    return in_memory(pixels_in_memory[: len(kept)]), kept, damaged


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


def _fitted_note(images: Sequence[FoundImage], size: Size, fit: Fit) -> tuple[str, ...]:
    """What is left out of images of other proportions, or added to them; nothing where there are none."""
    height, width = height_width(size)
    others = sum(image.header.width * height != image.header.height * width for image in images)
    if not others:
        return ()
    of = "The only image has" if len(images) == 1 else f"{others:,} of {len(images):,} images have"
    if fit == "crop":
        return (f"{of} other proportions than {size_text(size)}: their middle is used; data.fit = pad keeps all.",)
    return (f"{of} other proportions than {size_text(size)}: they are laid on white.",)


def _nothing_readable(scan: Scan, unreadable: Sequence[Unreadable]) -> InputError:
    if unreadable:
        return refusal(scan.path, f"holds no readable image: {unreadable_note(len(unreadable), unreadable)}"[:-1])
    if scan.others and not is_folder(scan.path) and ".npy" not in scan.others:
        raise refusal(scan.path, foreign_archive(members(scan.path)))
    others = f"; files of other kinds: {other_kinds(scan.others)}" if scan.others else ""
    if ".npy" in scan.others:
        others += " (the data set 'arrays' reads .npz files)"
    return refusal(scan.path, f"holds no images: {', '.join(SUFFIXES)} are looked for{others}")
