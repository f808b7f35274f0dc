"""One change at a time to what several processes of a person change: the notes of runs, and the list of runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gan_desktop.core import file_lock, paths
from gan_desktop.core.errors import InputError

LOCK = "library.lock"
# A change takes milliseconds. Whoever has not got its turn by then waits for a process that hangs.
PATIENCE = 10.0
PAUSE = 0.01


@contextmanager
def changing() -> Iterator[None]:
    """Wait for the other processes, and threads, that are changing something, and keep them out meanwhile.

    If the user's data directory cannot be written or has no locks, nothing is waited for. Not to be nested.

    Raises:
        InputError: another holds it for too long.
    """
    descriptor = None
    with suppress(OSError):
        paths.data_directory().mkdir(parents=True, exist_ok=True)
        # The file stays: whoever removed it would let two others in at once.
        descriptor = os.open(paths.data_directory() / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if descriptor is not None:
            _wait(descriptor)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _wait(descriptor: int) -> None:
    until = time.monotonic() + PATIENCE
    with suppress(OSError):  # there are no locks
        while not file_lock.take(descriptor):
            if time.monotonic() > until:
                raise InputError(
                    f"another GAN Desktop has been changing {paths.data_directory() / LOCK} for {PATIENCE:g} s: end it"
                )
            time.sleep(PAUSE)
