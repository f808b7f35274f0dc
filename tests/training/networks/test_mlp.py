"""The MLP against the same forward pass in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_desktop.core.presets import presets
from gan_desktop.training.assembly import build_network
from gan_desktop.training.backend import tf
from gan_desktop.training.networks.mlp import Mlp, MlpOptions
from gan_desktop.training.random_streams import Stream

ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "tanh": np.tanh,
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "swish": lambda x: x / (1 + np.exp(-x)),
}


def reference(
    network: Mlp, parameters: dict[str, Any], statistics: dict[str, Any], x: np.ndarray, training: bool
) -> np.ndarray:
    """The forward pass in float64."""
    p = {name: value.numpy().astype(float) for name, value in {**parameters, **statistics}.items()}
    activate = ACTIVATIONS[network.options.activation]
    for layer in range(len(network.options.widths)):
        x = x @ p[f"dense_{layer}/kernel"] + p[f"dense_{layer}/bias"]
        if not network.options.batch_norm or network.options.batch_norm_place == "after_activation":
            x = activate(x)
        if network.options.batch_norm:
            name = f"batch_norm_{layer}"
            mean, variance = (x.mean(0), x.var(0)) if training else (p[f"{name}/mean"], p[f"{name}/variance"])
            x = (x - mean) / np.sqrt(variance + 1e-3) * p[f"{name}/scale"] + p[f"{name}/offset"]
            if network.options.batch_norm_place == "before_activation":
                x = activate(x)
    last = len(network.options.widths)
    return np.tanh(x @ p[f"dense_{last}/kernel"] + p[f"dense_{last}/bias"])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("place", [None, "after_activation", "before_activation"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_pass_agrees_with_numpy(activation: str, place: str | None, training: bool) -> None:
    extra = {} if place is None else {"batch_norm": True, "batch_norm_place": place}
    options = MlpOptions(widths=(7, 5), activation=activation, **extra)
    network = Mlp(options, (3,), (2, 2, 1), "tanh")
    parameters, statistics = network.init(1, Stream.GENERATOR_INIT)
    x = np.random.default_rng(0).normal(0, 1, (6, 3))
    outputs, _ = network.apply(parameters, statistics, tf.constant(x, tf.float32), training=training)
    assert outputs.shape == (6, 2, 2, 1)
    expected = reference(network, parameters, statistics, x, training).reshape(6, 2, 2, 1)
    np.testing.assert_allclose(outputs.numpy(), expected, atol=1e-5)


def test_moving_moments_follow_the_momentum() -> None:
    network = Mlp(MlpOptions(widths=(4,), batch_norm=True, batch_norm_momentum=0.8), (3,), (), "linear")
    parameters, statistics = network.init(0, Stream.GENERATOR_INIT)
    x = tf.constant(np.random.default_rng(1).normal(2, 3, (50, 3)), tf.float32)
    _, tracked = network.apply(parameters, statistics, x, training=True)
    hidden = np.asarray(x @ parameters["dense_0/kernel"])
    hidden = np.where(hidden > 0, hidden, 0.2 * hidden)
    np.testing.assert_allclose(tracked["batch_norm_0/mean"], 0.2 * hidden.mean(0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(tracked["batch_norm_0/variance"], 0.8 + 0.2 * hidden.var(0), rtol=1e-4)


@pytest.mark.parametrize(
    ("initializer", "stddev"),
    [("glorot_uniform", np.sqrt(2 / 700)), ("he_uniform", np.sqrt(2 / 300)), ("normal", 0.02)],
)
def test_initializers_have_their_variance(initializer: str, stddev: float) -> None:
    network = Mlp(MlpOptions(widths=(400,), initializer=initializer), (300,), (), "linear")
    parameters, _ = network.init(0, Stream.DISCRIMINATOR_INIT)
    kernel = parameters["dense_0/kernel"].numpy()
    assert kernel.std() == pytest.approx(stddev, rel=0.02)
    assert kernel.mean() == pytest.approx(0, abs=3 * stddev / np.sqrt(kernel.size))


def test_seeds_and_streams_draw_different_weights() -> None:
    network = Mlp(MlpOptions(widths=(4,)), (3,), (), "linear")

    def kernel(seed: int, stream: Stream) -> np.ndarray:
        return network.init(seed, stream)[0]["dense_0/kernel"].numpy()

    assert (kernel(0, Stream.GENERATOR_INIT) == kernel(0, Stream.GENERATOR_INIT)).all()
    assert (kernel(0, Stream.GENERATOR_INIT) != kernel(1, Stream.GENERATOR_INIT)).all()
    assert (kernel(0, Stream.GENERATOR_INIT) != kernel(0, Stream.DISCRIMINATOR_INIT)).all()


# (generator widths, discriminator widths, parameters of each): counted by hand from the tutorials' texts
TUTORIALS = {
    "tutorial-book": ((256, 512, 1024), (1024, 512, 256), 1_489_936, 1_460_225),
    "tutorial-mnist": ((256, 512, 1024), (512, 256), 1_489_936, 533_505),
    "tutorial-minimal": ((128,), (128,), 114_064, 100_609),
}


@pytest.mark.parametrize("name", TUTORIALS)
def test_the_tutorials_networks_are_expressed_exactly(name: str) -> None:
    g_widths, d_widths, g_count, d_count = TUTORIALS[name]
    config = presets()[name].config
    assert config.generator.options.widths == g_widths
    assert config.discriminator.options.widths == d_widths
    image = (28, 28, 1)
    generator = build_network(config.generator, (config.latent.latent_dim,), image)
    discriminator = build_network(config.discriminator, image, ())
    for network, stream, count in (
        (generator, Stream.GENERATOR_INIT, g_count),
        (discriminator, Stream.DISCRIMINATOR_INIT, d_count),
    ):
        parameters, _ = network.init(0, stream)
        assert sum(int(np.prod(value.shape)) for value in parameters.values()) == count
