"""The process's stdout and stderr, which may be closed, full, broken or of another encoding: no write to them fails.

What cannot be written is dropped, and so is everything after it. For stderr that is all, since no run should fail for
its progress bar. But stdout carries results: a command whose result was lost says so and ends with `EXIT_LOST`.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

EXIT_LOST = 1


class GuardedRaw(io.RawIOBase):
    """A raw stream whose writes never fail.

    It stands below Python's buffers, so that no flush fails either, not even the last one as the interpreter ends.

    Attributes:
        error: why something could not be written; None as long as everything was.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        size = len(data)
        if self.error is None:
            try:
                written = self._raw.write(data)
                while written is None:  # a pipe that another process has made non-blocking, and that is full
                    select.select([], [self._raw], [])
                    written = self._raw.write(data)
            except OSError as error:
                self.error = error
            else:
                return int(written)
        return size

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())


class _Kept:
    """Keeps the stderr that the process was started with; whoever holds stderr back puts another file in its place."""

    descriptor: int | None = None


def own() -> None:
    """Guard both streams; to be called once, before anything opens a file.

    A standard descriptor that is closed is taken here: else the run's database might get it, and libraries would write
    their words there. It cannot be written to either, so that a result which goes there is known to be lost.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # gets the lowest number that is free, which is this one
    _Kept.descriptor = os.dup(2)
    sys.stdout = _guarded(sys.stdout, 1)
    sys.stderr = _guarded(sys.stderr, 2)


def _guarded(stream: Any, descriptor: int) -> TextIO:
    if stream is None:
        raw = io.FileIO(descriptor, "w", closefd=False)
        return io.TextIOWrapper(io.BufferedWriter(GuardedRaw(raw)), "utf-8", "replace")
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(GuardedRaw(getattr(stream.buffer, "raw", stream.buffer))),
        stream.encoding,
        "replace",  # a character that the encoding lacks is no reason to fail
        line_buffering=stream.line_buffering or descriptor == 2,
        write_through=stream.write_through,
    )


def _raw(stream: Any) -> GuardedRaw | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, GuardedRaw) else None


def offer(line: str) -> None:
    """Print a line on stdout for people. They may have gone, so it does not matter if the line is lost."""
    print(line, flush=True)
    raw = _raw(sys.stdout)
    if raw is not None:
        raw.error = None


def let_through() -> None:
    """Have stderr reach the person again, even if it is held back."""
    if _Kept.descriptor is not None:
        os.dup2(_Kept.descriptor, 2)


def finish(code: int) -> int:
    """Write what is still in the buffers, and give the exit code: `EXIT_LOST` in place of 0 if a result was lost.

    The reason is said on stderr, unless the reader has gone, as readers may.
    """
    sys.stdout.flush()
    raw = _raw(sys.stdout)
    if raw is not None and raw.error is not None:
        if raw.error.errno != errno.EPIPE:
            sys.stderr.write(f"gan-desktop: stdout cannot be written: {raw.error.strerror}\n")
        code = code or EXIT_LOST
    sys.stderr.flush()
    return code
