"""What every test starts from: no display, no stored settings, nothing of the user's, and nothing left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Qt is imported by anything.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")


@pytest.fixture(autouse=True)
def _own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data, cache and settings in a directory of the test's own."""
    monkeypatch.setenv("GAN_DESKTOP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GAN_DESKTOP_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A thread of Python's that a test began ends with it."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        # A QThread that has ended is still listed as a dummy until the interpreter forgets it.
        if not isinstance(thread, threading._DummyThread)
    ]
    assert not left, f"threads left running: {left}"
