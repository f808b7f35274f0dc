"""Spectral normalisation against NumPy's singular values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.registry import families
from gan_desktop.training.backend import tf
from gan_desktop.training.networks import Network
from gan_desktop.training.networks.spectral_norm import SpectralNorm, as_matrix, matrices, normalise
from gan_desktop.training.random_streams import Stream

Make = Callable[..., Network]
Batch = Callable[..., tf.Tensor]

every_family = pytest.mark.parametrize("family", list(families))


def largest(kernel: tf.Tensor) -> float:
    return float(np.linalg.svd(as_matrix(kernel).numpy(), compute_uv=False)[0])


class Watched:
    """Stands between the wrapper and its network, and keeps the parameters that the network was given."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.seen: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    def apply(self, parameters: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        self.seen = parameters
        return self.network.apply(parameters, *arguments, **named)


@every_family
def test_every_kernel_has_the_largest_singular_value_1(family: str, discriminator: Make, batch: Batch) -> None:
    watched = Watched(discriminator(family, classes=3, channels=4))
    network = SpectralNorm(watched)
    parameters, statistics = network.init(0, Stream.DISCRIMINATOR_INIT)
    names = matrices(parameters)
    assert {"kernel", "table"} == {name.rpartition("/")[2] for name in names}
    structure = sorted(statistics)
    images, labels = batch(3, 8, 8, 1), tf.range(3)
    # Right from the start, and still so after weights have changed and a few steps were taken.
    for change, tolerance in ((0.0, 0.03), (0.02, 0.01)):
        parameters = {name: value + change * batch(*value.shape, seed=3) for name, value in parameters.items()}
        for _ in range(1 if change == 0 else 60):
            _, statistics = network.apply(parameters, statistics, images, training=True, labels=labels)
        for name in names:
            assert largest(watched.seen[name]) == pytest.approx(1, abs=tolerance), name
    assert sorted(statistics) == structure
    kept = {name: value for name, value in watched.seen.items() if name not in names}
    assert all(value is parameters[name] for name, value in kept.items())


@every_family
def test_without_training_nothing_is_tracked(family: str, discriminator: Make, batch: Batch) -> None:
    network = SpectralNorm(discriminator(family))
    parameters, statistics = network.init(0, Stream.DISCRIMINATOR_INIT)
    _, kept = network.apply(parameters, statistics, batch(3, 8, 8, 1), training=False)
    assert set(kept) == set(statistics)
    for name, value in statistics.items():
        np.testing.assert_array_equal(kept[name], value)
    _, tracked = network.apply(
        {name: value + 0.1 * batch(*value.shape) for name, value in parameters.items()},
        statistics,
        batch(3, 8, 8, 1),
        training=True,
    )
    vectors = [name for name in statistics if name.endswith("/u") and statistics[name].shape != (1,)]
    assert vectors
    assert all((tracked[name].numpy() != statistics[name].numpy()).any() for name in vectors)


def test_singular_vectors_are_a_function_of_the_seed(discriminator: Make) -> None:
    network = SpectralNorm(discriminator("mlp"))
    first, again, other = (network.init(seed, Stream.DISCRIMINATOR_INIT)[1]["dense_0/kernel/u"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first.numpy() != other.numpy()).all()
    assert float(tf.norm(first)) == pytest.approx(1, rel=1e-5)


def test_the_gradient_is_that_of_the_kernel_over_its_largest_singular_value(batch: Batch) -> None:
    kernel, direction, weights = batch(3, 3, 2, 4), batch(3, 3, 2, 4, seed=1), batch(3, 3, 2, 4, seed=2)
    u = batch(4)
    for _ in range(200):
        _, u = normalise(kernel, u)

    def weighted(x: np.ndarray) -> float:
        return float((weights.numpy() * x / np.linalg.svd(x.reshape(-1, 4), compute_uv=False)[0]).sum())

    with tf.GradientTape() as tape:
        tape.watch(kernel)
        value = tf.reduce_sum(weights * normalise(kernel, u)[0])
    slope = float(tf.reduce_sum(tape.gradient(value, kernel) * direction))
    x, step = kernel.numpy().astype(float), 1e-4 * direction.numpy()
    assert float(value) == pytest.approx(weighted(x), rel=1e-4)
    assert slope == pytest.approx((weighted(x + step) - weighted(x - step)) / 2e-4, rel=1e-3)


@every_family
def test_it_compiles_as_its_network_does(family: str, discriminator: Make) -> None:
    network = discriminator(family)
    assert SpectralNorm(network).jit_compile == network.jit_compile


def test_a_kernel_that_starts_at_0_is_drawn(discriminator: Make) -> None:
    plain = discriminator("residual")
    network = SpectralNorm(plain)
    name = "block_0_0/conv_1/kernel"
    assert (plain.init(0, Stream.DISCRIMINATOR_INIT)[0][name].numpy() == 0).all()
    drawn = network.init(0, Stream.DISCRIMINATOR_INIT)[0][name].numpy()
    assert (drawn != 0).all()
    np.testing.assert_array_equal(drawn, network.init(0, Stream.DISCRIMINATOR_INIT)[0][name])
