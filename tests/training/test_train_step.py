"""In what a step differs from the loop that the tutorials print: `docs/tutorials.md` says so, and here it is held."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gan_desktop.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("quick_compile")

Make = Callable[..., Trainer]
RATE = 1e-3
ADAM = {"optimizer.d_optimizer": "adam", "optimizer.d_learning_rate": RATE}


@pytest.mark.parametrize("d_steps", [1, 2])
def test_both_halves_of_the_loss_make_one_update_of_d(tiny_trainer: Make, d_steps: int) -> None:
    """The first update of Adam moves no weight by more than its rate; two, as the tutorials make, move some further."""
    trainer = tiny_trainer(ADAM | {"training.d_steps": d_steps})
    before = trainer.state_arrays()
    trainer.advance(1)
    after = trainer.state_arrays()
    moved = max(np.abs(after[n] - before[n]).max() for n in before if n.startswith("discriminator/parameters"))
    assert after["discriminator/updates"] == d_steps
    assert (moved < 1.01 * RATE) == (d_steps == 1)


def test_d_is_shown_fakes_normalised_by_their_batch(tiny_trainer: Make) -> None:
    """Moving moments, which the tutorials' `predict` uses, change nothing of D's update; they do change samples."""
    trainer = tiny_trainer()
    latents = trainer.latents(8)
    start, samples = trainer.state_arrays(), trainer.sample(latents)
    block = trainer.advance(1)
    updated = trainer.state_arrays()
    moments = {n: value + 3 for n, value in start.items() if n.startswith("generator/statistics")}
    assert moments
    trainer.restore(start | moments, 0, [])
    assert (trainer.sample(latents) != samples).any()
    assert (trainer.advance(1).values == block.values).all()
    again = trainer.state_arrays()
    assert all((again[n] == updated[n]).all() for n in updated if n.startswith("discriminator"))


def test_the_generators_updates_leave_a_frozen_d_as_it_is(tiny_trainer: Make) -> None:
    """Not its weights alone: its moments, its statistics and its count of updates, too."""
    trainer = tiny_trainer({"discriminator.batch_norm": True, "training.d_steps": 0})
    before = trainer.state_arrays()
    trainer.advance(3)
    after = trainer.state_arrays()
    ours = [name for name in before if name.startswith("discriminator")]
    assert any("statistics" in name for name in ours)
    assert all((before[name] == after[name]).all() for name in ours)
    assert any((before[name] != after[name]).any() for name in before if name.startswith("generator/parameters"))
