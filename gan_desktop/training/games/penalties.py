"""Penalties on the discriminator's slope, the gradient of its logit with respect to its input, sample by sample:

    weight * scale * E[(|slope| - target)^2]

If a discriminator gives a logit for each patch of a sample, their mean counts as the logit.

Penalties differ in the points at which the slope is measured and in the slope that they ask for. A new one is one
function; its weight becomes a config key, a live control and a field in the window.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.registry import penalties
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import sample_logits
from gan_desktop.training.random_streams import normal, uniform

if TYPE_CHECKING:
    from gan_desktop.training.controls import Controls

    Tree = dict[str, tf.Tensor]
    Judge = Callable[[Tree, tf.Tensor], tf.Tensor]
    Penalty = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], "SlopePenalty"]

# Added under the square root, so that its derivative stays finite where the slope is 0.
TINY = 1e-12


class SlopePenalty(NamedTuple):
    """Points of the shape of a batch, the slope that is asked for there, and the factor in front."""

    points: tf.Tensor
    target: float
    scale: float


@penalties.register("gradient_penalty", title="Gradient penalty (WGAN-GP)", usual=10)
def gradient_penalty(real: tf.Tensor, fake: tf.Tensor, key: tf.Tensor) -> SlopePenalty:
    """Pulls the slope to 1 on the way from real to fake samples.

    Gulrajani et al. 2017, equation 3, with weight 10. The points are uniform on the lines between pairs of samples.
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


class Seen(NamedTuple):
    """A batch of real and one of fake samples as the discriminator sees them, and the key of whatever else is drawn."""

    real: tf.Tensor
    fake: tf.Tensor
    key: tf.Tensor


def add_penalties(
    gradients: Tree,
    controls: Controls,
    judge: Judge,
    parameters: Tree,
    seen: Seen,
    *,
    together: bool,
) -> tuple[Tree, tf.Tensor]:
    """Add the penalties' gradients to the gradients of the discriminator's loss.

    Args:
        gradients: of the loss, by parameter.
        judge: (parameters, samples) to logits.
        together: whether samples may be judged in one batch, whatever their penalty.

    Returns:
        The sum of gradients, and the penalties' value, weights included.
    """
    if controls.known is None:
        return _add_any(gradients, controls.penalty_weights, judge, parameters, seen)
    entries = list(penalties.values())
    weighed = [(controls.penalty_weights[i], entries[i].value(*seen)) for i in controls.known.penalties]
    value = tf.zeros([])
    # With all their points in one batch, penalties take one pass; R1 and R2 share even that with the loss's own.
    for group in [weighed] if together and weighed else [[one] for one in weighed]:
        gradients, added = _add_group(gradients, group, judge, parameters)
        value += added
    return gradients, value


def _add_group(
    gradients: Tree, group: list[tuple[tf.Tensor, SlopePenalty]], judge: Judge, parameters: Tree
) -> tuple[Tree, tf.Tensor]:
    """Add penalties, with their weights, whose points are judged as one batch."""
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        slopes = squared_slopes(partial(judge, parameters), tf.concat([penalty.points for _, penalty in group], axis=0))
        value = tf.zeros([])
        for (weight, penalty), squared in zip(group, tf.split(slopes, len(group)), strict=True):
            value += weight * penalty.scale * slope_error(squared, penalty.target)
    return _sum(gradients, tape.gradient(value, parameters, unconnected_gradients="zero")), value


def _add_any(gradients: Tree, weights: tf.Tensor, judge: Judge, parameters: Tree, seen: Seen) -> tuple[Tree, tf.Tensor]:
    """Add whichever penalties have a weight that is not 0 when the step runs.

    It is a loop, so that the second derivative is compiled once for all, and nothing is computed if all are off.
    """
    count = len(penalties)
    choices = [partial(_as_tensors, partial(entry.value, *seen)) for entry in penalties.values()]

    def next_active(after: tf.Tensor | int) -> tf.Tensor:
        numbers = tf.range(count)
        return tf.reduce_min(tf.where((weights > 0) & (numbers > after), numbers, count))

    def body(i: tf.Tensor, gradients: Tree, value: tf.Tensor) -> tuple[tf.Tensor, Tree, tf.Tensor]:
        points, target, scale = tf.switch_case(i, choices)
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            penalty = weights[i] * scale * slope_error(squared_slopes(partial(judge, parameters), points), target)
        added = tape.gradient(penalty, parameters, unconnected_gradients="zero")
        return next_active(i), _sum(gradients, added), value + penalty

    start = (next_active(-1), gradients, tf.zeros([]))
    return tf.while_loop(lambda i, *_: i < count, body, start)[1:]


def _sum(gradients: Tree, added: Tree) -> Tree:
    return {name: gradient + added[name] for name, gradient in gradients.items()}


def squared_slopes(judge: Callable[[tf.Tensor], tf.Tensor], points: tf.Tensor) -> tf.Tensor:
    """|slope|^2 at each of a batch of points, shape (batch,), which can be differentiated again."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        total = tf.reduce_sum(sample_logits(judge(points)))
    slopes = tape.gradient(total, points)
    return tf.reduce_sum(tf.square(slopes), axis=list(range(1, len(slopes.shape))))


def slope_error(squared: tf.Tensor, target: float | tf.Tensor) -> tf.Tensor:
    """E[(|slope| - target)^2], a scalar, of squared slopes of shape (batch,)."""
    if isinstance(target, float) and target == 0:
        return tf.reduce_mean(squared)
    # Multiplied out: the square root of a slope of 0 has no derivative, and a target of 0 needs no square root.
    return tf.reduce_mean(squared - 2 * target * tf.sqrt(squared + TINY) + tf.square(target))


def _as_tensors(choice: Callable[[], SlopePenalty]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    points, target, scale = choice()
    return points, tf.constant(target), tf.constant(scale)
