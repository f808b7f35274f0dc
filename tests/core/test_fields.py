"""What a form is told of each key: all of them, with kind, bounds, title and choices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from gan_desktop.core.config import RunConfig, live_keys, sections
from gan_desktop.core.fields import Kind, _fields_of, live_fields, section_fields
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.keys import known_keys, replace_keys
from gan_desktop.core.registry import Options, datasets, families, objectives, penalties
from gan_desktop.core.sections import Selection

DEFAULT = RunConfig()


class EveryKind(Options):
    flag: bool = False
    count: Annotated[int, Field(ge=2, le=9)] = 3
    number: Annotated[float, Field(ge=0, lt=1)] = 0.5
    choice: Literal["a_b", 4] = "a_b"
    numbers: tuple[int, ...] = (1, 2)
    names: list[str] | None = None
    file: Path | None = None
    text: Annotated[str, Field(title="A title", description="What it is.")] = "x"


def test_every_kind() -> None:
    infos = {info.key: info for info in _fields_of(EveryKind, "data", are_options=True)}
    assert [info.kind for info in infos.values()] == [
        Kind.FLAG,
        Kind.COUNT,
        Kind.NUMBER,
        Kind.CHOICE,
        Kind.LIST,
        Kind.LIST,
        Kind.PATH,
        Kind.TEXT,
    ]
    assert (infos["count"].least, infos["count"].most, infos["count"].below) == (2, 9, None)
    assert (infos["number"].least, infos["number"].most, infos["number"].below) == (0, None, 1)
    assert [(choice.value, choice.title) for choice in infos["choice"].choices] == [("a_b", "A b"), (4, "4")]
    assert {key for key, info in infos.items() if info.is_optional} == {"names", "file"}
    assert (infos["text"].title, infos["text"].description) == ("A title", "What it is.")
    assert all(info.is_option and info.path == f"data.{key}" for key, info in infos.items())


@pytest.mark.parametrize("data", datasets)
@pytest.mark.parametrize("family", families)
def test_no_key_is_left_out(data: str, family: str) -> None:
    config = replace_keys(DEFAULT, {"data.name": data, "generator.family": family, "discriminator.family": family})
    for section, keys in known_keys(config).items():
        infos = section_fields(config, section)
        assert sorted(info.key for info in infos) == sorted(keys)
        assert all(info.title for info in infos)


def test_names_are_chosen_from_their_registry() -> None:
    assert [choice.value for choice in live_fields()["objective"].choices] == list(objectives)
    (name, *_) = section_fields(DEFAULT, "data")
    assert [choice.value for choice in name.choices] == list(datasets)
    assert {choice.value: choice.description for choice in name.choices}["digits"] == datasets["digits"].description


def test_live_fields_are_the_live_keys_and_usual_values_are_allowed() -> None:
    assert live_fields().keys() == live_keys().keys() == current_controls(DEFAULT).keys()
    usual = {key: info.usual for key, info in live_fields().items() if info.usual is not None}
    assert usual == {
        "weight_clip": 0.01,
        "instance_noise": 0.1,
        "label_smoothing": 0.1,
        "ema_decay": 0.999,
        "gradient_penalty_weight": 10,
        "r1_weight": 1,
        "r2_weight": 1,
        "dragan_weight": 10,
        "cycle_weight": 10,
        "identity_weight": 5,
        "pixel_weight": 100,
        "content_weight": 1000,
    }
    games = {"pixel_weight": "translation", "content_weight": "super_resolution"}
    for key, value in usual.items():
        assert current_controls(DEFAULT)[key] == 0
        game = "cyclegan" if key in ("cycle_weight", "identity_weight") else games.get(key, "gan")
        changed = replace_keys(DEFAULT, {"game.name": game, live_fields()[key].path: value})
        assert current_controls(changed)[key] == value


@pytest.mark.parametrize("name", penalties)
def test_a_penalty_explains_itself(name: str) -> None:
    info = live_fields()[f"{name}_weight"]
    assert (info.title, info.description) == (penalties[name].title, penalties[name].description)


def test_every_key_is_described() -> None:
    """Descriptions are the tooltips of the form, those of the options of all that can be selected included."""
    of_sections = [(model.__name__, model) for model in sections().values()]
    of_options = [
        (entry.name, entry.options)
        for model in sections().values()
        if issubclass(model, Selection)
        for entry in model.choices.values()
    ]
    undescribed = [
        f"{name}: {info.key}"
        for name, model in of_sections + of_options
        for info in _fields_of(model, "section")
        if not (info.description[:1].isupper() and info.description.endswith("."))
    ]
    assert undescribed == []


def test_sections_of_the_form_are_those_of_the_config() -> None:
    assert all(section_fields(DEFAULT, section) for section in sections())
