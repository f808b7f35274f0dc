"""Opens windows in which runs are compared, and waits for what is still being read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.comparing.thread import CompareThread
from gan_desktop.gui.comparing.window import CompareWindow
from gan_desktop.gui.look.theme import Theme


class CompareOpener(QObject):
    """Each comparison has a window of its own, which leaves the others alone.

    Args:
        window: the window that they belong to.

    Attributes:
        threads: what is still to end before the program does.
    """

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self.threads: list[CompareThread] = []

    @Slot(object)
    def open(self, folders: Sequence[Path]) -> CompareWindow:
        """Read these runs, and show them as they come."""
        opened = CompareWindow(self._window, self._theme, len(folders))
        thread = CompareThread(folders, self)
        thread.read.connect(opened.take_run)
        thread.refused.connect(opened.take_refusal)
        opened.finished.connect(thread.requestInterruption)
        thread.finished.connect(self._on_ended)
        self.threads.append(thread)
        thread.start()
        opened.show()
        opened.activateWindow()
        return opened

    @Slot()
    def _on_ended(self) -> None:
        # Said from within the thread, so it is not over yet: to be destroyed, it waits for itself.
        thread = self.sender()
        assert isinstance(thread, CompareThread)
        self.threads.remove(thread)
        thread.deleteLater()

    def cancel(self) -> None:
        """Read no further run; returns at once."""
        for thread in self.threads:
            thread.requestInterruption()
