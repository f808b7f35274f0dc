"""People's own images: a folder of files, found recursively, whose sub-folders are classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet, Indices, LazySamples, Report, needed_path
from gan_desktop.training.data.files import Labels, Pixels, printable, refusal
from gan_desktop.training.data.image_decoding import Fit, decode_image, quiet_pillow
from gan_desktop.training.data.image_scan import (
    SUFFIXES,
    FoundImage,
    Scan,
    Unreadable,
    class_folders,
    other_kinds,
    others_note,
    scan_folder,
    unreadable_note,
)
from gan_desktop.training.data.images import ImageSize, to_floats
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.streaming import Streaming, checked_indices, is_streamed

Channels = Literal["auto", "gray", "color"]
Decode = Callable[[Path], Pixels | str]


class ImagesOptions(DataOptions):
    """Images become squares of `image_size` pixels: their middle ("crop"), or all of them on white ("pad").

    `channels` "auto" is grey where every file is saved in grey. `stream` "always" reads files anew for every batch,
    "auto" does where memory would be short.
    """

    path_use: ClassVar = "needed"
    image_size: ImageSize = 32
    channels: Channels = "auto"
    fit: Fit = "crop"
    stream: Streaming = "auto"


@datasets.register("images", title="Your images, a folder", options=ImagesOptions)
def images(request: DataRequest) -> DataSet:
    """A folder of PNG, JPEG, WebP, BMP or GIF images at `data.path`; its sub-folders, where it has any, are classes."""
    options: Any = request.options
    scan = scan_folder(needed_path("images", "a folder of images", request.path), request.report)
    if not scan.images:
        raise _nothing_readable(scan, scan.unreadable)
    gray = options.channels == "gray" or (
        options.channels == "auto" and all(image.header.gray for image in scan.images)
    )
    decode = partial(decode_image, size=options.image_size, channels=1 if gray else 3, fit=options.fit)
    shape = (len(scan.images), options.image_size, options.image_size, 1 if gray else 3)
    streamed = is_streamed(shape, options.stream)
    samples, kept, damaged = _decode_all(scan.images, decode, shape, streamed, request.report)
    unreadable = sorted((*scan.unreadable, *damaged), key=lambda file: file.name)
    if not kept:
        raise _nothing_readable(scan, unreadable)
    names = class_folders(kept)
    title = f"{printable(scan.folder.resolve().name)}, {len(kept):,} images in {'grey' if gray else 'colour'}"
    return DataSet(
        f"{title}, {options.image_size} x {options.image_size}",
        "images",
        samples,
        labels=None if names is None else _labels(kept, names),
        class_names=None if names is None else tuple(map(printable, names)),
        notes=_notes(scan, unreadable),
    )


class LazyFolder:
    """Lazy samples from image files, each decoded when it is asked for."""

    def __init__(self, files: Sequence[Path], decode: Decode, sample_shape: tuple[int, ...]) -> None:
        self._files = files
        self._decode = decode
        self.shape: tuple[int, ...] = (len(files), *sample_shape)

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        files = [self._files[index] for index in checked_indices(indices, len(self)).tolist()]
        taken = np.empty((len(files), *self.shape[1:]), np.float32)
        with quiet_pillow(), closing(in_threads(self._decode, files)) as decoded:
            for place, pixels in enumerate(decoded):
                if isinstance(pixels, str):
                    raise refusal(files[place], f"{pixels}; it could be read when the run began")
                taken[place] = to_floats(pixels, 255)
        return taken


def _decode_all(
    found: Sequence[FoundImage], decode: Decode, shape: tuple[int, ...], streamed: bool, report: Report
) -> tuple[FloatArray | LazySamples, list[FoundImage], list[Unreadable]]:
    """The samples, the images that they come from, and those that could not be read.

    Lazy samples are decoded too, once: what cannot be read is known before the run begins, and both ways the data set
    is the same.
    """
    samples = None if streamed else np.empty(shape, np.float32)
    kept: list[FoundImage] = []
    damaged: list[Unreadable] = []
    message = "Checking images" if streamed else "Reading images"
    with quiet_pillow():
        decoded = in_threads(decode, [image.path for image in found], message, report)
        for image, pixels in zip(found, decoded, strict=True):
            if isinstance(pixels, str):
                damaged.append(Unreadable(image.name, pixels))
                continue
            if samples is not None:
                samples[len(kept)] = to_floats(pixels, 255)
            kept.append(image)
    if samples is None:
        return LazyFolder([image.path for image in kept], decode, shape[1:]), kept, damaged
    return samples[: len(kept)], kept, damaged


def _labels(kept: Sequence[FoundImage], names: tuple[str, ...]) -> Labels:
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[image.folder] for image in kept], np.int64)


def _notes(scan: Scan, unreadable: Sequence[Unreadable]) -> tuple[str, ...]:
    notes = []
    if unreadable:
        count = len(scan.images) + len(scan.unreadable)
        notes.append(unreadable_note(count, unreadable))
    if scan.others:
        notes.append(others_note(scan.others))
    return tuple(notes)


def _nothing_readable(scan: Scan, unreadable: Sequence[Unreadable]) -> InputError:
    if unreadable:
        return refusal(scan.folder, f"holds no readable image: {unreadable_note(len(unreadable), unreadable)}"[:-1])
    others = f"; files of other kinds: {other_kinds(scan.others)}" if scan.others else ""
    return refusal(scan.folder, f"holds no images: {', '.join(SUFFIXES)} are looked for{others}")
