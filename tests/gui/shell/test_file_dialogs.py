"""Dialogs for files: where they begin, and that their buttons can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from gan_desktop.gui.look.theme import ThemeMode
from gan_desktop.gui.shell.export import ask_for_png
from gan_desktop.gui.shell.main_window import MainWindow


def chooser(window: MainWindow) -> QFileDialog:
    window.data.choose_file()
    dialog = window.findChild(QFileDialog, "data_chooser")
    assert dialog is not None
    return dialog


def test_dialogs_begin_in_the_folder_of_the_last_time(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "data.npy").touch()
    window.settings.set("folders/data", str(tmp_path / "gone"))
    dialog = chooser(window)
    assert dialog.directory().absolutePath() == str(Path.cwd())
    dialog.fileSelected.emit(str(tmp_path / "data.npy"))
    dialog.reject()
    window.data.cancel()
    qtbot.waitUntil(lambda: not window.data.threads and window.findChild(QFileDialog, "data_chooser") is None)
    dialog = chooser(window)
    assert dialog.directory().absolutePath() == str(tmp_path)
    dialog.reject()
    # What is saved has a folder of its own.
    saving = ask_for_png(window, "digits-step-000010.png", lambda _: None)
    assert saving.directory().absolutePath() == str(Path.cwd())
    saving.fileSelected.emit(str(tmp_path / "a.png"))
    saving.reject()
    saving = ask_for_png(window, "digits-step-000010.png", lambda _: None)
    assert saving.selectedFiles() == [str(tmp_path / "digits-step-000010.png")]
    saving.reject()


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_tool_buttons_show_their_icons(window: MainWindow, mode: ThemeMode) -> None:
    window.set_theme(mode)
    dialog = chooser(window)
    buttons = [button for button in dialog.findChildren(QToolButton) if button.isVisible()]
    assert len(buttons) >= 6
    for button in buttons:
        button.setEnabled(True)
        picture = button.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        lightness = [
            picture.pixelColor(x, y).lightness()
            for x in range(6, picture.width() - 6)
            for y in range(6, picture.height() - 6)
        ]
        assert max(lightness) - min(lightness) > 60, button.objectName()
    dialog.reject()
