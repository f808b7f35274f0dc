"""The config: what is allowed, what is not, and the sentence for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gan_desktop.core import registry
from gan_desktop.core.config import RunConfig, live_keys, sections, weight_key
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import dump_config, replace_keys, validate_config
from gan_desktop.core.sections import LARGEST_SEED

DEFAULT = RunConfig()

TABLES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def refusal(tables: dict[str, Any], source: str = "") -> InputError:
    with pytest.raises(InputError) as refused:
        validate_config(tables, source)
    return refused.value


def test_the_default_is_valid_and_round_trips() -> None:
    assert validate_config({}) == DEFAULT
    assert validate_config(dump_config(DEFAULT)) == DEFAULT


def test_a_dump_says_every_option_that_was_used() -> None:
    assert dump_config(DEFAULT)["data"] == {"name": "digits", "conditional": False, "image_size": 8, "samples": 0}
    assert dump_config(DEFAULT)["generator"]["widths"] == [128, 128]


@pytest.mark.parametrize("name", registry.datasets)
def test_every_data_set_can_be_selected_and_dumped(name: str) -> None:
    config = validate_config({"data": {"name": name}})
    assert isinstance(config.data.options, registry.datasets[name].options)
    assert validate_config(dump_config(config)) == config


@given(
    widths=st.lists(st.integers(1, 16384), max_size=32),
    rate=st.floats(min_value=0, max_value=1, exclude_min=True),
    beta=st.floats(0, 1, exclude_max=True),
    seed=st.integers(0, LARGEST_SEED),
    path=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip),
)
def test_allowed_values_round_trip(widths: list[int], rate: float, beta: float, seed: int, path: str) -> None:
    tables = {
        "data": {"name": "mnist", "path": path},
        "generator": {"widths": widths},
        "optimizer": {"d_learning_rate": rate, "beta_1": beta},
        "training": {"seed": seed},
    }
    config = validate_config(tables)
    assert validate_config(dump_config(config)) == config
    assert config.optimizer.d_learning_rate == rate
    assert config.generator.options.widths == tuple(widths)


@given(st.dictionaries(st.sampled_from([*sections(), "x"]), TABLES, max_size=3))
def test_any_tables_give_a_config_or_a_sentence(tables: dict[str, Any]) -> None:
    sentence = "fine"
    try:
        validate_config(tables)
    except InputError as error:
        sentence = str(error)
    assert 0 < len(sentence) < 600


@pytest.mark.parametrize(
    ("section", "key", "value", "allowed"),
    [
        ("optimizer", "d_learning_rate", 0, "must be greater than 0.0"),
        ("optimizer", "d_learning_rate", -1e-3, "must be greater than 0.0"),
        ("optimizer", "g_learning_rate", float("nan"), "must be a finite number"),
        ("optimizer", "g_learning_rate", float("inf"), "must be a finite number"),
        ("optimizer", "g_learning_rate", "fast", "must be a number"),
        ("optimizer", "g_learning_rate", "0.1", "must be a number"),
        ("optimizer", "g_learning_rate", "0,1", "must be a number; write 0.1"),
        ("optimizer", "g_learning_rate", "-1,5e3", "must be a number; write -1.5e3"),
        ("optimizer", "g_learning_rate", "\u0661", "must be a number; the digits are 0 to 9"),
        ("optimizer", "g_learning_rate", 1e9, "must be at most 1.0"),
        ("regularization", "r1_weight", 1e13, "must be at most 1000000000000.0"),
        ("optimizer", "g_learning_rate", True, "must be a number"),
        ("optimizer", "beta_1", 1, "must be less than 1.0"),
        ("training", "batch_size", 0, "must be at least 1"),
        ("training", "batch_size", 1.5, "must be a whole number"),
        ("training", "batch_size", True, "must be a whole number"),
        ("training", "batch_size", "64", "must be a whole number"),
        ("training", "batch_size", "1,797", "must be a whole number; write 1797"),
        ("training", "batch_size", "\u0661\u0662", "must be a whole number; the digits are 0 to 9"),
        ("training", "seed", -1, "must be at least 0"),
        ("training", "seed", 2**31, "must be at most 2147483647"),
        ("training", "steps", 0, "must be at least 1"),
        ("training", "device", 0, "must be a text"),
        ("training", "device", "", "must not be empty"),
        ("training", "device", "a\0b", "must not hold a zero byte"),
        ("latent", "latent_dim", 5000, "must be at most 4096"),
        ("latent", "latent_distribution", "gauss", "allowed: 'normal' or 'uniform'"),
        ("generator", "output_activation", "relu", "allowed: 'tanh', 'sigmoid' or 'linear'"),
        ("generator", "widths", 128, "must be a list, as in [256, 128]"),
        ("generator", "batch_norm", 1, "must be true or false"),
        ("generator", "widths", [1] * 33, "must have at most 32 items"),
        ("data", "path", "", "must not be empty"),
        ("data", "path", " ", "must not be empty"),
        ("data", "path", "a\0b", "must not hold a zero byte"),
        ("data", "path", "\udcff", "must be UTF-8 text"),
        ("data", "path", 3, "must be a path, written as a text"),
        ("data", "image_size", 7, "must be at least 8"),
    ],
)
def test_a_refusal_names_key_value_and_what_is_allowed(section: str, key: str, value: object, allowed: str) -> None:
    error = refusal({section: {key: value}}, "file.toml")
    assert error.key == f"{section}.{key}"
    assert str(error).startswith(f"file.toml: {section}.{key} = ")
    assert str(error).endswith(f": {allowed}")


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("data", "name", "digit", "unknown data set 'digit': did you mean 'digits'?"),
        ("generator", "family", "mpl", "unknown network family 'mpl': did you mean 'mlp'?"),
        ("objective", "objective", "minmax", "unknown objective 'minmax': did you mean 'minimax'?"),
        ("optimizer", "g_optimizer", "adm", "unknown optimizer 'adm': did you mean 'adam'?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_near_miss(section: str, key: str, value: str, sentence: str) -> None:
    error = refusal({section: {key: value}})
    assert str(error) == f"{section}.{key}: {sentence}"
    assert error.key == f"{section}.{key}"


def test_unknown_keys_and_sections_are_answered_with_the_near_miss() -> None:
    assert str(refusal({"trainng": {}})) == "unknown section 'trainng': did you mean 'training'?"
    assert str(refusal({"training": {"sed": 1}})) == "unknown key 'training.sed': did you mean 'seed'?"
    error = refusal({"data": {"name": "ring", "mods": 3}})
    assert (str(error), error.key) == ("unknown key 'data.mods': did you mean 'modes'?", "data.mods")


@pytest.mark.parametrize("value", [3, "digits", None, [], True])
def test_a_section_is_a_table(value: object) -> None:
    assert str(refusal({"data": value})) == f"data = {value!r}: must be a table of keys and values"


def test_both_step_counts_cannot_be_0() -> None:
    assert "nothing would train" in str(refusal({"training": {"d_steps": 0, "g_steps": 0}}))
    assert validate_config({"training": {"d_steps": 0}}).training.g_steps == 1
    assert validate_config({"training": {"g_steps": 0}}).training.d_steps == 1


def test_one_length_is_given() -> None:
    assert "both steps = 3 and epochs = 4 are given" in str(refusal({"training": {"steps": 3, "epochs": 4}}))


def test_nothing_changes_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        DEFAULT.training.seed = 3  # type: ignore[misc]
    changed = replace_keys(DEFAULT, {"training.seed": 3})
    assert (DEFAULT.training.seed, changed.training.seed) == (0, 3)


def test_what_can_change_while_a_run_is_under_way() -> None:
    keys = live_keys()
    assert keys["d_learning_rate"] == keys["beta_1"] == "optimizer"
    assert keys["g_steps"] == "training"
    assert keys["objective"] == "objective"
    assert {weight_key(name) for name in registry.penalties} <= keys.keys()
    assert keys.keys().isdisjoint({"spectral_norm", "packing", "d_optimizer", "batch_size", "updates", "seed"})
