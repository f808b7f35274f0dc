"""Run folders that are read only, full, locked, written by another process, moved or deleted, while runs go on."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gan_desktop.cli import main
from gan_desktop.core import commands, events
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.recording import connection
from gan_desktop.recording.connection import connect_to_read
from gan_desktop.recording.library import list_runs
from gan_desktop.recording.notes import change_notes, read_notes
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import CHECKPOINTS, DATABASE
from gan_desktop.recording.writer_lock import LOCK, is_written, writer_of
from tests.faults import mounting
from tests.faults.test_disk import heard, start
from tests.tiny import tiny_config
from tests.training.driving import Driver

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders that are open are not renamed on Windows")

LONGER = {"training.steps": 60}


@pytest.fixture(scope="module")
def made(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of 40 steps."""
    place = tmp_path_factory.mktemp("folders")
    driver.send(commands.Start(tiny_config(place), out=place / "run"))
    driver.wait_status(Status.FINISHED)
    return place / "run"


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "place" / "run"))


def refusal(driver: Driver, command: commands.Command) -> str:
    driver.seen.clear()
    driver.send(command)
    sentence = str(driver.wait(events.CommandRefused).message)
    assert heard(driver, events.EngineError) == []
    assert "\n" not in sentence
    return sentence


def test_a_read_only_folder_is_looked_at_and_branched_from(run: Path, tmp_path: Path, driver: Driver) -> None:
    with mounting.read_only(run.parent):
        assert read_kept_run(run).status is Status.FINISHED
        sentence = refusal(driver, commands.Continue(run, length=LONGER))
        assert sentence == f"{run} cannot be written: Read-only file system; a branch of it can be made elsewhere"
        driver.send(commands.Continue(run, 20, branch=True, out=tmp_path / "branch"))
        driver.wait_status(Status.FINISHED)
        driver.send(commands.Replay(run))
        assert driver.wait(events.Replayed).parted is None
    assert read_run(tmp_path / "branch").steps == 40
    assert read_notes(run).bookmarks == ()


@pytest.mark.parametrize("arguments", [["rename", "name"], ["tag", "word"], ["prune"], ["delete", "--permanently"]])
def test_a_read_only_folder_is_not_changed(run: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with mounting.read_only(run.parent):
        assert main(["runs", arguments[0], str(run), *arguments[1:]]) == 2
        assert main(["train", "--resume", str(run), "--steps", "60"]) == 2
        assert main(["runs", "show", str(run)]) == 0
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert all("Read-only file system" in line for line in errors)


KILLED = """
import os, sys
from pathlib import Path
from tests.recording.made_runs import begun
begun(Path(sys.argv[1]), steps=500)
os._exit(0)
"""


@pytest.mark.parametrize("full", [False, True])
def test_what_a_killed_process_left_is_read_where_nothing_can_be_written(tmp_path: Path, full: bool) -> None:
    """Its last figures are in the log of changes, for which SQLite wants to make another file."""
    disk = mounting.small_disk(tmp_path / "disk", "2m") if full else None
    place = disk.__enter__() if disk else tmp_path / "disk"
    try:
        subprocess.run([sys.executable, "-c", KILLED, str(place / "run")], check=True)
        (place / "run" / f"{DATABASE}-shm").unlink()
        assert (place / "run" / f"{DATABASE}-wal").stat().st_size > 0
        if full:
            mounting.fill(place)
            assert read_run(place / "run").steps == 500
        else:
            with mounting.read_only(place):
                assert read_run(place / "run").steps == 500
    finally:
        if disk:
            disk.__exit__(None, None, None)


def test_a_branch_for_which_there_is_no_room_leaves_nothing(run: Path, tmp_path: Path, driver: Driver) -> None:
    before = sorted(path.name for path in run.rglob("*"))
    with mounting.small_disk(tmp_path / "disk", "300k") as disk:
        filler = mounting.fill(disk)
        for room in (0, 8, 60):
            os.truncate(filler, (300 - room) * 1024)
            sentence = refusal(driver, commands.Continue(run, 20, branch=True, out=disk / "branch"))
            assert "No space left on device" in sentence or "disk is full" in sentence
            assert sorted(disk.iterdir()) == [filler]
            filler.unlink()
            mounting.fill(disk)
    assert sorted(path.name for path in run.rglob("*")) == before
    assert read_notes(run).bookmarks == ()


def test_a_branch_whose_weights_cannot_be_written_leaves_nothing(
    run: Path,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gan_desktop.core.errors import RecordingError
    from gan_desktop.training.engine import timed_checkpoints

    def fails(path: Path, _: object) -> None:
        raise RecordingError(f"{path} cannot be written: No space left on device")

    branch = run.with_name("branch")
    with monkeypatch.context() as patch:
        patch.setattr(timed_checkpoints, "write_checkpoint", fails)
        sentence = refusal(driver, commands.Continue(run, 20, branch=True, out=branch))
    assert sentence.endswith("step_00000020.npz cannot be written: No space left on device")
    assert heard(driver, events.RunStarted) == []
    assert not branch.exists()
    assert read_notes(run).bookmarks == ()


def test_a_run_is_not_resumed_on_a_full_disk_until_it_is_pruned(made: Path, tmp_path: Path, driver: Driver) -> None:
    with mounting.small_disk(tmp_path / "disk", "2m") as disk:
        run = Path(shutil.copytree(made, disk / "run"))
        newest = run / CHECKPOINTS / "step_00000040.npz"
        for step in range(1, 9):
            shutil.copyfile(newest, run / CHECKPOINTS / f"step_{step:08d}.npz")
        filler = mounting.fill(disk)
        sentence = refusal(driver, commands.Continue(run, length=LONGER))
        assert "database or disk is full; 'gan-desktop runs prune' removes checkpoints" in sentence
        assert not (run / LOCK).exists()
        assert main(["runs", "prune", str(run)]) == 0
        assert [path.name for path in (run / CHECKPOINTS).iterdir()] == [newest.name]
        filler.unlink()
        driver.send(commands.Continue(run, length=LONGER))
        driver.wait_status(Status.FINISHED)
        assert read_run(run).steps == 60


def test_a_disk_that_checkpoints_fill_keeps_every_figure(tmp_path: Path, driver: Driver) -> None:
    """Older ones give way, and the newest loads."""
    with mounting.small_disk(tmp_path / "disk", "6m") as disk:
        config = replace_keys(tiny_config(tmp_path), {"training.steps": 400, "training.checkpoint_seconds": 0.0})
        driver.seen.clear()
        driver.send(commands.Start(config, out=disk / "run", paused=True))
        for _ in range(79):
            driver.send(commands.Step(5))
            driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step > 0)
            driver.send(commands.SaveCheckpoint())
            driver.wait((events.CheckpointSaved, events.CommandRefused))
        driver.send(commands.Resume())
        driver.wait_status(Status.FINISHED)
        removed = heard(driver, events.CheckpointRemoved)
        assert removed
        assert removed[0].reason
        assert heard(driver, events.NotKept) == heard(driver, events.CommandRefused) == []
        assert heard(driver, events.RecordingChanged) == []
        record = read_run(disk / "run")
        assert record.steps == 400
        kept = sorted(path.name for path in (disk / "run" / CHECKPOINTS).iterdir())
        assert kept[-1] == "step_00000400.npz"
        assert [Path(saved.path).name for saved in record.checkpoints] == kept


def test_a_locked_database_is_a_sentence_after_a_short_wait(
    run: Path,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(sqlite3.connect(run / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert read_run(run).steps == 40  # a log of changes lets others read
        assert "database is locked" in refusal(driver, commands.Continue(run, length=LONGER))
        assert not is_written(run)
        other.execute("ROLLBACK")
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT OR REPLACE INTO run VALUES ('other', 1)")
        other.execute("COMMIT")
        assert connect_to_read.__defaults__ == (2.0,)
        monkeypatch.setattr(connection.connect_to_read, "__defaults__", (0.05,))
        for command in (commands.Continue(run, length=LONGER), commands.Replay(run)):
            assert refusal(driver, command).endswith(
                "is locked by another process: close what has it open, and try again"
            )
        assert [str(entry.problem) for entry in list_runs().entries if entry.folder == run] in ([], ["broken"])
    driver.send(commands.Continue(run, length=LONGER))
    driver.wait_status(Status.FINISHED)


def test_a_second_process_only_looks_and_hears_who_writes(
    tmp_path: Path,
    driver: Driver,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    start(driver, tmp_path, run)
    driver.send(commands.Step(1))
    driver.wait(events.StatusChanged, lambda event: event.step == 11)
    assert main(["train", "--resume", str(run)]) == 2
    assert f"{run} is being written by another process (process {os.getpid()} on " in capsys.readouterr().err
    kept = read_kept_run(run)
    assert kept.status in (Status.PAUSED, Status.TRAINING)
    assert writer_of(run).startswith(f"process {os.getpid()} on ")
    assert main(["runs", "show", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_written"]
    driver.send(commands.Stop())
    driver.wait_status(Status.STOPPED)


def test_a_run_under_way_does_not_end_for_one_that_cannot_go_on(
    run: Path,
    tmp_path: Path,
    driver: Driver,
) -> None:
    start(driver, tmp_path, tmp_path / "under way")
    with mounting.read_only(run.parent):
        assert "Read-only" in refusal(driver, commands.Continue(run, length=LONGER))
    driver.send(commands.Resume())
    driver.wait_status(Status.FINISHED)
    assert read_run(tmp_path / "under way").steps == 40


def test_a_folder_that_goes_while_it_is_read_again_is_refused(run: Path, driver: Driver) -> None:
    moved = run.rename(run.with_name("moved"))
    for command in (commands.Continue(run, length=LONGER), commands.Replay(run), commands.Continue(run, 5, True)):
        assert f"{run} is not a run folder" in refusal(driver, command)
    driver.send(commands.Continue(moved, length=LONGER))
    driver.wait_status(Status.FINISHED)
    assert (read_run(moved).steps, run.exists()) == (60, False)


def test_a_folder_that_goes_while_its_steps_are_computed_again(
    run: Path,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lock of the run is given back, so that it can go on where it is now."""
    from gan_desktop.training.engine import keeping

    moved = run.with_name("moved")

    def moved_meanwhile(folder: Path, *given: Any, **named: Any) -> Recorder:
        folder.rename(moved)
        return Recorder(folder, *given, **named)

    monkeypatch.setattr(keeping, "Recorder", moved_meanwhile)
    assert str(run) in refusal(driver, commands.Continue(run, length=LONGER))
    monkeypatch.undo()
    assert not run.exists()
    driver.send(commands.Continue(moved, length=LONGER))
    driver.wait_status(Status.FINISHED)


def test_a_run_that_cannot_be_recorded_anew_is_given_back(
    run: Path,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gan_desktop.core.errors import RecordingError
    from gan_desktop.training.engine.resumption import Resumption

    def fails(*_: object) -> None:
        raise RecordingError("it cannot be recorded anew")

    with monkeypatch.context() as patch:
        patch.setattr(Resumption, "past", fails)
        assert refusal(driver, commands.Continue(run, length=LONGER)) == "it cannot be recorded anew"
        branch = run.with_name("branch")
        assert refusal(driver, commands.Continue(run, 20, branch=True, out=branch)) == "it cannot be recorded anew"
    assert not is_written(run)
    assert not branch.exists()
    driver.send(commands.Continue(run, length=LONGER))
    driver.wait_status(Status.FINISHED)


def test_a_parent_that_goes_while_its_branch_trains(run: Path, tmp_path: Path, driver: Driver) -> None:
    out = tmp_path / "branch"
    driver.seen.clear()
    driver.send(commands.Continue(run, 20, branch=True, out=out, paused=True), commands.Step(5))
    driver.wait(events.StatusChanged, lambda event: event.step == 25)
    shutil.rmtree(run)
    driver.send(commands.Resume())
    driver.wait_status(Status.FINISHED)
    assert heard(driver, events.EngineError) == heard(driver, events.NotKept) == []
    past = read_kept_run(out).started.past
    assert past is not None
    assert past.gap
    driver.send(commands.Continue(out, length=LONGER))
    driver.wait_status(Status.FINISHED)
    assert read_run(out).steps == 60


def test_notes_for_which_there_is_no_room_stay_as_they_were(made: Path, tmp_path: Path) -> None:
    from gan_desktop.core.errors import InputError

    with mounting.small_disk(tmp_path / "disk", "2m") as disk:
        run = Path(shutil.copytree(made, disk / "run"))
        change_notes(run, lambda notes: notes.with_bookmark(5, "before"))
        mounting.fill(disk)
        with pytest.raises(InputError, match=r"cannot be written: No space left on device"):
            change_notes(run, lambda notes: notes.with_bookmark(6, "x" * 400))
        assert [bookmark.step for bookmark in read_notes(run).bookmarks] == [5]
