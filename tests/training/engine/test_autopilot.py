"""The autopilot in a run: recorded, the same however the steps are cut, and as if the run had never stopped."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertRaised
from gan_desktop.core.interventions import Intervention, rule_author, rule_of
from gan_desktop.core.registry import rules
from gan_desktop.recording.reader import read_run
from gan_desktop.training.engine.pacing import Pace
from gan_desktop.training.engine.session import Session
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_starts")

Tiny = Callable[..., RunConfig]

# What makes each rule act within 400 steps of a tiny run.
ACTING: dict[str, dict[str, Any]] = {
    "lower_rates": {"autopilot.lower_rates_every": 70},
    "schedule": {"autopilot.schedule": "cosine", "autopilot.schedule_after": 60, "autopilot.schedule_steps": 400},
    "skip_d": {"autopilot.skip_d_above": 0.6},
    "take_cures": {
        "autopilot.take_cures": True,
        "training.measure_every": 60,
        "optimizer.d_learning_rate": 0.02,
        "optimizer.g_learning_rate": 1e-5,
    },
}
ALL = {key: value for name in ("schedule", "skip_d", "take_cures") for key, value in ACTING[name].items()}


def run(config: RunConfig, out: Path, *sent: commands.Command, watched: bool = False) -> tuple[Any, list[events.Event]]:
    """A run from its first command to its end: the end, and all events."""
    seen: list[events.Event] = []
    inbox: commands.CommandQueue = queue.SimpleQueue()
    inbox.put(commands.Start(config, "tiny", out))
    for command in sent:
        inbox.put(command)

    def hear(event: events.Event) -> None:
        seen.append(event)
        if isinstance(event, events.RunEnded):
            inbox.put(commands.Quit())

    Session(inbox, hear, watched=watched).run()
    return next(event for event in seen if isinstance(event, events.RunEnded)), seen


def made_by_rules(seen: list[events.Event]) -> list[events.ControlChanged]:
    return [event for event in seen if isinstance(event, events.ControlChanged) and rule_of(event.author)]


def test_every_rule_is_tested() -> None:
    assert set(ACTING) == set(rules)


@pytest.mark.parametrize("name", [*rules, "all"])
def test_it(name: str, tiny_config: Tiny, tmp_path: Path) -> None:
    changes = {"training.steps": 400} | (ALL if name == "all" else ACTING[name])
    end, seen = run(tiny_config(changes), tmp_path / "one")
    for e in seen:
        if isinstance(e, (AlertRaised, events.ControlChanged, events.EngineError)):
            print(e)
    assert 0
