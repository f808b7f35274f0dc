"""Image files as samples: decoded to one size, kept in memory or read again whenever they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.image_size import Size, height_width, size_text
from gan_desktop.training.data.byte_images import ByteImages, in_memory, room_for
from gan_desktop.training.data.dataset import Indices, Report, silent
from gan_desktop.training.data.deep_images import Depths, levels_in_use
from gan_desktop.training.data.files import Pixels, is_folder, refusal
from gan_desktop.training.data.foreign import foreign_archive
from gan_desktop.training.data.image_decoding import ImageSource, decode_image, quiet_pillow, ranges_in_use
from gan_desktop.training.data.image_scan import SUFFIXES, FoundImage, Scan, Unreadable, other_kinds, unreadable_note
from gan_desktop.training.data.images import Fit, to_floats
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.parallel import in_threads
from gan_desktop.training.data.streaming import Streaming, checked_indices, is_streamed
from gan_desktop.training.data.zip_files import members

Channels = Literal["auto", "gray", "color"]


@dataclass(frozen=True)
class Look:
    """What every image is brought to.

    Attributes:
        size: height and width.
        channels: 1 for grey, 3 for colour.
        fit: what becomes of other proportions.
        depths: the levels of images of more than 8 bits a channel.
    """

    size: Size
    channels: int
    fit: Fit
    depths: Depths

    @property
    def shape(self) -> tuple[int, ...]:
        return (*height_width(self.size), self.channels)

    def decode(self, source: ImageSource) -> Pixels | str:
        """Decode an image in this way: see `decode_image`."""
        return decode_image(source, self.size, self.channels, self.fit, self.depths)

    @property
    def notes(self) -> tuple[str, ...]:
        """How images of more than 8 bits were scaled, a sentence each."""
        return tuple(levels.note for levels in self.depths.values() if levels.note)

    def __str__(self) -> str:
        return f"in {'grey' if self.channels == 1 else 'colour'}, {size_text(self.size)}"


class LazyFolder:
    """Lazy samples from image files, each decoded when it is asked for."""

    def __init__(self, place: Path, images: Sequence[FoundImage], look: Look) -> None:
        """`place` is the folder or the zip file, for messages."""
        self._place = place
        self._images = images
        self._look = look
        self.shape: tuple[int, ...] = (len(images), *look.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        images = [self._images[index] for index in checked_indices(indices, len(self)).tolist()]
        taken = np.empty((len(images), *self.shape[1:]), np.float32)
        with quiet_pillow(), closing(in_threads(self._look.decode, [image.source for image in images])) as decoded:
            for place, pixels in enumerate(decoded):
                if isinstance(pixels, str):
                    name = self._place / images[place].name
                    raise refusal(name, f"{pixels}; it could be read when the run began")
                taken[place] = to_floats(pixels, EIGHT_BITS)
        return taken

    def only(self, rows: Indices) -> LazyFolder:
        """Some of the samples."""
        return LazyFolder(self._place, [self._images[row] for row in rows.tolist()], self._look)


@dataclass(frozen=True)
class ReadImages:
    """The images of a scan that could be read.

    Attributes:
        samples: of them, in the order of `kept`.
        kept: where each comes from.
        unreadable: the files whose header or pixels could not be read, sorted by name.
    """

    samples: FloatArray | ByteImages | LazyFolder
    kept: tuple[FoundImage, ...]
    unreadable: tuple[Unreadable, ...]

    def floats(self) -> FloatArray:
        """All of the samples."""
        return self.samples if isinstance(self.samples, np.ndarray) else self.samples.take(np.arange(len(self.kept)))

    def only(self, rows: Indices) -> ReadImages:
        """Some of the images."""
        samples = self.samples[rows] if isinstance(self.samples, np.ndarray) else self.samples.only(rows)
        return ReadImages(samples, tuple(self.kept[row] for row in rows.tolist()), self.unreadable)


def read_images(scan: Scan, look: Look, stream: Streaming, report: Report) -> ReadImages:
    """Decode every image of a scan.

    Lazy samples are decoded once, too: so unreadable files are known before the run begins, and the data set is the
    same either way.

    Raises:
        InputError: no image can be read, or `stream` is "never" and memory is too small.
    """
    if not scan.images:
        raise _nothing_readable(scan, scan.unreadable)
    shape = (len(scan.images), *look.shape)
    streamed = is_streamed(shape, stream)
    pixels_in_memory = None if streamed else room_for(shape)
    kept: list[FoundImage] = []
    damaged: list[Unreadable] = []
    message = "Checking images" if streamed else "Reading images"
    with quiet_pillow():
        decoded = in_threads(look.decode, [image.source for image in scan.images], message, report)
        for image, pixels in zip(scan.images, decoded, strict=True):
            if isinstance(pixels, str):
                damaged.append(Unreadable(image.name, pixels))
                continue
            if pixels_in_memory is not None:
                pixels_in_memory[len(kept)] = pixels
            kept.append(image)
    unreadable = tuple(sorted((*scan.unreadable, *damaged), key=lambda file: file.name))
    if not kept:
        raise _nothing_readable(scan, unreadable)
    if pixels_in_memory is None:
        return ReadImages(LazyFolder(scan.path, kept, look), tuple(kept), unreadable)
    return ReadImages(in_memory(pixels_in_memory[: len(kept)]), tuple(kept), unreadable)


def depths_in_use(images: Sequence[FoundImage], report: Report = silent) -> Depths:
    """The levels of images of more than 8 bits a channel, by the range that all of them use together."""
    deep = [image.source for image in images if image.header.depth]
    with quiet_pillow():
        return levels_in_use(in_threads(ranges_in_use, deep, "Measuring the brightness", report))


def channel_count(images: Sequence[FoundImage], channels: Channels) -> int:
    """1 or 3, as the option says; if it leaves that open, 1 if every file is saved in grey."""
    if channels == "auto":
        return 1 if all(image.header.gray for image in images) else 3
    return 1 if channels == "gray" else 3


def fitted_note(images: Sequence[FoundImage], size: Size, fit: Fit) -> tuple[str, ...]:
    """A note on what is cut off images of other proportions, or added to them; nothing if there are none."""
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
