"""Opens windows in which runs are compared, and waits for what is still being read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.comparing.thread import CompareThread
from gan_desktop.gui.comparing.window import CompareWindow
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.widgets.side_threads import KeepsThreads


class CompareOpener(KeepsThreads):
    """Each comparison has a window of its own, which leaves the others alone.

    Args:
        window: the window that they belong to.
    """

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme

    @Slot(object)
    def open(self, folders: Sequence[Path]) -> CompareWindow:
        """Read these runs, and show them as they come."""
        opened = CompareWindow(self._window, self._theme, len(folders))
        thread = CompareThread(folders, self)
        thread.read.connect(opened.take_run)
        thread.refused.connect(opened.take_refusal)
        opened.finished.connect(thread.requestInterruption)
        self.keep(thread)
        thread.start()
        opened.show()
        opened.activateWindow()
        return opened

    def cancel(self) -> None:
        """Read no further run; returns at once."""
        for thread in self.threads:
            thread.requestInterruption()
