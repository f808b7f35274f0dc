"""A run that goes on: from its last step, from any step as a branch, after every kind of end, digest for digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import Intervention
from gan_desktop.recording.reader import read_run
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_starts")

Tiny = Callable[..., RunConfig]

CHANGES = (Intervention(7, "d_learning_rate", 1e-3), Intervention(23, "g_steps", 2))


def run_whole(config: RunConfig, out: Path, *sent: commands.Command) -> events.RunEnded:
    """A run from its first command to its end."""
    driver = Driver(watched=False)
    driver.send(commands.Start(config, "tiny", out, schedule=CHANGES), *sent)
    ended: events.RunEnded = driver.wait(events.RunEnded)
    driver.quit()
    return ended


def go_on(command: commands.Continue) -> Driver:
    driver = Driver(watched=False)
    driver.send(command)
    return driver


def test_interrupted_and_resumed_is_uninterrupted(tiny_config: Tiny, tmp_path: Path) -> None:
    whole = run_whole(tiny_config(), tmp_path / "whole")
    run_whole(tiny_config({"training.steps": 17}), tmp_path / "parts")
    driver = go_on(commands.Continue(tmp_path / "parts", length={"training.steps": 40}))
    started = driver.wait(events.RunStarted)
    ended = driver.wait(events.RunEnded)
    driver.quit()
    assert started.origin.step == started.origin.checkpoint == 17
    assert len(started.past.history) == 17
    assert (ended.step, ended.weights_digest) == (40, whole.weights_digest)
    one, other = read_run(tmp_path / "whole"), read_run(tmp_path / "parts")
    assert np.array_equal(one.history.block(0, 40).values, other.history.block(0, 40).values)
    assert one.interventions == other.interventions
    assert one.metrics == other.metrics
    assert other.config().training.steps == 40
