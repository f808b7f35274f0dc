"""Notifications of the desktop, while the window is not in front."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from gan_desktop.core.diagnosis import Alert, AlertRaised, Level, Sentence
from gan_desktop.core.events import StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.shell.notifying import SETTING
from tests.gui.conftest import MakeWindow
from tests.recording.made_runs import made_run

ALERT = Alert("mode_collapse", 40, Level.BAD, Sentence("3 of 8 modes"), ())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the desktop is told."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _: None)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _, title, text, *__: found.append((title, text)))
    return found


def set_front(window: MainWindow, front: bool) -> None:
    window.notifier._in_front = lambda: front


def test_an_alert_and_the_end_are_told_once(training: MainWindow, told: list[tuple[str, str]]) -> None:
    set_front(training, False)
    training.model.receive(AlertRaised(ALERT))
    training.model.record.alerts_changed.emit()
    assert told == [("Mode collapse at step 40", "3 of 8 modes")]
    training.model.receive(StatusChanged(Status.FINISHED, 60))
    (_, (title, text)) = told
    assert title == "The run is over: finished"
    assert text.startswith("“")


def test_who_looks_at_the_window_is_not_told(training: MainWindow, told: list[tuple[str, str]]) -> None:
    set_front(training, True)
    training.model.receive(AlertRaised(ALERT))
    training.model.receive(StatusChanged(Status.FINISHED, 60))
    assert told == []


def test_it_is_switched_off_and_that_is_remembered(training: MainWindow, told: list[tuple[str, str]]) -> None:
    action = training.actions_by_name["notify_action"]
    assert action.isChecked()
    action.trigger()
    assert not action.isChecked()
    assert training.settings.get(SETTING, True) is False
    set_front(training, False)
    training.model.receive(AlertRaised(ALERT))
    assert told == []


def test_what_a_kept_run_was_warned_of_is_no_news(
    window: MainWindow, qtbot: QtBot, told: list[tuple[str, str]]
) -> None:
    set_front(window, False)
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(made_run(alerts=2))
    assert window.model.record.diagnosis.past_alerts
    assert told == []


def test_a_click_brings_the_window_to_the_front(
    make_window: MakeWindow, training: MainWindow, told: list[tuple[str, str]]
) -> None:
    set_front(training, False)
    training.model.receive(AlertRaised(ALERT))
    tray = training.notifier._tray
    assert tray is not None
    training.showMinimized()
    tray.messageClicked.emit()
    assert not training.isMinimized()
    training.notifier._on_application_state(Qt.ApplicationState.ApplicationActive)
    assert not tray.isVisible()
