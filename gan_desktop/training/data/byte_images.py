"""Images in memory as the bytes that their files had: a quarter of what floats take."""

from __future__ import annotations

from math import prod

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.training.data.dataset import Indices
from gan_desktop.training.data.files import Pixels
from gan_desktop.training.data.images import to_floats
from gan_desktop.training.data.levels import EIGHT_BITS

# If the floats would take more bytes than this, images stay bytes. Below, batches are drawn faster from floats.
LARGEST_AS_FLOATS = 2**29
# TensorFlow takes over an array without a copy if it begins at a multiple of this.
ALIGNMENT = 64


class ByteImages:
    """Samples of shape (n, height, width, channels) that become floats in 0..1 as they are taken."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self.shape: tuple[int, ...] = pixels.shape

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, indices: Indices) -> FloatArray:
        """As `LazySamples.take`."""
        return to_floats(self.pixels[indices], EIGHT_BITS)

    def only(self, rows: Indices) -> ByteImages:
        """Some of the samples."""
        chosen = room_for((len(rows), *self.shape[1:]))
        np.take(self.pixels, rows, axis=0, out=chosen)
        return ByteImages(chosen)


def room_for(shape: tuple[int, ...]) -> Pixels:
    """An array to fill, which TensorFlow takes over as it is. What is never written takes no memory."""
    size = prod(shape)
    space = np.empty(size + ALIGNMENT, np.uint8)
    start = -space.ctypes.data % ALIGNMENT
    return space[start : start + size].reshape(shape)


def in_memory(pixels: Pixels) -> FloatArray | ByteImages:
    """The samples as floats, or as bytes if the floats would be large."""
    if 4 * pixels.size > LARGEST_AS_FLOATS:
        return ByteImages(pixels)
    return to_floats(pixels, EIGHT_BITS)
