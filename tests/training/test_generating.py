"""Samples of kept runs, at any step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import events
from gan_desktop.core.commands import Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.status import Status
from gan_desktop.training.generating import PORTION, Generating, trainer_at
from gan_desktop.training.trainer import Trainer
from tests.training.driving import Driver

Make = Callable[..., RunConfig]


@pytest.fixture
def kept(driver: Driver, tiny_config: Make, tmp_path: Path) -> Path:
    """A run of 40 steps with a change at step 20, and its digest at the end."""
    config = tiny_config({"regularization.ema_decay": 0.9})
    change = Intervention(20, "g_learning_rate", 5e-3)
    driver.send(Start(config, out=tmp_path / "kept", schedule=(change,)))
    driver.wait_status(Status.FINISHED)
    return tmp_path / "kept"


def test_the_generator_is_that_of_the_step(kept: Path, driver: Driver, tiny_config: Make) -> None:
    (ended,) = driver.of(events.RunEnded)
    last = trainer_at(kept, None)
    assert (last.step, last.weights_digest()) == (40, ended.weights_digest)
    again = Trainer(tiny_config({"regularization.ema_decay": 0.9}))
    again.advance(20)
    told: list[float] = []
    middle = trainer_at(kept, 20, told.append)
    assert (middle.step, middle.weights_digest()) == (20, again.weights_digest())
    assert not told or told[-1] == 1.0
    with pytest.raises(InputError, match="has steps 0 to 40"):
        trainer_at(kept, 41)
    for trainer in (last, again, middle):
        trainer.close()


def test_a_sample_depends_on_its_number_and_the_seed_alone(tiny_trainer: Callable[..., Trainer]) -> None:
    trainer = tiny_trainer()

    def made(count: int, seed: int = 0) -> np.ndarray:
        return np.concatenate([part.values for part in Generating(trainer, None, seed, None).portions(count)])

    many = made(2 * PORTION + 300)
    assert many.shape == (2 * PORTION + 300, 2)
    np.testing.assert_array_equal(made(7), many[:7])
    np.testing.assert_array_equal(made(PORTION + 1), many[: PORTION + 1])
    assert not np.array_equal(many[:PORTION], many[PORTION : 2 * PORTION])
    assert not np.array_equal(made(7, seed=1), many[:7])


def test_classes_come_in_turn_or_alone(tiny_trainer: Callable[..., Trainer]) -> None:
    trainer = tiny_trainer({"data.conditional": True})
    labels = [part.labels for part in Generating(trainer, None, 0, None).portions(PORTION + 5)]
    assert np.concatenate(labels).tolist() == [number % trainer.classes for number in range(PORTION + 5)]  # type: ignore[arg-type]
    (part,) = Generating(trainer, 3, 0, None).portions(9)
    assert part.labels is not None
    assert part.labels.tolist() == [3] * 9
    with pytest.raises(InputError, match=f"--class {trainer.classes}: allowed: 0 to {trainer.classes - 1}"):
        Generating(trainer, trainer.classes, 0, None)


def test_the_averaged_generator_is_taken_if_there_is_one(tiny_trainer: Callable[..., Trainer]) -> None:
    with pytest.raises(InputError, match="has no averaged generator"):
        Generating(tiny_trainer(), None, 0, True)
    with pytest.raises(InputError, match="as the run is not conditional"):
        Generating(tiny_trainer(), 0, 0, None)
    trainer = tiny_trainer({"regularization.ema_decay": 0.9})
    trainer.advance(5)
    ways = {way: next(iter(Generating(trainer, None, 0, way).portions(5))).values for way in (None, True, False)}
    np.testing.assert_array_equal(ways[None], ways[True])
    assert not np.array_equal(ways[True], ways[False])
