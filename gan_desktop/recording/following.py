"""Follows a run that another process trains, perhaps on another machine: reads what was added since the last look.

Nothing is locked for longer than a read, and nothing is written. The trainer does not notice; it commits every half
second.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CheckpointSaved, Event, MetricsBlock, Progress, StatusChanged
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.past import Past, epoch_at
from gan_desktop.core.plain import from_json, measured_from_json
from gan_desktop.core.status import Status
from gan_desktop.recording import reader
from gan_desktop.recording.arrays_in_bytes import samples_from_bytes
from gan_desktop.recording.connection import connect_to_read
from gan_desktop.recording.figure_bins import read_rows
from gan_desktop.recording.past import DAMAGE, alert_of, change_of, said
from gan_desktop.recording.reader import RunRecord, unreadable
from gan_desktop.recording.run_folder import DATABASE
from gan_desktop.recording.store import Fact
from gan_desktop.recording.writer_lock import is_written

# The most steps that one look reads: a reader that was away for long catches up in several.
MOST_STEPS = 65536
FACTS = ("status", "step", "seconds", "lights", "total_steps")


class RewoundError(InputError):
    """The run goes on from an earlier step than the one that was read: it has to be read anew."""


class Follower:
    """Gives what is added to a run as the events that its engine sent.

    Args:
        record: what was read of the run.
        past: the same, with its ancestors' record before it.
        clock: a clock in seconds that never goes back.
    """

    def __init__(self, record: RunRecord, past: Past, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._database = record.folder, record.folder / DATABASE
        self._config, self._clock = record.config(), clock
        self._figures = reader.figures_of(record.facts)
        self._count = past.data.count if past.data is not None else 0
        self._next_step = past.step
        self._numbers = {
            "interventions": len(record.interventions),
            "alerts": len(record.alerts),
            "alert_ends": sum(alert.ended is not None for alert in record.alerts),
            "checkpoints": max((saved.step for saved in record.checkpoints), default=-1),
        }
        self._measured = past.measured[-1].step if past.measured else -1
        self._samples = past.samples[-1].step if past.samples else -1
        self._changes = list(past.interventions)
        self._alerts = {(alert.detector, alert.step): alert for alert, _ in past.alerts}
        self._status = str(record.facts.get("status", ""))
        self._lights = record.facts.get("lights")
        self._seen = (clock(), past.step)
        self.has_ended = False

    def poll(self) -> list[Event]:
        """What was added since the last look, in an order that the engine could have sent it in.

        Raises:
            RewoundError: the run goes on from an earlier step.
            InputError: the run folder has gone, or cannot be read any more.
        """
        if not self._database.is_file():
            raise InputError(f"{self._folder} has gone, or cannot be reached any more")
        try:
            was_written = is_written(self._folder)
            with closing(connect_to_read(self._database)) as connection:
                connection.execute("BEGIN")  # all that follows is of one moment
                found = list(self._read(connection, was_written or is_written(self._folder)))
        except DAMAGE as error:
            if reader.is_locked(error):
                return []  # it is locked at this moment: the next look will do
            raise unreadable(self._database, error) from None
        return found

    def _read(self, connection: sqlite3.Connection, is_written_now: bool) -> Iterator[Event]:
        marks = ", ".join("?" * len(FACTS))
        facts: dict[str, Any] = dict(connection.execute(f"SELECT key, value FROM run WHERE key IN ({marks})", FACTS))
        (last,) = connection.execute("SELECT MAX(step) FROM figures").fetchone()
        if last is not None and last + 1 < self._next_step:
            raise RewoundError(f"{self._folder} goes on from an earlier step")
        yield from self._new_changes(connection)
        yield from self._new_figures(connection, -1 if last is None else last)
        yield from self._new_measurements(connection)
        yield from self._new_alerts(connection)
        yield from self._new_samples(connection)
        yield from self._new_lights(facts.get("lights"))
        yield from self._new_checkpoints(connection)
        yield from self._progress(facts)
        yield from self._new_status(str(facts.get("status", "")), is_written_now)

    def _new_rows(self, connection: sqlite3.Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
        """The rows that were added to a table of numbered rows."""
        known = self._numbers[table]
        query = f"SELECT {columns} FROM {table} ORDER BY number LIMIT -1 OFFSET ?"
        rows = connection.execute(query, (known,)).fetchall()
        self._numbers[table] = known + len(rows)
        return rows

    def _new_changes(self, connection: sqlite3.Connection) -> Iterator[Event]:
        for row in self._new_rows(connection, "interventions", "step, key, value, previous, author"):
            change = change_of(Intervention(*row))
            self._changes.append(change)
            yield change

    def _new_figures(self, connection: sqlite3.Connection, last: int) -> Iterator[Event]:
        if last >= self._next_step:
            end = min(last + 1, self._next_step + MOST_STEPS)
            rows = read_rows(connection, self._figures.names, self._next_step, end)
            yield MetricsBlock(self._next_step, rows, self._figures)
            self._next_step = end

    def _new_measurements(self, connection: sqlite3.Connection) -> Iterator[Event]:
        rows = connection.execute(
            "SELECT step, measured_common.common, own FROM measured "
            "JOIN measured_common ON measured_common.number = measured.common WHERE step > ? ORDER BY step",
            (self._measured,),
        )
        for step, common, own in rows:
            self._measured = step
            yield measured_from_json(common, own)

    def _new_alerts(self, connection: sqlite3.Connection) -> Iterator[Event]:
        for step, detector, message, evidence, moment, words in self._new_rows(
            connection, "alerts", "step, detector, message, evidence, time, words"
        ):
            alert = alert_of(reader.alert_of_row(step, detector, message, evidence, moment, words))
            self._alerts[detector, step] = alert
            yield AlertRaised(alert)
        ends = self._new_rows(connection, "alert_ends", "step, detector, raised, message")
        for step, detector, raised, message in ends:
            ended = self._alerts.get((detector, raised))
            if ended is not None:
                yield AlertEnded(step, ended, said(message))

    def _new_samples(self, connection: sqlite3.Connection) -> Iterator[Event]:
        rows = connection.execute("SELECT step, content FROM samples WHERE step > ? ORDER BY step", (self._samples,))
        for step, content in rows:
            self._samples = step
            yield samples_from_bytes(content)

    def _new_lights(self, content: Fact) -> Iterator[Event]:
        if content is not None and content != self._lights:
            self._lights = content
            yield from_json(Diagnosed, str(content))

    def _new_checkpoints(self, connection: sqlite3.Connection) -> Iterator[Event]:
        known = self._numbers["checkpoints"]
        rows = connection.execute("SELECT step, path, digest FROM checkpoints WHERE step > ? ORDER BY step", (known,))
        for step, path, digest in rows:
            self._numbers["checkpoints"] = step
            yield CheckpointSaved(step, self._folder / path, by_time=True, digest=digest)

    def _progress(self, facts: dict[str, Any]) -> Iterator[Event]:
        now, (then, step) = self._clock(), self._seen
        if self._next_step == step:
            return
        rate = (self._next_step - step) / max(now - then, 1e-3)
        self._seen = now, self._next_step
        total = facts.get("total_steps")
        left = None if total is None else max(0.0, (total - self._next_step) / rate)
        epoch = epoch_at(self._config, self._changes, self._count, self._next_step)
        yield Progress(self._next_step, total, epoch, float(facts.get("seconds") or 0.0), rate, left, 0)

    def _new_status(self, status: str, is_written_now: bool) -> Iterator[Event]:
        if not is_written_now and status and not Status(status).is_final:
            status = Status.INTERRUPTED  # its writer has gone without a word
        if status and status != self._status:
            self._status = status
            self.has_ended = Status(status).is_final
            yield StatusChanged(Status(status), self._next_step)
