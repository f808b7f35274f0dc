"""A run of somebody's own code in the window: it is followed and looked at, and nothing here goes on with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Continue, Replay
from gan_desktop.core.status import Status
from gan_desktop.gui.library.table_model import GAME, cell
from gan_desktop.gui.panels.live_controls import LiveControlsPanel
from gan_desktop.gui.panels.losses import LossesPanel
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.own_code import RunRecorder
from gan_desktop.recording.requests import Request, send
from gan_desktop.recording.run_entry import read_entry
from tests.gui.fake_engine import FakeEngine
from tests.patience import SECONDS


@pytest.fixture
def show(window: MainWindow, qtbot: QtBot) -> Callable[[Path], None]:
    """Opens a run, and waits until it is shown."""

    def open_run(folder: Path) -> None:
        with qtbot.waitSignal(window.runs.shown):
            window.runs.open(folder)

    return open_run


def made(out: Path, last: float = 1.0, shape: tuple[int, ...] = (16, 8, 8)) -> Path:
    """A run of ten steps."""
    with RunRecorder("mine", out=out, sample=lambda: np.zeros(shape), image_range=(0, 1)) as run:
        for step in range(10):
            run.record(d_loss=1.0, g_loss=1.0 if step < 9 else last)
            run.measure(frechet_distance=2.0, my_own=3.0)
    return out


@pytest.mark.parametrize("shape", [(16, 8, 8), (16, 8, 8, 3), (50, 2), (50, 1)])
def test_it_is_looked_at_and_does_not_go_on(
    window: MainWindow, show: Callable[[Path], None], engine: FakeEngine, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    form = window.model.form.config
    show(made(tmp_path / "run", shape=shape))
    model, record = window.model, window.model.record
    assert (record.status, len(record.history), record.run_name) == (Status.FINISHED, 10, "run")
    assert record.samples is not None
    said = "“run” is of somebody's own code: finished at step 10. Only that code can go on with it."
    assert window.notice.text.text() == said
    for name in ("continue", "continue_from_here", "replay", "reset"):
        assert not window.actions_by_name[f"{name}_action"].isEnabled(), name
    record.look_at(5)
    assert not model.continue_run(step=5, branch=True)
    assert not model.go_on()
    model.replay()
    model.reset()
    assert not [command for command in engine.seen if isinstance(command, Continue | Replay)]
    assert model.form.config == form
    start = window.findChild(QPushButton, "start_button")
    assert start is not None
    assert start.text() == "Start"
    assert "epoch" not in window.header.status_label.text()
    assert cell(read_entry(tmp_path / "run"), GAME) == "own code"


def test_it_is_followed_to_its_end(
    window: MainWindow, show: Callable[[Path], None], qtbot: QtBot, tmp_path: Path
) -> None:
    record = window.model.record
    with RunRecorder("mine", out=tmp_path / "run") as run:
        run.record(d_loss=1.0, g_loss=1.0)
        show(tmp_path / "run")
        assert "is being trained by process" in window.notice.text.text()
        controls = window.findChild(LiveControlsPanel)
        assert controls is not None
        assert "gan-desktop set" in controls.hint.text()
        run.record(d_loss=1.0, g_loss=1.0)
        send(tmp_path / "run", Request("stop", "remote:x"))
        while run.record(d_loss=1.0, g_loss=math.pi):
            pass
    qtbot.waitUntil(lambda: record.status is Status.STOPPED, timeout=1000 * SECONDS)
    assert len(record.history) == run.step
    assert "Only that code can go on with it" in window.notice.text.text()
    assert not window.model.can_go_on


def test_one_that_diverged_offers_no_way_back(window: MainWindow, show: Callable[[Path], None], tmp_path: Path) -> None:
    show(made(tmp_path / "run", last=math.nan))
    assert window.model.record.status is Status.DIVERGED
    assert not window.model.needs_way_back
    assert "Only that code can go on with it" in window.notice.text.text()


def test_nothing_is_said_of_what_is_not_known(window: MainWindow, show: Callable[[Path], None], tmp_path: Path) -> None:
    show(made(tmp_path / "run"))
    losses = window.findChild(LossesPanel)
    assert losses is not None
    assert losses.view.levels == {}
