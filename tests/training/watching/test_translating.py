"""A game that translates is watched as a GAN is: every view, slow motion and the inspection, without an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gan_desktop.core import commands, events, views
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
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
        event = driver.wait(KINDS, lambda event: event.step == 3)  # type: ignore[arg-type]
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
    assert all(np.isfinite((update.loss_before, update.loss_after)).all() for update in shown)
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    assert (ended.status, ended.step) == (Status.FINISHED, 40)
    assert not driver.of(events.EngineError)
