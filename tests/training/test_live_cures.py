"""What can be switched while a run is under way: objectives, penalties, the moving average; on a trainer made once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gan_desktop.core.config import weight_key
from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import objectives, penalties
from gan_desktop.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("quick_compile")

Make = Callable[..., Trainer]


@pytest.mark.parametrize("name", objectives)
def test_another_objective_keeps_the_weights_and_goes_on(tiny_trainer: Make, name: str) -> None:
    trainer = tiny_trainer()
    trainer.advance(5)
    before, moments = trainer.weights_digest(), trainer.state_arrays()
    change = trainer.set("objective", name)
    assert (change.step, change.value, change.previous) == (5, name, "non_saturating")
    assert trainer.weights_digest() == before
    assert all((moments[key] == value).all() for key, value in trainer.state_arrays().items())
    block = trainer.advance(5)
    assert np.isfinite(block.values).all()
    assert trainer.step == 10


@pytest.mark.parametrize("name", penalties)
def test_a_penalty_is_measured_while_it_is_on_and_flattens_the_discriminator(tiny_trainer: Make, name: str) -> None:
    trainer = tiny_trainer()
    assert (trainer.advance(5).column("d_penalty") == 0).all()
    trainer.set(weight_key(name), 10.0)
    block = trainer.advance(30)
    assert (block.column("d_penalty") > 0).all()
    trainer.set(weight_key(name), 0.0)
    assert (trainer.advance(3).column("d_penalty") == 0).all()


def test_the_average_follows_the_generator(tiny_trainer: Make) -> None:
    decay = 0.8
    trainer = tiny_trainer()
    trainer.advance(3)
    assert not trainer.averages
    trainer.set("ema_decay", decay)
    name = "parameters/dense_0/kernel"
    expected = trainer.state_arrays()[f"generator/{name}"]  # it starts where the generator is
    for _ in range(4):
        trainer.advance(1)
        expected = decay * expected + (1 - decay) * trainer.state_arrays()[f"generator/{name}"]
    np.testing.assert_allclose(trainer.state_arrays()[f"averaged/{name}"], expected, rtol=1e-5, atol=1e-7)
    latents = trainer.latents(8)
    assert (trainer.sample(latents, averaged=True) != trainer.sample(latents)).any()


def test_averaging_changes_no_weight(tiny_trainer: Make) -> None:
    plain = tiny_trainer()
    plain.advance(10)
    digest = plain.weights_digest()
    averaged = tiny_trainer()
    averaged.advance(4)
    averaged.set("ema_decay", 0.9)
    averaged.advance(6)
    assert averaged.weights_digest() == digest


def test_weights_stay_within_the_clip(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.set("weight_clip", 0.01)
    trainer.advance(2)
    arrays = trainer.state_arrays()
    parameters = [v for k, v in arrays.items() if k.startswith("discriminator/parameters")]
    assert max(np.abs(value).max() for value in parameters) <= np.float32(0.01)
    assert max(np.abs(v).max() for k, v in arrays.items() if k.startswith("generator/parameters")) > 0.01


def test_a_refused_change_leaves_everything(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.set("label_smoothing", 0.1)
    with pytest.raises(InputError, match="no targets to smooth"):
        trainer.set("objective", "wasserstein")
    assert trainer.config.objective.objective == "non_saturating"
    assert [change.key for change in trainer.interventions] == ["label_smoothing"]
