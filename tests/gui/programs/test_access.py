"""Run > Let Programs Drive, as a person uses it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gan_desktop.core.errors import InputError
from gan_desktop.gui.programs.dialog import ProgramsDialog
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.serving.server import Server
from gan_desktop.serving.token import token_file
from tests.recording.made_runs import made_run
from tests.serving.client import Client


def opened(window: MainWindow) -> ProgramsDialog:
    window.actions_by_name["programs_action"].trigger()
    dialogs = [dialog for dialog in window.findChildren(ProgramsDialog) if dialog.isVisible()]
    return dialogs[-1]


def server_of(window: MainWindow) -> Server:
    assert window.programs._server is not None
    return window.programs._server


def is_served() -> bool:
    return any(thread.name == "endpoint" for thread in threading.enumerate())


def test_it_is_off_until_it_is_asked_for(window: MainWindow) -> None:
    assert not is_served()
    assert not window.actions_by_name["programs_action"].isChecked()
    assert not window.footer.programs_button.isVisible()
    assert not token_file().exists()


def test_programs_see_the_run_that_is_shown(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(window)
    assert window.actions_by_name["programs_action"].isChecked()
    assert window.footer.programs_button.isVisible()
    assert window.programs.address in window.footer.programs_button.toolTip()
    shown = {field.objectName(): field.text() for field in dialog.findChildren(QLineEdit)}
    assert shown["programs_address_field"] == server_of(window).url
    assert shown["programs_token_file_field"] == str(token_file())
    dialog.accept()
    client = Client(server_of(window))
    assert client.get("/state")["status"] == "none"
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(made_run(tmp_path / "run"))
    assert client.wait_for("run")["name"] == "run"


def test_both_are_copied(window: MainWindow) -> None:
    dialog = opened(window)
    for name, text in (("address", server_of(window).url), ("token_file", str(token_file()))):
        button = dialog.findChild(QPushButton, f"copy_programs_{name}_button")
        assert button is not None
        button.click()
        assert QGuiApplication.clipboard().text() == text
    dialog.accept()


def test_it_is_turned_off_in_its_dialog(window: MainWindow) -> None:
    opened(window).accept()
    url = window.programs.address
    window.footer.programs_button.click()
    (dialog,) = [dialog for dialog in window.findChildren(ProgramsDialog) if dialog.isVisible()]
    assert window.programs.address == url  # the same one
    dialog.off_button.click()
    assert not is_served()
    assert not window.actions_by_name["programs_action"].isChecked()
    assert not window.footer.programs_button.isVisible()


def test_closing_the_window_ends_it(window: MainWindow) -> None:
    opened(window).accept()
    assert is_served()
    window.close()
    assert not is_served()


def test_what_keeps_it_off_is_said(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Server) -> None:
        raise InputError("the token file cannot be used")

    said: list[str] = []
    monkeypatch.setattr(Server, "start", refuse)
    monkeypatch.setattr(window.programs, "_say", said.append)
    window.actions_by_name["programs_action"].trigger()
    assert said == ["the token file cannot be used"]
    assert not window.actions_by_name["programs_action"].isChecked()
