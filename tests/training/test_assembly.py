"""Every kind of GAN that a config can describe trains, and keeps the digest promise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import families, optimizers
from gan_desktop.training.assembly import load_data
from gan_desktop.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("quick_compile")

Make = Callable[..., Trainer]
DIGITS = {"data.name": "digits", "training.batch_size": 8, "latent.latent_dim": 4}


def family(name: str) -> dict[str, Any]:
    """A small GAN of one family, on images."""
    sizes = {"mlp": {"generator.widths": (8,), "discriminator.widths": (8,)}}
    narrow = {"generator.channels": 2, "discriminator.channels": 2}
    return DIGITS | {"generator.family": name, "discriminator.family": name} | sizes.get(name, narrow)


KINDS: dict[str, dict[str, Any]] = {
    **{name: family(name) for name in families},
    **{f"{name}, conditional": family(name) | {"data.conditional": True} for name in families},
    **{name: {"optimizer.d_optimizer": name, "optimizer.g_optimizer": name} for name in optimizers if name != "adam"},
    "packed": {"regularization.packing": 4, "regularization.r1_weight": 1.0},
    "packed images": family("dcgan") | {"regularization.packing": 2},
    "spectral": family("dcgan") | {"regularization.spectral_norm": True, "objective.objective": "hinge"},
    "simultaneous": {"training.updates": "simultaneous"},
    "dropout": {"discriminator.dropout": 0.5, "regularization.gradient_penalty_weight": 10.0},
    "wgan": {"objective.objective": "wasserstein", "regularization.weight_clip": 0.01, "training.d_steps": 5},
    "noisy": {"regularization.instance_noise": 0.1, "regularization.label_smoothing": 0.1},
    "relative": {"objective.objective": "relativistic", "regularization.r2_weight": 1.0, "training.g_steps": 2},
}


def config_of(tiny_config: Callable[..., RunConfig], kind: str) -> RunConfig:
    changes = KINDS[kind]
    return tiny_config(changes) if "data.name" not in changes else replace_keys(RunConfig(), changes)


# By `.ci/run`: a conditional network runs through all that the plain one of its family does, an optimizer has tests of
# its own, and packed images are packed as points are.
SLOW = {*families, *optimizers, "packed"} - {"mlp", "sgd"}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.slow) if kind in SLOW else kind for kind in KINDS]
)
def test_every_kind_of_gan_trains_and_repeats_whatever_the_blocks(
    tiny_config: Callable[..., RunConfig], kind: str
) -> None:
    trainer = Trainer(config_of(tiny_config, kind))
    start = trainer.weights_digest()
    values = trainer.advance(8).values
    assert np.isfinite(values).all()
    digest = trainer.weights_digest()
    assert digest != start
    trainer.reset()
    parts = np.concatenate([trainer.advance(3).values, trainer.advance(5).values])
    assert trainer.weights_digest() == digest
    assert (parts == values).all()
    samples = trainer.sample(trainer.latents(6))
    assert samples.shape == (6, *trainer.data.sample_shape)
    assert np.isfinite(samples).all()


def test_a_conditional_generator_makes_the_class_it_is_asked_for() -> None:
    trainer = Trainer(replace_keys(RunConfig(), KINDS["mlp, conditional"]))
    latents = np.repeat(trainer.latents(1), 10, axis=0)
    samples = trainer.sample(latents, np.arange(10))
    assert len({sample.tobytes() for sample in samples}) == 10
    same = trainer.sample(latents, np.full(10, 3))
    np.testing.assert_allclose(same, np.repeat(samples[3:4], 10, axis=0), atol=1e-5)
    np.testing.assert_array_equal(trainer.labels(20), np.repeat(np.arange(10), 2))
    with pytest.raises(ValueError, match=r"expected 10 of 0\.\.9"):
        trainer.sample(latents, np.full(10, 10))


def test_labels_that_are_not_there_are_refused(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "points.csv", np.random.default_rng(0).normal(size=(20, 2)), delimiter=",")
    changes = {"data.name": "points", "data.path": str(tmp_path / "points.csv"), "training.batch_size": 8}
    config = replace_keys(RunConfig(), changes | {"data.conditional": True})
    with pytest.raises(InputError, match=r"data\.conditional = true: the data have no labels") as refused:
        load_data(config)
    assert refused.value.key == "data.conditional"


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"data.name": "ring", "generator.family": "dcgan"}, "generator.family", "dcgan"),
        ({"data.name": "ring", "discriminator.family": "residual"}, "discriminator.family", "residual"),
        ({"training.batch_size": 5000}, "training.batch_size", "larger than the data"),
    ],
)
def test_what_does_not_fit_the_data_is_refused(changes: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        Trainer(replace_keys(RunConfig(), changes))
    assert refused.value.key == key
