"""A run that a person's own code trains, and that this program only records: what is known of it, and what is not.

Such a run names no game, so that nothing takes it for one that can be repeated here. Its config holds only the keys
that the code has told: rates, batch, length.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import tomli_w

from gan_desktop.core.errors import InputError, named
from gan_desktop.core.figures import Figure, Figures
from gan_desktop.core.registry import games

# Stands in a run's facts and in its config in place of the name of a game.
OWN_CODE = "own_code"
# What every game of a generator and a discriminator reports, and many plots show.
LOSSES = ("d_loss", "g_loss")
# It becomes the name of a column.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def config_text(known: Mapping[str, Any]) -> str:
    """The config as TOML: what is known, by `section.key`, and that the rest is the person's own code."""
    tables: dict[str, dict[str, Any]] = {"game": {"name": OWN_CODE}}
    for path, value in known.items():
        section, _, key = path.partition(".")
        tables.setdefault(section, {})[key] = value
    return tomli_w.dumps(tables)


def figures_named(names: Iterable[str]) -> Figures:
    """The figures of own code: both losses, and whatever else it reports. A name of the game GAN means what it does.

    Raises:
        InputError: a name cannot be that of a column.
    """
    known = games["gan"].value().figures
    wanted = list(dict.fromkeys([*LOSSES, *names]))
    for name in wanted:
        if not NAME.fullmatch(name):
            raise InputError(f"the figure {named(name)}: a name is of letters, digits and _, such as d_accuracy")
    with closing(sqlite3.connect(":memory:")) as trial:
        try:
            trial.execute(f"CREATE TABLE figures (step, first_step, {', '.join(wanted)})")
        except sqlite3.Error as error:
            raise InputError(f"the database does not take a name of a figure: {error}") from None
    return Figures(*(known[name] if name in known else _figure(name) for name in wanted))


def _figure(name: str) -> Figure:
    player = "discriminator" if name.startswith("d_") else "generator"
    return Figure(name, name.replace("_", " "), player, "loss" if is_loss(name) else "score")


def is_loss(name: str) -> bool:
    """Whether a figure is a loss, by its name: what is to stay finite."""
    return "loss" in name.lower()


def figures_to_json(figures: Figures) -> str:
    """The figures as a run's facts hold them."""
    return json.dumps([[one.name, one.meaning, one.player, one.kind] for one in figures.values()])


def figures_from_json(text: str) -> Figures:
    """The figures that a run's facts hold.

    Raises:
        ValueError, TypeError: they are none.
    """
    figures = Figures(*(Figure(*map(str, row)) for row in json.loads(text)))  # type: ignore[arg-type]
    if not all(NAME.fullmatch(name) for name in figures):
        raise ValueError("a figure has a name that none can have")
    return figures


def check_ours(folder: Path, game: object) -> None:
    """Raises InputError if the run was only recorded here: its networks are in a person's own code."""
    if game == OWN_CODE:
        raise InputError(
            f"{folder} is a run of somebody's own code, which GAN Desktop only recorded: only that code can go on with "
            "it, repeat it or make more samples"
        )
