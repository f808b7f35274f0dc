"""The compiled block: a function that runs many steps in one call and returns every step's figures.

One call of sixty steps holds Python's lock once instead of sixty times, which is what keeps the window smooth.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from gan_desktop.training.backend import tf
from gan_desktop.training.controls import TENSORS, Controls, Uses, control_specs
from gan_desktop.training.train_step import Setup, TrainState, train_step

# The most steps in one call: rows of the array in which a call returns its figures.
CAPACITY = 1024
# How many blocks are kept, each for what some config turns on: as many as a person goes back and forth between.
MOST_KEPT = 3


class Block(NamedTuple):
    """A call's result.

    Attributes:
        steps: how many steps were taken: fewer than asked for when one was not finite, which is then the last.
        finite: whether losses, gradients and weights are all finite.
        figures: shape (CAPACITY, len(setup.game.figures)); the first `steps` rows count.
        batches: batches of real samples drawn since the start of the run.
    """

    steps: tf.Tensor
    finite: tf.Tensor
    figures: tf.Tensor
    batches: tf.Tensor


class CompiledBlock:
    """The function (variables, controls, steps) -> Block, which advances a state of tf.Variables.

    The number of steps and the controls are tensors, so it is traced and compiled only once: at its first call,
    whichever thread makes it.

    Attributes:
        is_compiled: whether a call takes only as long as its steps, because nothing is left to compile.
    """

    def __init__(self, setup: Setup, jit_compile: bool, known: Uses | None = None) -> None:
        """`known` is what the controls turn on, if that is always the same.

        If it is None, the block works with any controls, takes longer to compile, and is slower.
        """
        self._setup, self._known, self._jit_compile = setup, known, jit_compile
        self._traced: Callable[..., Block] | None = None
        self._lock = threading.Lock()
        self.is_compiled = False

    def __call__(self, variables: TrainState, controls: Controls, steps: tf.Tensor) -> Block:
        with self._lock:
            if self._traced is None:
                self._traced = self._trace(variables)
        block = self._traced(variables, *controls[: len(TENSORS)], steps)
        self.is_compiled = True
        return block

    def _trace(self, variables: TrainState) -> Callable[..., Block]:
        # autograph=False: a frozen executable has no source to read, and nothing here needs it.
        block = tf.function(self._advance, autograph=False, jit_compile=self._jit_compile)
        # The concrete function: finding it by the types of the arguments takes longer than many a step.
        concrete: Callable[..., Block] = block.get_concrete_function(
            variables, *control_specs(), tf.TensorSpec([], tf.int32)
        )
        return concrete

    def _advance(self, variables: TrainState, *arguments: tf.Tensor) -> Block:
        controls, steps = Controls(*arguments[:-1])._replace(known=self._known), arguments[-1]
        state = tf.nest.map_structure(lambda variable: variable.read_value(), variables)
        start = (tf.constant(0), tf.constant(True), tf.zeros([CAPACITY, len(self._setup.game.figures)]), state)
        taken, finite, figures, state = tf.while_loop(
            lambda i, finite, figures, state: (i < steps) & finite,
            lambda i, finite, figures, state: self._step(i, figures, state, controls),
            start,
        )
        tf.nest.map_structure(lambda variable, value: variable.assign(value), variables, state)
        return Block(taken, finite, figures, state.batches)

    def _step(
        self, i: tf.Tensor, figures: tf.Tensor, state: TrainState, controls: Controls
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, TrainState]:
        state, row = train_step(self._setup, state, controls)
        finite = tf.reduce_all(tf.math.is_finite(row)) & weights_finite(state)
        return i + 1, finite, tf.tensor_scatter_nd_update(figures, [[i]], [row]), state


class Blocks:
    """The blocks of a run: one for what its config turns on, and one that works with any controls.

    The config that the run began with and the controls of a step decide which of the two takes that step. So a run
    stays a function of config, seed and interventions. The second is compiled when it is first needed, or before.
    """

    def __init__(self, setup: Setup, jit_compile: bool, start: Uses) -> None:
        """`start` is what the config that the run begins with turns on."""
        self._compile = partial(CompiledBlock, setup, jit_compile)
        self._of_any = self._compile()
        self._made: dict[Uses, CompiledBlock] = {}
        self.begin(start)

    def begin(self, start: Uses) -> None:
        """Begin another run. What was compiled for earlier ones is kept, for a few of them."""
        self._start = start
        self._made[start] = self._made.pop(start) if start in self._made else self._compile(start)
        for oldest in list(self._made)[:-MOST_KEPT]:
            del self._made[oldest]

    def __call__(self, uses: Uses) -> CompiledBlock:
        """The block that takes steps whose controls turn this on."""
        return self._made[uses] if uses == self._start else self._of_any

    def compile_any(self, like: TrainState, controls: Controls) -> None:
        """Compile the block for any controls, on any thread; it runs on a copy in zeros of a state such as `like`."""
        spare = tf.nest.map_structure(lambda variable: tf.Variable(tf.zeros_like(variable), trainable=False), like)
        self._of_any(spare, controls, tf.constant(0))


def weights_finite(state: TrainState) -> tf.Tensor:
    """Whether every parameter is finite: a sum is finite unless a term is not (or they are too large to be of use)."""
    parameters = [value for player in state.players.values() for value in player.parameters.values()]
    return tf.math.is_finite(tf.add_n([tf.reduce_sum(value) for value in parameters]))
