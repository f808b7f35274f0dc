"""The endpoint in a terminal: for a run that another process trains, and for the one that is trained here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gan_desktop.arguments import whole_number
from gan_desktop.core.engine import Emit
from gan_desktop.core.events import Event, RunStarted
from gan_desktop.process import breakable
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_OK

if TYPE_CHECKING:
    from gan_desktop.serving.server import Server

HIGHEST_PORT = 65_535


def port_of(option: str, text: str) -> int:
    """The port that an option gives; 0 takes any that is free.

    Raises:
        InputError: it is none.
    """
    return whole_number(option, text, HIGHEST_PORT, least=0)


def serve_in_terminal(run: str, port: int, host: str) -> int:
    """Serve a run until Ctrl-C.

    Raises:
        InputError: there is no such run, or it cannot be served so.
    """
    entry = find_run(run)
    entry.check_readable()
    with breakable() as asked, _serving(port, host, entry.folder):
        asked.wait()
    return EXIT_OK


@contextmanager
def serving_training(port: int | None) -> Iterator[Emit | None]:
    """What has to hear the events of the run that is trained here, so that it is served; None without a port.

    Raises:
        InputError: the port cannot be used.
    """
    if port is None:
        yield None
        return
    with _serving(port) as server:

        def hear(event: Event) -> None:
            if isinstance(event, RunStarted) and event.run_folder is not None:
                server.show(event.run_folder)

        yield hear


@contextmanager
def _serving(port: int, host: str = "127.0.0.1", folder: Path | None = None) -> Iterator[Server]:
    from gan_desktop.serving.server import Server
    from gan_desktop.serving.token import token_file

    server = Server(port, host)
    server.start()
    try:
        server.show(folder)
        sys.stderr.write(f"programs may drive it: {server.url}, with the token in {token_file()}\n")
        yield server
    finally:
        server.stop()
