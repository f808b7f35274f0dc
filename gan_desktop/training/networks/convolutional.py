"""What the families of convolutional networks share: their options, sizes, ends, and how they get a label.

A generator starts from a dense layer and doubles a small image, step by step, to the size of the samples; a
discriminator halves samples back to such a small image of features and reads its logit off it.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import Options, families
from gan_desktop.core.sections import Count
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.options import BatchNorm, BatchNormMomentum, Dropout, LeakySlope, MinibatchStddev
from gan_desktop.training.networks.scope import Initializer, Scope, ScopedNetwork, Shape

KERNEL_SIZE = 3  # pixels on each side, where a convolution keeps the size
SMALLEST_SIZE = 8
# Halving ends when the shorter side is this short, but not before the image was halved this often.
START_SIZE, FEWEST_HALVINGS = 4, 2
# Channels double with each halving of the size, up to this multiple (512 for 64 in the DCGAN paper's discriminator).
MOST_DOUBLED = 8

ACTIVATION = "The function after each hidden layer."
Channels = Annotated[
    Count,
    Field(
        ge=1,
        le=1024,
        description="Feature maps next to the image, where there are the fewest. They double each time the image is "
        f"halved, up to {MOST_DOUBLED} times as many.",
    ),
]


class ConvolutionalOptions(Options):
    """Keys of the `generator` and `discriminator` sections that these families share."""

    channels: Channels = 32
    activation: str = Field("leaky_relu", description=ACTIVATION)  # each family says which ones it has
    leaky_slope: LeakySlope = 0.2
    batch_norm: BatchNorm = False
    batch_norm_momentum: BatchNormMomentum = 0.9
    dropout: Dropout = 0.0
    minibatch_stddev: MinibatchStddev = False

    @property
    def normalisation(self) -> str:
        """How hidden layers are normalised: "batch" or "none"."""
        return "batch" if self.batch_norm else "none"


class HiddenLayers(Protocol):
    """What a convolutional network reads of its family's options."""

    @property
    def channels(self) -> int: ...
    @property
    def activation(self) -> str: ...
    @property
    def leaky_slope(self) -> float: ...
    @property
    def normalisation(self) -> str: ...
    @property
    def batch_norm_momentum(self) -> float: ...
    @property
    def dropout(self) -> float: ...
    @property
    def minibatch_stddev(self) -> bool: ...


def halvings(height: int, width: int) -> list[tuple[int, int]]:
    """The sizes from the samples' down to the start's: after 28 x 28 come 14 x 14, 7 x 7 and 4 x 4."""
    sizes = [(height, width)]
    while min(sizes[-1]) > START_SIZE or len(sizes) <= FEWEST_HALVINGS:
        sizes.append(halved(sizes[-1]))
    return sizes


def halved(size: tuple[int, int]) -> tuple[int, int]:
    """Half of (height, width), rounded up, as a convolution of stride 2 leaves it."""
    return -(-size[0] // 2), -(-size[1] // 2)


class ConvolutionalNetwork(ScopedNetwork):
    """A network of images. Each family says in `images` and `features` what is between its ends.

    A generator is given latents, unless its family `takes_images`.

    Attributes:
        sizes: (height, width) in pixels, the samples' first.
        image_channels: the channels of the samples.
        initializer: what the dense layers at the ends start from.
    """

    family: str
    takes_images: ClassVar[bool] = False
    initializer: Initializer
    options: HiddenLayers

    def __init__(
        self,
        options: HiddenLayers,
        input_shape: tuple[int, ...],
        output_shape: tuple[int, ...],
        output_activation: str,
        classes: int = 0,
    ) -> None:
        super().__init__(input_shape, output_shape, output_activation, classes)
        self.refuse_in_generator("minibatch_stddev", options.minibatch_stddev)
        self.options = options
        sample = output_shape or input_shape
        if output_shape and len(input_shape) > 1 and not self.takes_images:
            able = ", ".join(sorted(name for name in families if getattr(families[name].value, "takes_images", True)))
            path = f"{self.section}.family"
            needs = "makes images of latents, and in this game it is given images"
            raise InputError(f"{path} = '{self.family}': {needs}; allowed: {able}", path)
        self.sizes = self.sizes_of(sample)
        self.image_channels = sample[2]

    def sizes_of(self, sample: Shape) -> list[tuple[int, int]]:
        """The sizes of the network's features for samples of that shape, the largest first.

        Raises:
            InputError: the network is not for such samples.
        """
        if len(sample) != 3 or min(sample[:2]) < SMALLEST_SIZE:
            raise self.unfit(f"is for images of at least {SMALLEST_SIZE} x {SMALLEST_SIZE} pixels", sample)
        return halvings(sample[0], sample[1])

    def unfit(self, needs: str, sample: Shape) -> InputError:
        """The sentence that refuses samples of that shape."""
        path = f"{self.section}.family"
        return InputError(f"{path} = '{self.family}': {needs}, and the data are {named(sample)}", path)

    def width(self, doublings: int) -> int:
        """The channels of features that were halved `doublings` times from the largest size."""
        return self.options.channels * min(2**doublings, MOST_DOUBLED)

    def images(self, scope: Scope, latents: tf.Tensor) -> tf.Tensor:
        """The generator between its latents, labels included, and its output activation."""
        raise NotImplementedError

    def features(self, scope: Scope, images: tf.Tensor) -> tf.Tensor:
        """The discriminator up to its last features, shape (batch, *sizes[-1], any)."""
        raise NotImplementedError

    def forward(self, scope: Scope, inputs: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        if self.section == "discriminator":
            return self.logits(scope, self.features(scope, inputs), labels)
        told = layers.with_label(scope, inputs, labels, self.classes)
        return layers.activate(self.images(scope, told), self.output_activation)

    def start(self, scope: Scope, latents: tf.Tensor, width: int, *, bias: bool) -> tf.Tensor:
        """The smallest image of a generator, made by a dense layer."""
        rows, columns = self.sizes[-1]
        hidden = layers.dense(scope, "start", latents, rows * columns * width, self.initializer, bias=bias)
        return tf.reshape(hidden, [-1, rows, columns, width])

    def logits(self, scope: Scope, features: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """One logit for each sample, shape (batch,): linear in the features.

        With labels, the projection of the features, summed over the image, on an embedding of the label is added
        (Miyato and Koyama 2018, equation 6).
        """
        seen = layers.minibatch_stddev(features) if self.options.minibatch_stddev else features
        flat = tf.reshape(seen, [-1, seen.shape[1] * seen.shape[2] * seen.shape[3]])
        logits = layers.dense(scope, "logit", flat, 1, self.initializer)[:, 0]
        if labels is None:
            return logits
        summed = tf.reduce_sum(features, axis=[1, 2])
        towards = layers.embed(scope, "embedding", labels, self.classes, summed.shape[-1], self.initializer)
        return logits + tf.reduce_sum(summed * towards, axis=-1)

    def activated(self, scope: Scope, name: str, hidden: tf.Tensor, *, normalise: bool = True) -> tf.Tensor:
        """`hidden` after the normalisation that the options ask for, and the activation."""
        if normalise and self.options.normalisation == "batch":
            hidden = layers.batch_norm(scope, name, hidden, self.options.batch_norm_momentum)
        if normalise and self.options.normalisation == "instance":
            hidden = layers.instance_norm(scope, name, hidden)
        return layers.activate(hidden, self.activation, self.options.leaky_slope)

    def branch(self, scope: Scope, name: str, hidden: tf.Tensor, branches: int) -> tf.Tensor:
        """What a residual block adds: activation, convolution, activation, convolution (He et al. 2016, figure 4e).

        It starts by adding nothing: the kernel of its last convolution starts at 0 (Fixup, Zhang et al. 2019).

        Args:
            branches: how many there are in the network.
        """
        # He's gain, and Fixup's scale for branches of two layers.
        gain = sqrt(2) / sqrt(branches)
        bias, norm, width = not self.normalises, self.norm, hidden.shape[-1]
        hidden = self.activated(scope, f"{name}/{norm}_0", hidden)
        hidden = layers.conv(scope, f"{name}/conv_0", hidden, width, KERNEL_SIZE, layers.fan_in_normal(gain), bias=bias)
        hidden = self.activated(scope, f"{name}/{norm}_1", hidden)
        hidden = layers.dropout(scope, hidden, self.options.dropout)
        return layers.conv(scope, f"{name}/conv_1", hidden, width, KERNEL_SIZE, 0.0, bias=bias)

    @property
    def normalises(self) -> bool:
        """Whether hidden layers are normalised; a bias before the normalisation would vanish."""
        return self.options.normalisation != "none"

    @property
    def norm(self) -> str:
        """What a layer's normalisation is called among the parameters."""
        return f"{self.options.normalisation}_norm"

    @property
    def activation(self) -> str:
        """The name of the activation of the hidden layers."""
        return self.options.activation


def named(sample: Shape) -> str:
    """Samples of that shape, for people."""
    if len(sample) == 3:
        return " x ".join(map(str, sample)) + " pixels"
    return f"points of {sample[0]} numbers" if sample[0] > 1 else "single numbers"
