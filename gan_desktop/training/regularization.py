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


def add_noise(samples: tf.Tensor, deviation: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    """Instance noise (Sonderby et al. 2017, section 3.1): normal noise on what the discriminator sees."""
    shape = tuple(samples.shape)
    # The condition is around the noise alone: while it is off no random number is drawn.
    return samples + tf.cond(deviation > 0, lambda: deviation * normal(shape, key), lambda: tf.zeros(shape))


def clip_weights(parameters: Tree, limit: tf.Tensor) -> Tree:
    """Every weight brought within +-limit (Arjovsky et al. 2017, algorithm 1); a limit of 0 leaves all as they are."""

    def clipped() -> Tree:
        return {name: tf.clip_by_value(value, -limit, limit) for name, value in parameters.items()}

    return tf.cond(limit > 0, clipped, lambda: dict(parameters))
