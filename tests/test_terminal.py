"""The engine in a real terminal process: ended by a person, by the system, and started where there is no display."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from gan_desktop import progress, terminal
from gan_desktop.core import events
from gan_desktop.core.commands import CommandQueue, Quit, Start
from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import RunOpening, StatusChanged
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.status import Status
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.terminal import TerminalListener, run_in_terminal
from gan_desktop.training.checkpoint import load_checkpoint
from tests.conftest import RunPython
from tests.faults.interrupts import loads_tensorflow, takes_signals
from tests.patience import SECONDS
from tests.tiny import tiny_config, write_tiny

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

PROGRAM = ("-m", "gan_desktop")


def wait_for(process: subprocess.Popen[str], what: Callable[[], bool]) -> None:
    """Wait until `what` is true, as long as the process lives."""
    deadline = time.monotonic() + SECONDS
    while not what():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def recorded(folder: Path) -> RunRecord | None:
    try:
        return read_run(folder)
    except InputError:
        return None  # not begun yet


def has_steps(folder: Path) -> bool:
    record = recorded(folder)
    return record is not None and len(record.history) > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_run_with_everything_kept(
    number: signal.Signals, tmp_path: Path, start_python: RunPython
) -> None:
    config, out = write_tiny(tmp_path), tmp_path / "run"
    endless = ["--steps", "1000000000", "--out", str(out)]
    process = start_python(*PROGRAM, "train", "--config", str(config), "--json", *endless)
    assert process.stderr is not None
    said = process.stderr.readline()
    assert "Ring of 8 Gaussians on CPU" in said
    assert str(out) in said
    wait_for(process, lambda: has_steps(out))
    process.send_signal(number)
    printed, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    summary = json.loads(printed.splitlines()[-1])
    assert summary["status"] == "stopped"
    record = read_run(out)
    assert len(record.history) == summary["step"] > 0
    assert float(record.history.column("d_loss")[-1]) == summary["d_loss"]
    assert record.facts["status"] == "stopped"
    assert [saved.step for saved in record.checkpoints] == [summary["step"]]
    checkpoint = load_checkpoint(out / record.checkpoints[0].path)
    assert checkpoint.weights_digest() == summary["weights_digest"]
    assert not list(out.glob("run.sqlite-*"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has reached")
@pytest.mark.parametrize("has_reached", [takes_signals, loads_tensorflow])
def test_ctrl_c_while_loading_leaves_nothing(
    has_reached: Callable[[int], bool], tmp_path: Path, start_python: RunPython
) -> None:
    """Whether modules are loading or TensorFlow is: no traceback, nothing written, no other words."""
    process = start_python(*PROGRAM, "train", "--config", str(write_tiny(tmp_path)), "--json")
    wait_for(process, lambda: has_reached(process.pid))
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=SECONDS)
    assert error == ""
    assert process.returncode == 0
    if out:
        summary = json.loads(out)
        assert (summary["status"], summary["step"], summary["run"]) == ("stopped", 0, None)
    assert not (tmp_path / "data").exists()


class Interrupted:
    """Stands in for the engine: it gets a signal while it prepares, or once it has a run, and is busy then."""

    def __init__(self, opens: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opens = opens
        self.left: list[int] = []
        self._is_left = threading.Event()
        monkeypatch.setattr(terminal, "LISTEN_SECONDS", 0.0)
        monkeypatch.setattr(terminal, "leave", self._leave)
        module = SimpleNamespace(Session=self._session)
        monkeypatch.setitem(sys.modules, "gan_desktop.training.engine.session", module)

    def _leave(self, code: int) -> None:
        self.left.append(code)
        self._is_left.set()

    def _session(self, commands: CommandQueue, emit: Emit, watched: bool) -> SimpleNamespace:
        def run() -> None:
            emit(StatusChanged(Status.PREPARING, 0))
            if self.opens:
                emit(RunOpening())
            signal.raise_signal(signal.SIGTERM)
            if not self.opens:
                assert self._is_left.wait(SECONDS)
            assert isinstance(commands.get(timeout=SECONDS), Start)
            assert isinstance(commands.get(timeout=SECONDS), Quit)

        return SimpleNamespace(run=run)


@pytest.mark.parametrize("opens", [False, True])
def test_an_engine_that_does_not_hear_is_left_unless_it_has_a_run(
    opens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = Interrupted(opens, monkeypatch)
    assert run_in_terminal(Start(tiny_config(tmp_path)), as_json=True) == 0
    assert engine.left == ([] if opens else [0])
    assert json.loads(capfd.readouterr().out.splitlines()[0])["status"] == "stopped"


def heard(*told: events.Event) -> TerminalListener:
    """What a terminal prints about a run that tells these events."""
    listener = TerminalListener(queue.SimpleQueue())
    for event in told:
        listener.on_event(event)
    return listener


def test_progress_is_lines_where_stderr_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PLAIN_SECONDS", -1.0)
    reading = (events.Preparing("Reading images", 0.25), events.Preparing("Compiling the training step", None))
    heard(*reading, events.Progress(7, 40, 0.5, 1.0, 7.0, 5.0, 0, {}))
    said = capsys.readouterr().err.splitlines()
    assert said == ["reading images: 25 %", "compiling the training step", "step 7 of 40"]


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_bar_is_one_line(width: int) -> None:
    listener = heard(events.Progress(2000, 1_000_000, 0.5, 1.0, 923.3, 5.0, 0, {}))
    figures = "step 2,000 of 1,000,000 · D 1.115 · G 0.914 · 923.3 steps/s"
    listener._progress.show("training", 2000, 1_000_000, figures)
    screen = StringIO()
    Console(width=width, force_terminal=True, color_system=None, file=screen).print(
        listener._progress.bar.get_renderable()
    )
    lines = screen.getvalue().splitlines()
    assert len(lines) == 1
    assert ("923.3 steps/s" in lines[0]) == (width >= 80)


def test_files_left_out_are_counted_at_the_end_and_nothing_reaches_the_terminal_raw(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = events.RunEnded(Status.FINISHED, 40, 1.0, 1.0, 40.0, "digest")
    note = "3 of 99 files could not be read: \x1b[31ma.png is truncated."
    real = np.zeros((1, 8, 8, 3), np.float32)
    for count, said in ((0, ""), (1, "1 file could not be read and was left out"), (3, "3 files could not be read")):
        data = events.DataSummary("Pets", "images", (8, 8, 3), 96, real, notes=(note,), unreadable=count)
        listener = heard(events.RunStarted(RunConfig(), "pets", data, "CPU", Path("r\x1bun"), 40, 10, 10), ended)
        assert said in listener.sentence()
        assert ("could not be read" in listener.sentence()) == bool(count)
        assert listener.summary()["data_notes"] == [note]
        assert listener.exit_code() == 0
    error = capsys.readouterr().err
    assert error.count("3 of 99 files could not be read: \\x1b[31ma.png is truncated.") == 3
    assert "run folder r\\x1bun" in error
    assert "\x1b" not in error


def test_a_run_that_finished_but_was_not_kept_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    ended = events.RunEnded(Status.FINISHED, 40, 1.0, 1.0, 40.0, "digest")
    finished = events.StatusChanged(Status.FINISHED, 40)
    trouble = events.RecordingChanged("run.sqlite could not be written: it is full", "Traceback ...")
    well = events.RecordingChanged("")
    kept = heard(trouble, well, ended, finished)
    assert (kept.exit_code(), kept.summary()["status"], kept.summary()["not_kept"]) == (0, "finished", "")
    data = events.DataSummary("Ring", "points", (2,), 96, np.zeros((1, 2), np.float32))
    started = events.RunStarted(RunConfig(), "ring", data, "CPU", Path("run"), 40, 10, 10)
    lost = heard(started, trouble, ended, events.NotKept("it is full", Path("rescued"), "Traceback ..."), finished)
    assert (lost.exit_code(), lost.summary()["status"]) == (1, "finished")
    assert lost.summary()["not_kept"] == "it is full; what it did not take is kept in rescued"
    assert "samples and checkpoints" not in lost.sentence()
    said = capsys.readouterr().err
    assert said.count("it is full; training goes on, what waits is kept in memory and tried again") == 2
    assert said.count("the run folder can be written again") == 1
    assert "Traceback" not in said
    failed = heard(events.RunEnded(Status.FAILED, 40, 1.0, 1.0, 40.0, "digest", "it is full"))
    assert failed.exit_code() == 1


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("run rescued", "what could be kept is in {0}/run and {0}/rescued"),
        ("rescued", "what could be kept is in {0}/rescued"),
        ("run", "what could be kept is in {0}/run"),
        ("", "nothing of it could be kept"),
    ],
)
def test_only_folders_that_are_there_are_named_in_the_end(tmp_path: Path, there: str, said: str) -> None:
    for name in there.split():
        (tmp_path / name).mkdir()
    data = events.DataSummary("Ring", "points", (2,), 96, np.zeros((1, 2), np.float32))
    started = events.RunStarted(RunConfig(), "ring", data, "CPU", tmp_path / "run", 40, 10, 10)
    ended = events.RunEnded(Status.STOPPED, 40, 1.0, 1.0, 40.0, "digest")
    lost = heard(started, ended, events.NotKept("it has gone", tmp_path / "rescued", "Traceback ..."))
    assert lost.sentence().endswith(f"; {said.format(tmp_path)}")


def test_changes_at_steps_that_were_not_reached_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    schedule = [Intervention(step, "d_steps", value) for step, value in ((10, 2), (40, 3), (100, 5))]
    listener = TerminalListener(queue.SimpleQueue(), schedule)
    listener.on_event(events.ControlChanged(10, "d_steps", 2, 1))
    listener.on_event(events.RunEnded(Status.FINISHED, 40, 1.0, 1.0, 40.0, "digest"))
    said = [line for line in capsys.readouterr().err.splitlines() if "--at" in line]
    assert said == [
        "--at 40:d_steps=3 was not made: the run ended after 40 steps",
        "--at 100:d_steps=5 was not made: the run ended after 40 steps",
    ]


def test_without_a_display_the_default_preset_trains_here(tmp_path: Path, start_python: RunPython) -> None:
    process = start_python(*PROGRAM, gone=("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    runs = tmp_path / "data" / "runs"
    lines: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=lines.extend, args=(process.stderr,))
    reader.start()
    wait_for(process, lambda: any(int(path.stem[5:]) > 0 for path in runs.glob("*/samples/step_*.png")))
    process.send_signal(signal.SIGINT)
    process.wait(SECONDS)
    reader.join(SECONDS)
    assert process.returncode == 0, lines
    assert "no display (neither DISPLAY nor WAYLAND_DISPLAY is set)" in lines[0]
    assert "the preset 'digits'" in lines[0]
    assert "Ctrl-C" in lines[0]
    assert process.stdout is not None
    (folder,) = runs.iterdir()
    said = process.stdout.read()
    assert said.startswith("stopped after ")
    assert str(folder) in said
    assert "-digits-" in folder.name
    record = read_run(folder)
    assert len(record.history) > 0
    assert len(record.checkpoints) == 1
    for snapshot in record.snapshots:
        with Image.open(folder / snapshot.path) as picture:
            low, high = picture.convert("L").getextrema()
        assert high > low + 50
