"""Networks that translate images into images, and their judge, which looks at patches.

The maker unites pix2pix's U-Net (Isola et al. 2017) with the networks of CycleGAN (Zhu et al. 2017) and SRGAN (Ledig et
al. 2017); the judge is that of pix2pix and CycleGAN. The maker halves an image, changes the small image by residual
blocks, and doubles it again. On the way up, at each size, it sees what it had at that size on the way down. To make
images larger than its input, it doubles them further.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import Options, families
from gan_desktop.core.sections import Count, Flag
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.convolutional import (
    ACTIVATION,
    KERNEL_SIZE,
    Channels,
    ConvolutionalNetwork,
    halved,
    named,
)
from gan_desktop.training.networks.options import (
    BatchNormMomentum,
    Dropout,
    LeakySlope,
    MinibatchStddev,
    Normalisation,
)
from gan_desktop.training.networks.scope import Scope, Shape

HALVING_SIZE = 4  # pixels on each side of a kernel of stride 2, which 2 divides, as in pix2pix
ENLARGEMENTS = (1, 2, 4)  # in order of how often the image is doubled


class TranslatorOptions(Options):
    """Keys of the `generator` and `discriminator` sections when the family is `translator`."""

    channels: Channels = 16
    halvings: Annotated[Count, Field(ge=0, le=8)] = Field(
        2,
        description="How often the image is halved. In D it says how large the patches are that are judged, "
        "5 x 2^halvings - 2 pixels on each side: 8, 18, 38, 78.",
    )
    blocks: Annotated[Count, Field(ge=0, le=16)] = Field(
        2, description="Residual blocks, of two convolutions each, where the image is smallest. For G alone."
    )
    skips: Flag = Field(
        True,
        description="Features go from each size on the way down to the same size on the way up, so that details need "
        "not pass the smallest image (U-Net, Ronneberger et al. 2015). For G alone, where it is given images.",
    )
    adds_input: Flag = Field(
        False,
        description="G makes what is to be changed, and its input is added to it, enlarged where the output is larger "
        "(bicubic). At the start it changes nothing. The output activation comes after. For G alone.",
    )
    # CycleGAN has it too. In a quick trial from latents it was steadier than none, and with pairs about as good.
    normalisation: Normalisation = "instance"
    batch_norm_momentum: BatchNormMomentum = 0.9
    activation: Literal["relu", "leaky_relu", "elu", "swish"] = Field("leaky_relu", description=ACTIVATION)
    leaky_slope: LeakySlope = 0.2
    dropout: Dropout = 0.0
    minibatch_stddev: MinibatchStddev = False


@families.register("translator", title="Translator (U-Net, PatchGAN)", options=TranslatorOptions)
class Translator(ConvolutionalNetwork):
    """G makes images from images, as large or 2 or 4 times as large; D judges each patch of an image by itself.

    G can also make images from latents, which enter where the image is smallest. D's logits have shape (batch, rows,
    columns).
    """

    # On two busy cores XLA took more than ten times as long (what `python -m benchmarks.jit` does, this family alone).
    jit_compile: ClassVar[bool] = False

    family = "translator"
    takes_images: ClassVar[bool] = True
    initializer = staticmethod(layers.fan_in_normal())
    options: TranslatorOptions

    def __init__(
        self,
        options: TranslatorOptions,
        input_shape: tuple[int, ...],
        output_shape: tuple[int, ...],
        output_activation: str,
        classes: int = 0,
    ) -> None:
        super().__init__(options, input_shape, output_shape, output_activation, classes)
        if self.section == "discriminator" and options.halvings == 0:
            path = "discriminator.halvings"
            raise InputError(f"{path} = 0: a judge of patches halves its images at least once", path)
        if self.section == "generator" and options.adds_input:
            self._check_added_input()

    @property
    def translates(self) -> bool:
        """Whether it makes images from images."""
        return self.section == "generator" and len(self.input_shape) == 3

    def sizes_of(self, sample: Shape) -> list[tuple[int, int]]:
        if len(sample) != 3:
            raise self.unfit("is for images", sample)
        largest = self.input_shape if self.translates else sample
        ratios = {sample[0] / largest[0], sample[1] / largest[1]}
        if len(ratios) > 1 or not ratios <= set(ENLARGEMENTS):
            path = "generator.family"
            raise InputError(
                f"{path} = '{self.family}': makes images as large as those it is given, or 2 or 4 times as large, and "
                f"is given {largest[0]} x {largest[1]} pixels to make {sample[0]} x {sample[1]}",
                path,
            )
        halvings = self.options.halvings
        least = 2**halvings + 1  # the smallest image has more than one pixel each way
        if min(largest[:2]) < least:
            path = f"{self.section}.halvings"
            needs = f"needs images of at least {least} x {least} pixels"
            raise InputError(f"{path} = {halvings}: {needs}, and the data are {named(largest)}", path)
        sizes = [(largest[0], largest[1])]
        for _ in range(halvings):
            sizes.append(halved(sizes[-1]))
        return sizes

    def images(self, scope: Scope, inputs: tf.Tensor) -> tf.Tensor:
        hidden, kept = self._smallest(scope, inputs)
        for number in range(self.options.blocks):
            hidden = hidden + self.branch(scope, f"block_{number}", hidden, self.options.blocks)
        for level in reversed(range(self.options.halvings)):
            # Doubled pixels and a convolution start without a chequered pattern (Odena et al. 2016). A convolution that
            # makes four pixels at once (sub-pixel) starts with one and takes as many products (Aitken et al. 2017).
            hidden = layers.upsample(hidden, self.sizes[level])
            if kept and self.options.skips:
                hidden = tf.concat([hidden, kept[level]], axis=-1)
            hidden = self._layer(scope, f"up_{level}", hidden, self.width(level))
        size = self.sizes[0]
        for number in range(ENLARGEMENTS.index(self.output_shape[0] / size[0])):
            size = 2 * size[0], 2 * size[1]
            hidden = self._layer(scope, f"enlarge_{number}", layers.upsample(hidden, size), self.width(0))
        initializer = 0.0 if self.options.adds_input else self.initializer
        made = layers.conv(scope, "image", hidden, self.image_channels, KERNEL_SIZE, initializer)
        if not self.options.adds_input:
            return made
        # The label is in the input, behind its channels.
        return made + layers.enlarge(inputs[..., : self.image_channels], (self.output_shape[0], self.output_shape[1]))

    def _smallest(self, scope: Scope, inputs: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """The smallest image, and the larger ones on the way to it; from latents there are no larger ones."""
        if not self.translates:
            start = self.start(scope, inputs, self.width(self.options.halvings), bias=not self.normalises)
            return layers.dropout(scope, self.activated(scope, f"start/{self.norm}", start), self.options.dropout), []
        # The first layer is not normalised, so that it keeps how bright the image is.
        kept = [self._layer(scope, "first", inputs, self.width(0), normalise=False)]
        for level in range(1, len(self.sizes)):
            kept.append(self._layer(scope, f"down_{level}", kept[-1], self.width(level), stride=2))
        return kept[-1], kept

    def features(self, scope: Scope, images: tf.Tensor) -> tf.Tensor:
        hidden = images
        for level in range(self.options.halvings):
            hidden = self._layer(scope, f"down_{level}", hidden, self.width(level), stride=2, normalise=level > 0)
        return hidden

    def logits(self, scope: Scope, features: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """One logit for each patch, shape (batch, *sizes[-1]): linear in the features.

        With labels, the projection of the patch's features on an embedding of the label is added (Miyato and Koyama
        2018, equation 6, patch by patch).
        """
        seen = layers.minibatch_stddev(features) if self.options.minibatch_stddev else features
        logits = layers.conv(scope, "logit", seen, 1, KERNEL_SIZE, self.initializer)[..., 0]
        if labels is None:
            return logits
        towards = layers.embed(scope, "embedding", labels, self.classes, features.shape[-1], self.initializer)
        return logits + tf.einsum("bhwc,bc->bhw", features, towards)

    def _layer(
        self, scope: Scope, name: str, hidden: tf.Tensor, width: int, *, stride: int = 1, normalise: bool = True
    ) -> tf.Tensor:
        """A convolution, its normalisation, activation and dropout."""
        size = KERNEL_SIZE if stride == 1 else HALVING_SIZE
        bias = not (normalise and self.normalises)
        hidden = layers.conv(scope, name, hidden, width, size, layers.fan_in_normal(sqrt(2)), stride=stride, bias=bias)
        hidden = self.activated(scope, f"{name}/{self.norm}", hidden, normalise=normalise)
        return layers.dropout(scope, hidden, self.options.dropout)

    def _check_added_input(self) -> None:
        """Raise InputError if there is no image that could be added to the output."""
        path = "generator.adds_input"
        if not self.translates:
            raise InputError(f"{path} = true: adds an image, and G is given latents", path)
        given, made = self.input_shape[2], self.output_shape[2]
        if given != made:
            sentence = "adds an image of as many channels as it makes"
            raise InputError(f"{path} = true: {sentence}, and is given {given} to make {made}", path)
