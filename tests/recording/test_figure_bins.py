"""Bins beside the figures: equal to NumPy's, whatever happens to a run, and never needed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan_desktop.core.bins import BIN, bins_of
from gan_desktop.core.errors import InputError, RecordingError
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import CHUNK, History, StepsNotHeldError
from gan_desktop.recording import figure_bins, figure_history
from gan_desktop.recording.figure_bins import BinWriter, drop_bins, read_rows
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.store import RunStore
from tests.gan import FIGURES

WIDTH = len(FIGURES)
LENGTH = 5 * CHUNK + 1000


@pytest.fixture(autouse=True)
def few_at_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have only the newest chunk or two read one by one at opening."""
    monkeypatch.setattr(figure_history, "NEWEST", CHUNK)


def values_of(length: int, seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=(length, WIDTH)).astype(np.float32)
    values[::97, 1] = np.nan
    values[5::1001, 2] = np.inf
    return values


def write(path: Path, values: np.ndarray, first: int = 0, size: int = 1500, seconds: int = 3) -> None:
    """Write a run in blocks of `size`, `seconds` of them in a transaction."""
    store = RunStore(path, FIGURES, {"name": "ring"})
    for number, start in enumerate(range(0, len(values), size)):
        store.add_figures(MetricsBlock(first + start, values[start : start + size], FIGURES))
        if number % seconds == 0:
            store.flush()
    store.close()


def bins_in(history: History) -> np.ndarray:
    return np.stack(history.bins.between(0, len(history.bins)))


def check(history: History, values: np.ndarray) -> None:
    """The history is of these steps, in bins and step by step."""
    assert len(history) == len(values)
    np.testing.assert_array_equal(bins_in(history), bins_of(values[: len(values) // BIN * BIN]))
    for name in ("d_loss", FIGURES.names[1], FIGURES.names[2]):
        np.testing.assert_array_equal(history.column(name), values[:, FIGURES.column(name)])


def stored(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        return [step for (step,) in database.execute("SELECT first_step FROM figure_bins ORDER BY first_step")]


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.sqlite"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.sampled_from([0, 1, 4095, 100_000]), size=st.integers(200, 9000), seconds=st.integers(1, 5),
    length=st.integers(1, 3 * CHUNK),
)  # fmt: skip
def test_bins_are_those_of_all_steps_however_they_come(
    tmp_path_factory: pytest.TempPathFactory, first: int, size: int, seconds: int, length: int
) -> None:
    path = tmp_path_factory.mktemp("bins") / "run.sqlite"
    values = values_of(length)
    write(path, values, first, size, seconds)
    assert stored(path) == [first + number * CHUNK for number in range(length // CHUNK)]
    record = read_run(path)
    assert record.history.first_step == first
    check(record.history, values)


def test_a_long_run_opens_without_its_old_steps(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = values_of(LENGTH)
    write(path, values)
    read: list[int] = []

    def counted(connection: sqlite3.Connection, names: tuple[str, ...], first: int, last: int) -> np.ndarray:
        read.append(last - first)
        return read_rows(connection, names, first, last)

    monkeypatch.setattr(figure_history, "read_rows", counted)
    monkeypatch.setattr(figure_bins, "read_rows", counted)
    history = read_run(path).history
    assert sum(read) < 2 * CHUNK
    check(history, values)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE figure_bins",
        f"DELETE FROM figure_bins WHERE first_step >= {2 * CHUNK}",
        f"DELETE FROM figure_bins WHERE first_step = {CHUNK}",
        "UPDATE figure_bins SET d_loss = x'00' WHERE first_step = 0",
        "UPDATE figure_bins SET g_loss = NULL",
        "UPDATE figure_bins SET first_step = first_step + 1",
        "ALTER TABLE figure_bins DROP COLUMN d_loss",
    ],
)
def test_without_bins_or_with_some_a_run_reads_the_same(path: Path, statement: str) -> None:
    values = values_of(LENGTH)
    write(path, values)
    change(path, statement)
    check(read_run(path).history, values)


def test_a_figure_unknown_at_the_time_has_no_bins(path: Path) -> None:
    values = values_of(LENGTH)
    write(path, values)
    change(path, "ALTER TABLE figures DROP COLUMN g_loss")
    values[:, FIGURES.column("g_loss")] = np.nan
    check(read_run(path).history, values)


def test_a_transaction_that_fails_loses_and_doubles_no_bin(path: Path) -> None:
    values = values_of(LENGTH)
    store = RunStore(path, FIGURES, {})
    for start in range(0, LENGTH, 1000):
        store.add_figures(MetricsBlock(start, values[start : start + 1000], FIGURES))
        if start % 3000 == 2000:
            pages = store._database.execute("PRAGMA page_count").fetchone()[0]
            store._database.execute(f"PRAGMA max_page_count = {pages}")
            with pytest.raises(RecordingError, match="full"):
                store.flush()
            # What is in the file is of one moment.
            if start > 2000:
                check(read_run(path).history, values[: start - 2000])
            store._database.execute("PRAGMA max_page_count = 1000000")
            store.flush()
    store.close()
    assert stored(path) == list(range(0, 5 * CHUNK, CHUNK))
    check(read_run(path).history, values)


@pytest.mark.parametrize("step", [0, 10, CHUNK, 2 * CHUNK + 77, LENGTH])
@pytest.mark.parametrize("has_bins", [True, False])
def test_a_run_that_goes_on_from_an_earlier_step_has_the_bins_of_what_it_did(
    path: Path, step: int, has_bins: bool
) -> None:
    values, other = values_of(LENGTH), values_of(LENGTH, seed=1)
    write(path, values)
    if not has_bins:
        change(path, "DROP TABLE figure_bins")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        database.execute("DELETE FROM figures WHERE step >= ?", (step,))
        drop_bins(database, step)
        database.execute("COMMIT")
        if step:
            check(read_run(path).history, values[:step])
        writer = BinWriter(FIGURES)
        insert = f"INSERT INTO figures VALUES (?{', ?' * WIDTH})"
        for start in range(step, step + 2 * CHUNK, 600):
            rows = other[start : min(start + 600, step + 2 * CHUNK, LENGTH)]
            database.execute("BEGIN")
            database.executemany(insert, [(start + number, *row) for number, row in enumerate(rows.tolist())])
            if len(rows):
                writer.write(database, start, rows)
            database.execute("COMMIT")
            writer.keep()
    check(read_run(path).history, np.concatenate([values[:step], other[step : step + 2 * CHUNK]]))


def test_missing_old_steps_are_refused_or_told_when_they_are_asked_for(path: Path) -> None:
    write(path, values_of(LENGTH))
    change(path, "DELETE FROM figures WHERE step = 100")
    history = read_run(path).history
    with pytest.raises(StepsNotHeldError, match="missing between 0 and 4095"):
        history.values(("d_loss",), 0, 10)
    history.values(("d_loss",), CHUNK, CHUNK + 10)
    change(path, "DROP TABLE figure_bins")
    with pytest.raises(InputError, match="steps are missing between 0 and 4095"):
        read_run(path)


def test_a_file_that_has_gone_is_told_when_old_steps_are_asked_for(path: Path) -> None:
    write(path, values_of(LENGTH))
    history = read_run(path).history
    path.unlink()
    with pytest.raises(StepsNotHeldError, match="cannot be read"):
        history.at(0)
    assert len(history.values(("d_loss",), LENGTH - 10, LENGTH)) == 10


def test_a_step_far_beyond_the_file_is_refused(path: Path) -> None:
    write(path, values_of(100))
    change(path, f"UPDATE figures SET step = {2**50} WHERE step = 99")
    with pytest.raises(InputError, match="steps are missing"):
        read_run(path)
