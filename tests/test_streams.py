"""Streams that are closed, full, broken or of another encoding: no traceback, and the exit code that was promised."""

from __future__ import annotations

import errno
import io
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from gan_desktop import streams
from gan_desktop.streams import GuardedRaw
from tests.faults.streams import QUICK, SLOW, Case, cases, faults, run
from tests.tiny import write_tiny

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams of POSIX")

# Each command and each state of each stream comes up; all their pairs are among the slow ones.
SOME = [
    Case("presets", "stdout", "closed"),
    Case("presets", "stderr", "closed"),
    Case("presets", "stdout", "ascii"),
    Case("datasets --json", "stdout", "full"),
    Case("--help", "stdout", "broken"),
    Case("--version", "stderr", "full"),
    Case("train --steps ten", "stderr", "closed"),
    Case("train --steps ten", "stderr", "broken"),
    Case("train --steps ten", "stdout", "closed"),
]


def check(case: Case, folder: Path) -> None:
    write_tiny(folder)
    outcome = run(case, folder)
    assert not faults(case, outcome), outcome


def named(case: Case) -> str:
    return f"{case.command} {case.stream} {case.state}"


@pytest.mark.parametrize("case", SOME, ids=named)
def test_a_stream_that_fails(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in cases(QUICK + SLOW) if case not in SOME], ids=named)
def test_every_stream_that_fails(
    case: Case, tmp_path: Path, compiled_blocks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAN_DESKTOP_CACHE", str(compiled_blocks))
    check(case, tmp_path)


class Raw(io.RawIOBase):
    """Takes a number of bytes, and then fails."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = b""
        self.tries = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.tries += 1
        if len(self.taken) == self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = bytes(data[: self.room - len(self.taken)])
        self.taken += part
        return len(part)


def test_what_cannot_be_written_is_dropped_and_not_tried_again() -> None:
    raw = Raw(4)
    guarded = GuardedRaw(raw)
    stream = io.TextIOWrapper(io.BufferedWriter(guarded), "ascii", "replace", line_buffering=True)
    print("ab→", file=stream)
    assert (raw.taken, guarded.error) == (b"ab?\n", None)
    print("c", file=stream)
    tries = raw.tries
    assert guarded.error is not None
    assert guarded.error.errno == errno.ENOSPC
    for _ in range(3):
        print("more", file=stream, flush=True)
    assert (raw.taken, raw.tries) == (b"ab?\n", tries)
    stream.close()


def test_a_full_pipe_that_does_not_block_is_waited_for() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    text = b"0123456789" * 50_000
    with os.fdopen(writer, "wb", buffering=0) as raw, os.fdopen(reader, "rb") as read:
        got: list[bytes] = []
        thread = threading.Thread(target=lambda: got.append(read.read(len(text))))
        stream = io.BufferedWriter(GuardedRaw(raw))
        thread.start()
        stream.write(text)
        stream.flush()
        thread.join()
        assert got == [text]


def fill_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have stdout be guarded, and full."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(GuardedRaw(Raw(0)))))


@pytest.mark.parametrize(("code", "ends"), [(0, 1), (2, 2), (3, 3)])
def test_a_lost_result_is_said(
    code: int, ends: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_stdout(monkeypatch)
    print("{}")
    assert streams.finish(code) == ends
    assert capsys.readouterr().err == "gan-desktop: stdout cannot be written: No space left on device\n"


def test_a_sentence_for_people_may_be_lost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fill_stdout(monkeypatch)
    streams.offer("finished after 40 steps")
    assert streams.finish(0) == 0
    assert capsys.readouterr().err == ""
