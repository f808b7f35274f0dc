"""What killed processes left behind is told as it is, and cleared at the next start."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gan_desktop.core import events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.paths import whole_file
from gan_desktop.core.status import Status
from gan_desktop.recording.leftovers import clear_leftovers
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import create_run_folder
from gan_desktop.recording.writer_lock import LOCK, is_interrupted
from tests.recording.test_recorder import block

LEFT = (".config.toml.abcdefgh.tmp", "samples/.step_1.png.abcdefgh.tmp", "checkpoints/.step_1.npz.abcdefgh.tmp")


def killed(folder: Path, status: Status = Status.TRAINING) -> Path:
    """A run folder as SIGKILL leaves it: a copy of one that is being written, since no copy is locked."""
    writing = create_run_folder(folder.parent / f"writing-{folder.name}", "digits", RunConfig())
    recorder = Recorder(writing, RunConfig(), "digits")
    for event in (block(0), events.StatusChanged(status, 10)):
        recorder.on_event(event)
    shutil.copytree(writing, folder)
    recorder.close(Status.STOPPED)
    shutil.rmtree(writing)
    for name in LEFT:
        (folder / name).write_bytes(b"half of it")
    return folder


def stored_status(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        return str(database.execute("SELECT value FROM run WHERE key = 'status'").fetchone()[0])


@pytest.mark.parametrize("status", [Status.PREPARING, Status.TRAINING, Status.PAUSED])
def test_a_run_whose_process_was_killed_is_told_as_interrupted(tmp_path: Path, status: Status) -> None:
    record = read_run(killed(tmp_path / "run", status))
    assert record.facts["status"] == "interrupted"
    assert len(record.history) == 10


def test_a_run_under_way_is_told_as_such_and_one_that_ended_as_it_ended(tmp_path: Path) -> None:
    folder = create_run_folder(tmp_path / "run", "digits", RunConfig())
    recorder = Recorder(folder, RunConfig(), "digits")
    recorder.on_event(events.StatusChanged(Status.TRAINING, 0))
    assert read_run(folder).facts["status"] == "training"
    recorder.close(Status.FINISHED)
    assert read_run(folder).facts["status"] == "finished"


def test_leftovers_are_cleared_and_nothing_else_is_touched(tmp_path: Path) -> None:
    first, ended = killed(tmp_path / "first"), killed(tmp_path / "ended", Status.FINISHED)
    writing = create_run_folder(tmp_path / "writing", "digits", RunConfig())
    recorder = Recorder(writing, RunConfig(), "digits")
    recorder.on_event(events.StatusChanged(Status.TRAINING, 0))
    (tmp_path / ".gan-desktop-trial").mkdir()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / LEFT[0]).write_bytes(b"somebody's")
    with whole_file(writing / "checkpoints" / "step_00000003.npz") as file:
        file.write(b"a part")
        assert sorted(clear_leftovers(tmp_path)) == [ended, first]
    for folder in (first, ended):
        assert not any((folder / name).exists() for name in LEFT)
        assert not (folder / LOCK).exists()
        assert len(read_run(folder).history) == 10
    assert (stored_status(first), stored_status(ended)) == ("interrupted", "finished")
    assert (writing / "checkpoints" / "step_00000003.npz").read_bytes() == b"a part"
    assert read_run(writing).facts["status"] == "training"
    assert (foreign / LEFT[0]).exists()
    assert not (tmp_path / ".gan-desktop-trial").exists()
    assert clear_leftovers(tmp_path) == []
    assert clear_leftovers(tmp_path / "missing") == []
    recorder.close(Status.STOPPED)


def test_what_cannot_be_cleared_waits_for_the_next_time(tmp_path: Path) -> None:
    folder = killed(tmp_path / "run")
    with closing(sqlite3.connect(folder / "run.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert clear_leftovers(tmp_path) == []
        assert is_interrupted(folder)
        other.execute("ROLLBACK")
    assert clear_leftovers(tmp_path) == [folder]


def test_a_damaged_database_does_not_stop_a_start(tmp_path: Path) -> None:
    folder = killed(tmp_path / "run")
    for name in ("run.sqlite-wal", "run.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "run.sqlite").write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    assert clear_leftovers(tmp_path) == []
    assert not any((folder / name).exists() for name in LEFT)
