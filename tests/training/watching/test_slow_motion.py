"""Slow motion shows the updates of the step that comes next, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.views import UpdateShown
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.plane_views import PlaneViews
from gan_desktop.training.watching.samples import Showing
from gan_desktop.training.watching.slow_motion import SlowMotion

Make = Callable[..., Trainer]


def shown_step(trainer: Trainer) -> list[UpdateShown]:
    """All updates of the next step; then the step is taken, and is as they said."""
    showing = Showing(trainer, False, WatchCost({"pictures": 1.0}))
    plane = PlaneViews(trainer, trainer.data.summary().real) if trainer.data.kind == "points" else None
    slow = SlowMotion(trainer, showing, plane)
    before = trainer.state_arrays()
    updates = [slow.next()]
    while not updates[-1].is_last:
        updates.append(slow.next())
    after = trainer.state_arrays()
    assert all((before[name] == after[name]).all() for name in before)
    step = trainer.step
    last = trainer.advance(1).last()
    for network in ("d", "g"):
        losses = [update.loss_before for update in updates if update.network == network]
        if losses:
            assert losses[-1] == pytest.approx(last[f"{network}_loss"], rel=1e-4, abs=1e-5)
    np.testing.assert_allclose(updates[-1].samples, showing.samples().values, atol=1e-5)
    if plane is not None:
        real = plane.surface(trainer.probe(), trainer.step, updates[-1].samples, None)
        preview = updates[-1].surface
        assert preview is not None
        np.testing.assert_allclose(preview.logits, real.logits, atol=1e-5)
    assert {update.step for update in updates} == {step}
    return updates


def order(updates: list[UpdateShown]) -> list[tuple[str, int, int]]:
    return [(update.network, update.number, update.of) for update in updates]


def test_of_a_run_that_xla_compiled(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.advance(4)
    assert order(shown_step(trainer)) == [("d", 1, 1), ("g", 1, 1)]
    trainer.set("d_steps", 3)
    trainer.set("g_steps", 2)
    updates = shown_step(trainer)
    assert order(updates) == [("d", 1, 3), ("d", 2, 3), ("d", 3, 3), ("g", 1, 2), ("g", 2, 2)]
    samples = [update.samples for update in updates]
    assert (samples[0] == samples[2]).all()  # only the generator moves what it makes
    assert (samples[2] != samples[3]).any()
    assert (samples[3] != samples[4]).any()


def test_steps_in_slow_motion_give_the_weights_of_plain_ones(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.advance(3)
    plain = trainer.weights_digest()
    trainer = tiny_trainer()
    for _ in range(3):
        shown_step(trainer)
    assert trainer.weights_digest() == plain


@pytest.mark.parametrize(("d_steps", "g_steps"), [(0, 2), (2, 0)])
@pytest.mark.parametrize("objective", ["non_saturating", "relativistic"])
@pytest.mark.usefixtures("quick_compile")
def test_a_frozen_network_is_passed_over(tiny_trainer: Make, d_steps: int, g_steps: int, objective: str) -> None:
    trainer = tiny_trainer()
    for key, value in (("d_steps", max(1, d_steps)), ("g_steps", g_steps), ("d_steps", d_steps)):
        trainer.set(key, value)
    if objective != "non_saturating":
        trainer.set("objective", objective)
    trainer.advance(2)
    network = "g" if d_steps == 0 else "d"
    assert order(shown_step(trainer)) == [(network, 1, 2), (network, 2, 2)]


@pytest.mark.parametrize(
    "changes",
    [
        {
            "training.updates": "simultaneous",
            "objective.objective": "relativistic",
            "regularization.r1_weight": 1.0,
            "discriminator.dropout": 0.2,
        },
        {"objective.objective": "wasserstein", "regularization.weight_clip": 0.05, "optimizer.d_optimizer": "rmsprop"},
        {"regularization.spectral_norm": True, "regularization.instance_noise": 0.1},
    ],
    ids=["simultaneous", "clipped", "noisy"],
)
@pytest.mark.usefixtures("quick_compile")
def test_of_other_games(tiny_trainer: Make, changes: dict[str, Any]) -> None:
    trainer = tiny_trainer(changes)
    trainer.advance(3)
    shown_step(trainer)


@pytest.mark.usefixtures("quick_compile")
def test_of_images_with_classes() -> None:
    small = {"generator.widths": (8,), "discriminator.widths": (8,), "training.batch_size": 8}
    trainer = Trainer(replace_keys(RunConfig(), small | {"data.conditional": True}))
    trainer.advance(2)
    assert all(update.surface is None for update in shown_step(trainer))


@pytest.mark.usefixtures("quick_compile")
def test_small_updates_lower_the_loss_on_their_batch(tiny_trainer: Make) -> None:
    sgd = {"optimizer.d_optimizer": "sgd", "optimizer.g_optimizer": "sgd"}
    updates = shown_step(tiny_trainer(sgd | {"optimizer.d_learning_rate": 0.01, "optimizer.g_learning_rate": 0.01}))
    assert all(update.loss_after < update.loss_before for update in updates)


@pytest.mark.usefixtures("quick_compile")
def test_dropped_it_begins_anew(tiny_trainer: Make) -> None:
    trainer = tiny_trainer()
    trainer.set("d_steps", 2)
    slow = SlowMotion(trainer, Showing(trainer, False, WatchCost({"pictures": 1.0})), None)
    first = slow.next()
    slow.drop()
    again = slow.next()
    assert (again.number, again.loss_before) == (1, first.loss_before)
    assert slow.next().number == 2
