"""The layers against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_desktop.training.backend import tf
from gan_desktop.training.networks import layers
from gan_desktop.training.networks.mlp import Mlp, MlpOptions
from gan_desktop.training.networks.scope import LAYER_KEYS, MakingScope, Scope
from gan_desktop.training.random_streams import Stream

Batch = Callable[..., tf.Tensor]


def made(layer: Callable[[Scope], object]) -> MakingScope:
    """What the layer asks for, made."""
    scope = MakingScope(0, Stream.GENERATOR_INIT)
    layer(scope)
    return scope


def convolved(images: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """A convolution written as the sum it is; padded with zeros, the larger half behind."""
    size, counts = kernel.shape[0], [-(-side // stride) for side in images.shape[1:3]]
    sides = zip(images.shape[1:3], counts, strict=True)
    paddings = [max(0, (count - 1) * stride + size - side) for side, count in sides]
    padded = np.pad(images, [(0, 0), *((padding // 2, padding - padding // 2) for padding in paddings), (0, 0)])
    result = np.zeros((len(images), *counts, kernel.shape[3]))
    for row in range(counts[0]):
        for column in range(counts[1]):
            top, left = row * stride, column * stride
            patch = padded[:, top : top + size, left : left + size]
            result[:, row, column] = np.einsum("nhwi,hwio->no", patch, kernel)
    return result


@pytest.mark.parametrize(("image_size", "stride", "size"), [(8, 1, 3), (8, 2, 4), (7, 2, 4), (7, 2, 5), (5, 1, 1)])
def test_conv(batch: Batch, image_size: int, stride: int, size: int) -> None:
    images = batch(2, image_size, image_size, 3)
    scope = MakingScope(0, Stream.GENERATOR_INIT)
    outputs = layers.conv(scope, "conv", images, 4, size, layers.he_uniform, stride=stride)
    expected = convolved(images.numpy(), scope.parameters["conv/kernel"].numpy(), stride)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


@pytest.mark.parametrize(("image_size", "size"), [((8, 8), 4), ((7, 7), 4), ((7, 7), 5), ((8, 7), 4)])
def test_transposed_conv_is_the_transpose_of_the_convolution(
    batch: Batch, image_size: tuple[int, int], size: int
) -> None:
    """<conv(x), y> = <x, transposed(y)> for all x and y."""
    small, large = batch(2, 4, 4, 3), batch(2, *image_size, 5, seed=1)
    scope = MakingScope(0, Stream.GENERATOR_INIT)
    outputs = layers.transposed_conv(scope, "conv", small, 5, size, layers.he_uniform, image_size=image_size)
    assert outputs.shape == large.shape
    forward = convolved(large.numpy(), scope.parameters["conv/kernel"].numpy(), 2)
    assert float(tf.reduce_sum(outputs * large)) == pytest.approx(
        float((forward * small.numpy()).sum()), rel=1e-4, abs=1e-4
    )


@pytest.mark.parametrize("image_size", [(6, 6), (5, 5), (6, 5)])
def test_upsample_and_downsample(batch: Batch, image_size: tuple[int, int]) -> None:
    small = batch(2, 3, 3, 4)
    large = layers.upsample(small, image_size)
    expected = small.numpy().repeat(2, axis=1).repeat(2, axis=2)[:, : image_size[0], : image_size[1]]
    np.testing.assert_array_equal(large, expected)
    # Blocks of equal pixels have themselves as their mean, at odd edges too.
    np.testing.assert_allclose(layers.downsample(large), small, atol=1e-6)


def test_downsample_is_the_mean_of_four(batch: Batch) -> None:
    images = batch(2, 6, 6, 3)
    expected = images.numpy().reshape(2, 3, 2, 3, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(layers.downsample(images), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(60, 3), (6, 5, 5, 3)])
def test_batch_norm(batch: Batch, shape: tuple[int, ...]) -> None:
    inputs = 2 + 3 * batch(*shape)
    x = inputs.numpy().astype(float)
    axes = tuple(range(len(shape) - 1))
    mean, variance = x.mean(axes), x.var(axes)
    start = made(lambda scope: layers.batch_norm(scope, "b", inputs, 0.9))
    parameters = {"b/scale": tf.constant([1.0, 2.0, 3.0]), "b/offset": tf.constant([0.0, -1.0, 1.0])}
    scope = Scope(parameters, start.statistics, training=True)
    outputs = layers.batch_norm(scope, "b", inputs, 0.9)
    expected = (x - mean) / np.sqrt(variance + 1e-3) * [1, 2, 3] + [0, -1, 1]
    np.testing.assert_allclose(outputs, expected, atol=1e-4)
    np.testing.assert_allclose(scope.tracked["b/mean"], 0.1 * mean, rtol=1e-4, atol=1e-5)
    # 1 % for images, whose variance is the unbiased one.
    np.testing.assert_allclose(scope.tracked["b/variance"], 0.9 + 0.1 * variance, rtol=0.01)
    later = Scope(parameters, scope.tracked, training=False)
    outputs = layers.batch_norm(later, "b", inputs, 0.9)
    tracked_mean, tracked_variance = (scope.tracked[f"b/{name}"].numpy() for name in ("mean", "variance"))
    expected = (x - tracked_mean) / np.sqrt(tracked_variance + 1e-3) * [1, 2, 3] + [0, -1, 1]
    np.testing.assert_allclose(outputs, expected, atol=1e-4)
    assert later.tracked == scope.tracked


@pytest.mark.parametrize("training", [True, False])
def test_instance_norm(batch: Batch, training: bool) -> None:
    inputs = 2 + 3 * batch(4, 5, 6, 3)
    x = inputs.numpy().astype(float)
    parameters = {"i/scale": tf.constant([1.0, 2.0, 3.0]), "i/offset": tf.constant([0.0, -1.0, 1.0])}
    scope = Scope(parameters, {}, training)
    outputs = layers.instance_norm(scope, "i", inputs)
    mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
    expected = (x - mean) / np.sqrt(variance + 1e-3) * [1, 2, 3] + [0, -1, 1]
    np.testing.assert_allclose(outputs, expected, atol=1e-4)
    assert scope.tracked == {}
    start = made(lambda scope: layers.instance_norm(scope, "i", inputs))
    assert {name: value.numpy().tolist() for name, value in start.parameters.items()} == {
        "i/scale": [1, 1, 1],
        "i/offset": [0, 0, 0],
    }


@pytest.mark.parametrize("image_size", [(10, 12), (20, 24), (5, 6)])
def test_enlarge_is_bicubic(batch: Batch, image_size: tuple[int, int]) -> None:
    images = batch(2, 5, 6, 3)
    enlarged = layers.enlarge(images, image_size).numpy()
    for image, large in zip(images.numpy(), enlarged, strict=True):
        for channel in range(3):
            picture = Image.fromarray(image[..., channel]).resize(image_size[::-1], Image.Resampling.BICUBIC)
            np.testing.assert_allclose(large[..., channel], np.asarray(picture), atol=1e-5)


def test_a_label_is_told_at_each_pixel(batch: Batch) -> None:
    images, labels = batch(3, 4, 5, 2), tf.constant([1, 0, 1])
    scope = MakingScope(0, Stream.GENERATOR_INIT)
    told = layers.with_label(scope, images, labels, 2).numpy()
    np.testing.assert_array_equal(told[..., :2], images)
    rows = scope.parameters["embedding/table"].numpy()[labels.numpy()]
    np.testing.assert_array_equal(told[..., 2:], np.broadcast_to(rows[:, None, None], (3, 4, 5, 16)))


def test_maxout_is_the_largest_piece_of_each_unit(batch: Batch) -> None:
    inputs = batch(4, 15)
    expected = inputs.numpy().reshape(4, 5, 3).max(axis=1)
    np.testing.assert_array_equal(layers.maxout(inputs, 5), expected)


def test_an_mlp_of_maxout_units_agrees_with_numpy(batch: Batch) -> None:
    network = Mlp(MlpOptions(widths=(7, 4), activation="maxout", maxout_pieces=3), (2,), (), "linear")
    parameters, statistics = network.init(0, Stream.DISCRIMINATOR_INIT)
    assert parameters["dense_0/kernel"].shape == (2, 21)
    assert np.abs(parameters["dense_1/kernel"]).max() <= np.sqrt(6 / (7 + 4))  # units count, not pieces
    x = batch(5, 2)
    hidden = x.numpy()
    for layer, width in ((0, 7), (1, 4)):
        pieces = hidden @ parameters[f"dense_{layer}/kernel"].numpy() + parameters[f"dense_{layer}/bias"].numpy()
        hidden = pieces.reshape(5, 3, width).max(axis=1)
    expected = (hidden @ parameters["dense_2/kernel"].numpy())[:, 0]
    np.testing.assert_allclose(
        network.apply(parameters, statistics, x, training=True)[0], expected, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("shape", [(6, 4), (6, 3, 3, 4)])
def test_minibatch_stddev_is_one_feature_more(batch: Batch, shape: tuple[int, ...]) -> None:
    inputs = batch(*shape)
    outputs = layers.minibatch_stddev(inputs).numpy()
    assert outputs.shape == (*shape[:-1], 5)
    np.testing.assert_array_equal(outputs[..., :4], inputs)
    np.testing.assert_allclose(outputs[..., 4], inputs.numpy().std(axis=0).mean(), rtol=1e-5)


def test_dropout_keeps_the_mean() -> None:
    scope = Scope({}, {}, training=True, key_=tf.constant([1, 2], tf.int64))
    outputs = layers.dropout(scope, tf.ones([200, 100]), 0.25).numpy()
    assert set(np.unique(outputs)) == {0, np.float32(1 / 0.75)}
    assert (outputs == 0).mean() == pytest.approx(0.25, abs=0.02)


def test_each_random_layer_of_a_pass_has_a_key_of_its_own() -> None:
    scope = Scope({}, {}, training=True, key_=tf.constant([3, 5], tf.int64))
    keys = [scope.random_key().numpy().tolist() for _ in range(2)]
    assert keys == [[3, 5 + LAYER_KEYS], [3, 5 + 2 * LAYER_KEYS]]


def test_an_embedding_is_a_row_of_its_table() -> None:
    scope = MakingScope(0, Stream.GENERATOR_INIT)
    labels = tf.constant([2, 0, 2])
    rows = layers.embed(scope, "label", labels, 3, 4, layers.standard_normal)
    np.testing.assert_array_equal(rows, scope.parameters["label/table"].numpy()[[2, 0, 2]])


@pytest.mark.parametrize(
    ("initializer", "stddev"),
    [
        (layers.glorot_uniform, np.sqrt(2 / (90 + 160))),
        (layers.he_uniform, np.sqrt(2 / 90)),
        (layers.tutorial_normal, 0.02),
        (layers.fan_in_normal(3.0), 3 / np.sqrt(90)),
    ],
)
def test_initializers_know_the_fans_of_a_convolution(
    batch: Batch, initializer: Callable[..., Any], stddev: float
) -> None:
    scope = made(lambda scope: layers.conv(scope, "conv", batch(1, 4, 4, 10), 160 // 9, 3, initializer))
    assert scope.parameters["conv/kernel"].numpy().std() == pytest.approx(stddev, rel=0.07)
