"""The `watch` command: looks at the run twice a second, and draws what is new."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live

from gan_desktop.core.status import FINAL
from gan_desktop.process import breakable
from gan_desktop.recording.following import Follower, RewoundError
from gan_desktop.recording.library import find_run
from gan_desktop.recording.past import read_past
from gan_desktop.recording.run_entry import RunEntry
from gan_desktop.terminal import EXIT_OK
from gan_desktop.watching.watched import Watched

Wait = Callable[[float], bool]

# Seconds between two looks, and between two lines where the output is no terminal.
LOOK, PLAIN = 0.5, 10.0


def watch_in_terminal(run: str) -> int:
    """Draw a run until it ends or the person leaves.

    Raises:
        InputError: there is no such run, or it cannot be read any more.
    """
    entry = find_run(run)
    entry.check_readable()
    console = Console(highlight=False)
    # A signal must not leave the terminal on the other screen.
    with breakable() as asked:
        if console.is_terminal:
            with Live(console=console, auto_refresh=False, screen=True) as live:
                for watched, _ in looks(entry, asked.wait):
                    live.update(watched, refresh=True)
            console.print(watched.line())
        else:
            for line in lines(entry, wait=asked.wait):
                print(line, flush=True)
    return EXIT_OK


def lines(entry: RunEntry, clock: Callable[[], float] = time.monotonic, wait: Wait | None = None) -> Iterator[str]:
    """What happens, a line each, and now and then how far the run is."""
    said, line = -PLAIN, ""
    for watched, news in looks(entry, wait or threading.Event().wait):
        yield from news
        if clock() - said >= PLAIN:
            said, line = clock(), watched.line()
            yield line
    if watched.line() != line:
        yield watched.line()


def looks(entry: RunEntry, wait: Wait) -> Iterator[tuple[Watched, list[str]]]:
    """The run at each look, with what happened since the last one, until it has ended or the person leaves.

    Args:
        wait: waits so many seconds; true if the person leaves.
    """
    watched, follower = begin(entry)
    yield watched, []
    while watched.status not in FINAL and not wait(LOOK):
        try:
            news = watched.take(follower.poll())
        except RewoundError:
            watched, follower = begin(entry)
            news = ["it goes on from an earlier step"]
        yield watched, news


def begin(entry: RunEntry) -> tuple[Watched, Follower]:
    """Read the run as it is now."""
    record, past = read_past(entry.folder)
    return Watched(entry.name, past, str(record.facts.get("status", ""))), Follower(record, past)
