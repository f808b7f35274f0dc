"""What was kept of single steps, which is read when it is looked at: samples, views, lights."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from gan_desktop.core.diagnosis import Diagnosed
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Samples
from gan_desktop.core.past import SavedLights, SavedSamples, SavedView
from gan_desktop.core.plain import from_json
from gan_desktop.core.views import KeptView, View
from gan_desktop.recording.arrays_in_bytes import samples_from_bytes
from gan_desktop.recording.connection import connect_to_read, has_table
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.views_in_bytes import view_from_bytes


def saved_samples(folder: Path, connection: sqlite3.Connection) -> tuple[SavedSamples, ...]:
    """The samples that a run has kept, in the order of their steps."""
    return tuple(SavedSamples(step, partial(read_samples, folder, step)) for step in _steps(connection, "samples"))


def saved_views(folder: Path, connection: sqlite3.Connection) -> tuple[SavedView, ...]:
    """The pictures of the networks' insides that a run has kept, in the order of their steps."""
    if not has_table(connection, "views"):
        return ()
    rows = connection.execute("SELECT step, kind FROM views ORDER BY step, kind")
    kept = [(step, View(kind)) for step, kind in rows if kind in tuple(View)]
    return tuple(SavedView(step, kind, partial(read_view, folder, step, kind)) for step, kind in kept)


def saved_lights(folder: Path, connection: sqlite3.Connection) -> tuple[SavedLights, ...]:
    """The lights that a run has kept, in the order of their steps."""
    if not has_table(connection, "lights"):
        return ()
    rows = connection.execute("SELECT step, content FROM lights ORDER BY step")
    return tuple(SavedLights(step, partial(read_lights, folder, step), _values(content)) for step, content in rows)


def _values(content: str) -> dict[str, float]:
    """The number of each aspect in lights that were kept; none if they are damaged, which their reader is told."""
    try:
        return {str(aspect["name"]): float(aspect["value"]) for aspect in json.loads(content)["aspects"]}
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}


def _steps(connection: sqlite3.Connection, table: str) -> list[int]:
    """The steps of which a table keeps something, in their order."""
    if not has_table(connection, table):
        return []
    return [step for (step,) in connection.execute(f"SELECT step FROM {table} ORDER BY step")]


def read_samples(folder: Path, step: int) -> Samples:
    """The samples that were kept of a step.

    Raises:
        InputError: they cannot be read.
    """
    content: bytes = _content(folder, "samples", step)
    return samples_from_bytes(content)


def read_view(folder: Path, step: int, kind: View) -> KeptView:
    """The picture of that kind that was kept of a step.

    Raises:
        InputError: it cannot be read.
    """
    return view_from_bytes(kind, _content(folder, "views", step, " AND kind = ?", str(kind)))


def read_lights(folder: Path, step: int) -> Diagnosed:
    """The lights that were kept of a step.

    Raises:
        InputError: they cannot be read.
    """
    try:
        return from_json(Diagnosed, str(_content(folder, "lights", step)))
    except ValueError as error:
        raise InputError(f"the lights of step {step} are damaged: {error}") from None


def _content(folder: Path, table: str, step: int, also: str = "", *values: str) -> Any:
    """What a table keeps of a step; `also` and its values tell it from other rows of that step.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with closing(connect_to_read(folder / DATABASE)) as connection:
            query = f"SELECT content FROM {table} WHERE step = ?{also}"
            row = connection.execute(query, (step, *values)).fetchone()
    except sqlite3.Error as error:
        raise InputError(f"{folder / DATABASE} cannot be read: {error}") from None
    if row is None:
        raise InputError(f"the {table} of step {step} are no longer kept in {folder}")
    return row[0]
