"""File > Export Run, as a person uses it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gan_desktop.core.errors import InputError
from gan_desktop.core.exporting import Order
from gan_desktop.core.registry import exports
from gan_desktop.gui.exporting.dialog import NAME, ExportDialog
from gan_desktop.gui.shell.main_window import MainWindow
from tests.recording.made_runs import made_run

OpenDialog = Callable[[Path], ExportDialog]


@pytest.fixture
def open_dialog(window: MainWindow, qtbot: QtBot) -> OpenDialog:
    """Opens a run, and File > Export Run."""

    def opened(folder: Path) -> ExportDialog:
        assert not window.actions_by_name["export_run_action"].isEnabled()
        with qtbot.waitSignal(window.runs.shown):
            window.runs.open(folder)
        window.actions_by_name["export_run_action"].trigger()
        dialog = window.findChild(ExportDialog, "export_dialog")
        assert dialog is not None
        return dialog

    return opened


def choose(dialog: ExportDialog, name: str) -> None:
    for row in range(dialog.formats.count()):
        if dialog.formats.item(row).data(NAME) == name:
            dialog.formats.setCurrentRow(row)


def exporting_as(monkeypatch: pytest.MonkeyPatch, name: str, exporter: Callable[[Order], None]) -> None:
    """Let a format do something else."""
    monkeypatch.setitem(exports._load(), name, replace(exports[name], value=exporter))


def test_every_format_is_offered_with_what_it_is(open_dialog: OpenDialog, tmp_path: Path) -> None:
    dialog = open_dialog(made_run(tmp_path / "run"))
    offered = {dialog.formats.item(row).data(NAME) for row in range(dialog.formats.count())}
    assert offered == set(exports)
    for name in exports:
        choose(dialog, name)
        assert dialog.about.text().startswith(exports[name].description)
        assert dialog.button.isEnabled()
    choose(dialog, "samples")
    assert dialog.about.text().endswith("It is of the step that is looked at: the last step.")
    dialog.close()


def test_a_file_is_named_and_written(
    open_dialog: OpenDialog, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(made_run(tmp_path / "run"))
    choose(dialog, "csv")
    dialog.button.click()
    chooser = dialog.findChild(QFileDialog, "export_chooser")
    assert chooser is not None
    assert [Path(path).name for path in chooser.selectedFiles()] == ["run.csv"]
    chooser.setDirectory(str(tmp_path))
    chooser.fileSelected.emit(str(tmp_path / "mine.csv"))
    chooser.close()
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert (tmp_path / "mine.csv").read_text().startswith("step,")
    assert dialog.message.text() == f"Written: {tmp_path / 'mine.csv'}"
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    dialog.show_file.click()
    assert shown == [QUrl.fromLocalFile(str(tmp_path))]
    dialog.close()


def test_what_cannot_be_written_is_said(open_dialog: OpenDialog, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = open_dialog(made_run(tmp_path / "run"))
    choose(dialog, "csv")
    dialog.write(str(tmp_path / "no" / "x.csv"))
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert dialog.message.text() == (
        f"Not written: {tmp_path / 'no' / 'x.csv'} cannot be written: there is no folder {tmp_path / 'no'}."
    )
    assert dialog.show_file.isHidden()
    assert dialog.button.isEnabled()
    dialog.close()


def test_an_error_of_the_program_reaches_the_person(
    open_dialog: OpenDialog, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(order: Order) -> None:
        raise ZeroDivisionError("by nothing")

    exporting_as(monkeypatch, "csv", fails)
    dialog = open_dialog(made_run(tmp_path / "run"))
    choose(dialog, "csv")
    dialog.write(str(tmp_path / "x.csv"))
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert dialog.message.text() == "Not written: ZeroDivisionError: by nothing."
    dialog.close()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An export that goes on until it is broken off; the event is set once it has begun."""
    begun = threading.Event()

    def write(order: Order) -> None:
        order.out.write_text("half")
        begun.set()
        while True:
            order.progress(0.5)

    exporting_as(monkeypatch, "csv", write)
    return begun


def test_an_export_is_broken_off_and_leaves_nothing(
    open_dialog: OpenDialog, tmp_path: Path, qtbot: QtBot, endless: threading.Event
) -> None:
    dialog = open_dialog(made_run(tmp_path / "run"))
    choose(dialog, "csv")
    before = set(tmp_path.iterdir())
    dialog.write(str(tmp_path / "x.csv"))
    qtbot.waitUntil(lambda: dialog.bar.value() == 50)
    assert not dialog.button.isEnabled()
    assert dialog.close_button.text() == "Break off"
    dialog.close_button.click()
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert dialog.message.text() == "It was broken off; nothing was written."
    assert set(tmp_path.iterdir()) == before
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_closing_the_window_ends_an_export(
    open_dialog: OpenDialog, window: MainWindow, tmp_path: Path, endless: threading.Event
) -> None:
    dialog = open_dialog(made_run(tmp_path / "run"))
    choose(dialog, "csv")
    dialog.write(str(tmp_path / "x.csv"))
    assert endless.wait(60)
    window.close()
    assert not window.exporter.threads or all(thread.isFinished() for thread in window.exporter.threads)
    assert not (tmp_path / "x.csv").exists()


def test_a_format_whose_package_is_missing_says_so(
    open_dialog: OpenDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise InputError("export 'x' needs y")

    dialog = open_dialog(made_run(tmp_path / "run"))
    monkeypatch.setattr("gan_desktop.gui.exporting.dialog.check_packages", missing)
    choose(dialog, "mp4")
    assert dialog.message.text() == "export 'x' needs y"
    assert not dialog.button.isEnabled()
    dialog.close()
