"""The multi-layer perceptron: dense layers, each followed by its activation and, if asked, batch norm and dropout."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gan_desktop.core.registry import Options, families
from gan_desktop.core.sections import Count
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.options import BatchNorm, BatchNormMomentum, Dropout, LeakySlope, MinibatchStddev
from gan_desktop.training.networks.scope import Scope, ScopedNetwork

INITIALIZERS = {
    "glorot_uniform": layers.glorot_uniform,
    "he_uniform": layers.he_uniform,
    "normal": layers.tutorial_normal,
}


class MlpOptions(Options):
    """Keys of the `generator` and `discriminator` sections when the family is `mlp`."""

    widths: Annotated[tuple[Annotated[Count, Field(ge=1, le=16384)], ...], Field(max_length=32)] = Field(
        (128, 128),
        description="Units of each hidden layer, the first one behind the input. With no layer the network is linear.",
    )
    activation: Literal["relu", "leaky_relu", "tanh", "elu", "swish", "maxout"] = Field(
        "leaky_relu", description="The function after each hidden layer. Maxout takes the largest of several pieces."
    )
    leaky_slope: LeakySlope = 0.2
    maxout_pieces: Annotated[Count, Field(ge=2, le=64)] = Field(
        5, description="How many linear pieces each unit takes the largest of (Goodfellow et al. 2013). Maxout alone."
    )
    batch_norm: BatchNorm = False
    batch_norm_momentum: BatchNormMomentum = 0.99
    batch_norm_place: Literal["after_activation", "before_activation"] = Field(
        "after_activation",
        description="Whether batch norm comes after the activation, as in many tutorials, or before, as in its paper.",
    )
    dropout: Dropout = 0.0
    minibatch_stddev: MinibatchStddev = False
    initializer: Literal["glorot_uniform", "he_uniform", "normal"] = Field(
        "glorot_uniform",
        description="What the weights are drawn from: uniform, narrower where layers are wide (Glorot and Bengio 2010; "
        "He et al. 2015, for ReLU), or normal with deviation 0.02 (Radford et al. 2016).",
    )


@families.register("mlp", title="MLP", options=MlpOptions)
class Mlp(ScopedNetwork):
    """Dense layers of any widths."""

    # On two cores XLA is 1.4 times as fast as graph mode, on every preset (`python -m benchmarks.jit`).
    jit_compile: ClassVar[bool] = True

    options: MlpOptions

    def __init__(
        self,
        options: MlpOptions,
        input_shape: tuple[int, ...],
        output_shape: tuple[int, ...],
        output_activation: str,
        classes: int = 0,
    ) -> None:
        super().__init__(input_shape, output_shape, output_activation, classes)
        self.refuse_in_generator("minibatch_stddev", options.minibatch_stddev)
        self.options = options

    def forward(self, scope: Scope, inputs: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Both networks get the label beside their inputs (Mirza and Osindero 2014, figure 1)."""
        options, initializer = self.options, INITIALIZERS[self.options.initializer]
        pieces = options.maxout_pieces if options.activation == "maxout" else 1
        hidden = layers.with_label(scope, tf.reshape(inputs, [-1, prod(self.input_shape)]), labels, self.classes)
        for layer, width in enumerate(options.widths):
            hidden = layers.dense(scope, f"dense_{layer}", hidden, width * pieces, initializer, of=pieces)
            hidden = self._activate_and_normalise(scope, f"batch_norm_{layer}", hidden)
            hidden = layers.dropout(scope, hidden, options.dropout)
        if options.minibatch_stddev:
            hidden = layers.minibatch_stddev(hidden)
        outputs = layers.dense(scope, f"dense_{len(options.widths)}", hidden, prod(self.output_shape), initializer)
        return layers.activate(tf.reshape(outputs, [-1, *self.output_shape]), self.output_activation)

    def _activate_and_normalise(self, scope: Scope, name: str, hidden: tf.Tensor) -> tf.Tensor:
        options = self.options
        if options.batch_norm and options.batch_norm_place == "before_activation":
            hidden = layers.batch_norm(scope, name, hidden, options.batch_norm_momentum)
        if options.activation == "maxout":
            hidden = layers.maxout(hidden, options.maxout_pieces)
        else:
            hidden = layers.activate(hidden, options.activation, options.leaky_slope)
        if options.batch_norm and options.batch_norm_place == "after_activation":
            hidden = layers.batch_norm(scope, name, hidden, options.batch_norm_momentum)
        return hidden
