"""Reads a run folder's `run.sqlite`, also while another process writes it."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Callable, Iterable
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
from gan_desktop.core.own_code import OWN_CODE, check_ours, figures_from_json
from gan_desktop.core.registry import games
from gan_desktop.core.status import FINAL, Status
from gan_desktop.recording.connection import check_whole, connect_to_read, has_table, kind_of
from gan_desktop.recording.figure_history import read_history
from gan_desktop.recording.run_folder import CHECKPOINTS, DATABASE
from gan_desktop.recording.schema import FORMAT
from gan_desktop.recording.store import Fact
from gan_desktop.recording.writer_lock import is_written

T = TypeVar("T")

LONGEST_REASON = 200
# A database up to this size is looked at as a whole before it is read, which takes at most 0.1 s.
LOOKED_AT = 32 * 2**20
# What SQLite says about a database that may be whole.
PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


class NewerFormatError(InputError):
    """A newer program wrote the run, and this one could misread it."""


@dataclass(frozen=True)
class Alert:
    """A warning with its evidence, as it was given at that step; `time` is in seconds since 1970, UTC.

    `ended` is the step at which the evidence ended, None if it has not. `words` is the whole alert as
    `core/plain.py` reads it, None in runs of older programs.
    """

    step: int
    detector: str
    message: str
    evidence: dict[str, Any]
    time: float
    ended: int | None = None
    words: str | None = None


@dataclass(frozen=True)
class SavedFile:
    """A checkpoint or snapshot; `path` is relative to the run folder, `time` in seconds since 1970, UTC.

    `digest` is that of a checkpoint's weights; empty in runs of older programs.
    """

    step: int
    path: str
    time: float
    digest: str = ""


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
        digests: the digest of the weights after some of the steps.
    """

    folder: Path
    facts: dict[str, Fact]
    history: History = field(repr=False)
    interventions: tuple[Intervention, ...]
    alerts: tuple[Alert, ...]
    checkpoints: tuple[SavedFile, ...]
    snapshots: tuple[SavedFile, ...]
    metrics: tuple[MeasuredValue, ...] = ()
    digests: dict[int, str] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many steps were recorded, those of a branch's ancestors among them."""
        return self.history.first_step + len(self.history) if len(self.history) else self._begins_at

    @property
    def begins_late(self) -> bool:
        """Whether its first steps are missing: it was rescued after they had been recorded elsewhere."""
        return len(self.history) > 0 and self.history.first_step > self._begins_at

    @property
    def _begins_at(self) -> int:
        """The step from which on the record is its own."""
        return int(self.facts.get("parent_step") or 0)

    @property
    def is_own_code(self) -> bool:
        """Whether a person's own code trained it: it was only recorded."""
        return self.facts.get("game") == OWN_CODE

    def check_ours(self) -> None:
        """Raises InputError if a person's own code trained it: nothing here can go on with it."""
        check_ours(self.folder, self.facts.get("game"))

    def known(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys (`section.key`) that are known: all of them, unless the code is a person's own."""
        if not self.is_own_code:
            return list(keys)
        tables = self._tables()
        return [key for key in keys if key.partition(".")[2] in tables.get(key.partition(".")[0], {})]

    def config(self) -> RunConfig:
        """The config that was trained; in a run of own code, what is not known has its default.

        Raises:
            InputError: this program does not know something in it.
        """
        tables = self._tables()
        if self.is_own_code:
            tables.pop("game", None)
        return validate_config(tables, str(self.folder / DATABASE))

    def _tables(self) -> dict[str, Any]:
        try:
            return tomllib.loads(str(self.facts.get("config", "")))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{self.folder / DATABASE}: its config is not TOML: {error}") from None


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
            facts = read_facts(connection, database)
            if database.stat().st_size <= LOOKED_AT:
                check_whole(connection)
            if not was_written and not is_written(database.parent):
                # Nobody wrote it before the facts were read, and nobody has begun to since: they are the last word.
                tell_interrupted(facts)
            return RunRecord(
                folder=database.parent,
                facts=facts,
                history=read_history(connection, figures_of(facts), database),
                interventions=read_interventions(connection),
                alerts=_read_alerts(connection),
                checkpoints=_read_checkpoints(connection),
                snapshots=_read(connection, "snapshots", "step, path, time", SavedFile),
                metrics=_read_metrics(connection),
                digests=_read_digests(connection),
            )
    except (sqlite3.Error, OSError, TypeError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise unreadable(database, error) from None


def unreadable(database: Path, error: Exception) -> InputError:
    """The sentence about a database that cannot be read; the error itself if it is one for a person."""
    if isinstance(error, InputError):
        return error
    code = kind_of(error)
    if is_locked(error):
        return InputError(f"{database} is locked by another process: close what has it open, and try again")
    # A damaged file may have anything in its words.
    reason = " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())
    is_damaged = code not in PASSING and not isinstance(error, OSError | MemoryError)
    left = _what_is_left(database.parent) if is_damaged else ""
    return InputError(f"{database} cannot be read as a run: {reason[:LONGEST_REASON]}{left}")


def is_locked(error: Exception) -> bool:
    """Whether another process has locked the database, which it will release."""
    return kind_of(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _what_is_left(folder: Path) -> str:
    """What can still be had of a run whose database is damaged: no run goes on without its record."""
    try:
        newest = max((folder / CHECKPOINTS).glob("step_*.npz"), default=None)
    except OSError:
        newest = None
    if newest is None:
        return ""
    return (
        "; no run goes on without its record, but its checkpoints are files of their own: in Python, "
        f"gan_desktop.training.checkpoint.load_checkpoint reads {newest}"
    )


def read_facts(connection: sqlite3.Connection, database: Path) -> dict[str, Fact]:
    """What is known about the run, without its figures.

    Raises:
        NewerFormatError: a newer program wrote it.
        ValueError, sqlite3.Error: it is no run's database, or is damaged.
    """
    facts: dict[str, Fact] = dict(connection.execute("SELECT key, value FROM run"))
    written = facts.get("format")
    if not isinstance(written, int):
        raise ValueError("it does not say its format")
    if written > FORMAT:
        raise NewerFormatError(
            f"{database} was written by a newer GAN Desktop (format {written}, this one reads up to {FORMAT}): "
            "update the program"
        )
    return facts


def tell_interrupted(facts: dict[str, Fact]) -> None:
    """Correct a status that its writer could not change any more."""
    if "status" in facts and facts["status"] not in FINAL:
        facts["status"] = str(Status.INTERRUPTED)


def figures_of(facts: dict[str, Fact]) -> Figures:
    """What each step of the run's game reports; an older program knew one game and did not name it.

    Raises:
        InputError: this program does not know the game.
        ValueError, TypeError: the figures of own code are damaged.
    """
    if facts.get("game") == OWN_CODE:
        return figures_from_json(str(facts.get("figures")))
    return games[str(facts.get("game", "gan"))].value().figures


def _read(connection: sqlite3.Connection, table: str, columns: str, make: Callable[..., T]) -> tuple[T, ...]:
    """What `make` makes of each row of a table, in the order in which they were written."""
    return tuple(make(*row) for row in connection.execute(f"SELECT {columns} FROM {table} ORDER BY number"))


def read_interventions(connection: sqlite3.Connection, most: int = -1) -> tuple[Intervention, ...]:
    """The interventions in their order; of the first ones, at most so many, if that is not negative."""
    author = ", author" if "author" in _columns(connection, "interventions") else ""
    columns = f"step, key, value, previous{author}"
    rows = connection.execute(f"SELECT {columns} FROM interventions ORDER BY number LIMIT ?", (most,))
    return tuple(Intervention(*row) for row in rows)


def _read_checkpoints(connection: sqlite3.Connection) -> tuple[SavedFile, ...]:
    digest = ", digest" if "digest" in _columns(connection, "checkpoints") else ""
    return _read(connection, "checkpoints", f"step, path, time{digest}", SavedFile)


def _read_digests(connection: sqlite3.Connection) -> dict[int, str]:
    if not has_table(connection, "digests"):
        return {}
    return dict(connection.execute("SELECT step, digest FROM digests ORDER BY step"))


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; an older program may have made it with fewer."""
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _read_alerts(connection: sqlite3.Connection) -> tuple[Alert, ...]:
    """The alerts with their ends; without ends if the program that wrote the run did not write them."""
    ends: dict[tuple[str, int], int] = {}
    if has_table(connection, "alert_ends"):
        rows = connection.execute("SELECT detector, raised, step FROM alert_ends ORDER BY number")
        ends = {(detector, raised): step for detector, raised, step in rows}
    words = "words" if "words" in _columns(connection, "alerts") else "NULL"
    alerts = _read(connection, "alerts", f"step, detector, message, evidence, time, {words}", alert_of_row)
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


def alert_of_row(step: int, detector: str, message: str, evidence: str, time: float, words: str | None) -> Alert:
    """The alert that a row of the database holds."""
    return Alert(step, detector, message, json.loads(evidence), time, words=words)
