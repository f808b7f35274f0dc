"""Penalties on the discriminator's slope, the gradient of its logit with respect to its input, sample by sample:

    weight * scale * E[(|slope| - target)^2]

They differ in the points at which the slope is measured and in the slope that they ask for. A new one is one function;
its weight becomes a config key, a live control and a field in the window.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.registry import penalties
from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import normal, uniform

if TYPE_CHECKING:
    Tree = dict[str, tf.Tensor]

# Under the square root, so that its derivative stays finite where the slope is 0.
TINY = 1e-12


class SlopePenalty(NamedTuple):
    """Points of the shape of a batch, the slope that is asked for there, and the factor in front."""

    points: tf.Tensor
    target: float
    scale: float


@penalties.register("gradient_penalty", title="Gradient penalty (WGAN-GP)", usual=10)
def gradient_penalty(real: tf.Tensor, fake: tf.Tensor, key: tf.Tensor) -> SlopePenalty:
    """Pulls the slope to 1 on the way from real to fake samples.

    Gulrajani et al. 2017, equation 3, where its weight is 10: uniform on the lines between pairs of samples.
    """
    share = uniform((real.shape[0], *[1] * (len(real.shape) - 1)), key)
    return SlopePenalty(real + share * (fake - real), target=1.0, scale=1.0)


@penalties.register("r1", title="R1 penalty", usual=1)
def r1(real: tf.Tensor, fake: tf.Tensor, key: tf.Tensor) -> SlopePenalty:
    """Flattens the discriminator at the real samples, which makes the equilibrium attract.

    Mescheder et al. 2018, equation 9: half the weight times the mean squared slope.
    """
    return SlopePenalty(real, target=0.0, scale=0.5)


@penalties.register("r2", title="R2 penalty", usual=1)
def r2(real: tf.Tensor, fake: tf.Tensor, key: tf.Tensor) -> SlopePenalty:
    """Flattens the discriminator at the fake samples. Mescheder et al. 2018, equation 10."""
    return SlopePenalty(fake, target=0.0, scale=0.5)


@penalties.register("dragan", title="DRAGAN penalty", usual=10)
def dragan(real: tf.Tensor, fake: tf.Tensor, key: tf.Tensor) -> SlopePenalty:
    """Pulls the slope to 1 around the real samples.

    Kodali et al. 2017, section 2.4, with normal noise of half the batch's standard deviation, as in their code.
    """
    noise = tf.math.reduce_std(real) / 2 * normal(tuple(real.shape), key)
    return SlopePenalty(real + noise, target=1.0, scale=1.0)


def add_penalties(
    gradients: Tree,
    weights: tf.Tensor,
    judge: Callable[[Tree, tf.Tensor], tf.Tensor],
    parameters: Tree,
    real: tf.Tensor,
    fake: tf.Tensor,
    key: tf.Tensor,
) -> tuple[Tree, tf.Tensor]:
    """Add the penalties' gradients to the gradients of the discriminator's loss.

    A loop over the penalties whose weight is not 0: the second derivative is compiled once for all of them, and where
    all are off nothing is computed.

    Args:
        gradients: of the loss, by parameter.
        weights: of each penalty, in the registry's order.
        judge: (parameters, samples) to logits.

    Returns:
        The sum of gradients, and the penalties' value, weights included.
    """
    count = len(penalties)
    choices = [partial(_as_tensors, partial(entry.value, real, fake, key)) for entry in penalties.values()]

    def next_active(after: tf.Tensor | int) -> tf.Tensor:
        numbers = tf.range(count)
        return tf.reduce_min(tf.where((weights > 0) & (numbers > after), numbers, count))

    def body(i: tf.Tensor, gradients: Tree, value: tf.Tensor) -> tuple[tf.Tensor, Tree, tf.Tensor]:
        points, target, scale = tf.switch_case(i, choices)
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            penalty = weights[i] * scale * slope_error(partial(judge, parameters), points, target)
        added = tape.gradient(penalty, parameters, unconnected_gradients="zero")
        gradients = {name: gradient + added[name] for name, gradient in gradients.items()}
        return next_active(i), gradients, value + penalty

    start = (next_active(-1), gradients, tf.zeros([]))
    return tf.while_loop(lambda i, *_: i < count, body, start)[1:]


def slope_error(judge: Callable[[tf.Tensor], tf.Tensor], points: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """E[(|slope| - target)^2] over a batch of points, a scalar that can be differentiated again."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        total = tf.reduce_sum(judge(points))
    slopes = tape.gradient(total, points)
    squared = tf.reduce_sum(tf.square(slopes), axis=list(range(1, len(slopes.shape))))
    # Multiplied out, for the square root of a slope of 0 has no derivative and a target of 0 needs none.
    return tf.reduce_mean(squared - 2 * target * tf.sqrt(squared + TINY) + tf.square(target))


def _as_tensors(choice: Callable[[], SlopePenalty]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    points, target, scale = choice()
    return points, tf.constant(target), tf.constant(scale)
