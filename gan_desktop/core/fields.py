"""What a form needs to know about each config key, read from the config's models: nobody keeps a list of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gan_desktop.core.config import RunConfig, live_keys, sections
from gan_desktop.core.image_size import OfImages
from gan_desktop.core.objective import declared
from gan_desktop.core.sections import OneOf, Selection


class Kind(StrEnum):
    """The kind of value that is asked for."""

    FLAG = "flag"
    COUNT = "count"
    NUMBER = "number"
    CHOICE = "choice"
    LIST = "list"
    PATH = "path"
    SIZE = "size"
    TEXT = "text"


class Choice(NamedTuple):
    """One of the allowed values, with its title and what it is; an objective has its formula too."""

    value: str | int | float
    title: str
    description: str = ""
    formula: str = ""


@dataclass(frozen=True)
class KeyInfo:
    """One key of the config.

    Attributes:
        path: `section.key`.
        title: for people, in a word or two.
        description: a sentence or two; may be empty.
        choices: all that is allowed for a CHOICE.
        least, most: the bounds, if there are any; `above` and `below` are bounds that are themselves not allowed.
        is_live: whether it may change while a run is under way.
        usual: what the literature uses when it is on; None for a key that is not switched on and off.
        unit: what its number counts, in a word; empty where the title says it.
        is_optional: whether it may be left empty.
        is_option: whether it is an option of what its section selects, and goes when something else is selected.
    """

    path: str
    title: str
    description: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    is_live: bool = False
    usual: float | None = None
    unit: str = ""
    is_optional: bool = False
    is_option: bool = False

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]

    @property
    def key(self) -> str:
        """The short name, without the section."""
        return self.path.partition(".")[2]


def section_fields(config: RunConfig, section: str) -> list[KeyInfo]:
    """The keys of a section in order; the options of what it selects stand right behind the selector."""
    model = sections()[section]
    own = _fields_of(model, section)
    if not issubclass(model, Selection):
        return list(own)
    options = _fields_of(type(getattr(config, section).options), section, are_options=True)
    behind = 1 + next(place for place, info in enumerate(own) if info.key == model.selector)
    return [*own[:behind], *options, *own[behind:]]


def every_field() -> dict[str, KeyInfo]:
    """Every key by its path, with the options of all that can be selected; if a path comes twice, the first one."""
    found: dict[str, KeyInfo] = {}
    for section, model in sections().items():
        fields = list(_fields_of(model, section))
        if issubclass(model, Selection):
            for entry in model.choices.values():
                fields += _fields_of(entry.options, section, are_options=True)
        for info in fields:
            found.setdefault(info.path, info)
    return found


@cache
def live_fields() -> Mapping[str, KeyInfo]:
    """The live controls by their short names."""
    return {
        info.key: info
        for section in dict.fromkeys(live_keys().values())
        for info in _fields_of(sections()[section], section)
        if info.is_live
    }


def _fields_of(model: type[BaseModel], section: str, are_options: bool = False) -> tuple[KeyInfo, ...]:
    return tuple(_read(f"{section}.{name}", field, are_options) for name, field in model.model_fields.items())


def _read(path: str, field: FieldInfo, is_option: bool) -> KeyInfo:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    plain, metadata, is_optional = _plain(field.annotation)
    metadata = [*metadata, *field.metadata]
    kind, choices = _kind(plain, metadata)
    usual = extra.get("usual")
    return KeyInfo(
        path,
        field.title or in_words(path.partition(".")[2]),
        field.description or "",
        kind,
        choices,
        least=_bound(metadata, annotated_types.Ge, "ge"),
        most=_bound(metadata, annotated_types.Le, "le"),
        above=_bound(metadata, annotated_types.Gt, "gt"),
        below=_bound(metadata, annotated_types.Lt, "lt"),
        is_live=bool(extra.get("live")),
        usual=float(usual) if isinstance(usual, int | float) else None,
        unit=str(extra.get("unit", "")),
        is_optional=is_optional,
        is_option=is_option,
    )


def in_words(name: str) -> str:
    """A name in configs as a title: `leaky_slope` is "Leaky slope"."""
    return name.replace("_", " ").capitalize()


def _plain(annotation: Any) -> tuple[Any, list[Any], bool]:
    """The type behind `Annotated` and `| None`, what was annotated on the way, and whether None is allowed."""
    metadata: list[Any] = []
    is_optional = False
    while True:
        if get_origin(annotation) is Annotated:
            metadata += annotation.__metadata__
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            is_optional = is_optional or type(None) in get_args(annotation)
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, metadata, is_optional


def _kind(plain: Any, metadata: list[Any]) -> tuple[Kind, tuple[Choice, ...]]:
    if get_origin(plain) is Literal:
        return Kind.CHOICE, tuple(Choice(value, in_words(str(value))) for value in get_args(plain))
    for item in metadata:
        if isinstance(item, OneOf):
            return Kind.CHOICE, tuple(
                Choice(entry.name, entry.title, entry.description, declared(entry).formula)
                for entry in item.choices.values()
            )
        if isinstance(item, OfImages):
            return Kind.SIZE, ()
    kinds = {bool: Kind.FLAG, int: Kind.COUNT, float: Kind.NUMBER, Path: Kind.PATH}
    if plain in kinds:
        return kinds[plain], ()
    return (Kind.LIST if get_origin(plain) in (list, tuple) else Kind.TEXT), ()


def _bound(metadata: list[Any], kind: type, attribute: str) -> float | None:
    """The bound of that kind, if there is one; it may be in a `Field` of an annotation that pydantic has not merged."""
    for item in metadata:
        for part in getattr(item, "metadata", [item]):
            if isinstance(part, kind):
                return float(getattr(part, attribute))
    return None
