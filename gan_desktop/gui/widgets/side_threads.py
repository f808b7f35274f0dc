"""Threads beside the training: each is kept until it has ended, for a running QThread must not be destroyed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QThread, Slot


class KeepsThreads(QObject):
    """Something that starts threads; what shows their results may be gone before they have ended.

    Attributes:
        threads: what is still to end before the program does.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.threads: list[Any] = []

    def keep(self, thread: QThread) -> None:
        """Keep a thread that has not begun, or has just begun, until it has ended."""
        thread.setParent(self)
        self.threads.append(thread)
        thread.finished.connect(self._on_ended)

    @Slot()
    def _on_ended(self) -> None:
        # Said from within the thread, so it is not over yet: to be destroyed, it waits for itself.
        thread = self.sender()
        assert isinstance(thread, QThread)
        self.threads.remove(thread)
        thread.deleteLater()
