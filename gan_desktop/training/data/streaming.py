"""Data larger than memory: when samples stay lazy, and the lazy images of an array in memory or in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import psutil
from pydantic import Field

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.core.image_size import Size, height_width
from gan_desktop.training.data.dataset import CHUNK, Indices, LazySamples, Report
from gan_desktop.training.data.files import refusal
from gan_desktop.training.data.images import Fit, over_white, resize_images, to_floats
from gan_desktop.training.data.levels import Levels

# An option of data sets that may not fit in memory.
Streaming = Annotated[
    Literal["auto", "always", "never"],
    Field(
        description="Whether images are read from their files when they are needed, instead of being kept in memory. "
        "Auto does so where memory would be short. It changes no weight."
    ),
]

# If floats take more bytes than this, samples stay lazy whatever the memory: the trainer has more than one copy.
LARGEST_IN_MEMORY = 4 * 2**30
# Bytes of floats that are converted at a time.
LARGEST_BLOCK = 2**26

Array = npt.NDArray[Any]


def stored(samples: LazySamples, stream: Streaming, message: str, report: Report) -> FloatArray | LazySamples:
    """The samples as `stream` says: as they are, or as an array.

    Args:
        samples: the array holds what their `take` gives.
        stream: the option.
        message: for `report`, while the array is filled.
        report: may raise to cancel.

    Raises:
        InputError: `stream` is "never" and memory is too small.
    """
    if is_streamed(samples.shape, stream):
        return samples
    array = np.empty(samples.shape, np.float32)
    for block in blocks(len(samples)):
        report(message, int(block[0]) / len(samples))
        array[block] = samples.take(block)
    return array


def available_memory() -> int:
    """Bytes that can be had without swapping."""
    return int(psutil.virtual_memory().available)


def is_streamed(shape: Sequence[int], stream: Streaming) -> bool:
    """Whether float32 samples of that shape stay lazy.

    Raises:
        InputError: `stream` is "never" and memory is too small.
    """
    needed, available = 4 * prod(shape), available_memory()
    if stream == "never" and needed > available:
        message = f"the samples take {needed / 2**30:.1f} GB in memory and {available / 2**30:.1f} GB are free"
        raise InputError(f"data.stream = 'never': {message}; allowed: 'auto' or 'always'", "data.stream")
    if stream != "auto":
        return stream == "always"
    return needed > min(available // 2, LARGEST_IN_MEMORY)


def blocks(count: int, size: int = CHUNK) -> Iterator[Indices]:
    """The indices 0..count-1 in runs of `size`."""
    for start in range(0, count, size):
        yield np.arange(start, min(start + size, count))


def checked_indices(indices: Indices, count: int) -> Indices:
    """Indices as an array takes them: negative ones count from the end, ones out of range are refused.

    Raises:
        IndexError: there is no such sample.
    """
    indices = np.asarray(indices, np.int64)
    if indices.size and (indices.min() < -count or indices.max() >= count):
        raise IndexError(f"indices from {indices.min()} to {indices.max()} of {count} samples")
    return np.where(indices < 0, indices + count, indices)


class Rows(Protocol):
    """What lies behind lazy samples: an array, or a file in which one lies."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __getitem__(self, indices: Indices, /) -> Array: ...


class FileRows:
    """Rows of an array in a file, read when they are asked for.

    The file is read, not mapped into memory: if a mapped file is cut short, reading it ends the process.
    """

    def __init__(self, path: Path, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        """The values lie from byte `offset` on, row after row; the caller has checked that they are all there."""
        self.path, self.offset, self.shape, self.dtype = path, offset, shape, dtype

    def __getitem__(self, indices: Indices) -> Array:
        """The rows of these indices. Raises InputError if the file has gone or is shorter than it was."""
        rows = np.empty((len(indices), *self.shape[1:]), self.dtype)
        content = rows.reshape(-1).view(np.uint8).data
        size = prod(self.shape[1:]) * self.dtype.itemsize
        try:
            with self.path.open("rb", buffering=0) as file:
                for start, stop in _runs(indices):
                    file.seek(self.offset + int(indices[start]) * size)
                    self._fill(file, content[start * size : stop * size])
        except OSError as error:
            raise refusal(self.path, f"can no longer be read: {error.strerror or error}") from None
        return rows

    def _fill(self, file: Any, content: memoryview) -> None:
        done = 0
        while done < len(content):
            read = file.readinto(content[done:])
            if not read:
                raise refusal(self.path, "is shorter than it was when the run began")
            done += read


def _runs(indices: Indices) -> Iterator[tuple[int, int]]:
    """The ranges of positions at which indices follow each other: each is one read."""
    if len(indices):
        cuts = np.flatnonzero(np.diff(indices) != 1) + 1
        yield from zip([0, *cuts.tolist()], [*cuts.tolist(), len(indices)], strict=True)


class LazyImages:
    """Lazy samples from rows of pixels: each becomes a float image in 0..1 of one size when it is asked for."""

    def __init__(
        self, rows: Rows, levels: Levels, size: Size, fit: Fit = "crop", opacity: Levels | None = None
    ) -> None:
        """`rows` are of shape (n, height, width) or (n, height, width, channels).

        Args:
            rows: the pixels.
            levels: the pixels' values of black and white.
            size: the samples' height and width.
            fit: what becomes of other proportions.
            opacity: the levels of the last channel, if that is opacity; samples are laid over white and have none.
        """
        self._rows = rows
        self._levels = levels
        self._size = size
        self._fit: Fit = fit
        self._opacity = opacity
        # Large images are converted a few at a time.
        self._block = max(1, min(CHUNK, LARGEST_BLOCK // (4 * prod(rows.shape[1:]))))
        channels = rows.shape[3] if len(rows.shape) == 4 else 1
        self.shape: tuple[int, ...] = (rows.shape[0], *height_width(size), channels - (opacity is not None))

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        indices = checked_indices(indices, len(self))
        images = np.empty((len(indices), *self.shape[1:]), np.float32)
        for block in blocks(len(indices), self._block):
            resized = resize_images(self._floats(self._rows[indices[block]]), self._size, self._fit)
            images[block] = resized.reshape(-1, *self.shape[1:])
        return images

    def _floats(self, pixels: Array) -> FloatArray:
        if self._opacity is None:
            return to_floats(pixels, self._levels)
        colors = to_floats(pixels[..., :-1], self._levels)
        return over_white(colors, np.clip(to_floats(pixels[..., -1:], self._opacity), 0, 1))
