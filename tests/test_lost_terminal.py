"""A run whose terminal goes away: it goes on and is recorded, or, if the terminal hangs up, ends as by SIGTERM."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from gan_desktop.recording.reader import read_run
from tests.tiny import write_tiny

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")]

ROOT = Path(__file__).resolve().parents[1]
STEPS = 3000
Train = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def train(tmp_path: Path, compiled_blocks: Path) -> Iterator[Train]:
    """Begins a run in `run`, with a change that is said near its end; `streams` are those of the process."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **streams: IO[bytes] | int | Callable[[], object]) -> subprocess.Popen[bytes]:
        environment = os.environ | {"GAN_DESKTOP_CACHE": str(compiled_blocks), "PYTHONPATH": str(ROOT)}
        run = ("--config", str(write_tiny(tmp_path)), "--out", "run", "--at", f"{STEPS - 100}:d_steps=2")
        process = subprocess.Popen(
            [sys.executable, "-m", "gan_desktop", "train", *run, *arguments],
            cwd=tmp_path,
            env=environment,
            start_new_session=True,
            **streams,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def read_until(descriptor: int, word: bytes) -> None:
    """Read what a process says until it has said that."""
    said = b""
    while word not in said:
        part = os.read(descriptor, 4096)
        assert part, said
        said += part


def test_a_pipe_that_is_read_no_further(tmp_path: Path, train: Train) -> None:
    """This happens in `gan-desktop train 2>&1 | head -1`."""
    reader, writer = os.pipe()
    process = train("--steps", str(STEPS), stdin=subprocess.DEVNULL, stdout=writer, stderr=writer)
    os.close(writer)
    read_until(reader, b"run folder")
    os.close(reader)
    assert process.wait() == 0
    record = read_run(tmp_path / "run")
    assert (record.facts["status"], len(record.history)) == ("finished", STEPS)


def test_a_terminal_that_is_closed(tmp_path: Path, train: Train) -> None:
    """The process is not told, since the terminal is not its own."""
    terminal, child = os.openpty()
    with (tmp_path / "out").open("wb") as out:
        process = train("--steps", str(STEPS), "--json", stdin=subprocess.DEVNULL, stdout=out, stderr=child)
    os.close(child)
    read_until(terminal, b"run folder")
    os.close(terminal)
    assert process.wait() == 0
    record = read_run(tmp_path / "run")
    assert (record.facts["status"], len(record.history)) == ("finished", STEPS)
    assert b'"status": "finished"' in (tmp_path / "out").read_bytes()


def test_a_terminal_that_hangs_up(tmp_path: Path, train: Train) -> None:
    """What closing a window of a terminal does: SIGHUP, and no stream is left."""
    import fcntl
    import termios

    terminal, child = os.openpty()
    streams = {"stdin": child, "stdout": child, "stderr": child}
    process = train("--steps", "1000000000", preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **streams)
    os.close(child)
    read_until(terminal, b"run folder")
    os.close(terminal)
    assert process.wait() == 0
    record = read_run(tmp_path / "run")
    assert record.facts["status"] == "stopped"
    assert [saved.step for saved in record.checkpoints][-1:] == ([len(record.history)] if len(record.history) else [])
