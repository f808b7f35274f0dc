"""What every test starts from: no display, no stored settings, nothing of the user's, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gan_desktop.gui.shell.display import missing_libraries
from tests.patience import SECONDS

# Before Qt is imported by anything.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")


USUAL_HANDLERS: dict[int, Any] = {signal.SIGINT: signal.default_int_handler}
if hasattr(signal, "SIGHUP"):
    USUAL_HANDLERS[signal.SIGHUP] = signal.SIG_DFL


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that train first: a long file must not be begun when the other process is about to end."""
    items.sort(key=lambda item: item.path.parent.name in ("core", "diagnosis", "gui", "recording", "data"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Do this before pytest-qt loads Qt: it takes Qt's missing libraries for an error of its own."""
    # In the background, or with nohup, these signals are ignored, and every process of a test would ignore them too.
    for number, usual in USUAL_HANDLERS.items():
        signal.signal(number, usual)
    if missing := missing_libraries(offscreen=True):
        raise pytest.UsageError(f"no test can run: {missing}")


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


class PatientBot(QtBot):
    """Waits as long as it takes: the five seconds of pytest-qt would only show how busy a machine is."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = SECONDS * 1000) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = SECONDS * 1000, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitExposed(self, widget: Any, *, timeout: int = SECONDS * 1000) -> Any:
        return super().waitExposed(widget, timeout=timeout)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-digests", action="store_true", help="write the digests of presets down, as they are now")


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """Takes the place of pytest-qt's."""
    return PatientBot(request)


@pytest.fixture
def quick_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without XLA, which takes 5 s for each trainer of a process, while tracing takes 1.5 s."""
    from gan_desktop.core.registry import families

    for family in families.values():
        monkeypatch.setattr(family.value, "jit_compile", False)


@pytest.fixture
def quick_starts(quick_compile: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the runs of this process trainers that earlier tests have traced: tracing takes 2 s each."""
    from gan_desktop.training.engine import preparation
    from tests.trainer_pool import TrainerPool

    pool = TrainerPool()
    monkeypatch.setattr(preparation, "Trainer", pool.lend)
    yield
    pool.take_back()


@pytest.fixture(scope="session")
def compiled_blocks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes that tests begin keep what they compile, so that all of them can use it."""
    return tmp_path_factory.mktemp("compiled")


RunPython = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start_python(tmp_path: Path, compiled_blocks: Path) -> Iterator[RunPython]:
    """A function from Python's arguments to a process in a folder of its own; `gone` are variables that it lacks."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, gone: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name not in (*gone, "TF_XLA_FLAGS")}
        environment["GAN_DESKTOP_CACHE"] = str(compiled_blocks)
        environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def run_python(start_python: RunPython) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Like `start_python`, but waits for the process to end."""

    def run(*arguments: str, gone: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        process = start_python(*arguments, gone=gone)
        out, error = process.communicate(timeout=SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    return run
