"""What changes the samples that the discriminator sees, or its weights: packing, instance noise, weight clipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import normal

if TYPE_CHECKING:
    Tree = dict[str, tf.Tensor]


def packed_shape(shape: tuple[int, ...], pack: int) -> tuple[int, ...]:
    """The shape of `pack` samples side by side: their channels (or coordinates) one after the other."""
    return (*shape[:-1], pack * shape[-1])


def pack_samples(samples: tf.Tensor, pack: int) -> tf.Tensor:
    """A batch of (batch / pack) packs: Lin et al. 2018 (PacGAN), section 2. The discriminator judges each as one."""
    if pack == 1:
        return samples
    batch, *shape = samples.shape
    apart = tf.reshape(samples, [batch // pack, pack, *shape])
    rank = len(shape)
    side_by_side = tf.transpose(apart, [0, *range(2, rank + 1), 1, rank + 1])
    return tf.reshape(side_by_side, [batch // pack, *packed_shape(tuple(shape), pack)])


def instance_noise(shape: tuple[int, ...], deviation: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    """Normal noise for what the discriminator sees (Sonderby et al. 2017, section 3.1)."""
    return deviation * normal(shape, key)


def clip_weights(parameters: Tree, limit: tf.Tensor) -> Tree:
    """Every weight brought within +-limit (Arjovsky et al. 2017, algorithm 1); a limit of 0 leaves all as they are."""
    bound = tf.where(limit > 0, limit, tf.float32.max)
    return {name: tf.clip_by_value(value, -bound, bound) for name, value in parameters.items()}
