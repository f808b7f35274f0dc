"""Real batches of data larger than memory: read ahead on the host while the device computes, and laid out in a window.

    files -> take, scale (threads of tf.data) -> a few chunks ahead -> window on the device -> compiled block

The window is a ring of rows: batch number n always lies at slot n mod its size, whatever calls the steps are cut into.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from math import ceil, log2, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.errors import DataLostError, InputError
from gan_desktop.core.events import FloatArray
from gan_desktop.training.backend import tf
from gan_desktop.training.batches.order import BatchIndex
from gan_desktop.training.batches.sources import Order, empty_rows, write_rows
from gan_desktop.training.data.dataset import DataSet, Scaling
from gan_desktop.training.train_step import Batch

# The window's size in bytes, though it always has room for one step. A chunk, which is read in one go, is a small part
# of it, and so few samples that the first ones are there soon, even if each is a photograph to be decoded.
WINDOW_BYTES = 2**26
CHUNK_BYTES = 2**23
CHUNK_SAMPLES = 256
# How many chunks are read at a time, and how many wait to be used: their sum bounds what is read ahead.
READERS = 2
WAITING = 2


class StreamedBatches:
    """Batches of lazy samples, of which the device holds a window.

    The window doubles if `d_steps` asks for more batches in one step than it has room for. A block that XLA compiled is
    then compiled anew at its next call, since the window has another shape. The window does not shrink again.
    """

    def __init__(
        self,
        data: DataSet,
        order: Order,
        index: BatchIndex,
        scaling: Scaling,
        labels: tf.Tensor | None,
        batches_per_step: int = 1,
    ) -> None:
        """Arguments as for `MemoryBatches`; `batches_per_step` is what a step will need at first."""
        self._data, self._order, self._index, self._scaling, self._labels = data, order, index, scaling, labels
        batch_bytes = 4 * prod(data.sample_shape) * index.batch_size
        self._chunk = max(1, min(CHUNK_SAMPLES // index.batch_size, CHUNK_BYTES // batch_bytes))
        self._chunks = self._chunks_for(batches_per_step, max(2, WINDOW_BYTES // (self._chunk * batch_bytes)))
        self._window = empty_rows(self._chunks * self._chunk * index.batch_size, data.sample_shape)
        # How many batches it holds, as the compiled block knows it.
        self._size = tf.Variable(self._chunks * self._chunk, trainable=False, dtype=tf.int64)
        self._held = range(0)  # the numbers of the chunks in the window
        self._reader: ChunkReader | None = None

    def __call__(self, number: tf.Tensor) -> Batch:
        batch_size = self._index.batch_size
        places = (number % self._size) * batch_size + tf.range(batch_size, dtype=tf.int64)
        labels = None if self._labels is None else tf.gather(self._labels, self._index(number))
        return Batch(tf.gather(self._window, places), labels)

    def make_ready(self, first: int, steps: int, batches_per_step: int) -> int:
        """As `BatchSource.make_ready`; waits for what has not been read yet."""
        self._make_room(batches_per_step)
        chunk = first // self._chunk
        if self._reader is None or not self._held.start <= chunk <= self._held.stop:
            self.close()
            samples = ScaledSamples(self._data, self._order, self._scaling)
            self._reader = ChunkReader(samples, self._index, chunk, self._chunk)
            self._held = range(chunk, chunk)
        end = (chunk + self._chunks) * self._chunk
        fitting = min(steps, (end - first) // batches_per_step)
        last = (first + fitting * batches_per_step - 1) // self._chunk
        while self._held.stop <= last:
            self._read_next(self._reader)
        return fitting

    def _read_next(self, reader: ChunkReader) -> None:
        """Put the next chunk in place of the oldest."""
        try:
            samples = reader.read()
        except BaseException:
            self.close()  # nothing comes after a failure; the next call tries again
            raise
        number = self._held.stop
        write_rows(self._window, (number % self._chunks) * self._chunk * self._index.batch_size, samples)
        self._held = range(max(self._held.start, number + 1 - self._chunks), number + 1)

    def _chunks_for(self, batches_per_step: int, fewest: int) -> int:
        """Chunks enough for one step, wherever in a chunk it begins: `fewest`, doubled until they are enough."""
        needed = 1 + ceil((batches_per_step - 1) / self._chunk)
        return fewest * 2 ** max(0, ceil(log2(needed / fewest)))

    def _make_room(self, batches_per_step: int) -> None:
        chunks = self._chunks_for(batches_per_step, self._chunks)
        if chunks == self._chunks:
            return
        self.close()
        self._chunks = chunks
        self._window.assign(tf.zeros([chunks * self._chunk * self._index.batch_size, *self._data.sample_shape]))
        self._size.assign(chunks * self._chunk)

    def close(self) -> None:
        """As `BatchSource.close`: returns when no sample is being read any more."""
        self._held = range(0)
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class ScaledSamples:
    """Scaled samples by their places in the shuffled order; keeps errors, which lose their kind inside TensorFlow.

    `failures` are in the order in which they came.
    """

    def __init__(self, data: DataSet, order: Order, scaling: Scaling) -> None:
        self._data, self._order, self._scaling = data, order, scaling
        self.failures: list[Exception] = []

    def take(self, places: npt.NDArray[np.int64]) -> FloatArray:
        """Shape (places.size, *sample_shape)."""
        try:
            return self._scaling.to_network(self._data.take(self._order[places.reshape(-1)]))
        except Exception as error:
            self.failures.append(error)
            raise


class ChunkReader:
    """Reads chunks of batches one after the other, some of them ahead, in threads of its own that end with it."""

    def __init__(self, samples: ScaledSamples, index: BatchIndex, first: int, batches: int) -> None:
        """Begin with chunk number `first`; each chunk has `batches` batches."""
        self._samples = samples
        # TensorFlow keeps every Python function that it ever got: this one must not keep the data.
        weak = weakref.ref(samples)

        def take(places: npt.NDArray[np.int64]) -> FloatArray:
            alive = weak()
            if alive is None:
                raise RuntimeError("nobody waits for these samples any more")
            return alive.take(places)

        def read_chunk(places: tf.Tensor) -> tf.Tensor:
            return tf.numpy_function(take, [places], tf.float32, stateful=False)

        # A frozen executable has no source for AutoGraph to read.
        plain = tf.autograph.experimental.do_not_convert
        with tf.device("CPU:0"):
            places = tf.data.Dataset.counter(first * batches).map(plain(index)).batch(batches)
            chunks = places.map(plain(read_chunk), num_parallel_calls=READERS, deterministic=True).prefetch(WAITING)
            self._chunks: Iterator[tf.Tensor] | None = iter(chunks.with_options(_options()))

    def read(self) -> tf.Tensor:
        """The next chunk, shape (batches * batch_size, *sample_shape), on the host.

        Raises:
            DataLostError: samples cannot be read any more. Any other error of `take` is raised as it is.
        """
        assert self._chunks is not None
        try:
            return next(self._chunks)
        except tf.errors.OpError:
            if not self._samples.failures:
                raise
            failure = self._samples.failures[0]
        if isinstance(failure, InputError):
            raise DataLostError(str(failure), failure.key) from failure
        raise failure

    def close(self) -> None:
        """End the threads; waits for those that are reading."""
        self._chunks = None


def _options() -> Any:
    options = tf.data.Options()
    # Reading waits for disks: it must not do so in the threads in which blocks of steps are computed.
    options.threading.private_threadpool_size = READERS
    # Nothing is tuned or inserted, so that what is read ahead stays within its bounds.
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    return options
