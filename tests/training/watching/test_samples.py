"""What is shown of a run: fixed latents, their classes, and samples that say what they were made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.watching import WATCHED_BUDGETS
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.samples import SAMPLE_SECONDS, SHOWN_POINTS, Showing

MakeTrainer = Callable[..., Trainer]

pytestmark = pytest.mark.usefixtures("quick_compile")


def test_samples_come_with_their_latents(tiny_trainer: MakeTrainer) -> None:
    trainer = tiny_trainer()
    showing = Showing(trainer, watched=True, cost=WatchCost(WATCHED_BUDGETS))
    first = showing.samples()
    assert first.latents is not None
    assert first.latents.shape == (SHOWN_POINTS, 2)
    assert (trainer.sample(first.latents) == first.values).all()
    latent, label = showing.latent(7)
    assert label is None
    np.testing.assert_allclose(trainer.sample(latent), first.values[7:8], rtol=1e-5, atol=1e-6)
    with pytest.raises(InputError, match="sample 1000: allowed: 0 to 999"):
        showing.latent(SHOWN_POINTS)
    showing.draw_anew()
    assert (showing.samples().values != first.values).any()


def test_headless_only_pictures_that_are_kept_are_due(
    tiny_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("gan_desktop.training.watching.samples.time.perf_counter", lambda: now[0])
    trainer = tiny_trainer()
    for watched in (True, False):
        showing = Showing(trainer, watched, WatchCost(WATCHED_BUDGETS))
        assert showing.is_due(0)
        showing.samples()
        assert not showing.is_due(1)
        now[0] += SAMPLE_SECONDS
        assert showing.is_due(0) == watched
        assert showing.is_due(showing.next_due)


def test_pictures_wait_until_they_can_be_afforded(tiny_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("gan_desktop.training.watching.samples.time.perf_counter", lambda: now[0])
    cost = WatchCost(WATCHED_BUDGETS)
    cost.set_counting(True)
    showing = Showing(tiny_trainer(), True, cost)
    showing.samples()
    now[0] += SAMPLE_SECONDS
    cost.spent("pictures", 0.1)
    assert not showing.is_due(1)
    cost.passed(0.2 / WATCHED_BUDGETS["pictures"])
    assert showing.is_due(1)
