"""Endpoints that tests open and close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.serving.server import Server
from tests.recording.made_runs import begun
from tests.serving.client import Client

Serve = Callable[[Path | None], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Opens an endpoint on any free port that shows the run in a folder."""
    opened: list[Server] = []

    def make(folder: Path | None = None) -> Server:
        server = Server()
        server.start()
        server.show(folder)
        opened.append(server)
        return server

    yield make
    for server in opened:
        server.stop()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """A run of ten steps that this process writes, and that takes no requests."""
    made = begun(tmp_path / "run")
    yield made
    made.close(Status.STOPPED)


@pytest.fixture
def client(serve: Serve, recorder: Recorder) -> Client:
    """A program that sees that run."""
    made = Client(serve(recorder.folder))
    made.wait_for("run")
    return made
