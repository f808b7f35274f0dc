"""The multi-layer perceptron: dense layers, each followed by its activation and, if asked, batch normalisation."""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from gan_desktop.core.config import Beta, Count
from gan_desktop.core.registry import Options, families
from gan_desktop.training.backend import tf
from gan_desktop.training.random_streams import Stream, key, normal, uniform

if TYPE_CHECKING:
    from gan_desktop.training.networks import Tree

BATCH_NORM_EPSILON = 1e-3  # Keras's, as in the tutorials
TUTORIAL_STDDEV = 0.02  # the normal initializer of the DCGAN paper, section 4


class MlpOptions(Options):
    """Keys of the `generator` and `discriminator` sections when the family is `mlp`."""

    widths: Annotated[tuple[Annotated[Count, Field(ge=1, le=16384)], ...], Field(max_length=32)] = (128, 128)
    activation: Literal["relu", "leaky_relu", "tanh", "elu", "swish"] = "leaky_relu"
    leaky_slope: Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)] = 0.2
    batch_norm: Annotated[bool, Field(strict=True)] = False
    batch_norm_momentum: Beta = 0.99
    batch_norm_place: Literal["after_activation", "before_activation"] = "after_activation"
    initializer: Literal["glorot_uniform", "he_uniform", "normal"] = "glorot_uniform"


@families.register("mlp", title="MLP", options=MlpOptions)
class Mlp:
    """Dense layers of any widths."""

    # On two cores 1.4 times graph mode, on every preset (`python -m benchmarks.jit`).
    jit_compile: ClassVar[bool] = True

    def __init__(
        self,
        options: MlpOptions,
        input_shape: tuple[int, ...],
        output_shape: tuple[int, ...],
        output_activation: str,
        classes: int = 0,
    ) -> None:
        self.options = options
        self.output_shape = output_shape
        self.output_activation = output_activation
        self.sizes = (prod(input_shape), *options.widths, prod(output_shape))

    def init(self, seed: int, stream: Stream) -> tuple[Tree, Tree]:
        parameters: Tree = {}
        statistics: Tree = {}
        last = len(self.sizes) - 2
        for layer, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            parameters[f"dense_{layer}/kernel"] = self._kernel(inputs, outputs, key(seed, stream, layer))
            parameters[f"dense_{layer}/bias"] = tf.zeros([outputs])
            if self.options.batch_norm and layer < last:
                parameters[f"batch_norm_{layer}/scale"] = tf.ones([outputs])
                parameters[f"batch_norm_{layer}/offset"] = tf.zeros([outputs])
                statistics[f"batch_norm_{layer}/mean"] = tf.zeros([outputs])
                statistics[f"batch_norm_{layer}/variance"] = tf.ones([outputs])
        return parameters, statistics

    def _kernel(self, inputs: int, outputs: int, key_: tf.Tensor) -> tf.Tensor:
        shape = (inputs, outputs)
        if self.options.initializer == "normal":
            return TUTORIAL_STDDEV * normal(shape, key_)
        fan = (inputs + outputs) / 2 if self.options.initializer == "glorot_uniform" else inputs / 2
        limit = sqrt(3 / fan)  # uniform of variance 1 / fan
        return uniform(shape, key_, -limit, limit)

    def apply(
        self, parameters: Tree, statistics: Tree, inputs: tf.Tensor, *, training: bool, labels=None, key=None
    ) -> tuple[tf.Tensor, Tree]:
        hidden = tf.reshape(inputs, [-1, self.sizes[0]])
        tracked: Tree = {}
        for layer in range(len(self.options.widths)):
            hidden = self._dense(parameters, layer, hidden)
            if not self.options.batch_norm:
                hidden = self._activate(hidden)
            elif self.options.batch_norm_place == "before_activation":
                hidden = self._activate(self._normalise(parameters, statistics, tracked, layer, hidden, training))
            else:
                hidden = self._normalise(parameters, statistics, tracked, layer, self._activate(hidden), training)
        outputs = self._dense(parameters, len(self.options.widths), hidden)
        outputs = tf.reshape(outputs, [-1, *self.output_shape])
        if self.output_activation != "linear":
            outputs = getattr(tf.math, self.output_activation)(outputs)
        return outputs, tracked

    def _dense(self, parameters: Tree, layer: int, inputs: tf.Tensor) -> tf.Tensor:
        return tf.matmul(inputs, parameters[f"dense_{layer}/kernel"]) + parameters[f"dense_{layer}/bias"]

    def _activate(self, inputs: tf.Tensor) -> tf.Tensor:
        if self.options.activation == "leaky_relu":
            return tf.nn.leaky_relu(inputs, self.options.leaky_slope)
        return getattr(tf.nn, self.options.activation)(inputs)

    def _normalise(
        self, parameters: Tree, statistics: Tree, tracked: Tree, layer: int, inputs: tf.Tensor, training: bool
    ) -> tf.Tensor:
        """Batch normalisation (Ioffe and Szegedy 2015): by the batch in training, else by the moving moments."""
        name = f"batch_norm_{layer}"
        mean, variance = statistics[f"{name}/mean"], statistics[f"{name}/variance"]
        if training:
            momentum = self.options.batch_norm_momentum
            batch_mean = tf.reduce_mean(inputs, axis=0)
            batch_variance = tf.reduce_mean(tf.square(inputs - batch_mean), axis=0)
            tracked[f"{name}/mean"] = momentum * mean + (1 - momentum) * batch_mean
            tracked[f"{name}/variance"] = momentum * variance + (1 - momentum) * batch_variance
            mean, variance = batch_mean, batch_variance
        else:
            tracked[f"{name}/mean"], tracked[f"{name}/variance"] = mean, variance
        scale = tf.math.rsqrt(variance + BATCH_NORM_EPSILON) * parameters[f"{name}/scale"]
        return (inputs - mean) * scale + parameters[f"{name}/offset"]
