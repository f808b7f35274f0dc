"""The plan of each network family: the same layers in the same order as its `forward`, under the same names."""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

from gan_desktop.core.errors import InputError
from gan_desktop.training.as_keras import words
from gan_desktop.training.as_keras.plan import Node, Plan
from gan_desktop.training.networks.convolutional import KERNEL_SIZE, ConvolutionalNetwork
from gan_desktop.training.networks.dcgan import Dcgan
from gan_desktop.training.networks.mlp import Mlp
from gan_desktop.training.networks.residual import Residual
from gan_desktop.training.networks.scope import ScopedNetwork
from gan_desktop.training.networks.translator import ENLARGEMENTS, HALVING_SIZE, Translator

INITIALIZERS = {"glorot_uniform": words.GLOROT, "he_uniform": words.HE, "normal": words.TUTORIAL_NORMAL}


def plan_of(network: Any, input_name: str) -> Plan:
    """The plan of a network.

    Args:
        network: a generator or a discriminator, without spectral normalisation around it.
        input_name: what its input is called.

    Raises:
        InputError: it has no equivalent of Keras's layers alone.
    """
    planned = FAMILIES.get(type(network))
    if planned is None:
        raise InputError(f"{type(network).__name__} is a network of another package, and not known as Keras layers")
    assert isinstance(network, ScopedNetwork)
    if getattr(network.options, "minibatch_stddev", False):
        key = f"{network.section}.minibatch_stddev"
        raise InputError(f"{key} = true: Keras has no such layer", key)
    plan = Plan()
    inputs = plan.input(input_name, network.input_shape)
    label = plan.input("labels", (), "int32") if network.classes else None
    planned(plan, network, inputs, label)
    return plan


def _mlp(plan: Plan, network: Mlp, inputs: Node, label: Node | None) -> None:
    options, initializer = network.options, INITIALIZERS[network.options.initializer]
    pieces = options.maxout_pieces if options.activation == "maxout" else 1
    x = words.with_label(plan, words.flatten(plan, inputs), label, network.classes)
    for layer, width in enumerate(options.widths):
        drawn = words.maxout_uniform(initializer, x.shape[0], width) if pieces > 1 else initializer
        x = words.dense(plan, f"dense_{layer}", x, width * pieces, drawn)
        norm = f"batch_norm_{layer}" if options.batch_norm else None
        if norm and options.batch_norm_place == "before_activation":
            x = words.batch_norm(plan, norm, x, options.batch_norm_momentum)
        if options.activation == "maxout":
            x = words.maxout(plan, x, pieces)
        else:
            x = words.activate(plan, x, options.activation, options.leaky_slope)
        if norm and options.batch_norm_place == "after_activation":
            x = words.batch_norm(plan, norm, x, options.batch_norm_momentum)
        x = words.dropout(plan, x, options.dropout)
    x = words.dense(plan, f"dense_{len(options.widths)}", x, prod(network.output_shape), initializer)
    x = words.activate(plan, x, network.output_activation)
    words.reshape(plan, x, network.output_shape or (1,))


Body = Callable[[Plan, Any, Node], Node]


def _convolutional(images: Body, features: Body, initializer: words.Initializer) -> Callable[..., None]:
    """The plan between the ends that convolutional networks share."""

    def planned(plan: Plan, network: ConvolutionalNetwork, inputs: Node, label: Node | None) -> None:
        if network.section == "discriminator":
            _logits(plan, network, features(plan, network, inputs), label, initializer)
            return
        made = images(plan, network, words.with_label(plan, inputs, label, network.classes))
        words.activate(plan, made, network.output_activation)

    return planned


def _start(plan: Plan, network: Any, x: Node, width: int, initializer: words.Initializer, *, bias: bool) -> Node:
    rows, columns = network.sizes[-1]
    x = words.dense(plan, "start", x, rows * columns * width, initializer, bias=bias)
    return words.reshape(plan, x, (rows, columns, width))


def _logits(plan: Plan, network: Any, features: Node, label: Node | None, initializer: words.Initializer) -> None:
    logits = words.dense(plan, "logit", words.flatten(plan, features), 1, initializer)
    if label is None:
        return
    rows, columns, channels = features.shape
    mean = plan.add("GlobalAveragePooling2D", features, (channels,))
    summed = plan.add("Rescaling", mean, (channels,), scale=rows * columns)
    drawn = words.TUTORIAL_NORMAL if initializer == words.TUTORIAL_NORMAL else words.STANDARD_NORMAL
    towards = words.embed(plan, "embedding", label, network.classes, channels, drawn)
    words.add(plan, logits, plan.add("Dot", [summed, towards], (1,), axes=1))


def _activated(plan: Plan, network: Any, name: str, x: Node, *, normalise: bool = True) -> Node:
    if normalise and network.options.normalisation == "batch":
        x = words.batch_norm(plan, name, x, network.options.batch_norm_momentum)
    if normalise and network.options.normalisation == "instance":
        x = words.instance_norm(plan, name, x)
    return words.activate(plan, x, network.activation, network.options.leaky_slope)


def _branch(plan: Plan, network: Any, name: str, x: Node, branches: int) -> Node:
    """The input with what a residual block adds to it."""
    bias, norm, width = not network.normalises, network.norm, x.shape[-1]
    y = _activated(plan, network, f"{name}/{norm}_0", x)
    gain = sqrt(2 / branches)
    y = words.conv(plan, f"{name}/conv_0", y, width, KERNEL_SIZE, words.fan_in_normal(gain), bias=bias)
    y = _activated(plan, network, f"{name}/{norm}_1", y)
    y = words.dropout(plan, y, network.options.dropout)
    y = words.conv(plan, f"{name}/conv_1", y, width, KERNEL_SIZE, words.ZEROS, bias=bias)
    return words.add(plan, x, y)


def _dcgan_images(plan: Plan, network: Dcgan, x: Node) -> Node:
    options, drawn = network.options, words.TUTORIAL_NORMAL
    bias, depth = not options.batch_norm, len(network.sizes) - 1
    x = _start(plan, network, x, network.width(depth - 1), drawn, bias=bias)
    for layer in range(depth):
        x = words.dropout(plan, _activated(plan, network, f"batch_norm_{layer}", x), options.dropout)
        last = layer == depth - 1
        channels = network.image_channels if last else network.width(depth - 2 - layer)
        size, bias_too = network.sizes[depth - 1 - layer], last or bias
        kernel = options.kernel_size
        x = words.transposed_conv(plan, f"conv_{layer}", x, channels, kernel, drawn, image_size=size, bias=bias_too)
    return x


def _dcgan_features(plan: Plan, network: Dcgan, x: Node) -> Node:
    size, drawn = network.options.kernel_size, words.TUTORIAL_NORMAL
    for layer in range(len(network.sizes) - 1):
        normalise = network.options.batch_norm and layer > 0
        width = network.width(layer)
        x = words.conv(plan, f"conv_{layer}", x, width, size, drawn, stride=2, bias=not normalise)
        x = _activated(plan, network, f"batch_norm_{layer}", x, normalise=normalise)
        x = words.dropout(plan, x, network.options.dropout)
    return x


def _residual_blocks(plan: Plan, network: Residual, level: int, x: Node) -> Node:
    for number in range(network.options.blocks):
        x = _branch(plan, network, f"block_{level}_{number}", x, len(network.sizes) * network.options.blocks)
    return x


def _change_width(plan: Plan, name: str, x: Node, width: int) -> Node:
    return x if x.shape[-1] == width else words.conv(plan, name, x, width, 1, words.fan_in_normal(), bias=False)


def _residual_images(plan: Plan, network: Residual, x: Node) -> Node:
    drawn = words.fan_in_normal()
    x = _start(plan, network, x, network.width(len(network.sizes) - 1), drawn, bias=True)
    for level in reversed(range(len(network.sizes))):
        x = _residual_blocks(plan, network, level, x)
        if level > 0:
            x = _change_width(plan, f"width_{level}", x, network.width(level - 1))
            x = words.upsample(plan, x, network.sizes[level - 1])
    x = _activated(plan, network, "batch_norm", x)
    return words.conv(plan, "image", x, network.image_channels, KERNEL_SIZE, drawn, bias=True)


def _residual_features(plan: Plan, network: Residual, x: Node) -> Node:
    bias = not network.options.batch_norm
    x = words.conv(plan, "image", x, network.width(0), KERNEL_SIZE, words.fan_in_normal(), bias=bias)
    for level in range(len(network.sizes)):
        if level > 0:
            x = _change_width(plan, f"width_{level}", words.downsample(plan, x), network.width(level))
        x = _residual_blocks(plan, network, level, x)
    return _activated(plan, network, "batch_norm", x)


def _layer(
    plan: Plan, network: Any, name: str, x: Node, width: int, *, stride: int = 1, normalise: bool = True
) -> Node:
    """A translator's convolution, its normalisation, activation and dropout."""
    size = KERNEL_SIZE if stride == 1 else HALVING_SIZE
    bias, drawn = not (normalise and network.normalises), words.fan_in_normal(sqrt(2))
    x = words.conv(plan, name, x, width, size, drawn, stride=stride, bias=bias)
    x = _activated(plan, network, f"{name}/{network.norm}", x, normalise=normalise)
    return words.dropout(plan, x, network.options.dropout)


def _translator_smallest(plan: Plan, network: Translator, x: Node) -> tuple[Node, list[Node]]:
    width, drawn = network.width, words.fan_in_normal()
    if not network.translates:
        x = _start(plan, network, x, width(network.options.halvings), drawn, bias=not network.normalises)
        return words.dropout(plan, _activated(plan, network, f"start/{network.norm}", x), network.options.dropout), []
    kept = [_layer(plan, network, "first", x, width(0), normalise=False)]
    for level in range(1, len(network.sizes)):
        kept.append(_layer(plan, network, f"down_{level}", kept[-1], width(level), stride=2))
    return kept[-1], kept


def _translator_images(plan: Plan, network: Translator, inputs: Node) -> Node:
    options = network.options
    x, kept = _translator_smallest(plan, network, inputs)
    for number in range(options.blocks):
        x = _branch(plan, network, f"block_{number}", x, options.blocks)
    for level in reversed(range(options.halvings)):
        x = words.upsample(plan, x, network.sizes[level])
        if kept and options.skips:
            x = words.concatenate(plan, x, kept[level])
        x = _layer(plan, network, f"up_{level}", x, network.width(level))
    rows, columns = network.sizes[0]
    for number in range(ENLARGEMENTS.index(network.output_shape[0] / rows)):
        rows, columns = 2 * rows, 2 * columns
        x = _layer(plan, network, f"enlarge_{number}", words.upsample(plan, x, (rows, columns)), network.width(0))
    drawn = words.ZEROS if options.adds_input else words.fan_in_normal()
    made = words.conv(plan, "image", x, network.image_channels, KERNEL_SIZE, drawn, bias=True)
    if not options.adds_input:
        return made
    return words.add(plan, made, words.enlarge(plan, Node(0, network.input_shape), (rows, columns)))


def _translator_features(plan: Plan, network: Translator, x: Node) -> Node:
    raise InputError("discriminator.family = 'translator': a judge of patches is not planned", "discriminator.family")


FAMILIES: dict[type, Callable[..., None]] = {
    Mlp: _mlp,
    Dcgan: _convolutional(_dcgan_images, _dcgan_features, words.TUTORIAL_NORMAL),
    Residual: _convolutional(_residual_images, _residual_features, words.fan_in_normal()),
    Translator: _convolutional(_translator_images, _translator_features, words.fan_in_normal()),
}
