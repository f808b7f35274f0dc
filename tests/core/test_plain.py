"""Measurements, alerts and lights come back from JSON as they were, figures that are not finite among them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.diagnosis import Alert, Aspect, Diagnosed, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.plain import (
    from_json,
    measured_from_json,
    measured_to_json,
    pack_measured,
    to_json,
    unpack_measured,
)

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


def measured(step: int, value: float) -> Measured:
    return Measured(
        step,
        {"modes_covered": value},
        {"modes_covered": 1.0},
        {"modes_covered": Floor(8.0, 0.5)},
        {"psnr": "there are no pairs"},
        0.1,
        shares=(0.5, value),
        mode_names=("a", "b"),
        by_class={"diversity": (value, 1.0)},
        class_floors={"diversity": (Floor(1.0, 0.1), Floor(2.0, 0.2))},
    )


@given(st.lists(st.tuples(st.integers(0, 10**9), NUMBERS), max_size=5))
def test_measurements_come_back(found: list[tuple[int, float]]) -> None:
    before = [measured(step, value) for step, value in found]
    packed = pack_measured(map(measured_to_json, before))
    assert repr(unpack_measured(packed)) == repr(before)
    assert packed.count(b"mode_names") == min(len(before), 1)
    for one in before:
        assert repr(measured_from_json(*measured_to_json(one))) == repr(one)


@given(NUMBERS, st.sampled_from(Level))
def test_a_diagnosis_comes_back(value: float, level: Level) -> None:
    changes = (("d_steps", 2), ("objective", "hinge"), ("d_learning_rate", 1e-3))
    sentence = Sentence("{share:.0%} of {what}", {"share": 0.5, "what": "8 modes"})
    alert = Alert(
        "mode_collapse", 3, level, sentence, (Evidence("x", value, "<", 2.0),), (Suggestion(changes, sentence),)
    )
    diagnosed = Diagnosed(9, (Aspect("balance", level, sentence, value),), (alert,))
    back = from_json(Diagnosed, to_json(diagnosed))
    assert repr(back) == repr(diagnosed)
    assert str(back.alerts[0].message) == "50 % of 8 modes"
    assert [type(number) for _, number in back.alerts[0].suggestions[0].changes] == [int, str, float]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"detector": 3}', "null"])
def test_what_is_no_alert_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        from_json(Alert, text)


@pytest.mark.parametrize(
    "packed", [b"", b"\xff", b"{}", b"null", b'{"common":[],"rows":[[0,{}]]}', b'{"common":[{}],"rows":[[0]]}']
)
def test_what_are_no_measurements_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        unpack_measured(packed)


def test_math_knows_nan() -> None:
    assert math.isnan(measured_from_json(*measured_to_json(measured(1, math.nan))).values["modes_covered"])
