"""The same run driven headless and under the window, for as long as a measurement lasts."""

from __future__ import annotations

import os
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.status import Status
from gan_desktop.training.engine.ahead import AFTER_SECONDS, COMPILING
from gan_desktop.training.engine.session import Session

WAIT_SECONDS = 120


def per_second(action: Callable[[], object], seconds: float) -> float:
    """How often a second `action` can be done."""
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        action()
        count += 1
    return count / elapsed


class Counter:
    """Notes steps, and when they came, as events pass by."""

    def __init__(self) -> None:
        self.steps = 0
        self.time = 0.0
        self.status = Status.LOADING
        self.error = ""

    def on_event(self, event: events.Event) -> None:
        match event:
            case events.MetricsBlock():
                self.steps, self.time = event.next_step, time.perf_counter()
            case events.StatusChanged(status):
                self.status = status
            case events.EngineError(message) | events.CommandRefused(message):
                self.error = message


class Rate:
    """Steps per second between the first and the last block of a stretch; no block is cut."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._steps, self._time = counter.steps, counter.time

    def steps_per_second(self) -> float:
        return (self._counter.steps - self._steps) / (self._counter.time - self._time)


class Headless:
    """A run as the command line drives it, on a thread, recording included."""

    def __init__(self, config: RunConfig) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.counter = Counter()
        self.commands: commands.CommandQueue = queue.SimpleQueue()
        session = Session(self.commands, self.counter.on_event, watched=False)
        self._thread = threading.Thread(target=session.run, daemon=True)
        self._thread.start()
        self.commands.put(commands.Start(config, out=self.folder, paused=True))
        self._wait_for(Status.PAUSED)

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self._folder.name) / "run"

    def _wait_for(self, status: Status) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while self.counter.status is not status:
            if time.monotonic() > end or self.counter.error:
                raise RuntimeError(f"the engine is {self.counter.status}, not {status}: {self.counter.error}")
            time.sleep(0.002)

    def measure(self, seconds: float) -> float:
        """Steps per second."""
        before = self.counter.steps
        self.commands.put(commands.Resume())
        while self.counter.steps == before:
            time.sleep(0.001)
        rate = Rate(self.counter)
        time.sleep(seconds)
        measured = rate.steps_per_second()
        self.commands.put(commands.Pause())
        self._wait_for(Status.PAUSED)
        return measured

    def close(self) -> None:
        self.commands.put(commands.Quit())
        self._thread.join()
        self._folder.cleanup()


class Windowed:
    """The same under the real window: on the display if there is one, else painted offscreen."""

    def __init__(self, config: RunConfig) -> None:
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self._folder = tempfile.TemporaryDirectory()
        os.environ["GAN_DESKTOP_DATA"] = self._folder.name
        from PySide6.QtCore import QSettings, Qt

        from gan_desktop.app import create_window
        from gan_desktop.gui.shell.application import create_application

        # Not the person's own layout: all panels where they stand by default.
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, self._folder.name)
        self.application = create_application(["benchmark"])
        self.window = create_window(config)
        self.counter = Counter()
        # In the thread that trains, as for the headless run.
        self.window.training_thread.event_emitted.connect(self.counter.on_event, Qt.ConnectionType.DirectConnection)
        self.window.resize(1440, 900)
        self.window.show()
        self.wait_until(lambda: self.status is Status.READY)
        self.window.model.start()
        self.wait_until(lambda: self.status is Status.TRAINING)
        # What is compiled during a run's first seconds does not count towards its pace.
        self.spin(2 * AFTER_SECONDS)
        self.wait_until(lambda: not any(thread.name == COMPILING for thread in threading.enumerate()))
        self.window.model.pause()
        self.wait_until(lambda: self.status is Status.PAUSED)

    @property
    def status(self) -> Status:
        return self.window.model.record.status

    def wait_until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(f"the window is {self.status}")
            self.spin(0.01)

    def spin(self, seconds: float) -> None:
        """Run the event loop for a while."""
        from PySide6.QtCore import QEventLoop, QTimer

        # Not the application's own loop: quitting that ends the engine.
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def measure(self, seconds: float) -> float:
        """Steps per second."""
        before = self.counter.steps
        self.window.model.start_or_resume()
        self.wait_until(lambda: self.counter.steps > before)
        rate = Rate(self.counter)
        self.spin(seconds)
        measured = rate.steps_per_second()
        self.window.model.pause()
        self.wait_until(lambda: self.status is Status.PAUSED)
        return measured

    def close(self) -> None:
        self.window.close()
        self._folder.cleanup()


def in_turn(measurements: Mapping[str, Callable[..., float]], rounds: int) -> dict[str, list[float]]:
    """Repeat all measurements in turn, so that a slow moment of the machine affects all alike.

    Every second round goes backwards: a machine that gets slower is no disadvantage of the one that comes last.
    """
    results: dict[str, list[Any]] = {name: [] for name in measurements}
    for number in range(rounds):
        for name in list(measurements)[:: -1 if number % 2 else 1]:
            results[name].append(measurements[name]())
    return results
