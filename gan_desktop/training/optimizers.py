"""Optimizers as pure functions: parameters, gradients and moments in, parameters and moments out.

Their rules and constants are Keras's, so that a tutorial's numbers mean here what they meant there. Rates and betas are
tensors: changing one neither retraces a compiled function nor touches the moments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.registry import optimizers
from gan_desktop.training.backend import tf

if TYPE_CHECKING:
    Tree = dict[str, tf.Tensor]
    Moments = dict[str, Tree]

EPSILON = 1e-7
RMSPROP_DECAY = 0.9


class Rates(NamedTuple):
    """The float scalars that an optimizer gets at every update; each rule reads those that it knows."""

    learning_rate: tf.Tensor
    beta_1: tf.Tensor
    beta_2: tf.Tensor
    momentum: tf.Tensor


class Optimizer(NamedTuple):
    """One network's optimizer.

    Attributes:
        init: the moments to start from, for these parameters.
        update: (parameters, gradients, moments, rates, count) to (parameters, moments), where `count` is the number of
            this update, from 1.
    """

    init: Callable[[Tree], Moments]
    update: Callable[[Tree, Tree, Moments, Rates, tf.Tensor], tuple[Tree, Moments]]


def zero_moments(*names: str) -> Callable[[Tree], Moments]:
    """The function from parameters to moments of these names, all 0."""
    return lambda parameters: {name: {key: tf.zeros_like(value) for key, value in parameters.items()} for name in names}


def adaptive_moments(gradients: Tree, moments: Moments, rates: Rates) -> tuple[Tree, Tree]:
    """The decaying means of the gradients and of their squares, both still without bias correction."""
    beta_1, beta_2 = rates.beta_1, rates.beta_2
    first = {k: beta_1 * m + (1 - beta_1) * gradients[k] for k, m in moments["first"].items()}
    second = {k: beta_2 * v + (1 - beta_2) * tf.square(gradients[k]) for k, v in moments["second"].items()}
    return first, second


def corrected_rate(rates: Rates, count: tf.Tensor) -> tf.Tensor:
    """The learning rate times Adam's bias corrections at update number `count`."""
    t = tf.cast(count, tf.float32)
    return rates.learning_rate * tf.sqrt(1 - tf.pow(rates.beta_2, t)) / (1 - tf.pow(rates.beta_1, t))


@optimizers.register("adam", title="Adam")
def adam() -> Optimizer:
    """Adaptive moments with bias correction: Kingma and Ba 2015, algorithm 1 in the order of its section 2."""

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, rates: Rates, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        rate = corrected_rate(rates, count)
        first, second = adaptive_moments(gradients, moments, rates)
        updated = {k: p - rate * first[k] / (tf.sqrt(second[k]) + EPSILON) for k, p in parameters.items()}
        return updated, {"first": first, "second": second}

    return Optimizer(zero_moments("first", "second"), update)


@optimizers.register("optimistic_adam", title="Optimistic Adam")
def optimistic_adam() -> Optimizer:
    """Adam that takes each step twice and takes the one before it back, so that it circles less in games.

    Daskalakis et al. 2018, algorithm 1. The first update, with no step before it, is twice Adam's.
    """

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, rates: Rates, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        first, second = adaptive_moments(gradients, moments, rates)
        unit = corrected_rate(rates, count) / rates.learning_rate
        direction = {k: unit * first[k] / (tf.sqrt(second[k]) + EPSILON) for k in parameters}
        updated = {
            k: p - rates.learning_rate * (2 * direction[k] - moments["direction"][k]) for k, p in parameters.items()
        }
        return updated, {"first": first, "second": second, "direction": direction}

    return Optimizer(zero_moments("first", "second", "direction"), update)


@optimizers.register("rmsprop", title="RMSprop")
def rmsprop() -> Optimizer:
    """Gradients over the root of their mean square (decay .9): Tieleman and Hinton 2012, lecture 6e."""

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, rates: Rates, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        second = {
            k: RMSPROP_DECAY * v + (1 - RMSPROP_DECAY) * tf.square(gradients[k]) for k, v in moments["second"].items()
        }
        updated = {
            k: p - rates.learning_rate * gradients[k] * tf.math.rsqrt(second[k] + EPSILON)
            for k, p in parameters.items()
        }
        return updated, {"second": second}

    return Optimizer(zero_moments("second"), update)


@optimizers.register("sgd", title="SGD")
def sgd() -> Optimizer:
    """Gradient descent, with heavy-ball momentum (Polyak 1964) where `momentum` is above 0."""

    def update(
        parameters: Tree, gradients: Tree, moments: Moments, rates: Rates, count: tf.Tensor
    ) -> tuple[Tree, Moments]:
        velocity = {k: rates.momentum * v - rates.learning_rate * gradients[k] for k, v in moments["velocity"].items()}
        return {k: p + velocity[k] for k, p in parameters.items()}, {"velocity": velocity}

    return Optimizer(zero_moments("velocity"), update)
