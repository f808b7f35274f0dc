"""Presets that ship, and files that people bring: a config, or one sentence that names the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gan_desktop.core import paths
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import check_control
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import (
    DEFAULT_PRESET,
    LARGEST_FILE,
    cure_of,
    dump_toml,
    live_cure,
    load_config,
    preset,
    presets,
)

NAMES = ["digits", "ring", "grid", "tutorial-book", "tutorial-mnist", "tutorial-minimal"]


def test_the_presets_that_ship_in_the_order_of_lists() -> None:
    assert [name for name in presets() if name in NAMES] == NAMES
    assert len(presets()) == len(list((paths.resources() / "presets").glob("*.toml")))
    assert DEFAULT_PRESET in presets()


@pytest.mark.parametrize("name", presets())
def test_every_preset_has_a_title_a_lesson_and_a_length(name: str) -> None:
    found = preset(name)
    assert found.name == name
    assert 3 <= len(found.title) <= 40
    assert 100 <= len(found.lesson) <= 800
    assert "\n" not in found.lesson
    assert found.lesson.endswith(".")
    assert found.config.training.steps or found.config.training.epochs


@pytest.mark.parametrize("name", presets())
def test_every_preset_round_trips(name: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(dump_toml(preset(name).config), encoding="utf-8")
    assert load_config(file).config == preset(name).config


def test_the_tutorial_networks_are_the_texts_own() -> None:
    book, mnist, minimal = (preset(f"tutorial-{name}").config for name in ("book", "mnist", "minimal"))
    assert book.generator.options.widths == mnist.generator.options.widths == (256, 512, 1024)
    assert book.discriminator.options.widths == (1024, 512, 256)
    assert mnist.discriminator.options.widths == (512, 256)
    assert (book.generator.options.batch_norm_momentum, mnist.generator.options.batch_norm_momentum) == (0.99, 0.8)
    assert minimal.generator.options.widths == minimal.discriminator.options.widths == (128,)
    assert minimal.generator.options.activation == minimal.discriminator.options.activation == "relu"
    assert (book.generator.output_activation, minimal.generator.output_activation) == ("tanh", "sigmoid")
    for config in (book, mnist, minimal):
        assert config.discriminator.output_activation == "sigmoid"
        assert not config.discriminator.options.batch_norm
        assert config.latent.latent_dim == 100
        assert config.data.name == "mnist_or_digits"
        assert (config.optimizer.d_optimizer, config.optimizer.d_learning_rate) == ("adam", 1e-3)
        assert (config.optimizer.g_optimizer, config.optimizer.g_learning_rate) == ("adam", 1e-3)


FAILURES = [name for name in presets() if name.startswith("fail-")]
# What has memorised few samples is healed by more of them, which a run cannot be given while it goes.
NEW_STARTS = {"fail-memorising", "fail-memorising-digits"}


def test_every_failure_can_be_had_on_demand() -> None:
    kinds = {"collapse", "hopping", "vanishing", "divergence", "oscillation", "memorising"}
    assert {name.removeprefix("fail-").removesuffix("-digits") for name in FAILURES} == kinds
    healed = {name.removeprefix("heal-") for name in presets() if name.startswith("heal-")}
    assert {name.removeprefix("fail-") for name in FAILURES} == healed


@pytest.mark.parametrize("name", FAILURES)
def test_a_cure_made_by_interventions_is_the_preset_that_heals(name: str) -> None:
    failing, cure = preset(name).config, cure_of(name)
    assert cure is not None
    assert cure.name == name.replace("fail-", "heal-")
    changes = live_cure(failing, cure.config)
    if name in NEW_STARTS:
        assert changes == ()
        samples = {"data.samples": cure.config.data.options.samples}
        changes = live_cure(replace_keys(failing, samples), cure.config)
    else:
        assert changes
    healed = failing
    for key, value in changes:
        _, healed = check_control(healed, key, value)
    assert healed.model_dump(exclude={"data"}) == cure.config.model_dump(exclude={"data"})


def test_what_is_no_failure_has_no_cure() -> None:
    assert cure_of("digits") is None
    assert cure_of("heal-collapse") is None
    assert cure_of("fail-nothing") is None


def test_a_live_cure_names_the_live_controls_that_differ() -> None:
    failing = RunConfig()
    changes = {"regularization.r1_weight": 1.0, "objective.objective": "hinge", "training.g_steps": 2}
    cure = replace_keys(failing, changes)
    assert dict(live_cure(failing, cure)) == {"objective": "hinge", "r1_weight": 1.0, "g_steps": 2}
    assert live_cure(failing, failing) == ()


@pytest.mark.parametrize(
    "other", [{"data.name": "ring"}, {"training.seed": 1}, {"generator.widths": (8,)}, {"optimizer.d_optimizer": "sgd"}]
)
def test_there_is_no_live_cure_where_anything_else_differs(other: dict[str, object]) -> None:
    assert live_cure(RunConfig(), replace_keys(RunConfig(), {"regularization.r1_weight": 1.0} | other)) == ()


def test_an_unknown_preset_is_answered_with_the_near_miss() -> None:
    with pytest.raises(InputError, match="unknown preset 'digit': did you mean 'digits'"):
        preset("digit")


@pytest.mark.parametrize(
    "content", ["\ufeff[data]\nname = 'ring'\n", "[data]\r\nname = 'ring'\r\n"], ids=["mark", "crlf"]
)
def test_a_config_as_editors_write_it(content: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content.encode())
    assert load_config(file).config.data.name == "ring"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe is not a file"):
        load_config(tmp_path / "pipe")


def test_any_config_file_will_do(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[data]\nname = 'ring'\n", encoding="utf-8")
    loaded = load_config(file)
    assert (loaded.name, loaded.title, loaded.lesson, loaded.config.data.name) == ("mine", "mine", "", "ring")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[data\nname = 1", "is not TOML: "),
        (b"title = 'a'\ntitle = 'b'", "is not TOML: "),
        (b"\xff\xfe\x00", "is not TOML: it is not UTF-8 text"),
        (b"seed = " + b"9" * 5000, "is not a config: "),
        (b"seed = " + b"[" * 5000, "is not a config: "),
        (b"seed = 0x" + b"f" * 9000, "unknown section 'seed'"),
        (b"[training]\nseed = 0x" + b"f" * 9000, "training.seed = a int too large to be shown: must be"),
        (b"\n" + b".".join([b"a"] * 20_000) + b" = 1", "line 2 has a key of more than 20 parts"),
        (b"[" + b".".join([b"a"] * 20_000) + b"]", "line 1 has a key of more than 20 parts"),
        (b"data = {name = 'ring', " + b".".join([b"a"] * 20_000) + b" = 1}", "line 1 has a key of more than 20 parts"),
        (b"[data]\nname = 'mixture'\ncentres = [" + b"[0.1, 0.2], " * 101 + b"]", "data.centres = [[0.1, 0.2]"),
        (b"#" * (LARGEST_FILE + 1), "200001 bytes is too large for a config (at most 200000)"),
        (b"title = 3", "title = 3: must be a text"),
        (b"lesson = []", "lesson = []: must be a text"),
        (b"order = 1.5", "order = 1.5: must be a whole number"),
        (b"order = true", "order = True: must be a whole number"),
        (b"data = 3", "data = 3: must be a table of keys and values"),
        (b"[dat]", "unknown section 'dat': did you mean 'data'?"),
        (b"[data]\nnam = 'ring'", "unknown key 'data.nam': did you mean 'name'?"),
        (b"[training]\nseed = 'one'", "training.seed = 'one': must be a whole number"),
        (b"[training]\nseed = 2024-01-01", "training.seed = datetime.date(2024, 1, 1): must be a whole number"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    with pytest.raises(InputError) as refused:
        load_config(file)
    assert str(refused.value).startswith(str(file))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.toml cannot be read: No such file"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="cannot be read: "):
        load_config(tmp_path)
