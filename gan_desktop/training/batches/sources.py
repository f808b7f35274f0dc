"""Where a compiled block finds its real samples: all of them on the device, or a window that moves over them.

Which samples a batch holds follows from its number (`order.py`), so both give the same batches, bit for bit.
"""

from __future__ import annotations

from math import prod
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import FloatArray
from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex
from gan_desktop.training.data.byte_images import ByteImages
from gan_desktop.training.data.dataset import DataSet, Scaling
from gan_desktop.training.data.images import to_floats
from gan_desktop.training.data.levels import BYTE, EIGHT_BITS
from gan_desktop.training.data.streaming import blocks
from gan_desktop.training.train_step import Batch

# Bytes of samples that are scaled and laid out at a time.
BLOCK_BYTES = 2**24

Order = npt.NDArray[np.int64]


class BatchSource(Protocol):
    """Real batches, scaled to the generator's output range."""

    def __call__(self, number: tf.Tensor) -> Batch:
        """Batch number `number` (int64), inside a compiled function. It must have been made ready."""
        ...

    def make_ready(self, first: int, steps: int, batches_per_step: int) -> int:
        """Make the batches from number `first` on ready; returns for how many of the steps they are, at least 1.

        Raises:
            DataLostError: samples that were there when the data set was loaded cannot be read any more.
        """
        ...

    def close(self) -> None:
        """End whatever reads ahead; `make_ready` begins anew."""
        ...


class MemoryBatches:
    """Batches of samples that all lie on the device, in the order in which they were shuffled."""

    def __init__(self, data: DataSet, order: Order, index: BatchIndex, scaling: Scaling, labels: tf.Tensor | None):
        """`labels` are in that order too, shape (n,) int32; None where the GAN is not conditional."""
        self._index = index
        self._labels = labels
        # Filled a block at a time: beside the data set itself there is never more than this one copy.
        self._samples = empty_rows(len(data), data.sample_shape)
        size = max(1, BLOCK_BYTES // (4 * prod(data.sample_shape)))
        for block in blocks(len(data), size):
            write_rows(self._samples, int(block[0]), scaling.to_network(data.take(order[block])))

    def __call__(self, number: tf.Tensor) -> Batch:
        places = self._index(number)
        labels = None if self._labels is None else tf.gather(self._labels, places)
        return Batch(tf.gather(self._samples, places), labels)

    def make_ready(self, first: int, steps: int, batches_per_step: int) -> int:
        """As `BatchSource.make_ready`: every batch always is."""
        return steps

    def close(self) -> None:
        """As `BatchSource.close`: there is nothing to end."""


class ByteBatches:
    """Batches of images that stay bytes, in the array in which they were read; the device's memory gets no floats.

    A scaled byte has one of 256 values, which are looked up: the same floats, bit for bit, as in `MemoryBatches`.
    """

    def __init__(
        self, images: ByteImages, order: Order, index: BatchIndex, scaling: Scaling, labels: tf.Tensor | None
    ) -> None:
        """`labels` are in the order in which the images were shuffled, shape (n,) int32; None where there are none."""
        self._index = index
        self._labels = labels
        self._order = tf.constant(order)
        # Not `tf.constant`, which makes two copies on the way. `identity` makes one on a GPU, and none on a processor.
        self._pixels = tf.identity(tf.experimental.dlpack.from_dlpack(images.pixels.__dlpack__()))
        self._values = tf.constant(scaling.to_network(to_floats(np.arange(BYTE + 1, dtype=np.uint8), EIGHT_BITS)))

    def __call__(self, number: tf.Tensor) -> Batch:
        places = self._index(number)
        labels = None if self._labels is None else tf.gather(self._labels, places)
        pixels = tf.gather(self._pixels, tf.gather(self._order, places))
        return Batch(tf.gather(self._values, tf.cast(pixels, tf.int32)), labels)

    def make_ready(self, first: int, steps: int, batches_per_step: int) -> int:
        """As `BatchSource.make_ready`: every batch always is."""
        return steps

    def close(self) -> None:
        """As `BatchSource.close`: there is nothing to end."""


def empty_rows(count: int, sample_shape: tuple[int, ...]) -> tf.Variable:
    """Room for samples on the device, of zeros; a value of more or fewer rows may be assigned later.

    It is a variable, because a tensor cannot be filled in place, nor be part of a graph beyond 2 GB.
    """
    return tf.Variable(tf.zeros([count, *sample_shape]), trainable=False, shape=[None, *sample_shape])


def write_rows(rows: tf.Variable, first: int, samples: FloatArray | tf.Tensor) -> None:
    """Put samples in place of the rows from number `first` on."""
    # Not `rows[a:b].assign`, which reads the whole variable and so has to copy it before it writes.
    rows.scatter_update(tf.IndexedSlices(samples, tf.range(first, first + len(samples), dtype=tf.int64)))
