"""The makers of a game as compiled functions, for samples that are shown and measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy.typing as npt

from gan_desktop.core.events import FloatArray, SampleKind
from gan_desktop.training.backend import tf
from gan_desktop.training.data.dataset import Scaling
from gan_desktop.training.train_step import Setup, TrainState

# The name that stands for the shown maker with its averaged weights.
AVERAGED = "averaged"


class Makers:
    """Makes samples with the weights that a state has at the time of the call.

    Batch norm uses its moving moments, so a sample depends only on what it is made from and on its class.

    Args:
        setup: the game's.
        state: made of variables.
        inputs: for each maker, the shape of what it makes a sample from.
        scaling: the data's; `kind` is their kind.
        labelled: whether the makers are asked for a class.
        device: TensorFlow's name for it.
    """

    def __init__(
        self,
        setup: Setup,
        state: TrainState,
        inputs: Mapping[str, tuple[int, ...]],
        scaling: Scaling,
        kind: SampleKind,
        labelled: bool,
        device: str,
    ) -> None:
        self._setup, self._state = setup, state
        self._inputs, self._labelled = inputs, labelled
        self._scaling, self._kind = scaling, kind
        self._device = device
        # Each is traced when it is first used.
        self._compiled = cache(self._compile)

    def __call__(self, name: str, inputs: npt.NDArray[Any], labels: npt.NDArray[Any] | None = None) -> FloatArray:
        """The samples that a maker, or `AVERAGED`, makes, in data units.

        Args:
            inputs: as the network takes them.
            labels: the class of each sample, if makers are asked for one.
        """
        with tf.device(self._device):
            asked = [] if labels is None else [tf.constant(labels, tf.int32)]
            outputs = self._compiled(name)(tf.constant(inputs, tf.float32), *asked).numpy()
        return self._scaling.to_samples(outputs, self._kind)

    def _compile(self, name: str) -> Callable[..., Any]:
        maker = self._setup.game.maker if name == AVERAGED else name
        weights = self._state.averaged if name == AVERAGED else self._state.players[name]
        network = self._setup.networks[maker]
        signature = [tf.TensorSpec([None, *self._inputs[maker]], tf.float32)]
        if self._labelled:
            signature.append(tf.TensorSpec([None], tf.int32))

        @tf.function(autograph=False, input_signature=signature)
        def sample(inputs: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
            return network.apply(weights.parameters, weights.statistics, inputs, training=False, labels=labels)[0]

        compiled: Callable[..., Any] = sample.get_concrete_function()
        return compiled
