"""The bare matrix products of one training step of two MLPs, which every implementation of the step needs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.training.backend import tf


def matrix_products(config: RunConfig, sample_shape: tuple[int, ...]) -> Callable[[], None]:
    """A function that multiplies, eagerly, what a step with one update of each network multiplies.

    The discriminator's update: G forward, D forward and backward twice (real, fake; no gradient by its input).
    The generator's: G and D forward, D backward by its input alone, G backward (no gradient by the latents).
    """
    size, batch = prod(sample_shape), config.training.batch_size
    g_sizes = [config.latent.latent_dim, *config.generator.options.widths, size]
    d_sizes = [size, *config.discriminator.options.widths, 1]
    rng = np.random.default_rng(0)

    def tensors(shapes: list[tuple[int, int]]) -> list[tf.Tensor]:
        return [tf.constant(rng.normal(size=shape).astype(np.float32)) for shape in shapes]

    g_weights, d_weights = tensors(list(pairwise(g_sizes))), tensors(list(pairwise(d_sizes)))
    g_hidden, d_hidden = (tensors([(batch, width) for width in sizes]) for sizes in (g_sizes, d_sizes))

    def forward(weights: list[tf.Tensor], hidden: list[tf.Tensor]) -> None:
        for weight, inputs in zip(weights, hidden, strict=False):
            tf.matmul(inputs, weight)

    def weight_gradients(weights: list[tf.Tensor], hidden: list[tf.Tensor]) -> None:
        for layer, weight in enumerate(weights):
            tf.matmul(hidden[layer], hidden[layer + 1], transpose_a=True)
            if layer > 0:
                tf.matmul(hidden[layer + 1], weight, transpose_b=True)

    def step() -> None:
        forward(g_weights, g_hidden)
        for _ in ("real", "fake"):
            forward(d_weights, d_hidden)
            weight_gradients(d_weights, d_hidden)
        forward(g_weights, g_hidden)
        forward(d_weights, d_hidden)
        for layer, weight in enumerate(d_weights):
            tf.matmul(d_hidden[layer + 1], weight, transpose_b=True)
        weight_gradients(g_weights, g_hidden)

    return step
