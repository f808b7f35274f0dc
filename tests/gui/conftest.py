"""Windows for tests, and a check that nothing of Qt's is left behind."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gan_desktop.core import commands
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import MetricsBlock, RunStarted, StatusChanged
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.panel import PanelContext, panels
from gan_desktop.gui.repaint import Repainter
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.services import Services
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.shell.settings import Settings
from tests.gan import FIGURES
from tests.gui.fake_engine import FakeEngine, losses, summary
from tests.gui.fake_generate import FakeGenerate
from tests.gui.fake_preview import FakePreview

MakeWindow = Callable[..., MainWindow]


@pytest.fixture(scope="module", autouse=True)
def _frozen_heap(qapp: QApplication) -> None:
    """Freeze what was imported by now, which is no test's garbage: looking for leaks is then ten times faster."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_leaks(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    """Give the test fresh settings, and check that no window, thread or timer survives it."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    objects = [thing for thing in gc.get_objects() if isinstance(thing, QThread | QTimer) and isValid(thing)]
    threads = [thing for thing in objects if isinstance(thing, QThread) and thing.isRunning()]
    timers = [thing for thing in objects if isinstance(thing, QTimer) and thing.isActive()]
    QGuiApplication.styleHints().setColorScheme(Qt.ColorScheme.Unknown)
    # A dark palette that is left would be taken for the system's by the next test.
    qapp.setPalette(qapp.style().standardPalette())
    assert not windows, f"windows left open: {windows}"
    assert not threads, f"threads left running: {threads}"
    assert not timers, f"timers left running: {timers}"


def fake_script(config: RunConfig, title: str) -> str:
    """Two lines; a CycleGAN is refused."""
    if config.game.name == "cyclegan":
        raise InputError("game.name = 'cyclegan': a script cannot express it", "game.name")
    return f"# {title}\nSTEPS = {config.training.steps}\n"


def no_lockstep(*_: object) -> None:
    """Ends at once."""


def fake_services(preview: FakePreview, **others: Any) -> Services:
    """What the window has others do, with nobody behind it."""
    given: dict[str, Any] = {"generate": FakeGenerate(), "lockstep": no_lockstep, "script": fake_script}
    return Services(preview, **given | others)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def preview() -> FakePreview:
    return FakePreview()


@pytest.fixture
def generate() -> FakeGenerate:
    return FakeGenerate()


@pytest.fixture
def make_window(qtbot: QtBot, engine: FakeEngine, preview: FakePreview, generate: FakeGenerate) -> Iterator[MakeWindow]:
    """Makes windows on the fake engine, shown and ready, and closes them in the end."""
    made: list[MainWindow] = []

    def make(
        config: RunConfig | None = None, wait: bool = True, leave: Callable[[], None] | None = None, **services: Any
    ) -> MainWindow:
        given = fake_services(preview, generate=generate, **services)
        window = MainWindow(engine, config, services=given, leave=leave)
        made.append(window)
        window.show()
        if wait:
            qtbot.waitUntil(lambda: window.model.record.status is Status.READY)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """A window that is ready to start."""
    return make_window()


@pytest.fixture
def training(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window in which a run has taken some steps."""
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING and len(window.model.record.history) >= 40)
    return window


@dataclass
class Bench:
    """A model and what panels need, without a window or a thread: events are given by hand, commands are kept."""

    context: PanelContext
    sent: list[commands.Command]
    host: QWidget

    @property
    def model(self) -> RunModel:
        return self.context.model

    def start(self, config: RunConfig | None = None, status: Status = Status.TRAINING) -> None:
        """Tell the model's record what it hears when a run has been built and is under way."""
        config = config or self.model.form.config
        self.model.receive(StatusChanged(Status.PREPARING, 0))
        self.model.receive(RunStarted(config, "digits", summary(config), "CPU", None, 20_000, 1, 1))
        self.model.receive(StatusChanged(status, 0))

    def take_steps(self, steps: int) -> None:
        first = len(self.model.record.history)
        self.model.receive(MetricsBlock(first, losses(first, steps, 0), FIGURES))

    def show(self, name: str) -> Any:
        """Show a panel, by its registered name, in a window."""
        panel = panels[name].value(self.context)
        (self.host.layout() or QVBoxLayout(self.host)).addWidget(panel)
        self.context.theme.apply()
        self.host.resize(900, 420)
        self.host.show()
        return panel


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    host = QWidget()
    sent: list[commands.Command] = []
    model = RunModel(sent.append, preset("digits").config, host)
    context = PanelContext(model, Theme(host), Repainter(host), Settings(host))
    model.receive(StatusChanged(Status.READY, 0))
    yield Bench(context, sent, host)
    host.close()
    host.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
