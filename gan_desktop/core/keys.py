"""Config keys as people write them: parsed, resolved to `section.key`, applied, and refused in one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gan_desktop.core.config import RunConfig, sections
from gan_desktop.core.errors import InputError, named, shown, suggest
from gan_desktop.core.fields import KeyInfo, Kind, section_fields
from gan_desktop.core.numbers import how_to_write, number_of
from gan_desktop.core.registry import Options
from gan_desktop.core.sections import Selection

# The sentence for each pydantic error type, filled with its context; others keep pydantic's own words.
SENTENCES = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be a text",
    "list_type": "must be a list, as in [256, 128]",
    "tuple_type": "must be a list, as in [256, 128]",
    "too_long": "must have at most {max_length} items",
    "path_type": "must be a path, written as a text",
    "literal_error": "allowed: {expected}",
    "model_type": "must be a table of keys and values",
}
OWN_SENTENCES = {"both_frozen", "two_lengths", "condition", "registered"}

# Keys that are always written with their section: `name` alone is the data set's.
ALWAYS_WHOLE = {"game.name"}
# The most characters that are typed for one key: the longest list of a mixture's centres is a tenth of this.
LONGEST_TEXT = 20_000


def parse_value(text: str) -> Any:
    """The value that `text` has in TOML, else a number such as `.5`, else the text itself."""
    text = text.strip()
    # No key's value is a table, and reading one with a name of thousands of parts takes seconds.
    if len(text) <= LONGEST_TEXT and not text.endswith(",") and ("{" not in text or text[0] in "'\""):
        try:
            # In a list, so that a comment would swallow its end: `8#9` is not 8.
            values = tomllib.loads(f"value = [{text}]")["value"] if "\n" not in text else []
            if len(values) == 1:
                return values[0]
        except (ValueError, RecursionError):  # not TOML; a number of thousands of digits; thousands of brackets
            pass
    return text if (number := number_of(text)) is None else number


def read_value(text: str, info: KeyInfo) -> Any:
    """The value that `text` stands for at a key. If the key takes a text, it stays one, as a folder called `2024` does.

    Raises:
        InputError: it is too long to be a value.
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{info.path} = {shown(text)}: {len(text):,} characters, at most {LONGEST_TEXT:,} are allowed")
    value = parse_value(text)
    if info.kind is Kind.CHOICE:
        value = next((choice.value for choice in info.choices if text.strip() == str(choice.value)), value)
        is_text = all(isinstance(choice.value, str) for choice in info.choices)
    else:
        # A list of columns has the kind TEXT too, and stays a list.
        is_text = info.kind is Kind.PATH or (info.kind is Kind.TEXT and not isinstance(value, list))
    return text.strip() if is_text and not isinstance(value, str) else value


def parse_assignments(assignments: Iterable[str], config: RunConfig, option: str = "--set") -> dict[str, Any]:
    """Parse `KEY=VALUE` texts into `{"section.key": value}`. `option` is what gave them, for messages.

    Raises:
        InputError: no `=`, or an unknown or ambiguous key.
    """
    parsed: dict[str, Any] = {}
    selectors_first = sorted(assignments, key=lambda text: not is_selector(text.partition("=")[0].strip()))
    for text in selectors_first:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise InputError(f"{option} {shown(text)} is not of the form KEY=VALUE, as in batch_size=128")
        path = resolve_key(key.strip(), config)
        parsed[path] = read_value(value, key_info(config, path))
        if is_selector(path):
            config = replace_keys(config, {path: parsed[path]})
    return parsed


def is_selector(path: str) -> bool:
    """Whether `section.key`, or a key without its section, selects a registered thing whose options are keys too."""
    section, _, key = path.rpartition(".")
    models = [sections().get(section)] if section else sections().values()
    return any(model is not None and issubclass(model, Selection) and model.selector == key for model in models)


def known_keys(config: RunConfig) -> dict[str, list[str]]:
    """Each section's keys, with the options of what it selects."""
    keys = {name: list(model.model_fields) for name, model in sections().items()}
    for name in keys:
        section = getattr(config, name)
        if isinstance(section, Selection):
            keys[name] += list(type(section.options).model_fields)
    return keys


def key_info(config: RunConfig, path: str) -> KeyInfo:
    """What is known about a `section.key` that `resolve_key` gave."""
    return next(info for info in section_fields(config, path.partition(".")[0]) if info.path == path)


def resolve_key(key: str, config: RunConfig) -> str:
    """The full `section.key` of a key that may be written without its section.

    Raises:
        InputError: unknown, with the near miss; or in several sections.
    """
    keys = known_keys(config)
    if "." in key:
        section, _, name = key.partition(".")
        if section not in keys:
            raise InputError(f"unknown section {named(section)} in {named(key)}: {suggest(section, keys)}")
        if name not in keys[section]:
            raise InputError(f"unknown key {named(key)}: {suggest(name, keys[section])}")
        return key
    homes = [section for section, names in keys.items() if key in names and f"{section}.{key}" not in ALWAYS_WHOLE]
    if len(homes) == 1:
        return f"{homes[0]}.{key}"
    if homes:
        raise InputError(
            f"the key '{key}' is in several sections: write {' or '.join(f'{home}.{key}' for home in homes)}"
        )
    raise InputError(f"unknown key {named(key)}: {suggest(key, [name for names in keys.values() for name in names])}")


def replace_keys(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """The config with `{"section.key": value}` replaced and everything validated again.

    If a selector changes (`data.name`), what only belongs to the thing selected before is dropped. If the length is
    given in steps, epochs are dropped, and the other way round.

    Raises:
        InputError: a value is not allowed.
    """
    tables = dump_config(config)
    for path, value in values.items():
        section, _, key = path.partition(".")
        if is_selector(path) and tables[section].get(key) != value:
            model = sections()[section]
            assert issubclass(model, Selection)
            fields = model.kept_fields(str(value)) - {"path"}
            kept = {name: old for name, old in tables[section].items() if name in fields}
            tables[section] = kept | _within(values, section)
        tables[section][key] = value
    for key, other in (("steps", "epochs"), ("epochs", "steps")):
        if f"training.{key}" in values and f"training.{other}" not in values:
            tables["training"].pop(other, None)
    return validate_config(tables)


def carried_options(config: RunConfig, path: str, name: str) -> dict[str, Any]:
    """The options set so far that `name` has too, as `{"section.key": value}`, to be kept when `path` selects `name`.

    An option at its default takes the default of `name`, and so does one whose value `name` refuses.
    """
    section = path.partition(".")[0]
    old, new = getattr(config, section).options, getattr(config, section).choices[name].options
    carried = {}
    for key, field in type(old).model_fields.items():
        value = getattr(old, key)
        if key in new.model_fields and value != field.default and _takes(new, key, value):
            carried[f"{section}.{key}"] = value
    return carried


def _takes(options: type[Options], key: str, value: Any) -> bool:
    try:
        options.model_validate({key: value})
    except ValidationError:
        return False
    return True


def _within(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {path.partition(".")[2]: value for path, value in values.items() if path.startswith(f"{section}.")}


def dump_config(config: RunConfig) -> dict[str, dict[str, Any]]:
    """Plain tables, fit for TOML: without None, and with paths as text."""
    tables: dict[str, dict[str, Any]] = config.model_dump(mode="json", exclude_none=True)
    return tables


def validate_config(tables: Mapping[str, Any], source: str = "") -> RunConfig:
    """Validate plain tables.

    Args:
        tables: sections of keys and values.
        source: what to name in messages, such as a file.

    Raises:
        InputError: one sentence about the first thing that is wrong.
    """
    try:
        return RunConfig.model_validate(dict(tables))
    except ValidationError as error:
        path, sentence = describe(error.errors(include_url=False)[0], tables)
        raise InputError(f"{source}: {sentence}" if source else sentence, path) from None


def describe(error: ErrorDetails, tables: Mapping[str, Any]) -> tuple[str, str]:
    """The config key at fault and one sentence that names it, its value and what is allowed."""
    place = [str(part) for part in error["loc"] if part not in ("function-after", "none")]
    path = ".".join(place[:2])
    if error["type"] == "combination":
        return error["ctx"]["key"], error["ctx"]["message"]
    if error["type"] in OWN_SENTENCES:
        return path, f"{path}: {error['msg']}" if path else error["msg"]
    if error["type"] == "extra_forbidden":
        if len(place) == 1:
            return path, f"unknown section {named(path)}: {suggest(path, sections())}"
        return path, f"unknown key {named(path)}: {suggest(place[1], _allowed_keys(place[0], tables))}"
    sentence = SENTENCES.get(error["type"])
    allowed = sentence.format(**error.get("ctx", {})) if sentence else error["msg"]
    value, is_whole = error["input"], error["type"] == "int_type"
    is_number = isinstance(value, str) and error["type"] in ("int_type", "float_type")
    advice = how_to_write(value, is_whole) if is_number else ""
    return path, f"{path} = {shown(value)}: {allowed}{advice}"


def _allowed_keys(section: str, tables: Mapping[str, Any]) -> list[str]:
    model = sections()[section]
    keys = list(model.model_fields)
    if issubclass(model, Selection):
        name = tables[section].get(model.selector, model.model_fields[model.selector].default)
        keys += list(model.choices[name].options.model_fields)
    return keys
