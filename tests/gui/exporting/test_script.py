"""File > Copy as Keras Script."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gan_desktop.core.presets import preset
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.own_code import RunRecorder
from tests.gui.conftest import MakeWindow


def test_what_start_would_train_is_copied(make_window: MakeWindow) -> None:
    window = make_window(preset("ring").config)
    window.actions_by_name["copy_script_action"].trigger()
    assert QGuiApplication.clipboard().text() == "# ring\nSTEPS = 20000\n"
    assert window.notice.text.text() == "Copied as a Keras script of 2 lines: ring."


def test_the_run_that_is_shown_is_copied_and_not_the_form(training: MainWindow) -> None:
    run = training.model.record.run
    assert run is not None
    training.model.form.edit({"training.steps": 77})
    training.actions_by_name["copy_script_action"].trigger()
    assert QGuiApplication.clipboard().text().endswith(f"STEPS = {run.config.training.steps}\n")


def test_what_cannot_be_a_script_is_said_and_the_clipboard_stays(make_window: MakeWindow) -> None:
    QGuiApplication.clipboard().setText("mine")
    window = make_window(preset("cycle-moons").config)
    window.actions_by_name["copy_script_action"].trigger()
    assert QGuiApplication.clipboard().text() == "mine"
    assert window.notice.text.text() == "No Keras script of this: game.name = 'cyclegan': a script cannot express it."


@pytest.mark.parametrize("action", ["copy_script_action", "generate_action"])
def test_a_run_of_somebodys_own_code_is_refused(window: MainWindow, qtbot: QtBot, tmp_path: Path, action: str) -> None:
    with RunRecorder(out=tmp_path / "own", steps=3) as recorder:
        for _ in recorder.steps():
            recorder.record(d_loss=1.0, g_loss=1.0)
    QGuiApplication.clipboard().setText("mine")
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(tmp_path / "own")
    window.actions_by_name[action].trigger()
    assert "is a run of somebody's own code" in window.notice.text.text()
    assert QGuiApplication.clipboard().text() == "mine"
