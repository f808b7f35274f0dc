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


# What is in folders of these names is over soon.
LIGHT = {"core", "diagnosis", "gui", "recording", "data"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that train first: a long file must not be begun when the other process is about to end."""
    here = Path(__file__).parent
    items.sort(key=lambda item: not LIGHT.isdisjoint(item.path.relative_to(here).parts))


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


def do_without_xla(patch: pytest.MonkeyPatch) -> None:
    """XLA takes 5 s for each trainer of a process, while tracing takes 1.5 s."""
    from gan_desktop.core.registry import families

    for family in families.values():
        patch.setattr(family.value, "jit_compile", False)


@pytest.fixture
def quick_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without XLA in a test."""
    do_without_xla(monkeypatch)


def share_what_is_prepared(patch: pytest.MonkeyPatch) -> None:
    """Give sessions what earlier ones have traced and measured: tracing takes 2 s each."""
    from gan_desktop.training.engine import preparation
    from gan_desktop.training.engine.session import Session
    from tests import trainer_pool

    patch.setattr(preparation, "Trainer", trainer_pool.lend_trainer)
    patch.setattr(preparation, "make_measurer", trainer_pool.lend_measurer)
    patch.setattr(Session, "run", trainer_pool.giving_back(Session.run))


@pytest.fixture
def quick_starts(quick_compile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the sessions of a test, which run in this process, share what they prepare with those of other tests."""
    share_what_is_prepared(monkeypatch)


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
