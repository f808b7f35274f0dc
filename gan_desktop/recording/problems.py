"""What cannot be written into a run folder, and when it is tried again."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Callable

from gan_desktop.core.errors import RecordingError
from gan_desktop.recording.connection import has_no_room
from gan_desktop.recording.writer_lock import FULL

# Seconds until what could not be written is tried again: twice as many each time.
FIRST_RETRY = 1.0
LAST_RETRY = 30.0
# What the recorder writes itself; others report their own problems.
FILES = "files"


def is_full(error: Exception | None) -> bool:
    """Whether something could not be written because the disk has no room for it."""
    cause = None if error is None else error.__cause__
    if isinstance(cause, sqlite3.Error):
        return has_no_room(cause)
    return isinstance(cause, OSError) and cause.errno in FULL


class Problems:
    """The problems of one run folder. Each is logged once when it comes, with its traceback, and once when it has gone.

    Args:
        log: the log of the run.
        clock: a clock in seconds, which never goes back.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self._standing: dict[str, RecordingError] = {}
        self._retry_after = FIRST_RETRY
        self._retry_at = 0.0

    @property
    def first(self) -> RecordingError | None:
        """The one that has stood longest; None if all is well."""
        return next(iter(self._standing.values()), None)

    @property
    def has_files(self) -> bool:
        """Whether the recorder itself could not write at its last try."""
        return FILES in self._standing

    @property
    def seconds_to_retry(self) -> float:
        """How many seconds are left until the recorder is to try again."""
        return max(0.0, self._retry_at - self._clock())

    def report_files(self, problem: RecordingError | None) -> None:
        """Take in how the recorder's last try went."""
        if problem is None:
            self._retry_after = FIRST_RETRY
        else:
            self._retry_at = self._clock() + self._retry_after
            self._retry_after = min(2 * self._retry_after, LAST_RETRY)
        self.report(FILES, problem)

    def report(self, what: str, problem: RecordingError | None) -> None:
        """Take in that `what` could not be written or, if `problem` is None, could be again."""
        if problem is not None:
            if what not in self._standing:
                details = "".join(traceback.format_exception(problem)).rstrip()
                self._log.error("%s; it is tried again\n%s", problem, details)
            self._standing[what] = problem
        elif self._standing.pop(what, None) is not None:
            self._log.info("%s can be written again", what)
