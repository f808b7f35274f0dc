"""Presets: configs with a title and a lesson, read from `resources/presets/*.toml`; and configs from any TOML file."""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from gan_desktop.core import paths
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import LONGEST_PATH, InputError, named, shortened, shown, suggest
from gan_desktop.core.interventions import ControlValue, control_path, current_controls, is_same
from gan_desktop.core.keys import dump_config, replace_keys, validate_config

DEFAULT_PRESET = "digits"
# The names of a failure on demand and of its cure differ only in this: `fail-collapse`, `heal-collapse`.
FAILS, HEALS = "fail-", "heal-"
# A config is a page of text: anything larger is not one, and is refused unread.
LARGEST_FILE = 200_000
# The most dots in a key, where one is right. The time to read a key grows with the square of its parts.
MOST_DOTS = 20


@dataclass(frozen=True)
class Preset:
    """A config that teaches something: `lesson` is one paragraph, `order` its place in lists."""

    name: str
    title: str
    lesson: str
    config: RunConfig
    order: int = 1000


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        InputError: missing, unreadable, oversize, not UTF-8 or not TOML; names the file and, if known, the line.
    """
    name = shortened(str(path), LONGEST_PATH)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
            raise InputError(f"{name} is not a file")
        if status.st_size > LARGEST_FILE:
            raise InputError(f"{name}: {status.st_size} bytes is too large for a config (at most {LARGEST_FILE})")
        text = path.read_text(encoding="utf-8-sig")  # with the mark that some editors put before the text
        _refuse_long_keys(name, text)
        return tomllib.loads(text)
    except InputError:
        raise
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML: {error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{name} is not TOML: it is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets; a zero byte in the name
        raise InputError(f"{name} is not a config: {error}") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}") from None


def _refuse_long_keys(name: str, text: str) -> None:
    """Refuse keys such as a.b.c.d..., whether before an equals sign, in a table's title or in a table in one line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") <= MOST_DOTS:
            continue
        keys = [line.strip("[] ")] if line.startswith("[") and "=" not in line else line.split("=")[:-1]
        # What stands before the last comma or bracket belongs to a value.
        if any(re.split(r"[,{\"']", key)[-1].count(".") > MOST_DOTS for key in keys):
            message = f"line {number} has a key of more than {MOST_DOTS} parts; allowed: a section and a name"
            raise InputError(f"{name}: {message}")


def parse_preset(name: str, tables: Mapping[str, Any], source: str) -> Preset:
    """Make a preset from a TOML file's tables; `title` and `lesson` are optional, so any config file will do.

    Raises:
        InputError: a key or value is not allowed.
    """
    tables = dict(tables)
    texts = {key: tables.pop(key, default) for key, default in (("title", name), ("lesson", ""), ("order", 1000))}
    for key in ("title", "lesson"):
        if not isinstance(texts[key], str):
            raise InputError(f"{source}: {key} = {shown(texts[key])}: must be a text", key)
    if type(texts["order"]) is not int:
        raise InputError(f"{source}: order = {shown(texts['order'])}: must be a whole number", "order")
    lesson = " ".join(texts["lesson"].split())
    return Preset(name, texts["title"], lesson, validate_config(tables, source), texts["order"])


def load_config(path: Path) -> Preset:
    """Read a config or preset file.

    Raises:
        InputError: as `read_toml` and `parse_preset`.
    """
    return parse_preset(path.stem, read_toml(path), shortened(str(path), LONGEST_PATH))


@cache
def presets() -> dict[str, Preset]:
    """The presets that ship, by name, in the order in which lists show them."""
    files = (paths.resources() / "presets").glob("*.toml")
    found = sorted((load_config(file) for file in files), key=lambda preset: (preset.order, preset.name))
    return {preset.name: preset for preset in found}


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: there is none; names the near miss.
    """
    if name not in presets():
        raise InputError(f"unknown preset {named(name)}: {suggest(name, presets())}")
    return presets()[name]


def cure_of(name: str) -> Preset | None:
    """The preset that heals the failure on demand of that name; None for any other preset."""
    return presets().get(HEALS + name.removeprefix(FAILS)) if name.startswith(FAILS) else None


def live_cure(failing: RunConfig, cure: RunConfig) -> tuple[tuple[str, ControlValue], ...]:
    """The live controls in which `cure` differs, with its values. With these changes the failing run is the cure.

    Empty if something else differs too, such as the data: then the cure needs a new start.
    """
    now, then = current_controls(failing), current_controls(cure)
    changes = tuple((key, value) for key, value in then.items() if not is_same(value, now[key]))
    healed = replace_keys(failing, {control_path(key): value for key, value in changes})
    return changes if dump_config(healed) == dump_config(cure) else ()


def dump_toml(config: RunConfig) -> str:
    """The config as TOML that `load_config` reads back to an equal config."""
    return tomli_w.dumps(dump_config(config))
