"""The layers that networks are made of: functions of a scope, the layer's name in it, and a batch.

Convolutions take images of shape (batch, height, width, channels), padded with zeros so that a stride divides the size
and rounds up.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt

import numpy as np

from gan_desktop.training.backend import tf
from gan_desktop.training.networks.scope import Initializer, Scope, Shape
from gan_desktop.training.random_streams import normal, uniform

NORM_EPSILON = 1e-3  # Keras's, as in the tutorials
STDDEV_EPSILON = 1e-8  # under the root of the minibatch standard deviation, as in Karras et al.'s code
TUTORIAL_STDDEV = 0.02  # the normal initializer of the DCGAN paper, section 4
EMBEDDING_DIM = 16  # numbers that tell a network its label


# Initializers


def glorot_uniform(shape: Shape, fans: tuple[float, float], key: tf.Tensor) -> tf.Tensor:
    """Uniform of variance 2 / (fan in + fan out) (Glorot and Bengio 2010, equation 16)."""
    return _uniform(shape, sum(fans) / 2, key)


def he_uniform(shape: Shape, fans: tuple[float, float], key: tf.Tensor) -> tf.Tensor:
    """Uniform of variance 2 / fan in (He et al. 2015, equation 10)."""
    return _uniform(shape, fans[0] / 2, key)


def _uniform(shape: Shape, fan: float, key: tf.Tensor) -> tf.Tensor:
    limit = sqrt(3 / fan)  # uniform of variance 1 / fan
    return uniform(shape, key, -limit, limit)


def tutorial_normal(shape: Shape, fans: tuple[float, float], key: tf.Tensor) -> tf.Tensor:
    """Normal of standard deviation 0.02, whatever the fans (Radford et al. 2016, section 4)."""
    return TUTORIAL_STDDEV * normal(shape, key)


def standard_normal(shape: Shape, fans: tuple[float, float], key: tf.Tensor) -> tf.Tensor:
    """Normal of standard deviation 1, as latents are."""
    return normal(shape, key)


def fan_in_normal(gain: float = 1.0) -> Callable[[Shape, tuple[float, float], tf.Tensor], tf.Tensor]:
    """Normal of variance gain^2 / fan in: a linear layer with gain 1 keeps the size of its inputs."""
    return lambda shape, fans, key: gain / sqrt(fans[0]) * normal(shape, key)


# Linear layers


def dense(
    scope: Scope,
    name: str,
    inputs: tf.Tensor,
    outputs: int,
    initializer: Initializer,
    *,
    bias: bool = True,
    of: int = 1,
) -> tf.Tensor:
    """`inputs` of shape (batch, features) times a kernel, plus a bias: shape (batch, outputs).

    `of` is how many outputs share one unit, as the pieces of maxout do: initializers count units.
    """
    features = inputs.shape[-1]
    kernel = scope.parameter(f"{name}/kernel", (features, outputs), initializer, (features, outputs / of))
    result = tf.matmul(inputs, kernel)
    return result + scope.parameter(f"{name}/bias", (outputs,), 0.0) if bias else result


def conv(
    scope: Scope,
    name: str,
    inputs: tf.Tensor,
    channels: int,
    size: int,
    initializer: Initializer,
    *,
    stride: int = 1,
    bias: bool = True,
) -> tf.Tensor:
    """A convolution by kernels of size x size pixels."""
    shape = (size, size, inputs.shape[-1], channels)
    fans = (prod(shape[:3]), size * size * channels)
    result = tf.nn.conv2d(inputs, scope.parameter(f"{name}/kernel", shape, initializer, fans), stride, "SAME")
    return _add_bias(scope, name, result) if bias else result


def transposed_conv(
    scope: Scope,
    name: str,
    inputs: tf.Tensor,
    channels: int,
    size: int,
    initializer: Initializer,
    *,
    image_size: tuple[int, int],
    bias: bool = True,
) -> tf.Tensor:
    """A convolution of stride 1/2 to images of exactly `image_size`, (height, width).

    It is the gradient of a convolution of stride 2 (Dumoulin and Visin 2016, section 4.5), so `image_size` may be any
    size whose half, rounded up, is the size of the inputs. Enlarging before a convolution takes twice the time.
    """
    shape = (size, size, channels, inputs.shape[-1])
    fans = (size * size * inputs.shape[-1] / 4, size * size * channels)
    kernel = scope.parameter(f"{name}/kernel", shape, initializer, fans)
    result = tf.nn.conv2d_transpose(inputs, kernel, [batch_size(inputs), *image_size, channels], 2, "SAME")
    return _add_bias(scope, name, result) if bias else result


def _add_bias(scope: Scope, name: str, images: tf.Tensor) -> tf.Tensor:
    return tf.nn.bias_add(images, scope.parameter(f"{name}/bias", (images.shape[-1],), 0.0))


def upsample(images: tf.Tensor, image_size: tuple[int, int]) -> tf.Tensor:
    """Every pixel twice as high and wide, cut to `image_size`, (height, width)."""
    # Repeating has gradients of every order, and takes 2/3 of the time of a resizing operation.
    return tf.repeat(tf.repeat(images, 2, axis=1), 2, axis=2)[:, : image_size[0], : image_size[1]]


def downsample(images: tf.Tensor) -> tf.Tensor:
    """The means of 2 x 2 pixels; at the far edges of an odd size, of 2 pixels or of 1."""
    return tf.nn.avg_pool2d(images, 2, 2, "SAME")


def enlarge(images: tf.Tensor, image_size: tuple[int, int]) -> tf.Tensor:
    """Images enlarged to `image_size`, (height, width), by bicubic interpolation."""
    height, width = images.shape[1:3]
    if image_size == (height, width):
        return images
    # Products with constants have gradients of every order, which resizing operations do not.
    rows, columns = bicubic(height, image_size[0]), bicubic(width, image_size[1])
    return tf.einsum("hi,bijc,wj->bhwc", rows, images, columns)


def bicubic(size: int, larger: int) -> np.ndarray:
    """The matrix that interpolates `size` numbers to `larger` ones, shape (larger, size) (Keys 1981)."""
    centres = (np.arange(larger) + 0.5) * size / larger - 0.5
    distance = np.abs(centres[:, None] - np.arange(size))
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    weights = np.where(distance < 1, near, np.where(distance < 2, far, 0.0))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


# Activations


def activate(inputs: tf.Tensor, name: str, leaky_slope: float = 0.2) -> tf.Tensor:
    """The activation of that name in configs; `linear` is none."""
    if name == "linear":
        return inputs
    if name == "leaky_relu":
        return tf.nn.leaky_relu(inputs, leaky_slope)
    return getattr(tf.nn, name)(inputs)


def maxout(inputs: tf.Tensor, pieces: int) -> tf.Tensor:
    """The largest of each unit's pieces (Goodfellow et al. 2013): (batch, pieces * units) to (batch, units).

    Piece i of unit j is feature i * units + j.
    """
    return tf.reduce_max(tf.reshape(inputs, [-1, pieces, inputs.shape[-1] // pieces]), axis=1)


# Normalisation and noise


def batch_norm(scope: Scope, name: str, inputs: tf.Tensor, momentum: float) -> tf.Tensor:
    """Batch normalisation (Ioffe and Szegedy 2015): by the batch's moments in training, else by the moving ones.

    It takes features, shape (batch, features), or images, whose channels are the features.
    """
    features = (inputs.shape[-1],)
    scale = scope.parameter(f"{name}/scale", features, 1.0)
    offset = scope.parameter(f"{name}/offset", features, 0.0)
    mean = scope.statistic(f"{name}/mean", features, 0.0)
    variance = scope.statistic(f"{name}/variance", features, 1.0)
    if not scope.training:
        return _normalised(inputs, mean, variance, scale, offset)
    if inputs.shape.rank == 4:
        # One operation for all: a DCGAN trains 1.1 times as fast. It gives the unbiased variance.
        outputs, batch_mean, batch_variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, scale, offset, epsilon=NORM_EPSILON
        )
    else:
        batch_mean = tf.reduce_mean(inputs, axis=0)
        batch_variance = tf.reduce_mean(tf.square(inputs - batch_mean), axis=0)
        outputs = _normalised(inputs, batch_mean, batch_variance, scale, offset)
    scope.tracked[f"{name}/mean"] = momentum * mean + (1 - momentum) * batch_mean
    scope.tracked[f"{name}/variance"] = momentum * variance + (1 - momentum) * batch_variance
    return outputs


def instance_norm(scope: Scope, name: str, images: tf.Tensor) -> tf.Tensor:
    """Each channel of each image by its own mean and variance, in training or not (Ulyanov et al. 2016, equation 3)."""
    channels = (images.shape[-1],)
    scale = scope.parameter(f"{name}/scale", channels, 1.0)
    offset = scope.parameter(f"{name}/offset", channels, 0.0)
    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    variance = tf.reduce_mean(tf.square(images - mean), axis=[1, 2], keepdims=True)
    return _normalised(images, mean, variance, scale, offset)


def _normalised(
    inputs: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor
) -> tf.Tensor:
    return (inputs - mean) * (tf.math.rsqrt(variance + NORM_EPSILON) * scale) + offset


def minibatch_stddev(inputs: tf.Tensor) -> tf.Tensor:
    """One more feature, or channel of an image: how much the batch varies (Karras et al. 2018, section 3).

    It is the standard deviation over the batch, averaged over all features, and the same for every sample.
    """
    variance = tf.reduce_mean(tf.square(inputs - tf.reduce_mean(inputs, axis=0)), axis=0)
    deviation = tf.reduce_mean(tf.sqrt(variance + STDDEV_EPSILON))
    return tf.concat([inputs, tf.zeros_like(inputs[..., :1]) + deviation], axis=-1)


def dropout(scope: Scope, inputs: tf.Tensor, rate: float) -> tf.Tensor:
    """In training each number is 0 with probability `rate`, else divided by 1 - rate (Srivastava et al. 2014)."""
    if rate == 0 or not scope.training:
        return inputs
    shape = (batch_size(inputs), *inputs.shape[1:])
    kept = tf.cast(uniform(shape, scope.random_key()) >= rate, tf.float32)
    return inputs * (kept / (1 - rate))


# Labels


def embed(
    scope: Scope, name: str, labels: tf.Tensor, classes: int, features: int, initializer: Initializer
) -> tf.Tensor:
    """The learnt embedding of each label: labels of shape (batch,) to shape (batch, features)."""
    table = scope.parameter(f"{name}/table", (classes, features), initializer, (1, features))
    # A product with ones and zeros: its gradient is a plain tensor. The gradient of a gather is indices and slices.
    return tf.matmul(tf.one_hot(labels, classes), table)


def with_label(scope: Scope, inputs: tf.Tensor, labels: tf.Tensor | None, classes: int) -> tf.Tensor:
    """Features with an embedding of the label beside them (Mirza and Osindero 2014), if there are labels.

    Images have it behind their channels, the same at each pixel (Choi et al. 2018, figure 3).
    """
    if labels is None:
        return inputs
    embedded = embed(scope, "embedding", labels, classes, EMBEDDING_DIM, standard_normal)
    if inputs.shape.rank == 4:
        embedded = embedded[:, None, None, :] + tf.zeros_like(inputs[..., :1])
    return tf.concat([inputs, embedded], axis=-1)


def batch_size(inputs: tf.Tensor) -> tf.Tensor | int:
    """The batch's size: a number if it was known at tracing, else a tensor."""
    return inputs.shape[0] if inputs.shape[0] is not None else tf.shape(inputs)[0]
