"""What a probe says of the networks is what training computes with, in closed form where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import objectives
from gan_desktop.core.views import Layer
from gan_desktop.training.trainer import Trainer

Make = Callable[..., Trainer]

# D(x) = w x + b, and points scaled by a factor other than 1.
LINEAR = {"discriminator.widths": (), "generator.output_activation": "tanh"}
IMAGES = {"generator.widths": (8,), "discriminator.widths": (8,), "training.batch_size": 8}
DCGAN = {
    "generator.family": "dcgan",
    "generator.channels": 4,
    "discriminator.family": "dcgan",
    "discriminator.channels": 4,
    "training.batch_size": 8,
}


def of_digits(changes: dict[str, Any]) -> Trainer:
    """A trainer of images."""
    return Trainer(replace_keys(RunConfig(), changes))


def norm(layers: tuple[Layer, ...], network: str) -> float:
    """Of the whole gradient of a network."""
    return float(np.sqrt(sum(layer.gradient_norm**2 for layer in layers if layer.network == network)))


def weights_of_linear(trainer: Trainer) -> tuple[np.ndarray, float]:
    """w and b of a discriminator that is a line."""
    parameters = trainer.state.players["discriminator"].parameters
    return parameters["dense_0/kernel"].numpy()[:, 0], float(parameters["dense_0/bias"].numpy()[0])


def check_layers(trainer: Trainer) -> None:
    """The gradients are those of the step that comes next, and looking at them changes nothing."""
    trainer.advance(3)
    before = trainer.state_arrays()
    layers = trainer.probe(with_batches=True).layers()
    after = trainer.state_arrays()
    assert all((before[name] == after[name]).all() for name in before)
    last = trainer.advance(1).last()
    assert norm(layers, "d") == pytest.approx(last["d_gradient_norm"], rel=1e-3)
    assert norm(layers, "g") == pytest.approx(last["g_gradient_norm"], rel=1e-3)


def test_gradients_are_those_of_the_next_step_that_xla_compiled(tiny_trainer: Make) -> None:
    """Though XLA draws other latents from the same key."""
    check_layers(tiny_trainer())


PENALTIES = {"regularization.r1_weight": 1.0, "regularization.r2_weight": 1.0, "regularization.dragan_weight": 1.0}
DROPOUT = {"discriminator.dropout": 0.3, "generator.dropout": 0.3}
NOISE = {"regularization.spectral_norm": True, "regularization.instance_noise": 0.1}
RELATIVE = {"objective.objective": "relativistic", "training.updates": "simultaneous"}
GAMES = {
    "wasserstein": {"objective.objective": "wasserstein", "regularization.gradient_penalty_weight": 10.0} | DROPOUT,
    "relative": RELATIVE | PENALTIES,
    "packs": {"regularization.packing": 2},
    "noise": NOISE,
}


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.usefixtures("quick_compile")
def test_gradients_are_those_of_the_next_step(tiny_trainer: Make, game: str) -> None:
    check_layers(tiny_trainer(GAMES[game]))


@pytest.mark.parametrize("changes", [IMAGES | {"data.conditional": True}, DCGAN], ids=["classes", "dcgan"])
@pytest.mark.usefixtures("quick_compile")
def test_of_images_too_and_samples_are_those_that_are_shown(changes: dict[str, Any]) -> None:
    trainer = of_digits(changes)
    check_layers(trainer)
    latents, labels = trainer.latents(9), trainer.labels(9)
    probe = trainer.probe()
    samples = trainer.sample(latents, labels)
    np.testing.assert_allclose(probe.samples(latents, labels), samples, rtol=1e-4, atol=1e-5)
    assert probe.logits(samples, labels).shape == (9,)


@pytest.mark.usefixtures("quick_compile")
def test_layers_of_every_parameter_have_the_norms_of_its_values(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.advance(3)
    layers = trainer.probe(with_batches=True).layers()
    for network, player in (("d", trainer.state.players["discriminator"]), ("g", trainer.state.players["generator"])):
        found = {layer.name: layer for layer in layers if layer.network == network}
        assert list(found) == sorted(player.parameters)
        for name, variable in player.parameters.items():
            value = variable.numpy()
            assert found[name].weight_norm == pytest.approx(np.sqrt((value**2).sum()), rel=1e-5)
            if value.ndim == 2:
                assert found[name].spectral_norm == pytest.approx(np.linalg.svd(value)[1][0], rel=1e-3)
            else:
                assert np.isnan(found[name].spectral_norm)


@pytest.mark.usefixtures("quick_compile")
def test_by_gradient_descent_the_update_ratio_is_rate_times_gradient_over_weight(tiny_trainer: Make) -> None:
    sgd = {"optimizer.d_optimizer": "sgd", "optimizer.g_optimizer": "sgd", "optimizer.momentum": 0.0}
    trainer = tiny_trainer(sgd | {"optimizer.d_learning_rate": 0.05, "optimizer.g_learning_rate": 0.02})
    trainer.advance(1)
    layers = trainer.probe(with_batches=True).layers()
    moved = [layer for layer in layers if layer.weight_norm > 0]
    assert len(moved) > 6
    for layer in moved:
        rate = 0.05 if layer.network == "d" else 0.02
        assert layer.update_ratio == pytest.approx(rate * layer.gradient_norm / layer.weight_norm, rel=1e-2, abs=1e-6)


@pytest.mark.usefixtures("quick_compile")
def test_a_parameter_that_is_0_has_no_update_ratio(tiny_trainer: Make) -> None:
    layers = tiny_trainer().probe(with_batches=True).layers()
    biases = [layer for layer in layers if layer.name.endswith("bias")]
    assert len(biases) > 0
    assert all(layer.weight_norm == 0 and np.isnan(layer.update_ratio) for layer in biases)
    assert all(layer.update_ratio > 0 for layer in layers if layer.name.endswith("kernel"))


@pytest.mark.parametrize("network", ["d", "g"])
@pytest.mark.usefixtures("quick_compile")
def test_a_frozen_network_has_gradients_and_is_not_updated(tiny_trainer: Make, network: str) -> None:
    trainer = tiny_trainer()
    trainer.set(f"{network}_steps", 0)
    trainer.advance(2)
    layers = trainer.probe(with_batches=True).layers()
    last = trainer.advance(1).last()
    assert norm(layers, "d") == pytest.approx(last["d_gradient_norm"], rel=1e-4)
    assert norm(layers, "g") == pytest.approx(last["g_gradient_norm"], rel=1e-4)
    for layer in layers:
        if layer.weight_norm > 0:
            assert (layer.update_ratio == 0) == (layer.network == network)


@pytest.mark.usefixtures("quick_compile")
def test_kernels_that_are_normalised_have_the_norm_1(tiny_trainer: Make) -> None:
    trainer = tiny_trainer(NOISE)
    kernels = [layer for layer in trainer.probe(with_batches=True).layers() if layer.name.endswith("kernel")]
    assert [layer.spectral_norm for layer in kernels if layer.network == "d"] == pytest.approx([1, 1], rel=1e-2)
    assert all(abs(layer.spectral_norm - 1) > 0.02 for layer in kernels if layer.network == "g")


@pytest.mark.usefixtures("quick_compile")
def test_logits_of_a_line(tiny_trainer: Make) -> None:
    trainer = tiny_trainer(LINEAR)
    points = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    w, b = weights_of_linear(trainer)
    expected = trainer.scaling.to_network(points) @ w + b
    np.testing.assert_allclose(trainer.probe().logits(points, None), expected, rtol=1e-4, atol=1e-5)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


# Minus the derivative of the generator's loss by the fake logit, of the logits of a fake and of its real sample.
PULLS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "non_saturating": lambda fake, real: sigmoid(-fake),
    "minimax": lambda fake, real: sigmoid(fake),
    "least_squares": lambda fake, real: 1 - fake,
    "hinge": lambda fake, real: np.ones_like(fake),
    "wasserstein": lambda fake, real: np.ones_like(fake),
    "relativistic": lambda fake, real: sigmoid(real - fake),
}


@pytest.mark.parametrize("objective", PULLS)
@pytest.mark.usefixtures("quick_compile")
def test_arrows_of_a_line_point_along_its_weight(tiny_trainer: Make, objective: str) -> None:
    assert set(PULLS) == set(objectives)
    trainer = tiny_trainer(LINEAR)
    if objective != "non_saturating":
        trainer.set("objective", objective)
    rng = np.random.default_rng(0)
    fakes, real = (rng.normal(size=(30, 2)).astype(np.float32) for _ in range(2))
    probe, (w, _) = trainer.probe(), weights_of_linear(trainer)
    pull = PULLS[objective](probe.logits(fakes, None), probe.logits(real, None))
    assert trainer.scaling.factor != 1
    expected = pull[:, None] * w * trainer.scaling.factor
    np.testing.assert_allclose(probe.arrows(fakes, None, real, None), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.usefixtures("quick_compile")
def test_an_arrow_is_minus_the_slope_of_the_loss(tiny_trainer: Make) -> None:
    """By differences, through two layers."""
    trainer = tiny_trainer({"discriminator.activation": "tanh"})
    trainer.advance(5)
    probe, points = trainer.probe(), np.array([[0.3, -0.2], [1.0, 0.5]], np.float32)

    def loss(moved: np.ndarray) -> np.ndarray:
        return np.logaddexp(0, -probe.logits(moved.astype(np.float32), None).astype(np.float64))

    arrows = probe.arrows(points, None, points, None)
    for axis, step in enumerate(np.eye(2) * 1e-2):
        slope = (loss(points + step) - loss(points - step)) / 2e-2
        np.testing.assert_allclose(arrows[:, axis], -slope, rtol=0.02, atol=1e-4)


@pytest.mark.usefixtures("quick_compile")
def test_packs_are_judged_and_pulled_together(tiny_trainer: Make) -> None:
    trainer = tiny_trainer(GAMES["packs"])
    points = np.random.default_rng(0).normal(size=(11, 2)).astype(np.float32)
    probe = trainer.probe()
    logits = probe.logits(points, None)
    assert logits.shape == (5,)
    np.testing.assert_allclose(probe.logits(points[2:4], None), logits[1:2], rtol=1e-5, atol=1e-5)
    arrows = probe.arrows(points[:10], None, points[:10], None)
    assert arrows.shape == (10, 2)
    np.testing.assert_allclose(probe.arrows(points[2:4], None, points[:2], None), arrows[2:4], rtol=1e-4, atol=1e-6)


@pytest.mark.usefixtures("quick_compile")
def test_the_class_is_told_to_the_discriminator(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"data.conditional": True})
    points = np.zeros((2, 2), np.float32)
    first, second = trainer.probe().logits(points, np.array([0, 5]))
    assert first != second


def test_a_probe_stays_as_it_was(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.advance(2)
    points = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    probe, latents = trainer.probe(), trainer.latents(8)
    logits, samples = probe.logits(points, None), probe.samples(latents, None)
    trainer.advance(10)
    assert (probe.logits(points, None) == logits).all()
    assert (probe.samples(latents, None) == samples).all()
    assert (trainer.probe().logits(points, None) != logits).any()
