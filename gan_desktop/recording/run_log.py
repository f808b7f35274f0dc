"""`run.log`: what happened, in lines with the time, for a person to read after something went wrong."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from gan_desktop.core.errors import RecordingError

# How many bytes of lines wait if the disk is full; later lines are only counted.
MOST_WAITING = 2**20


class RunLog(logging.Handler):
    """Writes each line at once; lines that could not be written wait for the next one or for `flush_lines`.

    The first MOST_WAITING bytes of waiting lines are kept, and a line after them says how many are missing.

    Logging never raises, so that it may be done while another error is handled; `flush_lines` may raise.

    Raises:
        RecordingError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self.path = path
        self._waiting = b""
        self._missing = 0
        self._error: OSError | None = None
        self._write_lock = threading.Lock()
        try:
            # Unbuffered: a file object that buffers does not tell how much of a line has reached a full disk.
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise RecordingError(f"{path} could not be written: {error.strerror}") from error

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record).encode("utf-8", "replace") + os.linesep.encode()
        with self._write_lock:
            if len(self._waiting) + len(line) <= MOST_WAITING:
                self._waiting += line
            else:
                self._missing += 1
            self._write()

    @property
    def waiting(self) -> bytes:
        """The lines that are not written yet."""
        return self._waiting

    def flush_lines(self) -> None:
        """Write the lines that wait.

        Raises:
            RecordingError: they could not be written, and keep waiting.
        """
        with self._write_lock:
            self._write()
            if self._error is not None:
                raise RecordingError(f"{self.path} could not be written: {self._error.strerror}") from self._error

    def _write(self) -> None:
        self._error = None
        try:
            while self._waiting and not self._file.closed:
                self._waiting = self._waiting[self._file.write(self._waiting) or 0 :]
                if not self._waiting and self._missing:
                    self._waiting = f"({self._missing} lines could not be kept){os.linesep}".encode()
                    self._missing = 0
        except OSError as error:
            self._error = error

    def close(self) -> None:
        """Close the file; lines that wait are dropped. Never raises."""
        super().close()
        try:
            self._file.close()
        except OSError:
            return


def open_run_log(path: Path) -> tuple[logging.Logger, RunLog]:
    """A logger of its own, unknown to the rest of the process, so that two runs do not write each other's lines."""
    handler = RunLog(path)
    logger = logging.Logger("gan_desktop.run", logging.DEBUG)
    logger.addHandler(handler)
    return logger, handler
