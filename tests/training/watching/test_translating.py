"""A game that translates is watched as a GAN is: every view, slow motion and the inspection, without an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gan_desktop.core import commands, events, views
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from tests.training.driving import Driver
from tests.training.games.test_cyclegan import TINY

KINDS = (views.Surface, views.Manifold, views.Arrows, views.Layers, views.Scores)


@pytest.fixture
def driver() -> Iterator[Driver]:
    driven = Driver()
    yield driven
    driven.quit()


@pytest.mark.usefixtures("quick_compile")
def test_every_view_of_a_translation(driver: Driver) -> None:
    config = replace_keys(RunConfig(), TINY | {"training.steps": 40})
    driver.send(commands.Watch(frozenset(views.View)), commands.Start(config, paused=True), commands.Step(3))
    found: dict[type, Any] = {}
    while len(found) < len(KINDS):
        event = driver.wait(KINDS, lambda event: event.step == 3)
        found[type(event)] = event
    assert found[views.Manifold].points.shape[2] == 2
    assert not found[views.Manifold].unknown
    # Of each player its own parameters, told apart where a role has two.
    names = [(layer.network, layer.name) for layer in found[views.Layers].layers]
    assert len(names) == len(set(names)) == 16
    assert ("g", "generator_back/dense_0/kernel") in names
    driver.send(commands.NextUpdate(), commands.NextUpdate(), commands.NextUpdate(), commands.NextUpdate())
    shown = [driver.wait(views.UpdateShown) for _ in range(4)]
    assert [update.network for update in shown] == ["d", "d", "g", "g"]
    assert [update.is_last for update in shown] == [False, False, False, True]
    assert [update.is_backward for update in shown] == [False, True, False, True]
    assert all(np.isfinite((update.loss_before, update.loss_after)).all() for update in shown)
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    assert (ended.status, ended.step) == (Status.FINISHED, 40)
    assert not driver.of(events.EngineError)


IMAGES = {
    "data.name": "letter_styles",
    "data.image_size": 8,
    "data.samples": 60,
    "generator.family": "translator",
    "generator.channels": 2,
    "generator.halvings": 1,
    "generator.blocks": 1,
    "discriminator.family": "translator",
    "discriminator.channels": 2,
    "discriminator.halvings": 1,
    "training.batch_size": 4,
    "training.steps": 12,
    "training.measure_every": 10,
}
LETTERS = IMAGES | {"data.name": "letters"}
GAMES = {
    "cyclegan": IMAGES | {"game.name": "cyclegan", "game.pool": 6},
    "translation": LETTERS | {"game.name": "translation", "game.pixel_weight": 10.0},
    "super_resolution": LETTERS | {"game.name": "super_resolution", "game.content_weight": 10.0},
}
COLUMNS = {
    "cyclegan": ["source", "made", "there_and_back", "target", "back", "back_and_there"],
    "translation": ["source", "made", "target"],
    "super_resolution": ["source", "bicubic", "made", "target"],
}


@pytest.mark.usefixtures("quick_compile")
@pytest.mark.parametrize("game", GAMES)
def test_every_view_of_a_translation_of_images(driver: Driver, game: str) -> None:
    config = replace_keys(RunConfig(), GAMES[game])
    wanted = frozenset((views.View.LAYERS, views.View.SCORES))
    driver.send(commands.Watch(wanted, scores=True), commands.Start(config, paused=True), commands.Step(2))
    found = both(driver, views.Scores, events.Samples)
    # A judge of patches has one score for each sample, the mean of its map.
    scores, samples = found[views.Scores], found[events.Samples]
    assert scores.real.ndim == scores.fake.ndim == 1
    assert [picture.name for picture in samples.pictures] == COLUMNS[game]
    assert all(len(picture.values) == len(samples.values) for picture in samples.pictures)
    assert all(picture.values.min() >= 0 and picture.values.max() <= 1 for picture in samples.pictures)
    assert samples.scores is not None
    assert samples.scores.shape == (len(samples.values),)
    driver.send(commands.Inspect(3))
    inspected = driver.wait(views.Inspected)
    assert inspected.patches is not None
    assert inspected.patches.shape == (4, 4)
    assert np.isfinite(inspected.logit)
    driver.send(commands.NextUpdate())
    assert np.isfinite(driver.wait(views.UpdateShown).loss_after)
    driver.send(commands.Resume())
    assert driver.wait(events.RunEnded).status is Status.FINISHED
    assert not driver.of(events.EngineError)
    measured = next(event for event in driver.of(Measured) if event.step == 10)
    assert ("psnr" in measured.values) == (game != "cyclegan")
    assert "class_kept" in measured.values


def both(driver: Driver, *kinds: type) -> dict[type, Any]:
    """The first event of each kind that is of step 2, in whatever order they come."""
    found: dict[type, Any] = {}
    while len(found) < len(kinds):
        event = driver.wait(kinds, lambda event: event.step == 2)
        found[type(event)] = event
    return found
