"""The words of `training.networks.layers`, each as the Keras layers that do the same, with the same weights."""

from __future__ import annotations

from math import prod, sqrt
from typing import Any

from gan_desktop.training.as_keras.plan import Node, Plan
from gan_desktop.training.networks.layers import EMBEDDING_DIM, TUTORIAL_STDDEV

# An initializer as Keras serialises it, or by its name.
Initializer = dict[str, Any] | str

GLOROT, HE, ZEROS = "glorot_uniform", "he_uniform", "zeros"


def normal(stddev: float) -> Initializer:
    """Normal of that standard deviation."""
    return {"class_name": "RandomNormal", "config": {"stddev": stddev}}


TUTORIAL_NORMAL = normal(TUTORIAL_STDDEV)
STANDARD_NORMAL = normal(1.0)


def fan_in_normal(gain: float = 1.0) -> Initializer:
    """Normal of variance gain^2 / fan in."""
    config = {"scale": round(gain**2, 9), "mode": "fan_in", "distribution": "untruncated_normal"}
    return {"class_name": "VarianceScaling", "config": config}


def maxout_uniform(name: Initializer, inputs: int, units: int) -> Initializer:
    """Glorot's where several outputs share a unit; He's looks at the inputs alone, and a normal at neither."""
    if name != GLOROT:
        return name
    limit = round(sqrt(6 / (inputs + units)), 6)
    return {"class_name": "RandomUniform", "config": {"minval": -limit, "maxval": limit}}


def _kernel(initializer: Initializer, bias: bool) -> dict[str, Any]:
    """The arguments of a layer with a kernel, without those that are Keras's own anyway."""
    drawn = {} if initializer == GLOROT else {"kernel_initializer": initializer}
    return ({} if bias else {"use_bias": False}) | drawn


def _names(name: str, bias: bool) -> tuple[str, ...]:
    return (f"{name}/kernel", f"{name}/bias") if bias else (f"{name}/kernel",)


def dense(plan: Plan, name: str, x: Node, units: int, initializer: Initializer, *, bias: bool = True) -> Node:
    return plan.add("Dense", x, (units,), _names(name, bias), units=units, **_kernel(initializer, bias))


def conv(
    plan: Plan, name: str, x: Node, channels: int, size: int, initializer: Initializer, *, stride: int = 1, bias: bool
) -> Node:
    shape = (-(-x.shape[0] // stride), -(-x.shape[1] // stride), channels)
    strides = {"strides": stride} if stride > 1 else {}
    arguments = {"filters": channels, "kernel_size": size, **strides, "padding": "same", **_kernel(initializer, bias)}
    return plan.add("Conv2D", x, shape, _names(name, bias), **arguments)


def transposed_conv(
    plan: Plan,
    name: str,
    x: Node,
    channels: int,
    size: int,
    initializer: Initializer,
    *,
    image_size: tuple[int, int],
    bias: bool,
) -> Node:
    height, width = (2 * side for side in x.shape[:2])
    arguments = {
        "filters": channels,
        "kernel_size": size,
        "strides": 2,
        "padding": "same",
        **_kernel(initializer, bias),
    }
    # What Keras doubles, it pads by as much as what is one pixel less, if the kernel's size is even; else it is told.
    if size % 2 and image_size != (height, width):
        arguments["output_padding"] = (image_size[0] - height + 1, image_size[1] - width + 1)
        height, width = image_size
    doubled = plan.add("Conv2DTranspose", x, (height, width, channels), _names(name, bias), **arguments)
    return _cut(plan, doubled, image_size)


def upsample(plan: Plan, x: Node, image_size: tuple[int, int]) -> Node:
    height, width, channels = x.shape
    return _cut(plan, plan.add("UpSampling2D", x, (2 * height, 2 * width, channels)), image_size)


def _cut(plan: Plan, x: Node, image_size: tuple[int, int]) -> Node:
    """The upper left part of that size."""
    if x.shape[:2] == image_size:
        return x
    cropping = ((0, x.shape[0] - image_size[0]), (0, x.shape[1] - image_size[1]))
    return plan.add("Cropping2D", x, (*image_size, x.shape[2]), cropping=cropping)


def downsample(plan: Plan, x: Node) -> Node:
    height, width, channels = x.shape
    return plan.add("AveragePooling2D", x, (-(-height // 2), -(-width // 2), channels), pool_size=2, padding="same")


def enlarge(plan: Plan, x: Node, image_size: tuple[int, int]) -> Node:
    """By a whole number of times."""
    times = image_size[0] // x.shape[0]
    if times == 1:
        return x
    return plan.add("UpSampling2D", x, (*image_size, x.shape[-1]), size=times, interpolation="bicubic")


def reshape(plan: Plan, x: Node, shape: tuple[int, ...]) -> Node:
    return x if shape == x.shape else plan.add("Reshape", x, shape, target_shape=shape)


def flatten(plan: Plan, x: Node) -> Node:
    return x if len(x.shape) == 1 else plan.add("Flatten", x, (prod(x.shape),))


def add(plan: Plan, x: Node, y: Node) -> Node:
    return plan.add("Add", [x, y], x.shape)


def concatenate(plan: Plan, x: Node, y: Node) -> Node:
    return plan.add("Concatenate", [x, y], (*x.shape[:-1], x.shape[-1] + y.shape[-1]))


def activate(plan: Plan, x: Node, name: str, leaky_slope: float = 0.2) -> Node:
    if name == "linear":
        return x
    if name == "leaky_relu":
        return plan.add("LeakyReLU", x, x.shape, negative_slope=leaky_slope)
    return plan.add("Activation", x, x.shape, activation=name)


def maxout(plan: Plan, x: Node, pieces: int) -> Node:
    units = x.shape[0] // pieces
    # The largest of several rows is what this layer takes, whatever it is called.
    return plan.add("GlobalMaxPooling1D", reshape(plan, x, (pieces, units)), (units,))


def batch_norm(plan: Plan, name: str, x: Node, momentum: float) -> Node:
    weights = [f"{name}/{part}" for part in ("scale", "offset", "mean", "variance")]
    return plan.add("BatchNormalization", x, x.shape, weights, momentum=momentum)


def instance_norm(plan: Plan, name: str, x: Node) -> Node:
    """A group of its own for every channel."""
    return plan.add("GroupNormalization", x, x.shape, [f"{name}/scale", f"{name}/offset"], groups=-1)


def dropout(plan: Plan, x: Node, rate: float) -> Node:
    return x if rate == 0 else plan.add("Dropout", x, x.shape, rate=rate)


def embed(plan: Plan, name: str, label: Node, classes: int, features: int, initializer: Initializer) -> Node:
    arguments = {"input_dim": classes, "output_dim": features, "embeddings_initializer": initializer}
    return plan.add("Embedding", label, (features,), [f"{name}/table"], **arguments)


def with_label(plan: Plan, x: Node, label: Node | None, classes: int) -> Node:
    if label is None:
        return x
    embedded = embed(plan, "embedding", label, classes, EMBEDDING_DIM, STANDARD_NORMAL)
    if len(x.shape) == 3:
        rows, columns = x.shape[:2]
        repeated = plan.add("RepeatVector", embedded, (rows * columns, EMBEDDING_DIM), n=rows * columns)
        embedded = reshape(plan, repeated, (rows, columns, EMBEDDING_DIM))
    return concatenate(plan, x, embedded)
