"""One run as lists show it: what is known of it without its figures, or what is wrong with it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from gan_desktop.core.errors import InputError, named
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.own_code import check_ours
from gan_desktop.recording.connection import connect_to_read
from gan_desktop.recording.notes import Bookmark, RunNotes, noted_name, read_notes
from gan_desktop.recording.reader import (
    NewerFormatError,
    read_facts,
    read_interventions,
    tell_interrupted,
    unreadable,
)
from gan_desktop.recording.run_folder import CHECKPOINTS, CONFIG, DATABASE, SAMPLES, not_there
from gan_desktop.recording.store import Fact
from gan_desktop.recording.writer_lock import is_written

PICTURE = re.compile(r"step_(\d+)\.png")
# How many interventions of a branch are looked at: a slider's drag makes dozens.
MOST_CHANGES = 100


class Problem(StrEnum):
    """What is wrong with what stands in a list of runs."""

    EMPTY = "empty"  # nothing was trained in there
    BROKEN = "broken"  # its database cannot be read
    NEWER = "newer format"  # a newer program wrote it
    GONE = "gone"  # the folder is not there any more
    NOTES = "damaged notes"  # the run itself is whole


@dataclass(frozen=True)
class Parent:
    """The run and the step from which a branch comes; of the run, what the branch remembers."""

    id: str
    step: int
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class RunEntry:
    """A run as a list shows it; texts are empty where something is not known.

    Attributes:
        folder: the run folder.
        id: what the run is told by wherever its folder is; empty for a run of an older program.
        name: the person's, or else the folder's.
        preset: what it was started as.
        step: the step that it has reached.
        total_steps: the step at which it is to end, None if it is not known.
        status: a word of `Status`; `interrupted` if it was under way and nobody writes it any more.
        alerts: how many alerts were raised.
        changes: the first interventions of a branch.
        started: when, as ISO 8601 in UTC.
        seconds: how long it has trained.
        device: what it was trained on.
        thumbnail: its newest picture.
        is_written: whether some process writes it now.
        problem: what is wrong with it; `reason` says it in a sentence.
        bytes: what it takes of the disk; None until `measured` has looked.
    """

    folder: Path
    name: str
    id: str = ""
    preset: str = ""
    game: str = ""
    step: int = 0
    total_steps: int | None = None
    status: str = ""
    alerts: int = 0
    notes: str = ""
    tags: tuple[str, ...] = ()
    hidden: bool = False
    bookmarks: tuple[Bookmark, ...] = ()
    parent: Parent | None = None
    changes: tuple[Intervention, ...] = ()
    started: str = ""
    seconds: float = 0.0
    device: str = ""
    thumbnail: Path | None = None
    is_written: bool = False
    problem: Problem | None = None
    reason: str = ""
    bytes: int | None = None

    @property
    def is_readable(self) -> bool:
        """Whether there is a run that can be opened."""
        return self.problem in (None, Problem.NOTES)

    def check_readable(self) -> None:
        """Raises InputError, with the reason, if there is no run in there that can be opened."""
        if not self.is_readable:
            raise InputError(f"run {named(self.name)} cannot be opened: {self.reason}")

    def check_ours(self) -> None:
        """Raises InputError if a person's own code trained it: nothing here can go on with it."""
        check_ours(self.folder, self.game)


def read_entry(folder: Path) -> RunEntry:
    """Look at one run folder. Never raises: what is wrong with it is its `problem`."""
    entry = RunEntry(folder, folder.name or str(folder))
    if not folder.is_dir():
        return replace(entry, problem=Problem.GONE, reason=not_there(folder))
    try:
        notes, damage = read_notes(folder), ""
    except InputError as error:
        notes, damage = RunNotes(), str(error)
    entry = replace(
        entry,
        name=notes.name or entry.name,
        notes=notes.notes,
        tags=notes.tags,
        hidden=notes.hidden,
        bookmarks=notes.bookmarks,
        thumbnail=newest_picture(folder / SAMPLES),
    )
    entry = _with_facts(entry)
    return replace(entry, problem=Problem.NOTES, reason=damage) if damage and entry.problem is None else entry


def _with_facts(entry: RunEntry) -> RunEntry:
    """The entry with what the database says of the run, or with what is wrong with that."""
    database = entry.folder / DATABASE
    if not database.is_file() and (entry.thumbnail is not None or _has_checkpoints(entry.folder)):
        reason = f"its database is missing: there is no file {database}, but checkpoints or pictures are there"
        return replace(entry, problem=Problem.BROKEN, reason=reason)
    if not database.is_file():
        return replace(entry, problem=Problem.EMPTY, reason=f"nothing was recorded: there is no file {database}")
    try:
        was_written = is_written(entry.folder)
        with closing(connect_to_read(database)) as connection:
            connection.execute("BEGIN")  # all that follows is of one moment
            facts = read_facts(connection, database)
            (newest,) = connection.execute("SELECT MAX(step) FROM figures").fetchone()
            (alerts,) = connection.execute("SELECT COUNT(*) FROM alerts").fetchone()
            changes = read_interventions(connection, MOST_CHANGES) if facts.get("parent_id") else ()
            written = was_written or is_written(entry.folder)
            if not written:
                tell_interrupted(facts)
        entry = _known(replace(entry, changes=changes), facts, alerts, -1 if newest is None else newest)
    except NewerFormatError as error:
        return replace(entry, problem=Problem.NEWER, reason=str(error))
    except (sqlite3.Error, OSError, TypeError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        return replace(entry, problem=Problem.BROKEN, reason=str(unreadable(database, error)))
    if entry.step == 0 and not written and not _has_checkpoints(entry.folder):
        return replace(entry, problem=Problem.EMPTY, reason="it ended before its first step")
    return replace(entry, is_written=written)


def _has_checkpoints(folder: Path) -> bool:
    """Whether something was trained there that may still be had; whoever cannot look does not say no."""
    try:
        return next((folder / CHECKPOINTS).glob("step_*.npz"), None) is not None
    except OSError:
        return True


def _known(entry: RunEntry, facts: dict[str, Fact], alerts: int, newest: int) -> RunEntry:
    """The entry with its facts; whoever was killed may have written figures of later steps than its last fact.

    Raises:
        TypeError, ValueError: a fact is none.
    """
    total, started = facts.get("total_steps"), str(facts.get("started", ""))
    if started:
        datetime.fromisoformat(started)
    parent = None
    if facts.get("parent_id"):
        path, preset = str(facts.get("parent_path") or ""), str(facts.get("parent_name") or "")
        name = noted_name(Path(path)) or Path(path).name if path else preset
        parent = Parent(str(facts["parent_id"]), int(facts.get("parent_step") or 0), name, path)
    return replace(
        entry,
        id=str(facts.get("id", "")),
        preset=str(facts.get("name", "")),
        game=str(facts.get("game", "gan")),
        step=max(int(facts.get("step") or 0), newest + 1),
        total_steps=None if total is None else int(total),
        status=str(facts.get("status", "")),
        alerts=alerts,
        parent=parent,
        started=started,
        seconds=float(facts.get("seconds") or 0.0),
        device=str(facts.get("device", "")),
    )


def newest_picture(samples: Path) -> Path | None:
    """The picture of the highest step in a folder of pictures; None if there is none."""
    try:
        with os.scandir(samples) as found:
            pictures = [(int(match[1]), entry.name) for entry in found if (match := PICTURE.fullmatch(entry.name))]
    except (OSError, ValueError):  # a number of thousands of digits
        return None
    return samples / max(pictures)[1] if pictures else None


def age(entry: RunEntry) -> tuple[str, int]:
    """What sorts entries by when they were begun: to the second, and then by their configs, which are written once."""
    written = 0
    with suppress(OSError):
        file = entry.folder / CONFIG
        written = (file if file.exists() else entry.folder).stat().st_mtime_ns
    moment = datetime.fromtimestamp(written / 1e9, UTC).isoformat(timespec="seconds")
    return entry.started or moment, written


def measured(entry: RunEntry) -> RunEntry:
    """The entry with the bytes that its folder takes."""
    return replace(entry, bytes=sum(_sizes(entry.folder)))


def _sizes(folder: str | Path) -> Iterator[int]:
    """The sizes of all files in a folder, in bytes; what goes meanwhile, or cannot be read, counts as nothing."""
    with suppress(OSError), os.scandir(folder) as found:
        for item in found:
            with suppress(OSError):
                if item.is_dir(follow_symlinks=False):
                    yield from _sizes(item.path)
                else:
                    yield item.stat(follow_symlinks=False).st_size
