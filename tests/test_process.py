"""Signals reach whoever has begun something, whatever the main thread is doing; all others have no effect."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from gan_desktop import process
from gan_desktop.process import STOPPING, stopping, take_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

SECONDS = 60


@pytest.fixture(autouse=True)
def _handlers_are_given_back() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_told_on_a_thread_of_its_own_while_the_main_thread_computes(number: signal.Signals) -> None:
    told = threading.Event()
    threads: list[threading.Thread] = []

    def stop() -> None:
        threads.append(threading.current_thread())
        told.set()

    before = [signal.getsignal(number) for number in STOPPING]
    with stopping(stop):
        signal.raise_signal(number)
        assert told.wait(SECONDS)
        assert threads != [threading.main_thread()]
    assert [signal.getsignal(number) for number in STOPPING] == before


def sent(*numbers: signal.Signals) -> list[str]:
    """What came of several signals: "stop" and "force", in order."""
    told: list[str] = []
    with stopping(lambda: told.append("stop"), lambda: told.append("force")):
        for number in numbers:
            signal.raise_signal(number)
    return told  # all of them have been listened to when the context is left


def test_only_a_second_ctrl_c_forces_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that closes sends SIGHUP, its shell another one, a service SIGTERM: that is one wish."""
    monkeypatch.setattr(process, "ONE_STROKE_SECONDS", -1.0)
    assert sent(signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGTERM) == ["stop"]
    assert sent(signal.SIGTERM, signal.SIGINT) == ["stop", "force"]


def test_a_ctrl_c_that_comes_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """This happens when a wrapper passes it on to a child that already has it from the terminal."""
    monkeypatch.setattr(process, "ONE_STROKE_SECONDS", SECONDS)
    assert sent(signal.SIGINT, signal.SIGINT) == ["stop"]


def test_nohup_is_respected() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    take_signals()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
    assert sent(signal.SIGHUP) == []


def test_before_anything_has_begun_a_signal_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    take_signals()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.raise_signal(number)
    assert codes == [0, 0, 0]
