"""The autopilot in a run: recorded, the same however the steps are cut, and as if the run had never stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertRaised
from gan_desktop.core.interventions import HAND, Intervention, rule_author, rule_of
from gan_desktop.core.registry import rules
from gan_desktop.core.status import Status
from gan_desktop.recording.reader import read_run
from gan_desktop.training.engine.pacing import Pace
from tests.training.driving import Driver

pytestmark = pytest.mark.usefixtures("quick_starts")

Tiny = Callable[..., RunConfig]

# A discriminator that wins: mode collapse is seen at step 840, where it is measured, and no figures are looked at.
WINNING = {
    "objective.objective": "minimax",
    "data.radius": 20.0,
    "optimizer.d_learning_rate": 0.02,
    "optimizer.g_learning_rate": 1e-4,
    "training.d_steps": 2,
    "training.measure_every": 60,
    "training.steps": 900,
}
# What makes each rule act.
ACTING: dict[str, dict[str, Any]] = {
    "lower_rates": {"autopilot.lower_rates_every": 70, "training.steps": 240},
    "schedule": {
        "autopilot.schedule": "cosine",
        "autopilot.schedule_after": 60,
        "autopilot.schedule_steps": 400,
        "training.steps": 240,
    },
    "skip_d": {
        "autopilot.skip_d_above": 0.6,
        "optimizer.d_learning_rate": 0.02,
        "optimizer.g_learning_rate": 5e-3,
        "training.steps": 500,
    },
    "take_cures": WINNING | {"autopilot.take_cures": True},
}
TOGETHER = ACTING["schedule"] | WINNING | {"autopilot.take_cures": True, "autopilot.skip_d_above": 0.6}


def finish(driver: Driver) -> events.RunEnded:
    ended: events.RunEnded = driver.wait(events.RunEnded)
    driver.quit()
    assert ended.status is Status.FINISHED, ended.message
    return ended


def run_whole(config: RunConfig, out: Path, watched: bool = False) -> tuple[events.RunEnded, Driver]:
    driver = Driver(watched)
    driver.send(commands.Start(config, "tiny", out))
    return finish(driver), driver


def stop_at(config: RunConfig, out: Path, step: int, *then: commands.Command) -> Driver:
    """A run that is ended at a step, after some commands there."""
    driver = Driver(watched=False)
    driver.send(commands.Start(config, "tiny", out, paused=True))
    driver.wait_status(Status.PAUSED)
    driver.send(commands.Step(step))
    driver.wait_status(Status.PAUSED)
    driver.send(*then, commands.Stop())
    driver.wait(events.RunEnded)
    driver.quit()
    return driver


def by_rules(driver: Driver) -> list[events.ControlChanged]:
    return [change for change in driver.of(events.ControlChanged) if rule_of(change.author)]


def test_every_rule_is_tested() -> None:
    assert set(ACTING) == set(rules)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*rules, "together"])
def test_a_run_with_rules_is_one_run(
    name: str, tiny_config: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However its steps are cut, and wherever it is interrupted, also at a step at which a rule acts."""
    config = tiny_config(ACTING.get(name, TOGETHER))
    whole, driver = run_whole(config, tmp_path / "whole")
    acted = by_rules(driver)
    assert {rule_of(change.author) for change in acted} == ({name} if name in rules else set(rules) - {"lower_rates"})
    step = acted[-1].step
    record = read_run(tmp_path / "whole")
    assert [(made.step, made.key, made.value, made.author) for made in record.interventions] == [
        (change.step, change.key, change.value, change.author) for change in acted
    ]

    with monkeypatch.context() as patch:
        patch.setattr(Pace, "steps", 7)
        other, other_driver = run_whole(config, tmp_path / "watched", watched=True)
    assert other.weights_digest == whole.weights_digest
    assert by_rules(other_driver) == acted

    for interrupted, then in ((step, ()), (step - 7, ()), (step, (commands.NextUpdate(),))):
        folder = tmp_path / f"interrupted_{interrupted}_{len(then)}"
        stop_at(config, folder, interrupted, *then)
        driver = Driver(watched=False)
        driver.send(commands.Continue(folder))
        assert finish(driver).weights_digest == whole.weights_digest
        assert read_run(folder).interventions == record.interventions

    driver = Driver(watched=False)
    driver.send(commands.Continue(tmp_path / "whole", step=step, branch=True, out=tmp_path / "branch"))
    assert finish(driver).weights_digest == whole.weights_digest
    assert by_rules(driver) == [change for change in acted if change.step >= step]


def test_a_cure_is_taken_once_when_its_alert_is_raised(tiny_config: Tiny, tmp_path: Path) -> None:
    _, driver = run_whole(tiny_config(ACTING["take_cures"]), tmp_path / "run")
    alert = next(event.alert for event in driver.of(AlertRaised))
    cure = alert.suggestions[0].changes
    assert [(change.step, change.key, change.value) for change in by_rules(driver)] == [
        (alert.step, key, value) for key, value in cure
    ]


def test_a_move_by_hand_suspends_the_rule_for_that_control_and_says_so_once(tiny_config: Tiny, tmp_path: Path) -> None:
    config, out = tiny_config(ACTING["lower_rates"]), tmp_path / "run"
    moves = [commands.Set("d_learning_rate", rate) for rate in (3e-4, 4e-4)]
    driver = stop_at(config, out, 100, *moves, commands.Set("g_steps", 2))
    assert driver.of(events.RuleSuspended) == [events.RuleSuspended(100, "lower_rates", "d_learning_rate", HAND)]

    driver = Driver(watched=False)
    driver.send(commands.Continue(out))
    finish(driver)
    assert driver.of(events.RuleSuspended) == []
    assert {change.key for change in by_rules(driver)} == {"g_learning_rate"}


def test_what_is_asked_for_in_a_branch_counts_as_by_hand(tiny_config: Tiny, tmp_path: Path) -> None:
    run_whole(tiny_config(ACTING["schedule"]), tmp_path / "run")
    driver = Driver(watched=False)
    asked = (Intervention(0, "g_learning_rate", 1e-3),)
    driver.send(commands.Continue(tmp_path / "run", step=150, branch=True, out=tmp_path / "branch", changes=asked))
    finish(driver)
    assert driver.of(events.RuleSuspended) == [events.RuleSuspended(150, "schedule", "g_learning_rate", HAND)]
    assert {(change.step, change.key) for change in by_rules(driver)} == {
        (step, "d_learning_rate") for step in (150, 200)
    }


def test_a_cure_takes_the_control_from_the_rule_that_sets_it(tiny_config: Tiny, tmp_path: Path) -> None:
    _, driver = run_whole(tiny_config(TOGETHER), tmp_path / "run")
    cured = {change.key for change in by_rules(driver) if change.author == rule_author("take_cures")}
    assert "g_learning_rate" in cured
    assert {(event.rule, event.key) for event in driver.of(events.RuleSuspended)} == {
        (rule, key)
        for rule, keys in (("schedule", {"d_learning_rate", "g_learning_rate"}), ("skip_d", {"d_steps"}))
        for key in keys & cured
    }


def test_a_cure_leaves_alone_what_a_person_has_in_hand(tiny_config: Tiny, tmp_path: Path) -> None:
    config, out = tiny_config(ACTING["take_cures"]), tmp_path / "run"
    stop_at(config, out, 500, commands.Set("g_learning_rate", 1.1e-4))
    driver = Driver(watched=False)
    driver.send(commands.Continue(out))
    finish(driver)
    taken = {change.key for change in by_rules(driver)}
    assert taken
    assert "g_learning_rate" not in taken


def test_a_schedule_ends_where_it_was_to_end_when_the_run_goes_on_for_longer(tiny_config: Tiny, tmp_path: Path) -> None:
    changes = {"autopilot.schedule": "linear", "autopilot.schedule_floor": 0.1, "training.steps": 100}
    run_whole(tiny_config(changes), tmp_path / "run")
    driver = Driver(watched=False)
    driver.send(commands.Continue(tmp_path / "run", length={"training.steps": 220}))
    started = driver.wait(events.RunStarted)
    finish(driver)
    assert started.config.autopilot.schedule_steps == 100
    # It has fallen to the floor: 0.1 of 2e-4.
    assert [(change.step, change.value) for change in by_rules(driver)] == [(100, 2e-5), (100, 2e-5)]
