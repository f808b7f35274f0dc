"""A pool of earlier fakes, so that a judge does not forget what its maker made before.

Shrivastava et al. 2017, section 2.3; CycleGAN (Zhu et al. 2017, section 4) keeps 50 images. Once the pool is full, half
of the fakes that the judge sees are drawn from it, and the new fakes take their places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import uniform

if TYPE_CHECKING:
    from gan_desktop.training.networks import Tree


def empty_pool(size: int, shape: tuple[int, ...]) -> Tree:
    """A pool with room for `size` samples of this shape, and none in it."""
    return {"samples": tf.zeros([size, *shape]), "filled": tf.constant(0, tf.int32)}


def through_pool(pool: Tree, fakes: tf.Tensor, places: tf.Tensor, coins: tf.Tensor) -> tuple[tf.Tensor, Tree]:
    """Lead a batch of fakes through the pool.

    While there is room, they are kept and come out as they are. Then each one is swapped, with probability 1/2, for an
    earlier one. If a batch is larger than the pool, the first fakes go through it and the rest pass by.

    Args:
        fakes: shape (batch, *sample_shape).
        places, coins: the random keys of which places are swapped and of whether they are, shape (2,) int64.

    Returns:
        What the judge sees, of the same shape, and the pool after it.
    """
    samples, filled = pool["samples"], pool["filled"]
    size, count = samples.shape[0], min(fakes.shape[0], samples.shape[0])
    is_full = filled >= size
    anywhere = tf.argsort(uniform((size,), places))[:count]
    rows = tf.where(is_full, anywhere, tf.minimum(filled, size - count) + tf.range(count))
    swapped = is_full & (uniform((count,), coins) < 0.5)
    by_sample = tf.reshape(swapped, [count, *[1] * (len(fakes.shape) - 1)])
    entering, earlier = fakes[:count], tf.gather(samples, rows)
    seen = tf.concat([tf.where(by_sample, earlier, entering), fakes[count:]], axis=0)
    kept = tf.where(by_sample | ~is_full, entering, earlier)
    return seen, {
        "samples": tf.tensor_scatter_nd_update(samples, rows[:, None], kept),
        "filled": tf.minimum(filled + count, size),
    }
