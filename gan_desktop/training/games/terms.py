"""Terms that a game adds to a maker's adversarial loss: how far a sample is from where it should be.

Each has a weight in the section `game` of the config, which is a live control. With 0 a term is off: it is reported,
but not followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gan_desktop.core.registry import terms
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    Term = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@terms.register("cycle", title="Cycle consistency", usual=10)
def cycle(sample: tf.Tensor, there_and_back: tf.Tensor) -> tf.Tensor:
    """A sample translated to the other domain and back should be what it was.

    Zhu et al. 2017, equation 2: the mean absolute difference, whose weight is 10 in the paper.
    """
    return tf.reduce_mean(tf.abs(there_and_back - sample))


@terms.register("identity", title="Identity", usual=5)
def identity(sample: tf.Tensor, translated: tf.Tensor) -> tf.Tensor:
    """A sample that is of the target domain already should stay as it is.

    Zhu et al. 2017, section 5.2: the mean absolute difference; half the weight of the cycle in the paper.
    """
    return tf.reduce_mean(tf.abs(translated - sample))


@terms.register("pixel", title="Pixel error (L1)", usual=100)
def pixel(sample: tf.Tensor, made: tf.Tensor) -> tf.Tensor:
    """What is made of a sample's source should be that sample.

    Isola et al. 2017 (pix2pix), equation 3: the mean absolute difference, whose weight is 100 in the paper.
    """
    return tf.reduce_mean(tf.abs(made - sample))


@terms.register("content", title="Content error (L2)", usual=1000)
def content(sample: tf.Tensor, made: tf.Tensor) -> tf.Tensor:
    """What is made of a small image should be the large one, pixel by pixel.

    Ledig et al. 2017 (SRGAN), equation 4: the mean squared difference. The paper weighs the judge by 1/1000 of it.
    """
    return tf.reduce_mean(tf.square(made - sample))
