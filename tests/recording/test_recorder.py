"""The recorder: from events to a run folder that says what happened, whatever the disk does."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Evidence, Level, Sentence, Suggestion
from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import (
    CheckpointRemoved,
    CheckpointSaved,
    CommandRefused,
    ControlChanged,
    DataSummary,
    EngineError,
    EngineReady,
    Event,
    MetricsBlock,
    Progress,
    RunEnded,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.machine import Machine
from gan_desktop.core.status import Status
from gan_desktop.recording import kept_samples, run_log, store
from gan_desktop.recording import recorder as recorder_module
from gan_desktop.recording.reader import read_run
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import create_run_folder
from tests.gan import FIGURES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_run_folder(tmp_path / "run", "digits", RunConfig())


@pytest.fixture
def recorder(folder: Path) -> Iterator[Recorder]:
    recorder = Recorder(folder, RunConfig(), "digits")
    yield recorder
    recorder.abandon()


def block(first_step: int, steps: int = 10) -> MetricsBlock:
    return MetricsBlock(first_step, np.full((steps, len(FIGURES)), first_step, np.float32), FIGURES)


def samples(step: int) -> Samples:
    return Samples(step, np.full((4, 8, 8, 1), step % 2, np.float32))


def started(folder: Path, kind: str = "images") -> RunStarted:
    shape, real = ((8, 8, 1), np.zeros((3, 8, 8, 1), np.float32))
    if kind == "points":
        shape, real = (2,), np.eye(2, dtype=np.float32)
    data = DataSummary("Digits, 1,797 scans", kind, shape, 1797, real)  # type: ignore[arg-type]
    machine = Machine(2, "A processor", ("avx2",), "2.21.0", "CPU")
    return RunStarted(RunConfig(), "digits", data, "CPU", folder, 100, 1000, 2000, machine, ("compiled anew",))


def tell(recorder: Recorder, *events: Event) -> None:
    for event in events:
        recorder.on_event(event)


def pictures(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("step_")) for path in (folder / "samples").iterdir())


def test_a_run_is_kept(folder: Path, recorder: Recorder) -> None:
    tell(
        recorder,
        EngineReady((), 3.0),
        started(folder),
        StatusChanged(Status.TRAINING, 0),
        samples(0),
        block(0),
        Progress(10, 100, 0.1, 0.5, 20, 4.5, 0),
        ControlChanged(10, "d_learning_rate", 1e-3, 2e-4),
        CommandRefused("d_steps and g_steps are both 0"),
        block(10),
        samples(20),
        CheckpointSaved(20, folder / "checkpoints" / "step_20"),
        samples(21),
        Progress(20, 100, 0.2, 1.0, 20, 4.0, 0),
        RunEnded(Status.STOPPED, 20, 0.2, 1.5, 13.3, "0123abcd"),
        StatusChanged(Status.STOPPED, 20, "stopped by the user"),
    )
    recorder.close(Status.STOPPED)
    recorder.close(Status.STOPPED)
    recorder.on_event(block(500))  # after the end: passed over
    record = read_run(folder)
    assert len(record.history) == 20
    assert record.interventions == (Intervention(10, "d_learning_rate", 1e-3, 2e-4),)
    assert [(file.step, file.path) for file in record.checkpoints] == [(20, "checkpoints/step_20")]
    assert pictures(folder) == [0, 20, 21] == [file.step for file in record.snapshots]
    assert all((folder / file.path).is_file() for file in record.snapshots)
    expected = {
        "name": "digits",
        "seed": 0,
        "device": "CPU",
        "machine": '{"threads": 2, "processor": "A processor", "features": ["avx2"], "tensorflow": "2.21.0", '
        '"device": "CPU"}',
        "data": "Digits, 1,797 scans",
        "generator_parameters": 1000,
        "discriminator_parameters": 2000,
        "total_steps": 100,
        "status": "stopped",
        "step": 20,
        "seconds": 1.5,
        "weights_digest": "0123abcd",
    }
    assert expected.items() <= record.facts.items()
    assert record.config() == RunConfig()
    log = (folder / "run.log").read_text("utf-8")
    for words in (
        "[optimizer]",
        "device: CPU",
        'machine: {"threads": 2',
        "WARNING compiled anew",
        "step 10: d_learning_rate = 0.001 (was 0.0002)",
        "WARNING refused: d_steps",
        "step 20: checkpoint checkpoints/step_20",
        "20 steps (0.20 epochs) in 1.5 s, 13 steps/s",
        "weights digest 0123abcd",
        "step 20: stopped: stopped by the user",
        "closed: stopped",
    ):
        assert words in log
    names = {path.name for path in folder.iterdir()}
    assert names == {"config.toml", "run.sqlite", "run.log", "samples", "checkpoints"}


def test_the_log_is_written_at_once_and_holds_tracebacks(folder: Path, recorder: Recorder) -> None:
    tell(recorder, EngineError("it broke", "Traceback (most recent call last):\n  ...\nValueError: Ошибка\n"))
    recorder.log.info("a line of one's own")
    text = (folder / "run.log").read_text("utf-8")
    assert "ERROR it broke\nTraceback (most recent call last):\n  ...\nValueError: Ошибка\n" in text
    assert "a line of one's own\n" in text


def test_pausing_writes_what_waits(folder: Path, recorder: Recorder) -> None:
    tell(recorder, block(0), block(10), StatusChanged(Status.PAUSED, 20))
    assert len(read_run(folder).history) == 20
    assert read_run(folder).facts["status"] == "paused"


def test_points_are_drawn_over_the_real_ones(folder: Path, recorder: Recorder) -> None:
    tell(recorder, started(folder, "points"), Samples(0, np.zeros((5, 2), np.float32)))
    recorder.close(Status.FINISHED)
    assert pictures(folder) == [0]


def test_alerts_are_kept(folder: Path, recorder: Recorder) -> None:
    recorder.add_alert(5, "collapse", "one mode of 8 is left", {"modes_covered": 1})
    recorder.keep_up()
    assert read_run(folder).alerts[0].message == "one mode of 8 is left"
    assert "collapse: one mode of 8 is left" in (folder / "run.log").read_text("utf-8")


def test_alerts_of_a_diagnosis_are_kept_with_their_ends(folder: Path, recorder: Recorder) -> None:
    evidence = Evidence("held_modes", 3.0, "<=", 4.0, 8.0)
    follow = Suggestion((("r1_weight", 1.0), ("d_steps", 1)), Sentence("it helps"))
    message = Sentence("{held:.0f} of 8 modes", {"held": 3.0})
    first = Alert("mode_collapse", 500, Level.BAD, message, (evidence,), (follow,))
    again = replace(first, step=1500)
    tell(recorder, AlertRaised(first), AlertEnded(1000, first, Sentence("all are back")), AlertRaised(again))
    kept = read_run(folder).alerts
    assert [(alert.step, alert.detector, alert.ended) for alert in kept] == [
        (500, "mode_collapse", 1000),
        (1500, "mode_collapse", None),
    ]
    assert kept[0].message == "3 of 8 modes"
    assert kept[0].evidence == {
        "level": "bad",
        "evidence": [
            {"name": "held_modes", "value": 3.0, "sign": "<=", "limit": 4.0, "floor": 8.0, "meaning": ""},
        ],
        "suggestions": [{"changes": {"r1_weight": 1.0, "d_steps": 1}, "reason": "it helps"}],
    }
    log = (folder / "run.log").read_text("utf-8")
    assert "WARNING step 500: mode_collapse: 3 of 8 modes" in log
    assert "step 1000: the alert of mode_collapse has ended: all are back" in log


def test_a_database_without_ends_of_alerts_is_read(folder: Path, recorder: Recorder) -> None:
    """As the program wrote it that did not know of them, nor of a figure that came with them."""
    recorder.add_alert(5, "collapse", "one mode of 8 is left", {"modes_covered": 1})
    recorder.on_event(block(0))
    recorder.close(Status.FINISHED)
    with closing(sqlite3.connect(folder / "run.sqlite")) as database, database:
        database.execute("DROP TABLE alert_ends")
        database.execute("ALTER TABLE figures DROP COLUMN real_sign")
    record = read_run(folder)
    assert [(alert.step, alert.ended) for alert in record.alerts] == [(5, None)]
    assert np.isnan(record.history.column("real_sign")).all()
    assert (record.history.column("d_accuracy") == 0).all()


def test_new_latents_at_the_same_step_keep_the_picture(folder: Path, recorder: Recorder) -> None:
    tell(recorder, samples(0), samples(0), StatusChanged(Status.STOPPED, 0))
    assert [file.step for file in read_run(folder).snapshots] == [0]


def full_disk(*_: object) -> Path:
    raise OSError(28, "No space left on device")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_picture_that_cannot_be_written_is_written_later(
    folder: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept_samples, "save_snapshot", full_disk)
        tell(recorder, samples(0))
        assert "samples could not be written: No space left on device" in str(recorder.problem)
        recorder.on_event(block(0))
        with pytest.raises(RecordingError, match="No space"):
            recorder.flush()
        # The figures are safe all the same.
        assert len(read_run(folder).history) == 10
        with pytest.raises(RecordingError, match="No space"):
            recorder.close(Status.FINISHED)
    recorder.close(Status.FINISHED)
    assert pictures(folder) == [0]


def test_pictures_that_wait_have_a_bound(folder: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_samples, "MOST_WAITING", 3 * samples(0).values.nbytes)
    with monkeypatch.context() as patch:
        patch.setattr(kept_samples, "save_snapshot", full_disk)
        tell(recorder, *(samples(step) for step in (0, 10, 20, 30, 40)))
    recorder.close(Status.FINISHED)
    assert pictures(folder) == [20, 30, 40]
    log = (folder / "run.log").read_text("utf-8")
    assert [step for step in range(0, 50, 10) if f"step {step}: its picture could not be kept" in log] == [0, 10]


def test_what_cannot_be_written_is_tried_ever_more_rarely(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, attempts = Clock(), []
    recorder = Recorder(folder, RunConfig(), "digits", clock)
    real = recorder._store.flush

    def fail() -> None:
        attempts.append(clock.now)
        raise RecordingError("run.sqlite could not be written: it is full")

    with monkeypatch.context() as patch:
        patch.setattr(recorder._store, "flush", fail)
        tell(recorder, ControlChanged(0, "g_steps", 2, 1))
        for step in range(400):
            clock.now += 0.25
            tell(recorder, block(step, 1))
    times = sorted(set(attempts))
    assert np.diff(times).tolist() == [1, 2, 4, 8, 16, 30, 30]
    assert recorder.seconds_to_retry() == pytest.approx(times[-1] + 30 - clock.now)
    assert real == recorder._store.flush
    clock.now = times[-1] + 30
    recorder.keep_up()
    assert (recorder.problem, recorder.seconds_to_retry()) == (None, None)
    recorder.close(Status.FINISHED)
    assert len(read_run(folder).history) == 400
    # Said once, with how it came about, and once when it was over.
    log = (folder / "run.log").read_text("utf-8")
    assert log.count("ERROR run.sqlite could not be written: it is full; it is tried again") == 1
    assert log.count("RecordingError: run.sqlite") == 1
    assert log.count("files can be written again") == 1


def test_figures_that_wait_have_a_bound(folder: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "MOST_FIGURES", store.ROW_BYTES + 3 * block(0).values.nbytes)
    with locked(folder):
        tell(recorder, ControlChanged(0, "g_steps", 2, 1), block(0))
        assert not recorder.is_full
        tell(recorder, block(10), block(20), block(30))
        assert recorder.is_full
    recorder.flush()
    assert not recorder.is_full
    assert len(read_run(folder).history) == 40


def test_what_waits_can_be_kept_elsewhere(folder: Path, recorder: Recorder, tmp_path: Path) -> None:
    tell(recorder, samples(0), block(0))
    recorder.flush()
    shutil.rmtree(folder)
    tell(recorder, block(10), samples(10), ControlChanged(20, "g_steps", 2, 1))
    rescue = create_run_folder(tmp_path / "rescue", "digits", RunConfig())
    with pytest.raises(RecordingError, match="No such file"):
        recorder.close(Status.FINISHED)
    recorder.write_elsewhere(rescue)
    record = read_run(rescue)
    assert (record.history.first_step, len(record.history)) == (10, 10)
    assert record.interventions == (Intervention(20, "g_steps", 2, 1),)
    assert (record.facts["rescued_from"], record.facts["status"]) == (str(folder), "finished")
    assert pictures(rescue) == [10] == [saved.step for saved in record.snapshots]


def test_checkpoints_come_and_go(folder: Path, recorder: Recorder) -> None:
    first, second = (folder / "checkpoints" / f"step_{step:08d}.npz" for step in (10, 20))
    tell(recorder, CheckpointSaved(10, first, by_time=True), CheckpointSaved(20, second, by_time=True))
    tell(recorder, CheckpointRemoved(10, first))
    assert [(saved.step, saved.path) for saved in read_run(folder).checkpoints] == [
        (20, "checkpoints/step_00000020.npz")
    ]


def test_two_recorders_never_write_one_folder(folder: Path, recorder: Recorder) -> None:
    with pytest.raises(RecordingError, match="is being written by another process"):
        Recorder(folder, RunConfig())
    tell(recorder, block(0))
    recorder.close(Status.FINISHED)
    assert len(read_run(folder).history) == 10


def test_log_lines_that_cannot_be_written_are_written_later(folder: Path, recorder: Recorder) -> None:
    handler = recorder._log_file
    real = handler._file

    class Full:
        """Takes three bytes, then nothing."""

        room = 3
        closed = False

        def write(self, content: bytes) -> int:
            if not self.room:
                raise OSError(28, "No space left on device")
            self.room -= (taken := min(self.room, len(content)))
            return real.write(content[:taken])

    handler._file = Full()  # type: ignore[assignment]
    recorder.log.info("first")
    recorder.log.info("second")
    with pytest.raises(RecordingError, match=r"run\.log could not be written: No space left on device"):
        recorder.flush()
    handler._file = real
    recorder.flush()
    lines = (folder / "run.log").read_text("utf-8").splitlines()
    said = [line.split(" ", 3)[-1] for line in lines]
    assert (said.count("first"), said.count("second")) == (1, 1)
    assert said.index("first") == said.index("second") - 1
    assert said[-1] == "files can be written again"


def test_log_lines_that_wait_have_a_bound(folder: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "MOST_WAITING", 1000)
    handler, real = recorder._log_file, recorder._log_file._file

    class Full:
        closed = False
        write = staticmethod(full_disk)

    handler._file = Full()  # type: ignore[assignment]
    for number in range(100):
        recorder.log.info("line %02d", number)
    assert len(handler.waiting) <= 1000
    handler._file = real
    recorder.flush()
    lines = (folder / "run.log").read_text("utf-8").splitlines()
    kept = sum(" INFO line " in line for line in lines)
    assert 0 < kept < 100
    assert lines[-1] == f"({100 - kept} lines could not be kept)"


def test_a_removed_folder_is_told_and_closing_does_not_hang(folder: Path, recorder: Recorder) -> None:
    shutil.rmtree(folder)
    recorder.on_event(block(0))
    for attempt in (recorder.flush, lambda: recorder.close(Status.STOPPED)):
        with pytest.raises(RecordingError, match=r"run\.sqlite could not be written: No such file"):
            attempt()
    recorder.abandon()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another writer has the database."""
    with closing(sqlite3.connect(folder / "run.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_an_error_of_the_database_keeps_the_event(folder: Path, recorder: Recorder) -> None:
    with locked(folder):
        recorder.on_event(ControlChanged(3, "g_steps", 2, 1))
        assert "database is locked" in str(recorder.problem)
    recorder.close(Status.FINISHED)
    assert recorder.problem is None
    assert read_run(folder).interventions == (Intervention(3, "g_steps", 2, 1),)


@pytest.mark.parametrize("seconds", [6, 60])
def test_the_end_waits_for_a_locked_database_but_not_for_ever(folder: Path, seconds: float) -> None:
    clock = Clock()
    recorder = Recorder(folder, RunConfig(), "digits", clock)
    with ExitStack() as held:
        held.enter_context(locked(folder))

        def sleep(pause: float) -> None:
            clock.now += pause
            if clock.now >= seconds:
                held.close()

        if seconds < recorder_module.PATIENCE:
            recorder.close(Status.FINISHED, sleep)
        else:
            with pytest.raises(RecordingError, match="database is locked"):
                recorder.close(Status.FINISHED, sleep)
            assert clock.now <= recorder_module.PATIENCE
    recorder.close(Status.FINISHED)
    assert read_run(folder).facts["status"] == "finished"


def test_a_folder_that_cannot_hold_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"run\.lock could not be written"):
        Recorder(tmp_path / "missing", RunConfig())
    (tmp_path / "run.log").mkdir()
    with pytest.raises(RecordingError, match=r"run\.log could not be written"):
        Recorder(tmp_path, RunConfig())
    (tmp_path / "run.log").rmdir()
    (tmp_path / "run.sqlite").mkdir()
    with pytest.raises(RecordingError, match=r"run\.sqlite could not be written"):
        Recorder(tmp_path, RunConfig())
