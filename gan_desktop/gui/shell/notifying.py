"""Notifications of the desktop: an alert, or the end of a run, while the window is not in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.words import detector_title, message_text
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.settings import Settings

SETTING = "notify"
UNDER_WAY = (Status.TRAINING, Status.PAUSED)


class Notifier(QObject):
    """Tells the desktop what happens to a run while the person looks elsewhere.

    Args:
        window: the window that it belongs to, and that a click on a notification brings to the front.
        in_front: says whether the window is in front; None asks Qt.

    Attributes:
        is_on: whether the person wants it; remembered.
    """

    def __init__(
        self, window: QWidget, model: RunModel, settings: Settings, in_front: Callable[[], bool] | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._settings = window, model, settings
        self._in_front = in_front or window.isActiveWindow
        self.is_on = settings.get(SETTING, True)
        self._tray: QSystemTrayIcon | None = None
        self._status = model.record.status
        self._known = 0  # how many alerts of the run have been seen
        record = model.record
        record.run_started.connect(self._on_started)
        record.alerts_changed.connect(self._on_alerts)
        record.status_changed.connect(self._on_status)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_application_state)

    @Slot()
    def toggle(self) -> None:
        """Be on, or off, and remember it."""
        self.is_on = not self.is_on
        self._settings.set(SETTING, self.is_on)

    @Slot()
    def _on_started(self) -> None:
        # What a kept run was warned of is no news.
        self._known = len(self._model.record.diagnosis.past_alerts)

    @Slot()
    def _on_alerts(self) -> None:
        alerts = self._model.record.diagnosis.past_alerts
        new, self._known = alerts[self._known :], len(alerts)
        for alert, _ in new:
            title = self.tr("{alert} at step {n}")
            title = title.format(alert=detector_title(alert.detector), n=words.count(alert.step))
            self._say(title, message_text(alert))

    @Slot(object)
    def _on_status(self, status: Status) -> None:
        before, self._status = self._status, status
        if status.is_final and before in UNDER_WAY:
            progress = self._model.record.progress
            step = words.count(0 if progress is None else progress.step)
            title = self.tr("The run is over: {state}").format(state=words.status_word(status))
            self._say(title, self.tr("“{name}”, step {n}").format(name=self._model.record.run_name, n=step))

    def _say(self, title: str, text: str) -> None:
        if not self.is_on or self._in_front() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QGuiApplication.windowIcon(), self)
            self._tray.setToolTip(self._window.windowTitle())
            self._tray.messageClicked.connect(self._come_to_front)
            self._tray.activated.connect(self._come_to_front)
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon)

    @Slot()
    def _come_to_front(self) -> None:
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    @Slot(Qt.ApplicationState)
    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """The icon is there for as long as somebody may have missed something."""
        if state is Qt.ApplicationState.ApplicationActive and self._tray is not None:
            self._tray.hide()
