"""Residual networks that need no normalisation, in the spirit of R3GAN (Huang et al. 2024) and SNGAN (Miyato 2018).

Each block adds something to its input, and adds nothing at first: the kernel of its last convolution starts at 0
(Fixup, Zhang et al. 2019), so that signals keep their size through any number of blocks.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gan_desktop.core.registry import families
from gan_desktop.core.sections import Count
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.convolutional import (
    ACTIVATION,
    KERNEL_SIZE,
    Channels,
    ConvolutionalNetwork,
    ConvolutionalOptions,
)
from gan_desktop.training.networks.scope import Scope


class ResidualOptions(ConvolutionalOptions):
    """Keys of the `generator` and `discriminator` sections when the family is `residual`."""

    channels: Channels = 8
    activation: Literal["relu", "leaky_relu", "elu", "swish"] = Field("leaky_relu", description=ACTIVATION)
    blocks: Annotated[Count, Field(ge=1, le=16)] = Field(
        1, description="Residual blocks, of two convolutions each, at each size of the image."
    )


@families.register("residual", title="Residual", options=ResidualOptions)
class Residual(ConvolutionalNetwork):
    """Residual blocks of convolutions, for images. Without normalisation they want a gradient penalty."""

    # On two cores XLA took three times as long (`python -m benchmarks.jit`).
    jit_compile: ClassVar[bool] = False

    family = "residual"
    initializer = staticmethod(layers.fan_in_normal())
    options: ResidualOptions

    def images(self, scope: Scope, latents: tf.Tensor) -> tf.Tensor:
        hidden = self.start(scope, latents, self.width(len(self.sizes) - 1), bias=True)
        for level in reversed(range(len(self.sizes))):
            hidden = self._blocks(scope, level, hidden)
            if level > 0:
                # Done before the image is enlarged, it is a quarter of the work and gives the same result.
                hidden = self._change_width(scope, f"width_{level}", hidden, self.width(level - 1))
                hidden = layers.upsample(hidden, self.sizes[level - 1])
        hidden = self.activated(scope, "batch_norm", hidden)
        return layers.conv(scope, "image", hidden, self.image_channels, KERNEL_SIZE, self.initializer)

    def features(self, scope: Scope, images: tf.Tensor) -> tf.Tensor:
        bias = not self.options.batch_norm
        hidden = layers.conv(scope, "image", images, self.width(0), KERNEL_SIZE, self.initializer, bias=bias)
        for level in range(len(self.sizes)):
            if level > 0:
                hidden = layers.downsample(hidden)
                hidden = self._change_width(scope, f"width_{level}", hidden, self.width(level))
            hidden = self._blocks(scope, level, hidden)
        return self.activated(scope, "batch_norm", hidden)

    def _change_width(self, scope: Scope, name: str, hidden: tf.Tensor, width: int) -> tf.Tensor:
        if hidden.shape[-1] == width:
            return hidden
        return layers.conv(scope, name, hidden, width, 1, self.initializer, bias=False)

    def _blocks(self, scope: Scope, level: int, hidden: tf.Tensor) -> tf.Tensor:
        for number in range(self.options.blocks):
            branches = len(self.sizes) * self.options.blocks
            hidden = hidden + self.branch(scope, f"block_{level}_{number}", hidden, branches)
        return hidden
