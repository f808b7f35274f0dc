"""Optimizers as pure functions: parameters, gradients and moments in, parameters and moments out.

Their rules and constants are Keras's, so that a tutorial's numbers mean here what they meant there. The learning rate
is a tensor: changing it neither retraces a compiled function nor touches the moments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.config import OptimizerConfig
from gan_desktop.core.registry import optimizers
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    Tree = dict[str, tf.Tensor]
    Moments = dict[str, Tree]

EPSILON = 1e-7
RMSPROP_DECAY = 0.9


class Optimizer(NamedTuple):
    """One network's optimizer.

    Attributes:
        init: the moments to start from, for these parameters.
        update: (parameters, gradients, moments, learning_rate, count) to (parameters, moments), where `count` is the
            number of this update, from 1.
    """

    init: Callable[[Tree], Moments]
    update: Callable[[Tree, Tree, Moments, tf.Tensor, tf.Tensor], tuple[Tree, Moments]]


def zeros_like(parameters: Tree) -> Tree:
    return {name: tf.zeros_like(value) for name, value in parameters.items()}


@optimizers.register("adam", title="Adam")
def adam(config: OptimizerConfig) -> Optimizer:
    """Adaptive moments with bias correction: Kingma and Ba 2015, algorithm 1 in the order of its section 2."""
    beta_1, beta_2 = config.beta_1, config.beta_2

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, learning_rate: tf.Tensor, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        t = tf.cast(count, tf.float32)
        rate = learning_rate * tf.sqrt(1 - tf.pow(beta_2, t)) / (1 - tf.pow(beta_1, t))
        first = {k: beta_1 * m + (1 - beta_1) * gradients[k] for k, m in moments["first"].items()}
        second = {k: beta_2 * v + (1 - beta_2) * tf.square(gradients[k]) for k, v in moments["second"].items()}
        updated = {k: p - rate * first[k] / (tf.sqrt(second[k]) + EPSILON) for k, p in parameters.items()}
        return updated, {"first": first, "second": second}

    return Optimizer(lambda parameters: {"first": zeros_like(parameters), "second": zeros_like(parameters)}, update)


@optimizers.register("rmsprop", title="RMSprop")
def rmsprop(config: OptimizerConfig) -> Optimizer:
    """Gradients over the root of their mean square (decay .9): Tieleman and Hinton 2012, lecture 6e."""

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, learning_rate: tf.Tensor, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        second = {
            k: RMSPROP_DECAY * v + (1 - RMSPROP_DECAY) * tf.square(gradients[k]) for k, v in moments["second"].items()
        }
        updated = {
            k: p - learning_rate * gradients[k] * tf.math.rsqrt(second[k] + EPSILON) for k, p in parameters.items()
        }
        return updated, {"second": second}

    return Optimizer(lambda parameters: {"second": zeros_like(parameters)}, update)


@optimizers.register("sgd", title="SGD")
def sgd(config: OptimizerConfig) -> Optimizer:
    """Gradient descent, with heavy-ball momentum (Polyak 1964) where `momentum` is above 0."""
    if config.momentum == 0:

        def descend(
            parameters: Tree, gradients: Tree, moments: Moments, learning_rate: tf.Tensor, count: tf.Tensor
        ) -> tuple[Tree, Moments]:
            return {k: p - learning_rate * gradients[k] for k, p in parameters.items()}, moments

        return Optimizer(lambda parameters: {}, descend)

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, learning_rate: tf.Tensor, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        velocity = {k: config.momentum * v - learning_rate * gradients[k] for k, v in moments["velocity"].items()}
        return {k: p + velocity[k] for k, p in parameters.items()}, {"velocity": velocity}

    return Optimizer(lambda parameters: {"velocity": zeros_like(parameters)}, update)
