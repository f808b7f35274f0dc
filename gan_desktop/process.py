"""How the process is asked to stop, and how it ends: Ctrl-C, SIGTERM and SIGHUP, from its first line to its last.

At first nothing has begun, and a signal ends the process at once. Within `stopping`, whoever has begun something hears
of the signal. The end is always `leave`: once everything is written, nothing is torn down that might break.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from gan_desktop import streams

EXIT_STOPPED = 0
STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
# Terminals, shells and wrappers often pass one Ctrl-C on twice: a second one within this time is the same one.
ONE_STROKE_SECONDS = 1.0


def take_signals() -> None:
    """Have a signal end the process at once, from here on.

    An exception would not do: a module that is being imported may swallow it, and Qt may be left half-made.
    """
    for number in _asking():
        signal.signal(number, lambda *_: _end(EXIT_STOPPED))


def _asking() -> list[signal.Signals]:
    """The signals that ask to stop: all but a SIGHUP that is ignored, because nohup ignores it on purpose."""
    hangup = getattr(signal, "SIGHUP", None)
    return [number for number in STOPPING if number != hangup or signal.getsignal(number) != signal.SIG_IGN]


@contextmanager
def stopping(stop: Callable[[], None], force: Callable[[], None] | None = None) -> Iterator[None]:
    """Have the first signal call `stop`, on a thread of its own, and a second Ctrl-C `force`; others do nothing.

    Python runs the handlers of signals on the main thread, between two of its instructions. While Qt waits for events
    or TensorFlow computes there, that may be never. So a signal writes to a socket, which a thread listens to.

    Args:
        stop: asks for a clean end; may leave the process.
        force: what ends the process without waiting; `leave` if it is None.
    """
    reader, writer = socket.socketpair()
    listener = threading.Thread(target=_listen, args=(reader, stop, force), name="signals", daemon=True)
    with reader, writer:
        writer.setblocking(False)
        previous = {number: signal.signal(number, lambda *_: None) for number in _asking()}
        woken = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        listener.start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken)
            for number, handler in previous.items():
                signal.signal(number, handler)
            writer.close()  # which ends the listener
            listener.join()


class BrokenOffError(Exception):
    """The person has broken off what is being done."""


@contextmanager
def breakable() -> Iterator[threading.Event]:
    """An event that the first signal sets, for work that looks at it now and then and tidies up after itself."""
    asked = threading.Event()
    with stopping(asked.set):
        yield asked


def _listen(reader: socket.socket, stop: Callable[[], None], force: Callable[[], None] | None) -> None:
    first = None
    while byte := reader.recv(1):
        if first is None:
            first = time.monotonic()
            stop()
        elif byte[0] == signal.SIGINT and time.monotonic() - first > ONE_STROKE_SECONDS:
            (force or leave)()


def leave(code: int = EXIT_STOPPED) -> NoReturn:
    """End the process here and now, after writing what is still on its streams.

    Neither Qt nor TensorFlow is torn down: while a thread of theirs still runs, that aborts, crashes or hangs. Whoever
    calls this has closed every file that matters.
    """
    _end(streams.finish(code))


def _end(code: int) -> NoReturn:
    """End the process, and remove the last words that it may have begun to keep."""
    last_words = sys.modules.get("gan_desktop.core.last_words")
    if last_words is not None and hasattr(last_words, "forget"):  # it may be half imported
        last_words.forget()
    os._exit(code)
