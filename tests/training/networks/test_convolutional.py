"""What is special about the convolutional families: their sizes, what they refuse, and how a label is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.training.backend import tf
from gan_desktop.training.networks.convolutional import halvings
from gan_desktop.training.networks.dcgan import Dcgan, DcganOptions
from gan_desktop.training.networks.residual import Residual, ResidualOptions
from gan_desktop.training.networks.scope import Scope
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer

FAMILIES: dict[str, tuple[Any, Any]] = {"dcgan": (Dcgan, DcganOptions), "residual": (Residual, ResidualOptions)}

both = pytest.mark.parametrize("family", FAMILIES)


def test_sizes_are_halved_to_a_small_start() -> None:
    for sides in ([28, 14, 7, 4], [100, 50, 25, 13, 7, 4], [128, 64, 32, 16, 8, 4], [8, 4, 2]):
        assert halvings(sides[0], sides[0]) == [(side, side) for side in sides]
    # The shorter side says when it is enough.
    assert halvings(32, 64) == [(32, 64), (16, 32), (8, 16), (4, 8)]
    assert halvings(45, 9) == [(45, 9), (23, 5), (12, 3)]


@both
@pytest.mark.parametrize(
    ("shape", "are"),
    [
        ((2,), "points of 2 numbers"),
        ((1,), "single numbers"),
        ((8, 7, 1), "8 x 7 x 1 pixels"),
        ((7, 7, 3), "7 x 7 x 3 pixels"),
    ],
)
def test_other_samples_are_refused(family: str, shape: tuple[int, ...], are: str) -> None:
    network, options = FAMILIES[family]
    for section, given, wanted in (("generator", (5,), shape), ("discriminator", shape, ())):
        with pytest.raises(InputError) as refusal:
            network(options(), given, wanted, "linear")
        assert refusal.value.key == f"{section}.family"
        sentence = f"{section}.family = '{family}': is for images of at least 8 x 8 pixels, and the data are {are}"
        assert str(refusal.value) == sentence


@both
@pytest.mark.parametrize("shape", [(9, 16, 1), (32, 8, 3)])
def test_images_need_not_be_square(family: str, shape: tuple[int, ...], batch: Callable[..., tf.Tensor]) -> None:
    network, options = FAMILIES[family]
    generator = network(options(channels=2), (5,), shape, "tanh")
    made, _ = generator.apply(*generator.init(0, Stream.GENERATOR_INIT), batch(3, 5), training=False)
    assert made.shape == (3, *shape)
    discriminator = network(options(channels=2), shape, (), "linear")
    logits, _ = discriminator.apply(*discriminator.init(0, Stream.DISCRIMINATOR_INIT), made, training=False)
    assert logits.shape == (3,)


@both
def test_a_trainer_refuses_points(family: str, tiny_config: Callable[..., RunConfig]) -> None:
    config = replace_keys(tiny_config(), {"discriminator.family": family})
    with pytest.raises(InputError, match="the data are points"):
        Trainer(config)


@both
def test_the_discriminator_adds_a_projection_on_the_label(family: str, batch: Callable[..., tf.Tensor]) -> None:
    network, options = FAMILIES[family]
    plain, told = (network(options(channels=2), (8, 8, 1), (), "linear", classes) for classes in (0, 3))
    parameters, statistics = told.init(0, Stream.DISCRIMINATOR_INIT)
    table = parameters["embedding/table"]
    unconditional = {name: value for name, value in parameters.items() if value is not table}
    images, labels = batch(4, 8, 8, 1), tf.constant([0, 1, 2, 1])
    logits, _ = told.apply(parameters, statistics, images, training=False, labels=labels)
    before, _ = plain.apply(unconditional, statistics, images, training=False)
    features = plain.features(Scope(unconditional, statistics, training=False), images).numpy().sum(axis=(1, 2))
    expected = before.numpy() + (table.numpy()[labels.numpy()] * features).sum(axis=1)
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-6)


def test_dcgans_activations_are_the_papers() -> None:
    generator = Dcgan(DcganOptions(), (5,), (8, 8, 1), "tanh")
    discriminator = Dcgan(DcganOptions(), (8, 8, 1), (), "linear")
    assert (generator.activation, discriminator.activation) == ("relu", "leaky_relu")
    assert Dcgan(DcganOptions(activation="elu"), (5,), (8, 8, 1), "tanh").activation == "elu"


def test_dcgan_normalises_all_but_the_layers_at_its_ends() -> None:
    image = (28, 28, 1)
    g_statistics = Dcgan(DcganOptions(channels=2), (5,), image, "tanh").init(0, Stream.GENERATOR_INIT)[1]
    d_parameters, d_statistics = Dcgan(DcganOptions(channels=2), image, (), "linear").init(0, Stream.DISCRIMINATOR_INIT)
    assert {name: tuple(value.shape) for name, value in g_statistics.items() if name.endswith("mean")} == {
        "batch_norm_0/mean": (8,),
        "batch_norm_1/mean": (4,),
        "batch_norm_2/mean": (2,),
    }
    assert {name for name in d_statistics if name.endswith("mean")} == {"batch_norm_1/mean", "batch_norm_2/mean"}
    assert {name for name in d_parameters if name.endswith("bias")} == {"conv_0/bias", "logit/bias"}


def test_residual_blocks_start_by_adding_nothing(batch: Callable[..., tf.Tensor]) -> None:
    """So that without normalisation a network of any depth starts as a shallow one does."""
    shallow, deep = (
        Residual(ResidualOptions(channels=4, blocks=blocks), (5,), (8, 8, 1), "linear") for blocks in (1, 12)
    )
    parameters, _ = shallow.init(0, Stream.GENERATOR_INIT)
    ends = {name: value for name, value in parameters.items() if not name.startswith("block")}
    outputs, _ = shallow.apply(parameters, {}, batch(4, 5), training=True)
    same, _ = deep.apply(deep.init(0, Stream.GENERATOR_INIT)[0] | ends, {}, batch(4, 5), training=True)
    np.testing.assert_allclose(same, outputs, atol=1e-6)
    assert 0.1 < float(tf.math.reduce_std(outputs)) < 3


@both
def test_it_trains(family: str, quick_compile: None) -> None:
    sections = ("generator", "discriminator")
    changes = {f"{section}.family": family for section in sections} | {f"{section}.channels": 4 for section in sections}
    trainer = Trainer(replace_keys(RunConfig(), changes | {"training.batch_size": 16}))
    before = trainer.state_arrays()
    block = trainer.advance(5)
    assert np.isfinite(block.values).all()
    after = trainer.state_arrays()
    trained = [name for name in before if "/parameters/" in name and not name.startswith("averaged")]
    still = [name for name in trained if (before[name] == after[name]).all()]
    assert not still
    samples = trainer.sample(trainer.latents(3))
    assert samples.shape == (3, 8, 8, 1)
    assert np.isfinite(samples).all()
