"""What the command line's commands share: how options are read, and how lists are printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gan_desktop.core.errors import InputError, shown
from gan_desktop.core.keys import parse_value
from gan_desktop.core.paths import expanded
from gan_desktop.terminal import EXIT_OK

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
HOW_NAMED = "A name of the library, a run folder, or 'last'."
Run = Annotated[str, typer.Argument(metavar="RUN", help=HOW_NAMED, show_default=False)]


def path_of(option: str, wanted: str, text: str | None) -> Path | None:
    """The path that an option gives, with the home folder in place of `~`; None if it is not given.

    Raises:
        InputError: it is empty, which would be the current folder, or no path at all.
    """
    if text is None:
        return None
    if not text.strip():
        raise InputError(f"{option} {shown(text)} is empty: give {wanted}", option)
    if "\0" in text:
        raise InputError(f"{option} {shown(text)}: must not hold a zero byte", option)
    return expanded(Path(text))


def whole_number(option: str, text: str, most: int, least: int = 1) -> int:
    """The number that an option gives, from `least` to `most`.

    Raises:
        InputError: it is not one.
    """
    number = parse_value(text)
    if type(number) is not int or not least <= number <= most:
        raise InputError(f"{option} = {shown(text)}: must be a whole number from {least} to {most}", option)
    return number


def show(rows: list[dict[str, Any]], as_json: bool) -> int:
    """Print a list as JSON, or for people."""
    if as_json:
        print(json.dumps(rows))
        return EXIT_OK
    width = max((len(row["name"]) for row in rows), default=0) + 2
    for row in rows:
        print(f"{row['name']:{width}}{row['title']}")
        for key in ("lesson", "description"):
            if row.get(key):
                print(f"    {row[key]}")
        if row.get("options"):
            print("    " + "  ".join(f"{name}={value}" for name, value in row["options"].items()))
    return EXIT_OK
