"""A run is a function of (config, seed, interventions); what a trainer reports is what it did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import live_keys, weight_key
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import terms
from gan_desktop.training.assembly import load_data
from gan_desktop.training.trainer import Trainer
from tests.gan import FIGURES
from tests.tiny import DIVERGES

Make = Callable[..., Trainer]


def digest_after(trainer: Trainer, blocks: list[int]) -> str:
    for steps in blocks:
        trainer.advance(steps)
    return trainer.weights_digest()


@pytest.mark.parametrize("blocks", [[1, 29], [7, 20, 3], [1] * 30])
def test_block_length_changes_no_weight(tiny_trainer: Make, blocks: list[int]) -> None:
    whole = digest_after(tiny_trainer(), [30])
    assert digest_after(tiny_trainer(), blocks) == whole


def test_block_length_changes_no_figure(tiny_trainer: Make) -> None:
    whole = tiny_trainer().advance(20).values
    trainer = tiny_trainer()
    parts = np.concatenate([trainer.advance(steps).values for steps in (1, 4, 15)])
    assert (whole == parts).all()


def test_sampling_and_looking_change_no_weight(tiny_trainer: Make) -> None:
    plain = digest_after(tiny_trainer(), [20])
    trainer = tiny_trainer()
    trainer.advance(10)
    trainer.sample(trainer.latents(16, draw=3))
    trainer.state_arrays()
    assert digest_after(trainer, [10]) == plain


@pytest.mark.usefixtures("quick_compile")
def test_another_seed_gives_another_digest(tiny_trainer: Make) -> None:
    assert digest_after(tiny_trainer(), [5]) != digest_after(tiny_trainer({"training.seed": 1}), [5])


# A value for each live control that changes what a step does: the average changes no weight, a GAN has no terms.
NO_CHANGE = {"ema_decay", "momentum", *(weight_key(name) for name in terms)}
OTHER_VALUES: dict[str, Any] = {key: 0.05 for key in live_keys() if key not in NO_CHANGE} | {
    "d_learning_rate": 1e-3,
    "g_learning_rate": 1e-3,
    "d_steps": 3,
    "g_steps": 2,
    "objective": "hinge",
}


@pytest.mark.parametrize(("key", "value"), OTHER_VALUES.items())
def test_one_intervention_gives_another_digest_that_repeats(tiny_trainer: Make, key: str, value: Any) -> None:
    def run(at: int | None) -> str:
        trainer = tiny_trainer()
        if at is None:
            return digest_after(trainer, [12])
        trainer.advance(at)
        change = trainer.set(key, value)
        assert (change.step, change.key, change.value) == (at, key, value)
        return digest_after(trainer, [12 - at])

    assert run(5) == run(5)
    assert len({run(5), run(6), run(None)}) == 3


def test_reset_is_the_same_start(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    start, samples = trainer.weights_digest(), trainer.sample(trainer.latents(4))
    trainer.set("d_steps", 4)
    trainer.advance(9)
    trainer.reset()
    assert trainer.weights_digest() == start
    assert (trainer.sample(trainer.latents(4)) == samples).all()
    assert trainer.config == trainer.initial_config
    assert trainer.step == 0
    assert trainer.interventions == []
    assert trainer.epoch == 0


@pytest.mark.parametrize(("d_steps", "g_steps"), [(0, 1), (1, 0), (3, 2)])
def test_either_network_can_be_frozen(tiny_trainer: Make, d_steps: int, g_steps: int) -> None:
    trainer = tiny_trainer()
    trainer.advance(2)
    trainer.set("d_steps", d_steps if d_steps else 1)
    trainer.set("g_steps", g_steps)
    trainer.set("d_steps", d_steps)
    before = trainer.state_arrays()
    block = trainer.advance(3)
    after = trainer.state_arrays()
    assert np.isfinite(block.values).all()
    for network, steps in (("discriminator", d_steps), ("generator", g_steps)):
        changed = [n for n in before if n.startswith(network) and (before[n] != after[n]).any()]
        assert bool(changed) == (steps > 0), changed
        assert after[f"{network}/updates"] - before[f"{network}/updates"] == 3 * steps


def test_a_frozen_network_is_still_measured_on_fresh_batches(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.set("d_steps", 0)
    block = trainer.advance(4)
    assert len(set(block.column("d_loss"))) == 4
    trainer = tiny_trainer()
    trainer.set("g_steps", 0)
    assert len(set(trainer.advance(4).column("g_gradient_norm"))) == 4


def test_both_frozen_is_refused_and_changes_nothing(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.set("d_steps", 0)
    with pytest.raises(InputError, match="both 0"):
        trainer.set("g_steps", 0)
    assert trainer.config.training.g_steps == 1
    assert len(trainer.interventions) == 1


@pytest.mark.usefixtures("quick_compile")
def test_figures_are_what_their_names_say(tiny_trainer: Make) -> None:
    block = tiny_trainer().advance(10)
    assert block.values.shape == (10, len(FIGURES))
    np.testing.assert_allclose(
        block.column("d_loss"), block.column("d_loss_real") + block.column("d_loss_fake"), rtol=1e-5
    )
    mean = tiny_trainer({"objective.d_loss_halves": "mean"}).advance(1)
    first = block.values[0]
    np.testing.assert_allclose(mean.column("d_loss")[0], first[FIGURES.column("d_loss")] / 2, rtol=1e-5)
    for share in ("real_score", "fake_score", "d_accuracy"):
        assert (block.column(share) >= 0).all()
        assert (block.column(share) <= 1).all()
    assert (block.column("d_gradient_norm") > 0).all()
    assert (block.column("g_gradient_norm") > 0).all()


@pytest.mark.usefixtures("quick_compile")
def test_epochs_count_real_samples(tiny_trainer: Make) -> None:
    trainer = tiny_trainer({"training.epochs": 2, "training.steps": None})
    assert trainer.total_steps() == 24  # 2 * 96 samples in batches of 8
    trainer.advance(6)
    assert trainer.epoch == 0.5
    trainer.set("d_steps", 3)
    assert trainer.total_steps() == 12


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize(
    "changes",
    [
        DIVERGES,
        DIVERGES | {"regularization.r1_weight": 0.0, "regularization.gradient_penalty_weight": 100.0},
    ],
)
def test_divergence_stops_at_its_step_whatever_the_block(tiny_trainer: Make, changes: dict[str, Any]) -> None:
    trainer = tiny_trainer(changes)
    block = trainer.advance(40)
    assert trainer.diverged
    assert len(block) == trainer.step < 40
    again = tiny_trainer(changes)
    while not again.diverged:
        again.advance(1)
    assert again.step == trainer.step
    with pytest.raises(ValueError, match="diverged"):
        again.advance(1)


def test_batch_larger_than_the_data(tiny_config: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=r"training\.batch_size = 97: larger than the data \(96 samples\)"):
        load_data(tiny_config({"training.batch_size": 97}))


def test_constant_data_are_said(tiny_config: Callable[..., Any], tmp_path: Path) -> None:
    np.save(tmp_path / "same.npy", np.ones((40, 2)))
    own = {"data.name": "points", "data.path": str(tmp_path / "same.npy"), "data.standardize": False}
    note = "All 40 samples are equal: there is nothing to learn but this one."
    assert load_data(tiny_config({"data.samples": 50})).notes == ()
    assert note in load_data(replace_keys(tiny_config(), own)).notes


def test_latents_have_their_distribution(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    normal = trainer.latents(5000)
    assert abs(normal.mean()) < 0.05
    assert normal.std() == pytest.approx(1, abs=0.05)
    assert (trainer.latents(10) == trainer.latents(10)).all()
    assert (trainer.latents(10) != trainer.latents(10, draw=1)).any()
    uniform = tiny_trainer({"latent.latent_distribution": "uniform"}).latents(5000)
    assert uniform.min() >= -1
    assert uniform.max() <= 1
    assert uniform.std() == pytest.approx(1 / np.sqrt(3), abs=0.05)


def test_samples_check_their_latents(tiny_trainer: Make) -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 2\)"):
        tiny_trainer().sample(np.zeros((3, 5)))
