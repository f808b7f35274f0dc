"""Who writes a run folder is known, however the writer ends."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gan_desktop.core.errors import RecordingError
from gan_desktop.recording import writer_lock
from gan_desktop.recording.writer_lock import LOCK, WriterLock, is_interrupted, is_written

HOLDER = """
import sys
from pathlib import Path
from gan_desktop.recording.writer_lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_writer(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock; killed at the end."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def without_locks(*_: object) -> bool:
    raise OSError(errno.ENOTSUP, "Operation not supported")


def test_one_writer_at_a_time_and_no_file_after_it(tmp_path: Path) -> None:
    assert not is_written(tmp_path)
    lock = WriterLock(tmp_path)
    assert is_written(tmp_path)
    with pytest.raises(RecordingError, match=rf"is being written by another process \({os.getpid()} on "):
        WriterLock(tmp_path)
    assert is_written(tmp_path)  # asking did not give it back
    lock.release()
    lock.release()
    assert not is_written(tmp_path)
    assert list(tmp_path.iterdir()) == []
    WriterLock(tmp_path).release()


@pytest.mark.parametrize("has_locks", [True, False])
def test_a_killed_writer_is_known(tmp_path: Path, has_locks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_locks:
        monkeypatch.setattr(writer_lock.file_lock, "take", without_locks)
    with another_writer(tmp_path):
        assert is_written(tmp_path)
        assert not is_interrupted(tmp_path)
        with pytest.raises(RecordingError, match="another process"):
            WriterLock(tmp_path)
    assert not is_written(tmp_path)
    assert is_interrupted(tmp_path)
    # The next writer takes over.
    lock = WriterLock(tmp_path)
    assert is_written(tmp_path)
    lock.release()
    assert not is_interrupted(tmp_path)


@pytest.mark.parametrize(
    ("change", "alive"),
    [
        ({}, True),
        ({"started": 1.0}, False),
        ({"machine": "another", "process": 2**22 + 1}, True),
        ({"process": 0.5}, False),
    ],
)
def test_without_locks_the_process_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], alive: bool
) -> None:
    """A later process may have the number of one that was killed."""
    monkeypatch.setattr(writer_lock.file_lock, "take", without_locks)
    (tmp_path / LOCK).write_text(json.dumps(writer_lock._this_process() | change))
    assert is_written(tmp_path) is alive


def test_a_lock_file_that_says_nothing_is_nobodys(tmp_path: Path) -> None:
    for content in ("", "[1", "3"):
        (tmp_path / LOCK).write_text(content)
        assert is_interrupted(tmp_path)
    WriterLock(tmp_path).release()
