"""What the program runs on, and where its folders are."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from gan_desktop import __version__
from gan_desktop.core import paths, plugins
from gan_desktop.gui.shell.about import AboutDialog, facts, installed
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench


def test_it_says_what_it_runs_on_and_copies_it(training: MainWindow) -> None:
    training.actions_by_name["about_action"].trigger()
    dialog = training.findChild(AboutDialog)
    assert dialog is not None
    rows = dict(dialog.rows)
    assert rows["GAN Desktop"] == __version__
    assert rows["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert version("tensorflow") in rows["TensorFlow"]
    assert version("PySide6-Essentials") in rows["Qt, PySide6"]
    assert rows["Letters"].startswith(f"Hershey-Fonts {version('Hershey-Fonts')}; created by Dr. A. V. Hershey")
    assert rows["Device"] == "CPU"
    assert rows["Data folder"] == str(paths.data_directory())
    assert Path(rows["Settings"]).suffix == ".ini"
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    for name, value in rows.items():
        assert f"{name}: {value}" in copied
    dialog.close()


def test_it_names_plugins_and_what_became_of_them(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def row() -> str:
        return dict(facts(bench.model.record, bench.context.settings))["Plug-ins"]

    assert row() == "none"
    monkeypatch.setattr(plugins, "packages", lambda: ("more 1.0", "other 2.0"))
    monkeypatch.setattr(plugins, "_problems", ["The plug-in 'more' is left out."])
    assert row() == "more 1.0, other 2.0\nThe plug-in 'more' is left out."


def test_versions_are_of_what_is_installed() -> None:
    assert installed(("no-such-thing", "numpy")) == f"{version('numpy')} (numpy)"
    assert installed(("no-such-thing",)) == "not known"


@pytest.mark.parametrize("opens", [True, False])
def test_the_run_folder_is_opened_or_it_is_said_why_not(
    training: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    asked: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url) or opens)
    action = training.actions_by_name["open_run_folder_action"]
    assert action.isEnabled()
    action.trigger()
    assert training.notice.text.text() == "This run has no folder."
    assert training.model.record.run is not None
    training.model.record.run = replace(training.model.record.run, run_folder=tmp_path / "gone")
    action.trigger()
    assert "is not there" in training.notice.text.text()
    assert asked == []
    training.model.record.run = replace(training.model.record.run, run_folder=tmp_path)
    training.notice.hide()
    action.trigger()
    assert [url.toLocalFile() for url in asked] == [str(tmp_path)]
    assert training.notice.isHidden() == opens
    if not opens:
        assert str(tmp_path) in training.notice.text.text()
