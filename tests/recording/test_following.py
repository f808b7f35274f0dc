"""Following a run that another process writes: the same process here, through the same files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Diagnosed, Evidence, Level, Sentence
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, Event, MetricsBlock, Progress, Samples, StatusChanged
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from gan_desktop.recording.following import MOST_STEPS, Follower, RewoundError
from gan_desktop.recording.past import read_past
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import DATABASE
from tests.gan import FIGURES
from tests.recording.made_runs import POINTS, begun, killed_run

ALERT = Alert("mode_collapse", 20, Level.BAD, Sentence("{n} modes", {"n": 3}), (Evidence("modes_covered", 3, "<", 6),))


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def recorder(tmp_path: Path) -> Any:
    """A run of ten steps that is being written."""
    made = begun(tmp_path / "run")
    yield made
    made.abandon()


def follower_of(folder: Path, clock: Clock | None = None) -> Follower:
    return Follower(*read_past(folder), clock or Clock())


def block(first: int, count: int) -> MetricsBlock:
    return MetricsBlock(first, np.full((count, len(FIGURES)), first, np.float32), FIGURES)


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def test_nothing_new_is_nothing(recorder: Recorder) -> None:
    follower = follower_of(recorder.folder)
    assert follower.poll() == []
    assert follower.poll() == []


def test_all_that_is_added_comes_once_as_it_was_told(recorder: Recorder) -> None:
    clock = Clock()
    follower = follower_of(recorder.folder, clock)
    change = ControlChanged(12, "g_learning_rate", 1e-2, 1e-3, "cure:mode_collapse")
    measured = Measured(20, {"modes_covered": 3.0}, None, {}, {}, 0.1)
    lights = Diagnosed(20, (), (ALERT,))
    samples = Samples(20, POINTS)
    for event in (change, block(10, 10), measured, AlertRaised(ALERT), lights, samples):
        recorder.on_event(event)
    recorder.flush()
    clock.now = 2.0
    found = follower.poll()
    assert kinds(found) == [ControlChanged, MetricsBlock, Measured, AlertRaised, Samples, Diagnosed, Progress]
    assert found[0] == change
    assert found[1].first_step == 10
    np.testing.assert_array_equal(found[1].values, block(10, 10).values)
    assert repr(found[2]) == repr(measured)
    assert found[3] == AlertRaised(ALERT)
    np.testing.assert_array_equal(found[4].values, POINTS)
    assert found[5] == lights
    assert (found[6].step, found[6].steps_per_second) == (20, 5.0)
    assert follower.poll() == []
    recorder.on_event(AlertEnded(30, ALERT, Sentence("{{all}} is well", {})))
    recorder.flush()
    (ended,) = follower.poll()
    assert isinstance(ended, AlertEnded)
    assert (ended.step, ended.alert, str(ended.message)) == (30, ALERT, "{all} is well")


def test_the_end_is_told_with_what_came_before(recorder: Recorder) -> None:
    follower = follower_of(recorder.folder)
    recorder.on_event(block(10, 5))
    recorder.on_event(StatusChanged(Status.FINISHED, 15))
    recorder.close(Status.FINISHED)
    found = follower.poll()
    assert found[-1] == StatusChanged(Status.FINISHED, 15)
    assert isinstance(found[0], MetricsBlock)
    assert follower.has_ended


def test_a_writer_that_was_killed_is_an_end(tmp_path: Path) -> None:
    recorder = begun(tmp_path / "run")
    follower = follower_of(recorder.folder)
    recorder._lock.leave()
    recorder._store.abandon()
    recorder._log_file.close()
    assert follower.poll() == [StatusChanged(Status.INTERRUPTED, 10)]
    assert follower.has_ended
    assert follower_of(killed_run(tmp_path / "other")).poll() == []


def test_who_was_away_for_long_catches_up_in_several_looks(recorder: Recorder) -> None:
    follower = follower_of(recorder.folder)
    recorder.on_event(block(10, MOST_STEPS + 5))
    recorder.flush()
    assert [len(event) for event in follower.poll() if isinstance(event, MetricsBlock)] == [MOST_STEPS]
    assert [len(event) for event in follower.poll() if isinstance(event, MetricsBlock)] == [5]


def test_a_run_that_goes_on_from_an_earlier_step_is_told(recorder: Recorder) -> None:
    follower = follower_of(recorder.folder)
    recorder.forget_from(5, 0)
    with pytest.raises(RewoundError, match="goes on from an earlier step"):
        follower.poll()
    assert follower_of(recorder.folder).poll() == []


def test_a_folder_that_has_gone_is_told(recorder: Recorder) -> None:
    follower = follower_of(recorder.folder)
    shutil.rmtree(recorder.folder)
    with pytest.raises(InputError, match=r"run has gone, or cannot be reached any more"):
        follower.poll()


def test_a_lock_is_waited_out_and_damage_is_told(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = follower_of(recorder.folder)
    recorder.on_event(block(10, 5))
    recorder.flush()

    def locked(*_: object) -> None:
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("CREATE TABLE x (y)")
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("gan_desktop.recording.following.connect_to_read", locked)
        assert follower.poll() == []
    assert kinds(follower.poll()) == [MetricsBlock, Progress]
    recorder.close(Status.STOPPED)
    (recorder.folder / DATABASE).write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match="cannot be read as a run"):
        follower.poll()
