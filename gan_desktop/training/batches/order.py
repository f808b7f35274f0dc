"""Which real samples each batch holds: every epoch visits every sample once, in an order keyed by (seed, epoch).

An epoch's order is the affine permutation i -> (multiplier * i + offset) mod n with a multiplier that has no factor in
common with n, over data that were shuffled once. So any batch of any epoch is found from its number alone: nothing to
carry from step to step, nothing to save, and no sorting inside the compiled step.
"""

from __future__ import annotations

from math import gcd

import numpy as np
import numpy.typing as npt

from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import Stream, key, seed_variable

# Orders to choose from: more than the epochs after which anyone would notice one coming back.
MOST_MULTIPLIERS = 4096


def shuffled(count: int, seed: int) -> npt.NDArray[np.int64]:
    """The order in which `count` samples are laid out at the start of a run."""
    return np.random.Generator(np.random.Philox(key=[seed, Stream.DATA_ORDER])).permutation(count)


def multipliers(count: int, seed: int) -> npt.NDArray[np.int64]:
    """Some numbers below `count` that share no factor with it, in random order; never empty."""
    rng = np.random.Generator(np.random.Philox(key=[seed, Stream.DATA_ORDER + (1 << 32)]))
    candidates = rng.permutation(count)[: 8 * MOST_MULTIPLIERS]
    found = [int(number) for number in candidates if gcd(int(number), count) == 1]
    return np.array(found[:MOST_MULTIPLIERS] or [1], np.int64)


class BatchIndex:
    """Maps a batch's number to the indices of its samples."""

    def __init__(self, count: int, batch_size: int, seed: int) -> None:
        """`batch_size` is at most `count`, so that a batch touches two epochs at most."""
        self.count = count
        self.batch_size = batch_size
        self._seed = seed_variable(seed)
        self._multipliers = tf.Variable(multipliers(count, seed), trainable=False)

    def __call__(self, batch: tf.Tensor) -> tf.Tensor:
        """Indices of batch number `batch` (int64, from 0), shape (batch_size,) int64."""
        count = tf.constant(self.count, tf.int64)
        position = batch * self.batch_size + tf.range(self.batch_size, dtype=tf.int64)
        first_epoch = position[0] // count
        here, there = self._permutation(first_epoch), self._permutation(first_epoch + 1)
        starts_next = position // count > first_epoch
        multiplier = tf.where(starts_next, there[0], here[0])
        offset = tf.where(starts_next, there[1], here[1])
        return (multiplier * (position % count) + offset) % count

    def _permutation(self, epoch: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The multiplier and the offset of an epoch."""
        draw = tf.random.stateless_uniform(
            (2,), key(self._seed, Stream.DATA_ORDER, epoch), minval=None, maxval=None, dtype=tf.uint32, alg="philox"
        )
        draw = tf.cast(draw, tf.int64)
        chosen = tf.gather(self._multipliers, draw[0] % self._multipliers.shape[0])
        return chosen, draw[1] % self.count
