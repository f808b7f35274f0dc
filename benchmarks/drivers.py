"""The same run driven headless and under the window, for as long as a measurement lasts."""

from __future__ import annotations

import os
import queue
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.status import Status
from gan_desktop.training.session import Session

WAIT_SECONDS = 120


def per_second(action: Callable[[], object], seconds: float) -> float:
    """How often a second `action` can be done."""
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        action()
        count += 1
    return count / elapsed


class Counter:
    """Counts steps as events pass by."""

    def __init__(self) -> None:
        self.steps = 0
        self.status = Status.LOADING
        self.error = ""

    def on_event(self, event: events.Event) -> None:
        match event:
            case events.MetricsBlock():
                self.steps = event.next_step
            case events.StatusChanged(status):
                self.status = status
            case events.EngineError(message) | events.CommandRefused(message):
                self.error = message


class Headless:
    """A run as the command line drives it, on a thread, recording included."""

    def __init__(self, config: RunConfig) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.counter = Counter()
        self.commands: commands.CommandQueue = queue.SimpleQueue()
        session = Session(self.commands, self.counter.on_event, watched=False)
        self._thread = threading.Thread(target=session.run, daemon=True)
        self._thread.start()
        self.commands.put(commands.Start(config, out=Path(self._folder.name) / "run", paused=True))
        self._wait_for(Status.PAUSED)

    def _wait_for(self, status: Status) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while self.counter.status is not status:
            if time.monotonic() > end or self.counter.error:
                raise RuntimeError(f"the engine is {self.counter.status}, not {status}: {self.counter.error}")
            time.sleep(0.002)

    def measure(self, seconds: float) -> float:
        """Steps per second."""
        self.commands.put(commands.Resume())
        self._wait_for(Status.TRAINING)
        before, started = self.counter.steps, time.perf_counter()
        time.sleep(seconds)
        steps, elapsed = self.counter.steps - before, time.perf_counter() - started
        self.commands.put(commands.Pause())
        self._wait_for(Status.PAUSED)
        return steps / elapsed

    def close(self) -> None:
        self.commands.put(commands.Quit())
        self._thread.join()
        self._folder.cleanup()


class Windowed:
    """The same under the real window: on the display where there is one, else painted offscreen."""

    def __init__(self, config: RunConfig) -> None:
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self._folder = tempfile.TemporaryDirectory()
        os.environ["GAN_DESKTOP_DATA"] = self._folder.name
        from gan_desktop.app import create_window
        from gan_desktop.gui.application import create_application

        self.application = create_application(["benchmark"])
        self.window = create_window(config)
        self.window.resize(1440, 900)
        self.window.show()
        self.wait_until(lambda: self.status is Status.READY)
        self.window.model.start()
        self.wait_until(lambda: self.status is Status.TRAINING)
        self.window.model.pause()
        self.wait_until(lambda: self.status is Status.PAUSED)

    @property
    def status(self) -> Status:
        return self.window.model.status

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
        self.window.model.start_or_resume()
        self.wait_until(lambda: self.status is Status.TRAINING)
        before, started = len(self.window.model.history), time.perf_counter()
        self.spin(seconds)
        steps, elapsed = len(self.window.model.history) - before, time.perf_counter() - started
        self.window.model.pause()
        self.wait_until(lambda: self.status is Status.PAUSED)
        return steps / elapsed

    def close(self) -> None:
        self.window.close()
        self._folder.cleanup()


def in_turn(measurements: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Repeat all measurements in turn, so that a slow moment of the machine falls on all alike."""
    results: dict[str, list[Any]] = {name: [] for name in measurements}
    for _ in range(rounds):
        for name, measure in measurements.items():
            results[name].append(measure())
    return results
