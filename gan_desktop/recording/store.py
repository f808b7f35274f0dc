"""Writes `run.sqlite`: every step's figures and all that happened, in WAL mode so that others may read along.

A figure that is not a number is stored as NULL, which is what SQLite makes of NaN, and read back as NaN; no other
figure is ever NULL. Infinities are stored as they are. Times are seconds since 1970, UTC.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import HAND, ControlValue
from gan_desktop.core.measured import Measured
from gan_desktop.core.plain import measured_to_json
from gan_desktop.recording import schema
from gan_desktop.recording.connection import check_whole, has_no_room
from gan_desktop.recording.figure_bins import BinWriter, drop_bins
from gan_desktop.recording.schema import FORMAT

# The name of the summary of the data among what belongs to the whole run.
SUMMARY = "summary"

Fact = str | int | float | None

# A statement for many rows writes each in half the time: 1.6 us instead of 3.5.
ROWS = 32

# A crash costs at most the last second of figures: half of that second is for whatever stops training between blocks.
COMMIT_SECONDS = 0.5
# In WAL mode a reader never blocks this writer. Another writer, such as a database browser, might for long; training
# does not wait for it.
LOCKED_SECONDS = 0.25
# The most steps in one transaction, so that after a full disk a little room takes some of what waits.
MOST_STEPS = 65536
# Rows of these tables are about what was there after so many steps, and not about the step with that number.
AFTER_A_STEP = (
    "alerts", "alert_ends", "checkpoints", "digests", "lights", "measured", "metrics", "samples", "snapshots", "views",
)  # fmt: skip
# About what a row of a table other than `figures` takes while it waits.
ROW_BYTES = 1000


class RunStore:
    """The writer of one run's database. For one thread at a time.

    What is added waits in memory until `flush`, which writes all of it. If it raises a RecordingError, it has written
    the beginning or nothing; the rest keeps waiting for the next flush. Call `flush` whenever `is_due`.

    Args:
        path: the database, which must not exist, unless the run goes on.
        figures: what every step reports, a column each.
        facts: what is known about the run at its start.
        begins_at: the step of the first block that will come, if the run goes on; None makes a new database.

    Raises:
        RecordingError: the database cannot be made or, if the run goes on, cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        figures: Figures,
        facts: Mapping[str, Fact],
        clock: Callable[[], float] = time.monotonic,
        begins_at: int | None = None,
    ) -> None:
        self.path = path
        self._figures = figures
        self._bins = BinWriter(figures)
        self._clock = clock
        self._blocks: list[MetricsBlock] = []
        self._rows: list[tuple[str, tuple[Fact | bytes, ...]]] = []
        self._content_bytes = 0  # of the contents among the rows
        self._facts: dict[str, Fact] = {"format": FORMAT, **facts}
        self._all_facts = dict(self._facts)
        # What any database of this run is to have: what its data look like, and every intervention.
        self._lasting: list[tuple[str, tuple[Fact | bytes, ...]]] = []
        self._is_urgent = False
        self._numbers = dict.fromkeys(schema.NUMBERED, 0)
        self._common: dict[str, int] = {}  # the number of each text in `measured_common`
        self._next_step = begins_at
        self._last_flush = self._last_block = clock()
        self._block_seconds = 0.0
        try:
            # An existing database is opened only if it is there: a folder that has gone must not come back.
            address = f"{path.absolute().as_uri()}?mode={'rwc' if begins_at is None else 'rw'}"
            self._database = sqlite3.connect(
                address, uri=True, timeout=LOCKED_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._failure(error) from error
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            # Commits do not wait for the disk: a crash of the program loses none, a crash of the machine a few.
            self._database.execute("PRAGMA synchronous = NORMAL")
            if begins_at is None:
                schema.create(self._database, figures)
            else:
                self._reopen(figures)
            self._inode = path.stat().st_ino
            self.flush()
        except (sqlite3.Error, OSError, ValueError) as error:
            self._database.close()
            failure = self._failure(error)
            if begins_at is not None and has_no_room(error):
                failure = RecordingError(f"{failure}; 'gan-desktop runs prune' removes checkpoints that it can spare")
            raise failure from error
        except RecordingError:
            self._database.close()
            raise

    def _reopen(self, figures: Figures) -> None:
        """Bring an existing database to this format, and go on with its numbers."""
        check_whole(self._database)  # what is written into a damaged one may overwrite what is still whole
        schema.migrate(self._database, figures)
        (last,) = self._database.execute("SELECT MAX(step) FROM figures").fetchone()
        if last is not None and last + 1 != self._next_step:
            raise ValueError(f"it has {last + 1} steps, and not {self._next_step} as when it was read")
        for table in schema.NUMBERED:
            (last,) = self._database.execute(f"SELECT MAX(number) FROM {table}").fetchone()
            self._numbers[table] = last or 0
        self._common = {text: number for number, text in self._database.execute("SELECT * FROM measured_common")}
        self._all_facts = dict(self._database.execute("SELECT key, value FROM run")) | self._all_facts
        self._lasting = self._made()

    def forget_from(self, step: int, interventions: int) -> None:
        """Forget what was recorded of steps from `step` on, and all but the first interventions. Files stay.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self.flush()
        statements = [("DELETE FROM figures WHERE step >= ?", step)]
        statements += [(f"DELETE FROM {table} WHERE step > ?", step) for table in AFTER_A_STEP]
        kept = "SELECT number FROM interventions ORDER BY number LIMIT ?"
        statements += [(f"DELETE FROM interventions WHERE number NOT IN ({kept})", interventions)]
        self._forget([(statement, (value,)) for statement, value in statements], step)
        self._next_step = step
        self._lasting = self._made()

    def _made(self) -> list[tuple[str, tuple[Fact | bytes, ...]]]:
        """The statements that write the interventions that are in the database."""
        rows = self._database.execute("SELECT * FROM interventions ORDER BY number")
        return [(_inserting("interventions", row), row) for row in rows]

    def forget_end(self, step: int, detectors: Collection[str]) -> None:
        """Forget what was measured at `step`, the lights, and what these detectors said at it.

        Raises:
            RecordingError: it could not be forgotten; all of it is still there.
        """
        self.flush()
        marks = ", ".join("?" * len(detectors))
        statements: list[tuple[str, tuple[Fact, ...]]] = [
            (f"DELETE FROM {table} WHERE step = ?", (step,)) for table in ("metrics", "measured", "lights")
        ]
        for table in ("alerts", "alert_ends"):
            statements.append((f"DELETE FROM {table} WHERE step = ? AND detector IN ({marks})", (step, *detectors)))
        self._forget(statements)

    def _forget(self, statements: Sequence[tuple[str, tuple[Fact, ...]]], from_step: int | None = None) -> None:
        """Carry out all deletions or, with a RecordingError, none; `from_step` is where figures end afterwards."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                self._database.execute(statement, values)
            if from_step is not None:
                drop_bins(self._database, from_step)
            self._database.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._roll_back()
            raise self._failure(error) from error

    def add_figures(self, block: MetricsBlock) -> None:
        """Keep a block for the next flush.

        Raises:
            ValueError: the block does not follow the one before it (a programming error: a step lost or given twice).
        """
        if self._next_step is not None and block.first_step != self._next_step:
            raise ValueError(f"block starts at step {block.first_step}, expected {self._next_step}")
        self._next_step = block.next_step
        self._blocks.append(block)
        now = self._clock()
        self._block_seconds, self._last_block = now - self._last_block, now

    def add_intervention(
        self, step: int, key: str, value: ControlValue, previous: ControlValue | None, author: str = HAND
    ) -> None:
        self._add("interventions", step, key, value, previous, last=(author,))
        self._lasting.append(self._rows[-1])

    def add_alert(
        self, step: int, detector: str, message: str, evidence: Mapping[str, Any], words: str | None = None
    ) -> None:
        """Keep an alert for the next flush; `evidence` is anything that JSON holds, `words` the alert by `to_json`."""
        self._add("alerts", step, detector, message, json.dumps(dict(evidence)), last=(words,))

    def add_alert_end(self, step: int, detector: str, raised: int, message: str) -> None:
        """Keep that the detector's alert that was raised at step `raised` has ended."""
        self._add("alert_ends", step, detector, raised, message)

    def add_checkpoint(self, step: int, path: str, digest: str = "") -> None:
        """Keep a checkpoint; `path` is relative to the run folder, so that the folder may be moved."""
        self.remove_checkpoint(path)  # it may replace one of the same step
        self._add("checkpoints", step, path, last=(digest,))
        if digest:
            self.add_digest(step, digest)

    def add_digest(self, step: int, digest: str) -> None:
        """Keep the digest of the weights after `step` steps."""
        self._rows.append(("INSERT OR REPLACE INTO digests VALUES (?, ?)", (step, digest)))

    def remove_checkpoint(self, path: str) -> None:
        """Forget a checkpoint whose file is about to go."""
        self._rows.append(("DELETE FROM checkpoints WHERE path = ?", (path,)))
        self._is_urgent = True

    def add_snapshot(self, step: int, path: str) -> None:
        """Keep a snapshot; `path` is relative to the run folder, so that the folder may be moved."""
        self._add("snapshots", step, path)

    def add_metrics(self, rows: Sequence[tuple[int, str, float, Fact, Fact, Fact]]) -> None:
        """Keep rows for the next flush: step, metric, value, value with averaged weights, floor, the floor's deviation.

        What is not known is None.
        """
        for row in rows:
            self._keep("metrics", *row)

    def add_measured(self, measured: Measured) -> None:
        """Keep a measurement as a whole for the next flush."""
        common, own = measured_to_json(measured)
        if common not in self._common:
            self._common[common] = len(self._common) + 1
            self._rows.append(("INSERT OR REPLACE INTO measured_common VALUES (?, ?)", (self._common[common], common)))
        row = measured.step, self._common[common], own
        self._rows.append(("INSERT OR REPLACE INTO measured VALUES (?, ?, ?)", row))

    def add_samples(self, step: int, content: bytes) -> None:
        """Keep samples for the next flush."""
        self._rows.append(("INSERT OR REPLACE INTO samples VALUES (?, ?)", (step, content)))
        self._content_bytes += len(content)

    def steps_of(self, table: Literal["samples", "lights"]) -> tuple[int, ...]:
        """The steps whose samples or lights are written, in their order."""
        return tuple(step for (step,) in self._database.execute(f"SELECT step FROM {table} ORDER BY step"))

    def drop_samples(self, gone: Iterable[tuple[int, int]]) -> None:
        """Forget samples: each by the step of the samples before it and its own. The views in between go with it."""
        for before, step in gone:
            self._rows.append(("DELETE FROM samples WHERE step = ?", (step,)))
            self._rows.append(("DELETE FROM views WHERE step > ? AND step <= ?", (before, step)))

    def add_view(self, step: int, kind: str, content: bytes) -> None:
        """Keep a picture of the networks' insides for the next flush."""
        self._rows.append(("INSERT OR REPLACE INTO views VALUES (?, ?, ?)", (step, kind, content)))
        self._content_bytes += len(content)

    def add_lights(self, step: int, content: str) -> None:
        """Keep the lights of a step for the next flush."""
        self._rows.append(("INSERT OR REPLACE INTO lights VALUES (?, ?)", (step, content)))

    def drop_lights(self, steps: Iterable[int]) -> None:
        """Forget the lights of these steps."""
        self._rows += [("DELETE FROM lights WHERE step = ?", (step,)) for step in steps]

    def set_data(self, name: str, content: bytes) -> None:
        """Keep what belongs to the whole run and is too large for a fact."""
        self._rows.append(("INSERT OR REPLACE INTO data VALUES (?, ?)", (name, content)))
        self._lasting.append(self._rows[-1])
        self._content_bytes += len(content)

    def set_facts(self, **facts: Fact) -> None:
        """Keep facts for the next flush; a later value of a key replaces an earlier one."""
        self._facts |= facts
        self._all_facts |= facts

    def _add(self, table: str, *values: Fact, last: tuple[Fact, ...] = ()) -> None:
        """Keep a row that is to be written soon."""
        self._keep(table, *values, last=last)
        self._is_urgent = True

    def _keep(self, table: str, *values: Fact, last: tuple[Fact, ...] = ()) -> None:
        """Number a row and stamp it with the time, for the next flush; `last` are the columns after the time."""
        self._numbers[table] += 1
        row = (self._numbers[table], *values, time.time(), *last)
        self._rows.append((_inserting(table, row), row))

    @property
    def waiting(self) -> bool:
        """Whether anything added is not written yet."""
        return bool(self._blocks or self._rows or self._facts)

    @property
    def waiting_bytes(self) -> int:
        """About how many bytes the waiting figures and rows take in memory."""
        figures = sum(block.values.nbytes for block in self._blocks)
        return figures + ROW_BYTES * len(self._rows) + self._content_bytes

    def hurry(self) -> None:
        """Have what waits written soon: nothing more may come for long."""
        self._is_urgent = True

    @property
    def is_due(self) -> bool:
        """Whether to flush now: it is urgent, or figures would have waited too long when the next block comes."""
        waited = self._clock() - self._last_flush
        return self._is_urgent or (bool(self._blocks) and waited + self._block_seconds >= COMMIT_SECONDS)

    def flush(self) -> None:
        """Write what waits: figures in transactions of at most MOST_STEPS, and the rest with the last of them.

        Raises:
            RecordingError: what is not written keeps waiting.
        """
        self._last_flush = self._clock()
        while self.waiting:
            blocks = self._first_blocks()
            self._write(blocks, with_rest=len(blocks) == len(self._blocks))
            del self._blocks[: len(blocks)]
        self._is_urgent = False

    def _first_blocks(self) -> list[MetricsBlock]:
        """The blocks that go into one transaction: at least one, if there are any."""
        steps, count = 0, 0
        while count < len(self._blocks) and (count == 0 or steps + len(self._blocks[count]) <= MOST_STEPS):
            steps += len(self._blocks[count])
            count += 1
        return self._blocks[:count]

    def _write(self, blocks: list[MetricsBlock], with_rest: bool) -> None:
        """Write one transaction: all of it or, with a RecordingError, nothing."""
        try:
            self._check_present()
            self._database.execute("BEGIN IMMEDIATE")
            self._write_figures(blocks)
            if with_rest:
                for statement, row in self._rows:
                    self._database.execute(statement, row)
                self._database.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", self._facts.items())
            self._database.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._roll_back()
            raise self._failure(error) from error
        self._bins.keep()
        if with_rest:
            self._forget_rows()

    def _write_figures(self, blocks: list[MetricsBlock]) -> None:
        """Insert the rows of blocks that follow each other, within the transaction that has begun."""
        if not blocks:
            return
        figures = np.concatenate([block.values for block in blocks])
        # Steps up to 2**53 are exact in float64, and SQLite turns them into integers again.
        steps = blocks[0].first_step + np.arange(len(figures), dtype=np.float64)
        table = np.column_stack([steps, figures])
        together = len(table) // ROWS * ROWS
        self._database.executemany(self._insert(ROWS), table[:together].reshape(-1, ROWS * table.shape[1]).tolist())
        self._database.executemany(self._insert(1), table[together:].tolist())
        self._bins.write(self._database, blocks[0].first_step, figures)

    def _insert(self, rows: int) -> str:
        """The statement that inserts this many rows of figures."""
        row = f"(?{', ?' * len(self._figures)})"
        return f"INSERT OR REPLACE INTO figures VALUES {', '.join([row] * rows)}"

    def write_elsewhere(self, path: Path, snapshots: Sequence[tuple[int, str]], **facts: Fact) -> None:
        """Write what waits, and what any database of the run has, into another, which is made; it waits here no longer.

        `snapshots` are the steps and paths of the snapshots that are kept there.

        Raises:
            RecordingError: it could not be written there, and keeps waiting.
        """
        other = RunStore(path, self._figures, self._all_facts | facts)
        other._blocks, other._numbers = list(self._blocks), dict(self._numbers)
        other._rows = [*self._lasting, *self._rows]
        for text, number in self._common.items():  # texts that only this database has so far
            other._rows.append(("INSERT OR REPLACE INTO measured_common VALUES (?, ?)", (number, text)))
        for step, picture in snapshots:
            other.add_snapshot(step, picture)
        try:
            other.close()
        finally:
            other.abandon()
        self._blocks.clear()
        self._forget_rows()

    def close(self) -> None:
        """Write what waits and close; does nothing if it is closed.

        Raises:
            RecordingError: it could not be written; the store stays open, for another try or for `abandon`.
        """
        self.flush()
        self.abandon()

    def abandon(self) -> None:
        """Close without writing what waits. Never raises."""
        self._blocks.clear()
        self._forget_rows()
        self._database.close()

    def _forget_rows(self) -> None:
        self._rows.clear()
        self._facts.clear()
        self._content_bytes = 0

    def _check_present(self) -> None:
        """Raise OSError if the file is gone: on Unix a deleted file takes writes without complaint."""
        if self.path.stat().st_ino != self._inode:
            raise FileNotFoundError(errno.ENOENT, "another file has taken its place")

    def _roll_back(self) -> None:
        # Some errors have rolled back already, and then there is nothing to roll back.
        if self._database.in_transaction:
            try:
                self._database.execute("ROLLBACK")
            except sqlite3.Error:
                return

    def _failure(self, error: sqlite3.Error | OSError | ValueError) -> RecordingError:
        reason = "database or disk is full" if has_no_room(error) else getattr(error, "strerror", None) or str(error)
        return RecordingError(f"{self.path} could not be written: {reason}")


def _inserting(table: str, row: Sequence[object]) -> str:
    return f"INSERT OR REPLACE INTO {table} VALUES (?{', ?' * (len(row) - 1)})"


def is_locked(error: RecordingError) -> bool:
    """Whether the error is only that another process has locked the database, which it will release."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode == sqlite3.SQLITE_BUSY
