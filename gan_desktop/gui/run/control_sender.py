"""Sends changes of live controls without flooding the engine: a single one at once, a drag's at most every 30 ms."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from gan_desktop.core.commands import Command, Set
from gan_desktop.core.interventions import HAND, ControlValue

SEND_EVERY_MS = 30


class ControlSender(QObject):
    """Sends only the latest of several values asked for within one interval, for each control."""

    def __init__(self, send: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._waiting: dict[str, Set] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEND_EVERY_MS)
        self._timer.timeout.connect(self._flush)
        self._recent: set[str] = set()

    def ask(self, key: str, value: ControlValue, author: str = HAND) -> None:
        """Send now, or when the interval since the control's last change is over."""
        if key in self._recent:
            self._waiting[key] = Set(key, value, author)
        else:
            self._send(Set(key, value, author))
            self._recent.add(key)
        if not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Drop what waits: the run it was meant for is over."""
        self._waiting.clear()

    @Slot()
    def _flush(self) -> None:
        self._recent = set(self._waiting)
        for change in self._waiting.values():
            self._send(change)
        self._waiting.clear()
        if self._recent:
            self._timer.start()
