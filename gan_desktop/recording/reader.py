"""Reads a run folder's `run.sqlite`, also while another process writes it."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.figures import Figures
from gan_desktop.core.history import History
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.keys import validate_config
from gan_desktop.core.measured import Floor
from gan_desktop.core.registry import games
from gan_desktop.core.status import FINAL, Status
from gan_desktop.recording.connection import connect_to_read, has_table
from gan_desktop.recording.figure_history import read_history
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.store import FORMAT, Fact
from gan_desktop.recording.writer_lock import is_written

T = TypeVar("T")

LONGEST_REASON = 200


@dataclass(frozen=True)
class Alert:
    """A warning with its evidence, as it was given at that step; `time` is in seconds since 1970, UTC.

    `ended` is the step at which the evidence ended, None if it has not.
    """

    step: int
    detector: str
    message: str
    evidence: dict[str, Any]
    time: float
    ended: int | None = None


@dataclass(frozen=True)
class SavedFile:
    """A checkpoint or snapshot; `path` is relative to the run folder, `time` in seconds since 1970, UTC."""

    step: int
    path: str
    time: float


@dataclass(frozen=True)
class MeasuredValue:
    """A metric of the generator after `step` steps; NaN if the fakes left it undefined.

    Attributes:
        averaged: the same with averaged weights, None if there were none.
        floor: what real samples gave in place of fakes, if that was measured.
    """

    step: int
    metric: str
    value: float
    averaged: float | None = None
    floor: Floor | None = None


@dataclass(frozen=True)
class RunRecord:
    """What a run left behind; if it is still under way, all of it is of one moment.

    Attributes:
        folder: the run folder.
        facts: format, name, version, started, config (TOML), seed, device, data, status, step, seconds, ... The status
            is `interrupted` if the run was under way and nobody writes it any more.
        history: every step's figures; old ones of a long run are read from the database when they are asked for.
        metrics: the measured values, in the order in which they were measured.
    """

    folder: Path
    facts: dict[str, Fact]
    history: History = field(repr=False)
    interventions: tuple[Intervention, ...]
    alerts: tuple[Alert, ...]
    checkpoints: tuple[SavedFile, ...]
    snapshots: tuple[SavedFile, ...]
    metrics: tuple[MeasuredValue, ...] = ()

    def config(self) -> RunConfig:
        """The config that was trained.

        Raises:
            InputError: this program does not know something in it.
        """
        source = str(self.folder / DATABASE)
        try:
            return validate_config(tomllib.loads(str(self.facts.get("config", ""))), source)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{source}: its config is not TOML: {error}") from None


def read_run(path: Path) -> RunRecord:
    """Read a run folder, or the `run.sqlite` in one.

    Raises:
        InputError: there is no such file, or it is not a run's database, is damaged, or comes from a newer program.
    """
    database = path / DATABASE if path.is_dir() else path
    try:
        if not database.is_file():
            raise InputError(f"{path} is not a run folder: there is no file {database}")
        was_written = is_written(database.parent)
        with closing(connect_to_read(database)) as connection:
            connection.execute("BEGIN")  # all that follows is of one moment
            facts = _read_facts(connection, database)
            if not was_written and not is_written(database.parent):
                # Nobody wrote it before the facts were read, and nobody has begun to since: they are the last word.
                _tell_interrupted(facts)
            return RunRecord(
                folder=database.parent,
                facts=facts,
                history=read_history(connection, _figures(facts), database),
                interventions=_read(connection, "interventions", "step, key, value, previous", Intervention),
                alerts=_read_alerts(connection),
                checkpoints=_read(connection, "checkpoints", "step, path, time", SavedFile),
                snapshots=_read(connection, "snapshots", "step, path, time", SavedFile),
                metrics=_read_metrics(connection),
            )
    except (sqlite3.Error, OSError, TypeError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        if isinstance(error, InputError):
            raise
        # A damaged file may have anything in its words.
        reason = " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())
        raise InputError(f"{database} cannot be read as a run: {reason[:LONGEST_REASON]}") from None


def _read_facts(connection: sqlite3.Connection, database: Path) -> dict[str, Fact]:
    facts: dict[str, Fact] = dict(connection.execute("SELECT key, value FROM run"))
    written = facts.get("format")
    if not isinstance(written, int):
        raise ValueError("it does not say its format")
    if written > FORMAT:
        raise InputError(
            f"{database} was written by a newer GAN Desktop (format {written}, this one reads up to {FORMAT}): "
            "update the program"
        )
    return facts


def _tell_interrupted(facts: dict[str, Fact]) -> None:
    """Correct a status that its writer could not change any more."""
    if "status" in facts and facts["status"] not in FINAL:
        facts["status"] = str(Status.INTERRUPTED)


def _figures(facts: dict[str, Fact]) -> Figures:
    """What each step of the run's game reports; an older program knew one game and did not name it.

    Raises:
        InputError: this program does not know the game.
    """
    return games[str(facts.get("game", "gan"))].value().figures


def _read(connection: sqlite3.Connection, table: str, columns: str, make: Callable[..., T]) -> tuple[T, ...]:
    """What `make` makes of each row of a table, in the order in which they were written."""
    return tuple(make(*row) for row in connection.execute(f"SELECT {columns} FROM {table} ORDER BY number"))


def _read_alerts(connection: sqlite3.Connection) -> tuple[Alert, ...]:
    """The alerts with their ends; without ends if the program that wrote the run did not write them."""
    ends: dict[tuple[str, int], int] = {}
    if has_table(connection, "alert_ends"):
        rows = connection.execute("SELECT detector, raised, step FROM alert_ends ORDER BY number")
        ends = {(detector, raised): step for detector, raised, step in rows}
    alerts = _read(connection, "alerts", "step, detector, message, evidence, time", _alert)
    return tuple(replace(alert, ended=ends.get((alert.detector, alert.step))) for alert in alerts)


def _read_metrics(connection: sqlite3.Connection) -> tuple[MeasuredValue, ...]:
    """The measured values; none if the program that wrote the run measured nothing."""
    if not has_table(connection, "metrics"):
        return ()
    return _read(connection, "metrics", "step, metric, value, averaged, floor, floor_deviation", _measured_value)


def _measured_value(
    step: int, metric: str, value: float | None, averaged: float | None, floor: float | None, deviation: float | None
) -> MeasuredValue:
    known_floor = None if floor is None or deviation is None else Floor(floor, deviation)
    return MeasuredValue(step, metric, float("nan") if value is None else value, averaged, known_floor)


def _alert(step: int, detector: str, message: str, evidence: str, time: float) -> Alert:
    return Alert(step, detector, message, json.loads(evidence), time)
