"""The compiled block: a function that runs many steps in one call and returns every step's figures.

One call of sixty steps holds Python's lock once instead of sixty times, which is what keeps the window smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from gan_desktop.core.figures import FIGURE_NAMES
from gan_desktop.training.backend import tf
from gan_desktop.training.controls import Controls, control_specs
from gan_desktop.training.train_step import Gan, TrainState, train_step

# The most steps in one call: rows of the array in which a call returns its figures.
CAPACITY = 1024


class Block(NamedTuple):
    """A call's result.

    Attributes:
        steps: how many steps were taken: fewer than asked for when one was not finite, which is then the last.
        finite: whether losses, gradients and weights are all finite.
        figures: shape (CAPACITY, len(FIGURE_NAMES)); the first `steps` rows count.
        batches: batches of real samples drawn since the start of the run.
    """

    steps: tf.Tensor
    finite: tf.Tensor
    figures: tf.Tensor
    batches: tf.Tensor


def compile_block(gan: Gan, variables: TrainState, jit_compile: bool) -> Callable[[Controls, tf.Tensor], Block]:
    """The function (controls, steps) -> Block, which advances `variables`, a state of tf.Variables.

    The number of steps and the controls are tensors: it is traced once.
    """

    signature = [*control_specs(), tf.TensorSpec([], tf.int32)]

    def body(
        i: tf.Tensor, finite: tf.Tensor, figures: tf.Tensor, state: TrainState, controls: Controls
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, TrainState]:
        state, row = train_step(gan, state, controls)
        finite = tf.reduce_all(tf.math.is_finite(row)) & weights_finite(state)
        return i + 1, finite, tf.tensor_scatter_nd_update(figures, [[i]], [row]), state

    # autograph=False: a frozen executable has no source to read, and nothing here needs it.
    @tf.function(autograph=False, jit_compile=jit_compile, input_signature=signature)
    def block(*arguments: tf.Tensor) -> Block:
        controls, steps = Controls(*arguments[:-1]), arguments[-1]
        state = tf.nest.map_structure(lambda variable: variable.read_value(), variables)
        start = (tf.constant(0), tf.constant(True), tf.zeros([CAPACITY, len(FIGURE_NAMES)]), state)
        taken, finite, figures, state = tf.while_loop(
            lambda i, finite, figures, state: (i < steps) & finite,
            lambda i, finite, figures, state: body(i, finite, figures, state, controls),
            start,
        )
        tf.nest.map_structure(lambda variable, value: variable.assign(value), variables, state)
        return Block(taken, finite, figures, state.batches)

    # The concrete function: finding it by the types of the arguments takes longer than many a step.
    traced = cache(block.get_concrete_function)
    return lambda controls, steps: traced()(*controls, steps)


def weights_finite(state: TrainState) -> tf.Tensor:
    """Whether every parameter is finite: a sum is finite unless a term is not (or they are beyond all use)."""
    parameters = [*state.generator.parameters.values(), *state.discriminator.parameters.values()]
    return tf.math.is_finite(tf.add_n([tf.reduce_sum(value) for value in parameters]))
