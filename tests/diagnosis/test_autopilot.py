"""The rules of the autopilot: which controls each of them sets, given a run as it was."""

from __future__ import annotations

from typing import Any

import pytest

from gan_desktop.core.autopilot import SECTION, rules_of
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import HAND, Intervention, current_controls, rule_author
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import rules
from gan_desktop.core.suspension import Suspensions
from gan_desktop.diagnosis.autopilot import Rule, Situation


class Figures:
    """A course whose figures all have one value."""

    def __init__(self, accuracy: float, decides_at_zero: bool = True) -> None:
        self.figures = ("d_loss", "d_accuracy", "d_back_accuracy")
        self.accuracy, self.decides_at_zero = accuracy, decides_at_zero

    def mean(self, figure: str, steps: int) -> float:
        return self.accuracy


def config_of(**options: Any) -> RunConfig:
    return replace_keys(
        RunConfig(), {"training.steps": 10_000} | {f"{SECTION}.{key}": value for key, value in options.items()}
    )


def wanted(name: str, config: RunConfig, step: int, made: tuple[Intervention, ...] = (), **now: Any) -> dict[str, Any]:
    """What the rule wants at a step, after the interventions `made`."""
    controls = current_controls(config) | {change.key: change.value for change in made}
    situation: dict[str, Any] = {"course": None, "left": frozenset(), "alerts": (), "possible": lambda found: found}
    rule = rules_of(config)[name]
    return dict(
        rule.changes(Situation(step=step, controls=controls, made=made, author=rule_author(name), **(situation | now)))
    )


@pytest.mark.parametrize("name", rules)
def test_every_rule_is_off_until_it_is_asked_for(name: str) -> None:
    config = RunConfig()
    rule: Rule = rules[name].value(rules[name].options(), config)
    assert not rule.is_on
    assert rule.refusal() is None or name == "schedule"
    assert set(rule.controls) <= set(current_controls(config))
    assert rules[name].description


def test_no_two_rules_share_a_key() -> None:
    keys = [key for entry in rules.values() for key in entry.options.model_fields]
    assert sorted(keys) == sorted(set(keys))


def test_rates_are_lowered_from_what_they_are() -> None:
    config = config_of(lower_rates_every=300, lower_rates_by=0.1)
    made = (Intervention(300, "d_learning_rate", 3e-3),)
    assert wanted("lower_rates", config, 600, made) == {"d_learning_rate": 3e-4, "g_learning_rate": 2e-5}
    assert rules_of(config)["lower_rates"].looks == (300,)


@pytest.mark.parametrize(
    ("kind", "step", "share"),
    [
        ("linear", 0, 1.0),
        ("linear", 6000, 0.55),
        ("cosine", 4000, 0.8682),
        ("cosine", 6000, 0.55),
        ("linear", 20_000, 0.1),
    ],
)
def test_a_schedule_follows_its_formula(kind: str, step: int, share: float) -> None:
    """CycleGAN's line, and SGDR's half cosine: floor + (1 - floor) (1 + cos(pi t)) / 2, with t = 1/4 at step 4,000."""
    config = config_of(schedule=kind, schedule_after=2000, schedule_floor=0.1)
    rates = wanted("schedule", config, step)
    assert rates == pytest.approx(dict.fromkeys(("d_learning_rate", "g_learning_rate"), 2e-4 * share), rel=1e-3)


def test_a_schedule_takes_about_a_hundred_stairs() -> None:
    rule = rules_of(config_of(schedule="linear", schedule_steps=1_000_000))["schedule"]
    assert rule.looks == (10_000,)
    assert rules_of(config_of(schedule="linear", schedule_steps=30))["schedule"].looks == (50,)


def test_d_is_skipped_while_it_is_too_often_right() -> None:
    config = replace_keys(config_of(skip_d_above=0.8), {"training.d_steps": 3})
    skipped = (Intervention(50, "d_steps", 0, 3, rule_author("skip_d")),)
    assert wanted("skip_d", config, 50, course=Figures(0.81)) == {"d_steps": 0}
    assert wanted("skip_d", config, 50, course=Figures(0.8)) == {}
    assert wanted("skip_d", config, 100, skipped, course=Figures(0.81)) == {}
    assert wanted("skip_d", config, 100, skipped, course=Figures(0.8)) == {"d_steps": 3}
    assert wanted("skip_d", config, 100, skipped, course=Figures(float("nan"))) == {"d_steps": 3}


def test_d_is_not_skipped_where_accuracy_means_nothing() -> None:
    assert wanted("skip_d", config_of(skip_d_above=0.8), 50, course=Figures(0.9, decides_at_zero=False)) == {}


def test_a_network_that_a_person_froze_stays_frozen() -> None:
    config = replace_keys(config_of(skip_d_above=0.8), {"training.d_steps": 0})
    assert wanted("skip_d", config, 50, course=Figures(0.5)) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": "cosine", "training.steps": None}, "autopilot.schedule_steps = 0: must be given"),
        ({"schedule": "linear", "schedule_after": 10_000}, "autopilot.schedule_after = 10000: must be before the step"),
        ({"schedule": "linear", "lower_rates_every": 5}, "'Schedule' and 'Lower rates' both set d_learning_rate"),
        ({"lower_rates_by": 1.0}, "autopilot.lower_rates_by = 1.0: must be less than 1"),
        ({"skip_d_above": 1.5}, "autopilot.skip_d_above = 1.5: must be at most 1"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    paths = {key if "." in key else f"{SECTION}.{key}": value for key, value in options.items()}
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        replace_keys(config_of(), paths)


def test_a_rule_yields_to_people_for_the_control_that_they_change_alone() -> None:
    suspensions = Suspensions(config_of(schedule="linear", take_cures=True))
    made = [
        Intervention(100, "d_learning_rate", 1e-4, 2e-4, rule_author("schedule")),
        Intervention(120, "g_learning_rate", 1e-4, 2e-4, HAND),
        Intervention(130, "g_learning_rate", 2e-4, 1e-4, HAND),
        Intervention(140, "r1_weight", 1.0, 0.0, "cure:mode_collapse"),
        Intervention(150, "d_learning_rate", 1e-4, 2e-4, rule_author("take_cures")),
    ]
    assert list(suspensions.note(made)) == [
        ("schedule", "g_learning_rate"),
        ("take_cures", "g_learning_rate"),
        ("take_cures", "r1_weight"),
        ("schedule", "d_learning_rate"),
    ]
