"""The live controls as tensors, so that no new value compiles anything anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.registry import objectives, penalties
from gan_desktop.training.backend import tf
from gan_desktop.training.optimizers import Rates

if TYPE_CHECKING:
    Specs = list[tf.TensorSpec]

# The controls that are whole numbers; `objective` is its place in the registry.
COUNTS = ("d_steps", "g_steps", "objective")


class Controls(NamedTuple):
    """What may change while a run is under way: scalars, and the penalties' weights as one vector."""

    d_learning_rate: tf.Tensor
    g_learning_rate: tf.Tensor
    beta_1: tf.Tensor
    beta_2: tf.Tensor
    momentum: tf.Tensor
    d_steps: tf.Tensor
    g_steps: tf.Tensor
    objective: tf.Tensor
    weight_clip: tf.Tensor
    instance_noise: tf.Tensor
    label_smoothing: tf.Tensor
    ema_decay: tf.Tensor
    penalty_weights: tf.Tensor

    def rates(self, learning_rate: tf.Tensor) -> Rates:
        """What one network's optimizer is told."""
        return Rates(learning_rate, self.beta_1, self.beta_2, self.momentum)


def controls_of(config: RunConfig) -> Controls:
    """The config's live controls as tensors."""
    values: dict[str, object] = dict(current_controls(config))
    values["objective"] = list(objectives).index(config.objective.objective)
    values["penalty_weights"] = config.regularization.penalty_weights
    return Controls(**{name: tf.constant(values[name], _dtype(name)) for name in Controls._fields})


def control_specs() -> Controls:
    """The shape and type of each control, as a compiled function's signature has them."""
    return Controls(
        **{
            name: tf.TensorSpec([len(penalties)] if name == "penalty_weights" else [], _dtype(name))
            for name in Controls._fields
        }
    )


def _dtype(name: str) -> tf.DType:
    return tf.int32 if name in COUNTS else tf.float32
