"""A disk that fails while a run goes on, for a while or for good: nothing is lost, and it is said once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.recording import recorder
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.training.checkpoint import META, read_checkpoint, write_checkpoint
from gan_desktop.training.state_arrays import digest_of
from tests.faults import mounting
from tests.tiny import tiny_config
from tests.training.driving import Driver

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders that are open are not renamed on Windows")

Fault = Callable[[Path], Callable[[], None]]
FINAL = "step_00000040.npz"


def wait_for(driver: Driver, what: Callable[[list[Any]], bool]) -> None:
    """Until `what` is true of all that was heard."""
    while not what(driver.seen):
        driver.wait(object)


def heard(driver: Driver, kind: type) -> list[Any]:
    return [event for event in driver.seen if isinstance(event, kind)]


def start(driver: Driver, tmp_path: Path, out: Path, config: RunConfig | None = None) -> None:
    """A run of 40 steps that has taken ten and waits."""
    driver.seen.clear()
    driver.send(commands.Start(config or tiny_config(tmp_path), out=out, paused=True), commands.Step(10))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 10)


def digest_in(path: Path) -> str:
    with np.load(path, allow_pickle=False) as archive:
        return digest_of({name: archive[name] for name in archive.files if name != META})


def locked(folder: Path) -> Callable[[], None]:
    held = ExitStack()
    database = held.enter_context(closing(sqlite3.connect(folder / "run.sqlite", isolation_level=None)))
    database.execute("BEGIN IMMEDIATE")
    return held.close


def renamed(folder: Path) -> Callable[[], None]:
    moved = folder.rename(folder.with_name("moved"))

    def back() -> None:
        moved.rename(folder)

    return back


def deleted(folder: Path) -> Callable[[], None]:
    shutil.rmtree(folder)
    return lambda: None


def in_the_way(name: str) -> Fault:
    def put(folder: Path) -> Callable[[], None]:
        away = (folder / name).rename(folder / f"{name}-away")
        (folder / name).write_text("in the way")

        def back() -> None:
            (folder / name).unlink()
            away.rename(folder / name)

        return back

    return put


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    with mounting.small_disk(tmp_path / "disk", "1m") as place:
        yield place


def full(folder: Path) -> Callable[[], None]:
    """Fill the small disk to the last byte."""
    return mounting.fill(folder.parent).unlink


def forbidden(folder: Path) -> Callable[[], None]:
    """Nothing in it may be read or written."""
    if os.geteuid() == 0:
        # Root may do everything, others nothing in what pytest makes for root.
        os.seteuid(65534)
        return lambda: os.seteuid(0)
    folder.chmod(0)
    return lambda: folder.chmod(0o755)


def passes(driver: Driver, tmp_path: Path, out: Path, fault: Fault) -> RunRecord:
    """A fault that comes after ten steps and goes while the run is paused at twenty."""
    start(driver, tmp_path, out)
    mend = fault(out)
    driver.send(commands.Step(10))
    wait_for(driver, lambda seen: any(isinstance(event, events.RecordingChanged) for event in seen))
    wait_for(driver, lambda seen: any(isinstance(e, events.StatusChanged) and e.step == 20 for e in seen))
    mend()
    driver.wait(events.RecordingChanged, lambda event: not event.problem)  # without a word from anybody
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    driver.wait_status(Status.FINISHED)
    first, second = heard(driver, events.RecordingChanged)
    assert "Traceback" in first.details
    assert (bool(first.problem), second.problem) == (True, "")
    assert heard(driver, events.NotKept) == heard(driver, events.EngineError) == []
    record = read_run(out)
    assert (len(record.history), record.facts["status"]) == (40, "finished")
    assert record.facts["weights_digest"] == ended.weights_digest == digest_in(out / "checkpoints" / FINAL)
    assert all((out / saved.path).is_file() for saved in (*record.checkpoints, *record.snapshots))
    log = (out / "run.log").read_text("utf-8")
    assert log.count("; it is tried again") == 1
    return record


PASSING = {"locked": locked, "renamed": renamed, "replaced": in_the_way("run.sqlite"), "forbidden": forbidden}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_of_the_database_that_passes(driver: Driver, tmp_path: Path, fault: Fault) -> None:
    passes(driver, tmp_path, tmp_path / "run", fault)


def test_a_full_disk_that_gets_room(driver: Driver, tmp_path: Path, small_disk: Path) -> None:
    passes(driver, tmp_path, small_disk / "run", full)


def test_samples_in_the_way_that_go(driver: Driver, tmp_path: Path) -> None:
    passes(driver, tmp_path, tmp_path / "run", in_the_way("samples"))


def test_checkpoints_in_the_way_that_go(driver: Driver, tmp_path: Path) -> None:
    """Who asks for a checkpoint hears that there is none; the run's own is there at the end."""
    out = tmp_path / "run"
    start(driver, tmp_path, out)
    mend = in_the_way("checkpoints")(out)
    driver.send(commands.SaveCheckpoint())
    refused = driver.wait(events.CommandRefused)
    assert f"{out / 'checkpoints' / 'step_00000010.npz'} cannot be written: " in refused.message
    mend()
    driver.send(commands.Resume())
    driver.wait_status(Status.FINISHED)
    assert heard(driver, events.NotKept) == []
    assert (out / "checkpoints" / FINAL).is_file()


def test_a_folder_of_checkpoints_that_has_gone_is_made_again(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "run"
    start(driver, tmp_path, out)
    (out / "checkpoints").rmdir()
    driver.send(commands.Resume())
    driver.wait_status(Status.FINISHED)
    assert (out / "checkpoints" / FINAL).is_file()


def stays(driver: Driver, tmp_path: Path, out: Path, fault: Fault) -> tuple[events.NotKept, str, Callable[[], None]]:
    """A fault that comes after ten steps and is there at the end: what was said of it, the digest, and how to mend."""
    start(driver, tmp_path, out)
    mend = fault(out)
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    not_kept = driver.wait(events.NotKept)
    driver.wait_status(Status.FINISHED)  # the truth, and after everything was said
    assert ended.status is Status.FINISHED
    assert len(heard(driver, events.NotKept)) == 1
    assert len(heard(driver, events.RecordingChanged)) <= 1
    assert heard(driver, events.EngineError) == []
    assert "Traceback" in not_kept.details
    assert "\n" not in not_kept.sentence
    assert str(not_kept.rescue) in not_kept.sentence
    return not_kept, ended.weights_digest, mend


@pytest.mark.parametrize("fault", [renamed, deleted])
def test_a_folder_that_has_gone_for_good(driver: Driver, tmp_path: Path, fault: Fault) -> None:
    not_kept, digest, _ = stays(driver, tmp_path, tmp_path / "run", fault)
    assert not_kept.rescue is not None
    assert not_kept.rescue.is_relative_to(tmp_path / "data" / "rescued")
    assert digest_in(not_kept.rescue / "checkpoints" / FINAL) == digest
    rescued = read_run(not_kept.rescue)
    assert (rescued.history.first_step, len(rescued.history)) == (10, 30)
    assert rescued.facts["status"] == "finished"
    assert not (tmp_path / "run").exists()
    if fault is renamed:
        kept = read_run(tmp_path / "moved")
        assert (len(kept.history), kept.facts["status"]) == (10, "interrupted")


def test_a_database_that_is_locked_to_the_end(driver: Driver, tmp_path: Path) -> None:
    """Weights are where they belong; figures and events are elsewhere."""
    out = tmp_path / "run"
    not_kept, digest, mend = stays(driver, tmp_path, out, locked)
    mend()
    assert "database is locked" in not_kept.problem
    assert digest_in(out / "checkpoints" / FINAL) == digest
    assert not_kept.rescue is not None
    rescued = read_run(not_kept.rescue)
    assert (rescued.history.first_step, len(rescued.history)) == (10, 30)
    assert [(saved.step, saved.path) for saved in rescued.checkpoints] == [(40, f"checkpoints/{FINAL}")]
    assert len(read_run(out).history) == 10


def test_checkpoints_in_the_way_to_the_end(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "run"
    not_kept, digest, _ = stays(driver, tmp_path, out, in_the_way("checkpoints"))
    assert not_kept.rescue is not None
    assert digest_in(not_kept.rescue / "checkpoints" / FINAL) == digest
    record = read_run(out)
    assert (len(record.history), record.facts["status"]) == (40, "finished")
    assert record.facts["rescue"] == str(not_kept.rescue)
    assert f"the weights are kept in {not_kept.rescue}" in (out / "run.log").read_text("utf-8")


def test_samples_in_the_way_to_the_end(driver: Driver, tmp_path: Path) -> None:
    out = tmp_path / "run"
    not_kept, digest, _ = stays(driver, tmp_path, out, in_the_way("samples"))
    assert not_kept.rescue is not None
    assert (not_kept.rescue / "samples" / "step_00000040.png").is_file()
    assert digest_in(out / "checkpoints" / FINAL) == digest
    assert len(read_run(out).history) == 40


def test_a_disk_that_stays_full(driver: Driver, tmp_path: Path, small_disk: Path) -> None:
    not_kept, digest, _ = stays(driver, tmp_path, small_disk / "run", full)
    assert "No space left on device" in not_kept.problem
    assert not_kept.rescue is not None
    assert not not_kept.rescue.is_relative_to(small_disk)
    assert digest_in(not_kept.rescue / "checkpoints" / FINAL) == digest


def test_a_rescue_where_the_users_data_cannot_be_written_either(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    not_kept, digest, _ = stays(driver, tmp_path, tmp_path / "run", deleted)
    assert not_kept.rescue is not None
    assert not_kept.rescue.is_relative_to(tmp_path / "elsewhere")
    assert digest_in(not_kept.rescue / "checkpoints" / FINAL) == digest


def test_no_place_at_all(driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    out = tmp_path / "run"
    start(driver, tmp_path, out)
    shutil.rmtree(out)
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    driver.send(commands.Resume())
    not_kept = driver.wait(events.NotKept)
    driver.wait_status(Status.FINISHED)
    assert not_kept.rescue is None
    assert "could not be kept anywhere else" in not_kept.sentence


def test_more_than_memory_should_hold_ends_the_run_with_all_of_it(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    endless = replace_keys(tiny_config(tmp_path), {"training.steps": None})
    start(driver, tmp_path, out, endless)
    mend = locked(out)
    monkeypatch.setattr(recorder, "MOST_FIGURES", 0)
    driver.send(commands.Resume())
    ended = driver.wait(events.RunEnded)
    not_kept = driver.wait(events.NotKept)
    driver.wait_status(Status.FAILED)
    mend()
    assert ended.step > 10
    assert "database is locked" in ended.message
    assert not_kept.rescue is not None
    assert len(read_run(not_kept.rescue).history) == ended.step - 10


def test_a_folder_that_cannot_be_written_at_the_start_leaves_nothing(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    driver.seen.clear()
    with monkeypatch.context() as patch:
        patch.setattr("sqlite3.connect", full_disk)
        driver.send(commands.Start(tiny_config(tmp_path), out=tmp_path / "run"))
        error = driver.wait(events.EngineError)
    assert "run.sqlite could not be written: database or disk is full" in error.message
    assert error.traceback == ""
    assert not (tmp_path / "run").exists()
    assert heard(driver, events.StatusChanged)[-1].status is Status.FAILED


def gone_on(driver: Driver, folder: Path, steps: int) -> tuple[events.Origin, str]:
    """Where a kept run goes on from, and its digest after so many steps."""
    driver.seen.clear()
    driver.send(commands.Continue(folder, length={"training.steps": steps}))
    ended = driver.wait((events.RunEnded, events.EngineError, events.CommandRefused))
    assert isinstance(ended, events.RunEnded), ended
    driver.wait_status(Status.FINISHED)
    origin = heard(driver, events.RunStarted)[-1].origin
    assert origin is not None
    return origin, ended.weights_digest


@pytest.mark.parametrize("fault", [deleted, locked])
def test_what_was_rescued_goes_on_as_the_run_would_have(driver: Driver, tmp_path: Path, fault: Fault) -> None:
    """Its interventions, its checkpoint and its data are there, also those of before the fault."""
    start(driver, tmp_path, tmp_path / "whole")
    driver.send(commands.Set("d_steps", 2), commands.Resume())
    driver.wait_status(Status.FINISHED)
    _, digest = gone_on(driver, tmp_path / "whole", 60)
    out = tmp_path / "run"
    start(driver, tmp_path, out)
    driver.send(commands.Set("d_steps", 2))
    driver.wait(events.ControlChanged)
    mend = fault(out)
    driver.send(commands.Resume())
    place = driver.wait(events.NotKept).rescue
    driver.wait_status(Status.FINISHED)
    mend()
    kept = read_kept_run(place)
    assert kept.started.data.kind == "points"
    assert len(kept.started.data.real) > 0
    assert kept.started.past is not None
    assert f"the record begins at step 10: what was before was kept in {out}" in kept.started.past.gap
    assert [change.key for change in kept.record.interventions] == ["d_steps"]
    origin, went_on = gone_on(driver, place, 60)
    assert (origin.step, origin.recomputed, origin.parted, went_on) == (40, 0, None, digest)
    driver.send(commands.Replay(place))
    replayed = driver.wait(events.Replayed)
    assert (replayed.parted, replayed.compared_from, replayed.steps) == (None, 10, 60)
    assert replayed.digests > 0


def test_what_an_older_program_rescued_goes_on(driver: Driver, tmp_path: Path) -> None:
    """It kept neither the first interventions nor what the diagnosis knew, nor what the data look like."""
    out = tmp_path / "run"
    config = replace_keys(tiny_config(tmp_path), {"training.steps": 80})
    start(driver, tmp_path, out, config)
    driver.send(commands.Set("d_steps", 2), commands.Step(5))
    driver.wait(events.StatusChanged, lambda event: event.status is Status.PAUSED and event.step == 15)
    driver.send(commands.Set("g_steps", 2))
    driver.wait(events.ControlChanged, lambda event: event.key == "g_steps")
    shutil.rmtree(out)
    driver.send(commands.Resume())
    place = driver.wait(events.NotKept).rescue
    driver.wait_status(Status.FINISHED)
    last = place / "checkpoints" / "step_00000080.npz"
    write_checkpoint(last, replace(read_checkpoint(last), diagnosis=None))
    with closing(sqlite3.connect(place / "run.sqlite")) as database, database:
        database.execute("DELETE FROM interventions WHERE key = 'd_steps'")
        database.execute("DELETE FROM data")
    started = read_kept_run(place).started
    assert (started.data.kind, started.data.sample_shape) == ("points", (2,))
    origin, _ = gone_on(driver, place, 300)
    assert (origin.step, origin.recomputed, origin.parted) == (80, 0, None)
