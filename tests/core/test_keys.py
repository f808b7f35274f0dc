"""Config keys as people write them: any text gives a config or one sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import (
    carried_options,
    dump_config,
    known_keys,
    parse_assignments,
    parse_value,
    replace_keys,
    resolve_key,
    validate_config,
)

DEFAULT = RunConfig()
KEYS = [f"{section}.{key}" for section, keys in known_keys(DEFAULT).items() for key in keys]

# What TOML reads as values of every type, and what it chokes on.
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from(["true", "[]", "[1, 2]", "{a = 1}", "2024-01-01", "'x'", '"', "[[[", "inf", "ring", "mlp", "sgd"]),
    st.lists(st.integers(-3, 20000), max_size=40).map(str),
)


def is_one_sentence(error: InputError) -> bool:
    return bool(str(error)) and "\n" not in str(error) and len(str(error)) < 600


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("128", 128),
        ("1e-3", 1e-3),
        (".5", 0.5),
        ("true", True),
        ("[256, 128]", [256, 128]),
        ('"quoted"', "quoted"),
        ("ring", "ring"),
        (" ring ", "ring"),
        ("", ""),
        ("a # b", "a # b"),
        ("1 # b", "1 # b"),
        ("8#9", "8#9"),
        ("8,", "8,"),
        ("8, 9", "8, 9"),
        ("[8, 9]", [8, 9]),
        ("0,001", "0,001"),
        ("\u0661\u0662", "\u0661\u0662"),
        ("5.", 5.0),
        ("1_000", 1000),
        ("_", "_"),
        ("{a = 1}", "{a = 1}"),
        ("[{a = 1}]", "[{a = 1}]"),
        (".5e999", ".5e999"),
        ("1\n[data]\nx = 2", "1\n[data]\nx = 2"),
        ("C:\\images", "C:\\images"),
        ("infinity", "infinity"),
        ("9" * 5000, "9" * 5000),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_a_value_is_read_as_toml_else_as_text(text: str, value: object) -> None:
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)


TEXTS = ["2024", "2024-05-17", "12:30:00", "true", "1e3", "[a]", "nan", "0x10", ".5", "{}", "a # b", "1,2"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_taken_as_text_whatever_it_looks_like(text: str) -> None:
    values = parse_assignments([f"data.path={text}", "data.name=mnist", f"device={text}"], DEFAULT)
    assert values == {"data.path": text, "data.name": "mnist", "training.device": text}
    assert str(replace_keys(DEFAULT, values).data.path) == text
    assert replace_keys(DEFAULT, values).training.device == text


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("data.path", '"2024"', "2024"),
        ("data.path", "'C:\\new'", "C:\\new"),
        ("data.path", " spaces ", "spaces"),
        ("latent_distribution", "true", "true"),
        ("generator.kernel_size", "5", 5),
        ("data.image_size", "32x64", "32x64"),
        ("data.image_size", "[32, 64]", [32, 64]),
        ("data.image_size", "32", 32),
        ("batch_norm", "true", True),
        ("data.columns", "[1, 3]", [1, 3]),
        ("data.columns", "3", "3"),
        ("stop_when", '"modes_covered >= 8"', "modes_covered >= 8"),
    ],
)
def test_a_value_goes_by_the_kind_of_its_key(key: str, text: str, value: object) -> None:
    selected = {"data.name": "points"} if "columns" in key else {"generator.family": "dcgan", "data.name": "images"}
    config = replace_keys(DEFAULT, selected | {"data.path": "x"})
    key = "generator.batch_norm" if key == "batch_norm" else key
    (read,) = parse_assignments([f"{key}={text}"], config).values()
    assert read == value
    assert type(read) is type(value)


def test_a_value_without_end_is_refused_unread() -> None:
    with pytest.raises(InputError, match=r"training.seed = '\{a.a.a.*40,001 characters, at most 20,000") as refused:
        parse_assignments(["seed={" + "a." * 20_000], DEFAULT)
    assert is_one_sentence(refused.value)


@given(st.text())
def test_any_text_is_some_value(text: str) -> None:
    parse_value(text)


@given(key=st.sampled_from(KEYS), value=VALUES)
@example(key="training.batch_size", value="9" * 5000)
@example(key="training.seed", value="[" * 5000)
@example(key="training.device", value="\udcff")
@example(key="data.path", value="a\0b")
def test_any_value_gives_a_config_or_a_sentence(key: str, value: str) -> None:
    refused = None
    try:
        config = replace_keys(DEFAULT, parse_assignments([f"{key}={value}"], DEFAULT))
    except InputError as error:
        refused = error
    if refused:
        assert is_one_sentence(refused)
        assert refused.key is not None
        assert key.startswith(refused.key)
    else:
        assert validate_config(dump_config(config)) == config


@given(st.lists(st.one_of(st.text(max_size=30), st.text(".=ab", max_size=8)), max_size=3))
def test_any_assignments_give_keys_or_a_sentence(texts: list[str]) -> None:
    with suppress(InputError):
        assert set(parse_assignments(texts, DEFAULT)) <= set(KEYS)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("batch_size", "training.batch_size"),
        ("training.batch_size", "training.batch_size"),
        ("image_size", "data.image_size"),
        ("name", "data.name"),
        ("generator.widths", "generator.widths"),
    ],
)
def test_a_unique_key_needs_no_section(key: str, path: str) -> None:
    assert resolve_key(key, DEFAULT) == path


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("batchsize", "unknown key 'batchsize': did you mean 'batch_size'?"),
        ("training.batchsize", "unknown key 'training.batchsize': did you mean 'batch_size'?"),
        ("trainig.seed", "unknown section 'trainig' in 'trainig.seed': did you mean 'training'?"),
        ("widths", "the key 'widths' is in several sections: write generator.widths or discriminator.widths"),
        ("data.modes", "unknown key 'data.modes': allowed: name, path, conditional, image_size, samples"),
    ],
)
def test_unknown_and_ambiguous_keys(key: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        resolve_key(key, DEFAULT)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["batch_size", "=3", "", " = 3"])
def test_an_assignment_has_a_key_and_a_value(text: str) -> None:
    with pytest.raises(InputError, match="not of the form KEY=VALUE"):
        parse_assignments([text], DEFAULT)


@pytest.mark.parametrize("selector", ["name=ring", "data.name=ring"])
@pytest.mark.parametrize("option", ["modes=5", "data.modes=5"])
def test_options_are_known_wherever_the_selector_stands(selector: str, option: str) -> None:
    for texts in ([selector, option], [option, selector]):
        config = replace_keys(DEFAULT, parse_assignments(texts, DEFAULT))
        assert (config.data.name, config.data.options.modes) == ("ring", 5)


def test_a_new_selection_drops_the_options_of_the_old_one() -> None:
    config = replace_keys(DEFAULT, {"data.path": "images", "data.image_size": 16})
    assert replace_keys(config, {"data.name": "ring"}).data.path is None
    assert replace_keys(config, {"data.name": "digits"}).data.options.image_size == 16
    assert replace_keys(config, {"data.name": "mnist", "data.path": "more"}).data.path is not None


def test_the_last_length_given_holds() -> None:
    config = replace_keys(DEFAULT, {"training.steps": 100})
    config = replace_keys(config, {"training.epochs": 3})
    assert (config.training.steps, config.training.epochs) == (None, 3)
    config = replace_keys(config, {"training.steps": 7})
    assert (config.training.steps, config.training.epochs) == (7, None)


def test_a_long_value_is_cut_in_the_sentence() -> None:
    with pytest.raises(InputError) as refused:
        replace_keys(DEFAULT, {"training.seed": "x" * 10_000})
    assert is_one_sentence(refused.value)


@pytest.mark.parametrize("assignment", ["KEY=1", "KEY.x=1", "training.KEY=1", "data.name=KEY", "data.path=KEY", "KEY"])
@pytest.mark.parametrize("text", ["\x1b[31m\n", "\udcff", "\u202e", "\x07" * 9000, "a" * 19_000], ids=range(5))
def test_what_is_typed_reaches_no_sentence_raw(assignment: str, text: str) -> None:
    with pytest.raises(InputError) as refused:
        replace_keys(DEFAULT, parse_assignments([assignment.replace("KEY", text), "steps=0"], DEFAULT))
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 2500


def test_braces_in_a_value_are_no_format() -> None:
    with pytest.raises(InputError, match=r"data.path = \{'\{gt\}': 1\}: must be a path"):
        replace_keys(DEFAULT, {"data.path": {"{gt}": 1}})


def test_another_family_keeps_what_was_set_and_still_applies() -> None:
    changed = replace_keys(
        DEFAULT,
        {"generator.widths": [64], "generator.activation": "maxout", "generator.batch_norm": True},
    )
    carried = carried_options(changed, "generator.family", "dcgan")
    # It has no widths and no maxout; the slope stands at its default.
    assert carried == {"generator.batch_norm": True}
    config = replace_keys(changed, {"generator.family": "dcgan", **carried})
    assert config.generator.options.activation == "as_in_paper"
    assert carried_options(config, "generator.family", "dcgan") == {}
