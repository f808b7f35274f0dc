"""Reads what the window shows of a kept run: its own record and, if it is a branch, its ancestors' before it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.diagnosis import Alert as CoreAlert
from gan_desktop.core.diagnosis import Diagnosed, Evidence, Level, Sentence
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, DataSummary, RunStarted, SampleKind
from gan_desktop.core.history import CHUNK, ReadSteps
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.machine import machine_from
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Ancestor, Past
from gan_desktop.core.plain import from_json, measured_from_json
from gan_desktop.core.status import Status
from gan_desktop.recording.arrays_in_bytes import summary_from_bytes
from gan_desktop.recording.connection import connect_to_read, has_table
from gan_desktop.recording.reader import Alert, RunRecord, read_run, unreadable
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.saved import saved_lights, saved_samples, saved_views
from gan_desktop.recording.store import SUMMARY

# More than a plot of metrics has pixels; beyond them, some are left out evenly.
MOST_MEASURED = 2000
# What a damaged database fails with.
DAMAGE = (sqlite3.Error, OSError, KeyError, TypeError, ValueError, OverflowError, RecursionError, MemoryError)
# A branch of a branch of a branch: no chain is longer, unless files were tampered with.
MOST_ANCESTORS = 100


@dataclass(frozen=True)
class KeptRun:
    """A run as it was kept: what it would have told the window when it began, with all of its past, and how it ended.

    Attributes:
        started: has the whole past.
        status: how it ended; a run that somebody trains now is `training` or `paused`.
        record: everything else that was recorded.
    """

    started: RunStarted
    status: Status
    record: RunRecord


def read_kept_run(path: Path) -> KeptRun:
    """Read a run folder, to be shown without its networks.

    Raises:
        InputError: it cannot be read as a run.
    """
    record, past = read_past(path)
    try:
        return _kept_run(record, past)
    except DAMAGE as error:
        raise unreadable(record.folder / DATABASE, error) from None


def _kept_run(record: RunRecord, past: Past) -> KeptRun:
    facts = record.facts
    machine = None
    with suppress(ValueError, KeyError):
        machine = machine_from(json.loads(str(facts["machine"])))
    total = facts.get("total_steps")
    started = RunStarted(
        config=record.config(),
        name=str(facts.get("name", "custom")),
        data=past.data or _unknown_data(record, past),
        device=str(facts.get("device", "")),
        run_folder=record.folder.absolute(),
        total_steps=None if total is None else int(total),
        generator_parameters=int(facts.get("generator_parameters") or 0),
        discriminator_parameters=int(facts.get("discriminator_parameters") or 0),
        machine=machine,
        past=past,
        own_code=record.is_own_code,
    )
    return KeptRun(started, Status(str(facts.get("status", Status.INTERRUPTED))), record)


def _unknown_data(record: RunRecord, past: Past) -> DataSummary:
    """What can be said of the data of a run that did not keep their summary: its samples are of their kind."""
    title, count = str(record.facts.get("data", "")), int(record.facts.get("samples") or 0)
    shape: tuple[int, ...] = (1, 1, 1)
    for saved in past.samples[-1:]:
        with suppress(InputError):
            shape = saved.load().values.shape[1:]
    kind: SampleKind = "points" if len(shape) == 1 else "images"
    return DataSummary(title, kind, shape, count, np.empty((0, *shape), np.float32))


def read_past(path: Path, until: int | None = None) -> tuple[RunRecord, Past]:
    """Read a run folder for the window.

    Args:
        path: the run folder.
        until: read no further than the state after so many steps; None for all of it.

    Raises:
        InputError: it cannot be read as a run.
    """
    record = read_run(path)
    past, parent = _own_past(record), _parent_of(record)
    ancestors: list[Ancestor] = []
    gap = _missing(record)
    while parent is not None and len(ancestors) < MOST_ANCESTORS:
        ancestor = parent
        ancestors.append(ancestor)
        if gap:
            break
        try:
            child = read_run(ancestor.folder)
            if child.facts.get("id") != ancestor.id:
                raise InputError(f"{ancestor.folder} is another run")
            of_child, parent, gap = _own_past(child), _parent_of(child), _missing(child)
            if of_child.step < ancestor.step:
                raise InputError(f"{ancestor.folder} has only {of_child.step} steps")
        except InputError as error:
            gap = f"what was before step {ancestor.step} is not shown: {error}"
            break
        past = _joined(_cut(of_child, ancestor.step), past)
    past = replace(past, ancestors=tuple(ancestors), gap=gap)
    return record, past if until is None else _cut(past, until)


def _missing(record: RunRecord) -> str:
    """What is said of a record whose first steps were recorded elsewhere; empty if it has them."""
    if not record.begins_late:
        return ""
    where = record.facts.get("rescued_from")
    return f"the record begins at step {record.history.first_step}" + (
        f": what was before was kept in {where}, which could no longer be written" if where else ""
    )


def _parent_of(record: RunRecord) -> Ancestor | None:
    """The run from which a branch comes.

    Raises:
        InputError: its step is no number.
    """
    facts = record.facts
    if not facts.get("parent_id"):
        return None
    folder = Path(str(facts.get("parent_path", "")))
    if not folder.is_dir():  # it may have been moved together with the branch
        beside = record.folder.parent / folder.name
        folder = beside if beside.is_dir() else folder
    try:
        name, step = str(facts.get("parent_name", "")), int(facts.get("parent_step") or 0)
    except DAMAGE as error:
        raise unreadable(record.folder / DATABASE, error) from None
    return Ancestor(folder, name, str(facts["parent_id"]), step)


def _own_past(record: RunRecord) -> Past:
    """A run's own record, without its ancestors'.

    Raises:
        InputError: it is damaged.
    """
    database = record.folder / DATABASE
    try:
        return _read_own_past(record, database)
    except DAMAGE as error:
        raise unreadable(database, error) from None


def _read_own_past(record: RunRecord, database: Path) -> Past:
    with closing(connect_to_read(database)) as connection:
        return Past(
            step=record.steps,
            history=record.history,
            interventions=tuple(change_of(made) for made in record.interventions),
            alerts=tuple((alert_of(alert), alert.ended) for alert in record.alerts),
            measured=_measured(connection),
            samples=saved_samples(record.folder, connection),
            views=saved_views(record.folder, connection),
            lights=_lights(record),
            lights_kept=saved_lights(record.folder, connection),
            data=_data(connection),
            seconds=float(record.facts.get("seconds") or 0.0),
            checkpoints=tuple((saved.step, saved.digest) for saved in record.checkpoints),
        )


def change_of(made: Intervention) -> ControlChanged:
    """The event that told of an intervention."""
    previous = made.value if made.previous is None else made.previous
    return ControlChanged(made.step, made.key, made.value, previous, made.author)


def _measured(connection: sqlite3.Connection) -> tuple[Measured, ...]:
    if not has_table(connection, "measured"):
        return ()
    (count,) = connection.execute("SELECT COUNT(*) FROM measured").fetchone()
    common = dict(connection.execute("SELECT number, common FROM measured_common"))
    rows = connection.execute(
        "SELECT common, own FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY step DESC) - 1 AS place FROM measured) "
        "WHERE place % ? = 0 ORDER BY step",
        (max(1, -(-count // MOST_MEASURED)),),
    )
    return tuple(measured_from_json(common[number], own) for number, own in rows)


def alert_of(alert: Alert) -> CoreAlert:
    """The alert with its words, if they were kept; else as much of it as there is."""
    if alert.words:
        return from_json(CoreAlert, alert.words)
    evidence = tuple(
        Evidence(
            str(item.get("name", "")),
            _number(item.get("value")),
            str(item.get("sign", "")),
            _number(item.get("limit")),
            item.get("floor"),
        )
        for item in alert.evidence.get("evidence", ())
        if isinstance(item, dict)
    )
    level = alert.evidence.get("level")
    level = Level(level) if level else Level.WATCH
    return CoreAlert(alert.detector, alert.step, level, said(alert.message), evidence)


def said(text: str) -> Sentence:
    """A sentence whose figures were put in already."""
    return Sentence(text.replace("{", "{{").replace("}", "}}"))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _lights(record: RunRecord) -> Diagnosed | None:
    text = record.facts.get("lights")
    return None if text is None else from_json(Diagnosed, str(text))


def _data(connection: sqlite3.Connection) -> DataSummary | None:
    if not has_table(connection, "data"):
        return None
    row = connection.execute("SELECT content FROM data WHERE name = ?", (SUMMARY,)).fetchone()
    with suppress(InputError):  # the run can be seen without its data
        return None if row is None else summary_from_bytes(row[0])
    return None


def _joined(before: Past, after: Past) -> Past:
    """The record of a branch with its parent's before it."""
    history = before.history
    if len(after.history):
        history.read_steps = readers_joined(
            before.history.read_steps, after.history.read_steps, after.history.first_step
        )
        end = after.history.first_step + len(after.history)
        for step in range(after.history.first_step, end, CHUNK):
            history.append(after.history.block(step, min(step + CHUNK, end)))
    return replace(
        after,
        history=history,
        alerts=before.alerts + after.alerts,
        measured=before.measured + after.measured,
        samples=before.samples + after.samples,
        views=before.views + after.views,
        lights_kept=before.lights_kept + after.lights_kept,
    )


def readers_joined(before: ReadSteps | None, after: ReadSteps | None, step: int) -> ReadSteps | None:
    """What reads steps before `step` with one function, and those from it on with the other."""
    if before is None or after is None:
        return None

    def read(names: Sequence[str], first_step: int, last_step: int) -> npt.NDArray[np.float32]:
        parts = []
        if first_step < step:
            parts.append(before(names, first_step, min(last_step, step)))
        if last_step > step:
            parts.append(after(names, max(first_step, step), last_step))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    return read


def _cut(past: Past, step: int) -> Past:
    """The record as it was after `step` steps; its history is cut.

    Interventions at that very step come before the next one, and are not among it.
    """
    if past.step <= step:
        return past
    past.history.cut(max(0, step - past.history.first_step))
    alerts = [(alert, end) for alert, end in past.alerts if alert.step <= step]
    return replace(
        past,
        step=step,
        interventions=tuple(change for change in past.interventions if change.step < step),
        alerts=tuple((alert, end if end is not None and end <= step else None) for alert, end in alerts),
        measured=tuple(measured for measured in past.measured if measured.step <= step),
        samples=tuple(saved for saved in past.samples if saved.step <= step),
        views=tuple(saved for saved in past.views if saved.step <= step),
        lights=None,
        lights_kept=tuple(saved for saved in past.lights_kept if saved.step <= step),
        checkpoints=tuple(checkpoint for checkpoint in past.checkpoints if checkpoint[0] <= step),
    )
