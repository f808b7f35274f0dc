"""Databases of older programs: read as they are, and brought to this format as a whole when a run goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.measured import Measured
from gan_desktop.core.presets import dump_toml
from gan_desktop.recording import schema
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.store import RunStore
from tests.gan import FIGURES

# As version 0.1 made it, before it kept metrics and ends of alerts.
OLDEST = """
CREATE TABLE run (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE figures (step INTEGER PRIMARY KEY, {figures});
CREATE TABLE interventions (number INTEGER PRIMARY KEY, step INTEGER, key TEXT, value, previous, time REAL);
CREATE TABLE alerts (number INTEGER PRIMARY KEY, step INTEGER, detector TEXT, message TEXT, evidence TEXT, time REAL);
CREATE TABLE checkpoints (number INTEGER PRIMARY KEY, step INTEGER, path TEXT, time REAL);
CREATE TABLE snapshots (number INTEGER PRIMARY KEY, step INTEGER, path TEXT, time REAL);
"""
STEPS = 20


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A run folder of format 1."""
    folder = tmp_path / "old"
    folder.mkdir()
    # The newest figure was not known then.
    columns = ", ".join(f"{name} REAL" for name in FIGURES.names[:-1])
    with closing(sqlite3.connect(folder / "run.sqlite")) as database, database:
        database.executescript(OLDEST.format(figures=columns))
        facts = {"format": 1, "config": dump_toml(RunConfig()), "name": "digits", "status": "finished", "step": STEPS}
        database.executemany("INSERT INTO run VALUES (?, ?)", facts.items())
        marks = ", ?" * (len(FIGURES) - 1)
        rows = [(step, *([float(step)] * (len(FIGURES) - 1))) for step in range(STEPS)]
        database.executemany(f"INSERT INTO figures VALUES (?{marks})", rows)
        database.execute("INSERT INTO interventions VALUES (1, 5, 'd_steps', 2, 1, 0.0)")
        database.execute("INSERT INTO alerts VALUES (1, 9, 'stalled', 'It {stalls}.', '{\"level\": \"watch\"}', 0.0)")
        database.execute("INSERT INTO checkpoints VALUES (1, 20, 'checkpoints/step_00000020.npz', 0.0)")
    return folder


def columns(folder: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def test_an_old_run_opens_and_is_not_touched(old: Path) -> None:
    before = (old / "run.sqlite").read_bytes()
    kept = read_kept_run(old)
    past = kept.started.past
    assert past is not None
    assert (past.step, len(past.history), past.samples, past.lights) == (STEPS, STEPS, (), None)
    assert kept.record.interventions == (Intervention(5, "d_steps", 2, 1),)
    ((alert, ended),) = past.alerts
    assert (str(alert.message), alert.level, ended) == ("It {stalls}.", "watch", None)
    assert past.checkpoints == ((20, ""),)
    assert (old / "run.sqlite").read_bytes() == before


def test_an_old_run_goes_on(old: Path) -> None:
    store = RunStore(old / "run.sqlite", FIGURES, {}, begins_at=STEPS)
    store.add_figures(MetricsBlock(STEPS, np.ones((3, len(FIGURES)), np.float32), FIGURES))
    store.add_intervention(21, "d_steps", 1, 2, "rule:skip")
    store.add_checkpoint(22, "checkpoints/step_00000022.npz", "abc")
    store.add_measured(Measured(22, {"psnr": 1.0}, None, {}, {}, 0.1))
    store.close()
    record = read_run(old)
    assert (record.facts["format"], record.steps) == (schema.FORMAT, STEPS + 3)
    assert [change.author for change in record.interventions] == ["hand", "rule:skip"]
    assert record.digests == {22: "abc"}
    assert np.isnan(record.history.column(FIGURES.names[-1])[:STEPS]).all()
    fresh = old.with_name("fresh")
    fresh.mkdir()
    RunStore(fresh / "run.sqlite", FIGURES, {}).close()
    with closing(sqlite3.connect(fresh / "run.sqlite")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in set(tables) - {"figure_bins"}:
        assert sorted(columns(old, table)) == sorted(columns(fresh, table)), table


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(schema.MIGRATIONS, 1, (*schema.MIGRATIONS[1], "CREATE TABLE run (x)"))
    before = columns(old, "interventions")
    with pytest.raises(RecordingError, match="already exists"):
        RunStore(old / "run.sqlite", FIGURES, {}, begins_at=STEPS)
    assert columns(old, "interventions") == before
    assert read_run(old).facts["format"] == 1


@pytest.mark.parametrize(("step", "words"), [(19, "it has 20 steps"), (25, "it has 20 steps")])
def test_a_run_that_was_written_meanwhile_is_not_continued(old: Path, step: int, words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        RunStore(old / "run.sqlite", FIGURES, {}, begins_at=step)


def test_a_newer_run_is_not_continued(old: Path) -> None:
    with closing(sqlite3.connect(old / "run.sqlite")) as database, database:
        database.execute("UPDATE run SET value = 99 WHERE key = 'format'")
    with pytest.raises(RecordingError, match="its format is 99"):
        RunStore(old / "run.sqlite", FIGURES, {}, begins_at=STEPS)
