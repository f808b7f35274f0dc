"""What is suggested fits the data, and never takes away what is there."""

from __future__ import annotations

from typing import Any

import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import detectors
from gan_desktop.core.usual import usual_value
from gan_desktop.diagnosis.course import Course, DataTraits, Records
from gan_desktop.diagnosis.suggestions import WEIGHTS, possible, slower_generator, suggestion
from tests.gan import FIGURES


def course(kind: Any, spread: float, **changes: Any) -> Course:
    config = replace_keys(RunConfig(), {f"regularization.{key}": value for key, value in changes.items()})
    return Records(DataTraits(kind, 1000, spread), FIGURES).at(config, 1000)


def suggested(of: Course, key: str) -> dict[str, set[float]]:
    """The values of a key that each detector suggests."""
    # What weakens a penalty goes by the weight that it has.
    every = {name: entry.value().remedies(of) for name, entry in detectors.items() if not entry.value.weakens}
    changes = {name: [change for found in remedies for change in found.changes] for name, remedies in every.items()}
    values = {name: {float(value) for other, value in made if other == key} for name, made in changes.items()}
    return {name: found for name, found in values.items() if found}


@pytest.mark.parametrize(("kind", "spread"), [("points", 0.667), ("points", 1.0), ("points", 4.0), ("images", 14.5)])
@pytest.mark.parametrize("key", ["r1_weight", "r2_weight", "instance_noise"])
def test_every_remedy_goes_by_the_data(key: str, kind: Any, spread: float) -> None:
    """In each suggestion the same multiples of what is usual, whatever the spread."""
    usual = usual_value(key, kind, spread)
    found = suggested(course(kind, spread, r1_weight=1e-6), key)
    one = suggested(course("points", 1.0, r1_weight=1e-6), key)
    assert found.keys() == one.keys()
    times = {name: sorted(value / usual for value in values) for name, values in found.items()}
    times_of_one = {name: sorted(value / usual_value(key, "points", 1.0) for value in one[name]) for name in one}
    for name, expected in times_of_one.items():
        assert times[name] == pytest.approx(expected, rel=0.01), name


def test_r1_is_suggested_at_its_usual_weight() -> None:
    found = suggested(course("points", 4.0), "r1_weight")
    assert found["mode_collapse"] == found["discriminator_wins"] == {2.0}
    assert found["divergence"] == {2.0, 5.0}
    assert found["memorising"] == found["d_overfitting"] == {2.0, 20.0}


def test_what_moves_already_is_stopped_by_a_strong_r1() -> None:
    """Ten times the usual weight: measured on the presets of these failures."""
    found = suggested(course("points", 0.667), "r1_weight")
    assert found["oscillation"] == {0.4}
    assert 0.4 in found["mode_hopping"]
    quick = replace_keys(RunConfig(), {"training.g_steps": 10})
    remedies = slower_generator(Records(DataTraits("points", 1000, 0.667), FIGURES).at(quick, 1000))
    assert dict(remedies[0].changes) == {"g_steps": 1, "r1_weight": 0.4}


@pytest.mark.parametrize("key", sorted(WEIGHTS))
def test_no_penalty_is_made_weaker(key: str) -> None:
    config = replace_keys(RunConfig(), {f"regularization.{key}": 0.5})
    weaker = suggestion("weaker", **{key: 0.1, "beta_1": 0.25})
    stronger = suggestion("stronger", **{key: 0.7})
    found = possible(config, [weaker, suggestion("weaker", **{key: 0.1}), stronger])
    assert [dict(each.changes) for each in found] == [{"beta_1": 0.25}, {key: 0.7}]


def test_a_rate_may_be_lowered() -> None:
    lower = suggestion("lower", d_learning_rate=1e-5)
    assert possible(RunConfig(), [lower]) == (lower,)
