"""Pruning: what a run can do without goes, and nothing else, whenever the process ends."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core import paths
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CheckpointSaved
from gan_desktop.core.status import Status
from gan_desktop.recording.notes import NOTES, change_notes
from gan_desktop.recording.pruning import is_abandoned, prune_run
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.run_folder import CHECKPOINTS, CONFIG, DATABASE
from gan_desktop.recording.writer_lock import LOCK
from tests.faults import mounting
from tests.recording.made_runs import begun, killed_run, made_run, set_facts

STEPS = (2, 4, 6, 8, 10)


def add_checkpoint(path: Path) -> None:
    np.savez(path, meta=np.zeros(1000))


def run_with_checkpoints(out: Path) -> Path:
    """A run of ten steps with five checkpoints of a little more than 8 kB."""
    recorder = begun(out)
    for step in STEPS:
        path = out / CHECKPOINTS / f"step_{step:08d}.npz"
        add_checkpoint(path)
        recorder.on_event(CheckpointSaved(step, path, digest=f"digest {step}"))
    recorder.close(Status.FINISHED)
    return out


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_with_checkpoints(tmp_path / "run")


def files(run: Path) -> list[int]:
    return sorted(int(path.stem[5:]) for path in (run / CHECKPOINTS).iterdir())


def rows(run: Path) -> list[int]:
    return [saved.step for saved in read_run(run).checkpoints]


def test_the_newest_stays_and_what_bookmarks_need(run: Path) -> None:
    change_notes(run, lambda notes: notes.with_bookmark(5, "branch other"))
    size = (run / CHECKPOINTS / "step_00000002.npz").stat().st_size
    pruned = prune_run(read_entry(run))
    assert (pruned.removed, pruned.kept, pruned.freed, pruned.bytes) == (3, 2, 3 * size, 2 * size)
    assert files(run) == rows(run) == [4, 10]
    assert read_run(run).digests.keys() == set(STEPS)  # a replay still compares with them
    assert not (run / LOCK).exists()
    assert prune_run(read_entry(run)).removed == 0


def test_the_start_of_a_branch_stays(run: Path) -> None:
    set_facts(run, parent_id="other", parent_step=2)
    prune_run(read_entry(run))
    assert files(run) == [2, 10]


def test_there_may_be_room_for_some(run: Path) -> None:
    prune_run(read_entry(run), room=20_000)
    assert len(files(run)) == 2
    prune_run(read_entry(run), room=10**9)
    assert len(files(run)) == 2


def test_a_damaged_checkpoint_stands_in_for_none(run: Path) -> None:
    newest = run / CHECKPOINTS / "step_00000010.npz"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(bytes(content))
    prune_run(read_entry(run))
    assert files(run) == [8, 10]


def test_what_is_written_or_cannot_be_read_is_refused(run: Path, tmp_path: Path) -> None:
    other = begun(tmp_path / "other")
    with pytest.raises(InputError, match="is being written by a process"):
        prune_run(read_entry(other.folder))
    other.close(Status.STOPPED)
    (run / NOTES).write_text("{")
    with pytest.raises(InputError, match=r"is not pruned: .*notes\.json"):
        prune_run(read_entry(run))
    (run / NOTES).unlink()
    with closing(sqlite3.connect(run / DATABASE, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match="locked by another process"):
            prune_run(read_entry(run))
    assert files(run) == list(STEPS)
    set_facts(run, format=1000)
    with pytest.raises(InputError, match="newer"):
        prune_run(read_entry(run))
    assert files(run) == list(STEPS)


def test_a_kill_in_the_middle_leaves_the_run_whole(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database has forgotten them before a file goes, and the next time finds the files."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            prune_run(read_entry(run))
    assert (files(run), rows(run)) == (list(STEPS), [10])
    assert prune_run(read_entry(run)).removed == 4
    assert files(run) == rows(run) == [10]


def test_a_killed_run_is_pruned_and_stays_one(tmp_path: Path) -> None:
    run = killed_run(tmp_path / "run")
    for step in STEPS:
        add_checkpoint(run / CHECKPOINTS / f"step_{step:08d}.npz")
    (run / CHECKPOINTS / ".step_00000012.npz.abcd1234.tmp").write_bytes(b"half")
    prune_run(read_entry(run))
    assert files(run) == [10]
    assert (read_run(run).facts["status"], (run / LOCK).exists()) == ("interrupted", True)


def test_a_full_disk_gets_room(tmp_path: Path) -> None:
    with mounting.small_disk(tmp_path / "disk", "1m") as disk:
        run = run_with_checkpoints(disk / "run")
        mounting.fill(disk)
        assert prune_run(read_entry(run)).removed == 4
        assert files(run) == rows(run) == [10]


def test_only_the_programs_own_old_folders_are_abandoned(tmp_path: Path) -> None:
    def empty(out: Path | None = None, old: bool = True) -> Path:
        folder = made_run(out, steps=0)
        if old:
            os.utime(folder / CONFIG, (time.time() - 1e5,) * 2)
        return folder

    abandoned, new, noted = empty(), empty(old=False), empty()
    change_notes(noted, lambda notes: notes.with_bookmark(0))
    kept = [new, noted, empty(tmp_path / "elsewhere"), made_run(), *(empty() for _ in "ab")]
    for trained in kept[-2:]:
        (trained / CHECKPOINTS / "step_00000010.npz").write_bytes(b"weights")
    (kept[-1] / DATABASE).unlink()
    assert abandoned.parent == paths.runs_directory()
    assert [is_abandoned(read_entry(folder)) for folder in (abandoned, *kept)] == [True, *[False] * 6]
