"""`--at STEP:KEY=VALUE`: parsed, checked in the order of the steps, refused in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig, live_keys
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import (
    PLAN,
    Intervention,
    check_control,
    current_controls,
    parse_intervention,
    playable_keys,
    schedule_interventions,
)
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.sections import LARGEST_STEP

DEFAULT = RunConfig()


def test_controls_are_the_live_keys() -> None:
    controls = current_controls(DEFAULT)
    assert list(controls) == list(live_keys())
    assert controls["d_learning_rate"] == DEFAULT.optimizer.d_learning_rate
    assert controls["g_steps"] == 1


@pytest.mark.parametrize("key", playable_keys(DEFAULT))
def test_every_control_can_be_set(key: str) -> None:
    value = {"objective": "hinge"}.get(key, 0.5 if "steps" not in key else 3)
    name, changed = check_control(DEFAULT, key, value)
    assert name == key
    assert current_controls(changed) == current_controls(DEFAULT) | {key: value}


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("500:g_learning_rate=1e-3", Intervention(500, "g_learning_rate", 1e-3)),
        ("0:optimizer.d_learning_rate=1", Intervention(0, "d_learning_rate", 1.0)),
        (" 7 : g_steps = 2 ", Intervention(7, "g_steps", 2)),
        (f"{LARGEST_STEP}:d_steps=0", Intervention(LARGEST_STEP, "d_steps", 0)),
    ],
)
def test_an_intervention_is_parsed(text: str, change: Intervention) -> None:
    assert parse_intervention(text, DEFAULT) == replace(change, author=PLAN)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("g_steps=2", "is not of the form STEP:KEY=VALUE"),
        ("5", "is not of the form STEP:KEY=VALUE"),
        ("5:", "is not of the form STEP:KEY=VALUE"),
        ("5:=2", "is not of the form STEP:KEY=VALUE"),
        ("soon:g_steps=2", "the step 'soon' is not a whole number"),
        ("1.5:g_steps=2", "the step '1.5' is not a whole number"),
        ("-1:g_steps=2", "the step -1 is before step 0"),
        (f"{LARGEST_STEP + 1}:g_steps=2", "the step is beyond"),
        ("9" * 5000 + ":g_steps=2", "the step is beyond"),
        (
            "5:batch_size=2",
            "'training.batch_size' cannot change while a run is under way; what can: objective, weight_clip",
        ),
        ("5:name=ring", "'data.name' cannot change"),
        ("5:learning_rate=2", "unknown key 'learning_rate': did you mean 'g_learning_rate'"),
        ("5:g_learning_rate=0", "optimizer.g_learning_rate = 0: must be greater than 0"),
        ("5:g_learning_rate=nan", "optimizer.g_learning_rate = nan: must be a finite number"),
        ("5:g_steps=1.5", "training.g_steps = 1.5: must be a whole number"),
        ("5:g_steps=-1", "training.g_steps = -1: must be at least 0"),
    ],
)
def test_a_refusal_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_intervention(text, DEFAULT)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


@given(st.one_of(st.text(max_size=40), st.from_regex(r"-?\d{1,3}:[dg]_(steps|learning_rate)=.{0,10}", fullmatch=True)))
@example("0:g_steps=" + "[" * 5000)
@example("0:g_steps=" + "9" * 5000)
def test_any_text_gives_an_intervention_or_a_sentence(text: str) -> None:
    try:
        change = parse_intervention(text, DEFAULT)
    except InputError:
        return
    assert 0 <= change.step <= LARGEST_STEP
    assert change.key in live_keys()
    check_control(DEFAULT, change.key, change.value)


def test_a_schedule_is_sorted_by_step_and_keeps_the_order_given_within_one() -> None:
    texts = ["20:g_steps=2", "10:d_steps=3", "20:g_steps=4"]
    assert [(c.step, c.key, c.value) for c in schedule_interventions(texts, DEFAULT)] == [
        (10, "d_steps", 3),
        (20, "g_steps", 2),
        (20, "g_steps", 4),
    ]


def test_each_change_is_checked_against_what_those_before_it_leave() -> None:
    with pytest.raises(InputError, match="d_steps and g_steps are both 0"):
        schedule_interventions(["20:g_steps=0", "10:d_steps=0"], DEFAULT)
    frozen = replace_keys(DEFAULT, {"training.d_steps": 0})
    assert len(schedule_interventions(["10:d_steps=1", "20:g_steps=0"], frozen)) == 2
