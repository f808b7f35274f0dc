"""The deep convolutional GAN (Radford et al. 2016, section 3): strided convolutions and batch norm."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from gan_desktop.core.registry import families
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.convolutional import ACTIVATION, ConvolutionalNetwork, ConvolutionalOptions
from gan_desktop.training.networks.options import BatchNorm
from gan_desktop.training.networks.scope import Scope


class DcganOptions(ConvolutionalOptions):
    """Keys of the `generator` and `discriminator` sections when the family is `dcgan`."""

    activation: Literal["as_in_paper", "relu", "leaky_relu", "elu", "swish"] = Field(
        "as_in_paper", description=f"{ACTIVATION} In the paper it is ReLU in G and leaky ReLU in D."
    )
    batch_norm: BatchNorm = True
    kernel_size: Literal[4, 5] = Field(
        4,
        description="Pixels on each side of a convolution's kernel. The paper has 5; with 4, which the stride of 2 "
        "divides, there is no chequered pattern (Odena et al. 2016).",
    )


@families.register("dcgan", title="DCGAN", options=DcganOptions)
class Dcgan(ConvolutionalNetwork):
    """Strided convolutions with batch normalisation, for images."""

    # On two cores XLA took six times as long (`python -m benchmarks.jit`).
    jit_compile: ClassVar[bool] = False

    family = "dcgan"
    initializer = staticmethod(layers.tutorial_normal)
    options: DcganOptions

    @property
    def activation(self) -> str:
        if self.options.activation == "as_in_paper":
            return "relu" if self.section == "generator" else "leaky_relu"
        return self.options.activation

    def images(self, scope: Scope, latents: tf.Tensor) -> tf.Tensor:
        # A bias would vanish in the batch norm that follows.
        bias, depth = not self.options.batch_norm, len(self.sizes) - 1
        hidden = self.start(scope, latents, self.width(depth - 1), bias=bias)
        for layer in range(depth):
            hidden = self.activated(scope, f"batch_norm_{layer}", hidden)
            hidden = layers.dropout(scope, hidden, self.options.dropout)
            last = layer == depth - 1
            hidden = layers.transposed_conv(
                scope,
                f"conv_{layer}",
                hidden,
                self.image_channels if last else self.width(depth - 2 - layer),
                self.options.kernel_size,
                self.initializer,
                image_size=self.sizes[depth - 1 - layer],
                bias=last or bias,
            )
        return hidden

    def features(self, scope: Scope, images: tf.Tensor) -> tf.Tensor:
        hidden, size = images, self.options.kernel_size
        for layer in range(len(self.sizes) - 1):
            normalise = self.options.batch_norm and layer > 0  # not the first layer, which sees the samples
            hidden = layers.conv(
                scope,
                f"conv_{layer}",
                hidden,
                self.width(layer),
                size,
                self.initializer,
                stride=2,
                bias=not normalise,
            )
            hidden = self.activated(scope, f"batch_norm_{layer}", hidden, normalise=normalise)
            hidden = layers.dropout(scope, hidden, self.options.dropout)
        return hidden
