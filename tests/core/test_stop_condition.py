"""Stop conditions: what they say, when they hold, and the sentence where they are wrong."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.keys import dump_config, validate_config
from gan_desktop.core.registry import metrics
from gan_desktop.core.stop_condition import OPERATORS, Comparison, StopCondition, parse_condition
from tests.gan import FIGURES

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COMPARISONS = st.builds(Comparison, st.sampled_from([*metrics, *FIGURES]), st.sampled_from(list(OPERATORS)), NUMBERS)


@given(comparisons=st.lists(COMPARISONS, min_size=1, max_size=5), space=st.sampled_from(["", " ", "  \t"]))
def test_what_is_written_is_read_back(comparisons: list[Comparison], space: str) -> None:
    condition = StopCondition(tuple(comparisons))
    assert parse_condition(str(condition)) == condition
    loose = " and ".join(f"{space}{c.name}{space}{c.sign}{space}{c.limit!r}{space}" for c in comparisons)
    assert parse_condition(loose) == condition
    # The text that a config keeps does not change when it is read again.
    assert str(parse_condition(loose)) == str(condition)


@given(st.text(max_size=40) | st.text(alphabet="modescvr_ <>=!.0123456789and", max_size=60))
def test_any_text_is_a_condition_or_one_sentence(text: str) -> None:
    try:
        parse_condition(text)
    except InputError as error:
        sentence = str(error)
        assert sentence.startswith(f"the condition {shown(text)}: ")
        assert "\n" not in sentence


@given(value=NUMBERS, limit=NUMBERS, sign=st.sampled_from(list(OPERATORS)))
def test_it_holds_as_python_compares(value: float, limit: float, sign: str) -> None:
    condition = parse_condition(f"d_loss {sign} {limit!r}")
    assert condition.holds({"d_loss": value}) == OPERATORS[sign](value, limit)


def test_all_must_hold_and_what_is_not_known_does_not() -> None:
    condition = parse_condition("modes_covered>=8 and high_quality_share > .5")
    assert str(condition) == "modes_covered >= 8 and high_quality_share > 0.5"
    assert condition.names == ("modes_covered", "high_quality_share")
    assert condition.holds({"modes_covered": 8, "high_quality_share": 0.6})
    assert not condition.holds({"modes_covered": 8, "high_quality_share": 0.5})
    assert not condition.holds({"modes_covered": 8})
    for sign in OPERATORS:
        assert not parse_condition(f"mode_kl {sign} 1").holds({"mode_kl": math.nan})


def test_the_sentence_says_what_was_reached() -> None:
    found = {"modes_covered": 8.0, "high_quality_share": 0.61234567}
    assert parse_condition("modes_covered >= 8").reached(found) == (
        "modes_covered = 8 reached the condition modes_covered >= 8"
    )
    assert parse_condition("modes_covered >= 8 and high_quality_share > 0.5").reached(found) == (
        "modes_covered = 8 and high_quality_share = 0.612346 reached the condition "
        "modes_covered >= 8 and high_quality_share > 0.5"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a comparison: write NAME OPERATOR NUMBER"),
        ("modes_covered", "not a comparison: write"),
        ("modes_covered >= 8 and", "not a comparison at ''"),
        ("modes_covered >= 8 or d_loss < 1", "not a comparison"),
        ("mode_covered >= 8", "unknown metric or figure 'mode_covered': did you mean 'modes_covered'?"),
        ("dloss < 1", "did you mean 'd_loss'?"),
        ("beauty > 1", "modes_covered, high_quality_share, mode_kl"),
        ("modes_covered = 8", "unknown operator '=': allowed: >=, >, <=, <, =="),
        ("modes_covered => 8", "unknown operator '=>'"),
        ("modes_covered >= eight", "'eight' is not a finite number"),
        ("high_quality_share > 0,5", "'0,5' is not a finite number; write 0.5"),
        ("modes_covered >= \u0668", "is not a finite number; the digits are 0 to 9"),
        ("modes_covered >= 1_0", "'1_0' is not a finite number"),
        ("modes_covered >= nan", "'nan' is not a finite number"),
        ("d_loss < inf", "'inf' is not a finite number"),
    ],
)
def test_refusals_name_the_text_and_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_condition(text)
    assert str(refused.value).startswith(f"the condition {text!r}: ")
    assert reason in str(refused.value)


def test_a_config_keeps_the_canonical_text() -> None:
    config = validate_config({"training": {"stop_when": " modes_covered>=8.0 ", "measure_every": 100}})
    assert config.training.stop_when == "modes_covered >= 8"
    assert dump_config(config)["training"]["stop_when"] == "modes_covered >= 8"
    assert validate_config(dump_config(config)) == config
    assert "stop_when" not in dump_config(validate_config({}))["training"]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("stop_when", "mode_covered >= 8", "training.stop_when: the condition 'mode_covered >= 8': unknown metric"),
        ("stop_when", 8, "training.stop_when = 8: must be a text"),
        ("measure_every", 0, "training.measure_every = 0: must be at least 1"),
        ("measure_every", 2.5, "training.measure_every = 2.5: must be a whole number"),
    ],
)
def test_a_config_refuses_what_cannot_be(key: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence.replace("(", r"\(")) as refused:
        validate_config({"training": {key: value}})
    assert refused.value.key == f"training.{key}"
