"""Opens the run library and what is asked for in it, and ends their threads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.comparing.opener import CompareOpener
from gan_desktop.gui.library.dialog import LibraryDialog
from gan_desktop.gui.library.worker import LibraryWorker
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.widgets.side_threads import KeepsThreads


class LibraryOpener(KeepsThreads):
    """Shows one library window at a time.

    Args:
        window: the window that it belongs to.
        theme: the colours.
        say: shows a sentence in that window: what could not be kept while the library was closed.

    Signals:
        open_asked: the folder (`Path`) of a run that is to be opened.
        changed: a `RunEntry` as it is now, after something was noted about the run.

    Attributes:
        comparer: shows runs over each other.
    """

    open_asked = Signal(object)
    changed = Signal(object)

    def __init__(self, window: QWidget, theme: Theme, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._say = say
        self._dialog: LibraryDialog | None = None
        self.comparer = CompareOpener(window, theme)

    @Slot()
    def open(self) -> LibraryDialog:
        """Show the library; the one that is shown already comes to the front."""
        if self._dialog is None:
            hands, eyes = (self._start(name) for name in ("library_hands", "library_eyes"))
            self._dialog = LibraryDialog(self._window, self._theme, hands, eyes)
            self._dialog.open_asked.connect(self.open_asked)
            self._dialog.compare_asked.connect(self.comparer.open)
            self._dialog.finished.connect(self._on_closed)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _start(self, name: str) -> LibraryWorker:
        thread = LibraryWorker(name, self)
        thread.refused.connect(self._on_refused)
        thread.changed.connect(self.changed)
        self.keep(thread)
        thread.start()
        return thread

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None
        for thread in self.threads:
            thread.finish()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        if self._dialog is None:
            self._say(sentence)

    def cancel(self) -> None:
        """Close the library and have its threads end once what was asked for is kept; returns at once."""
        self.comparer.cancel()
        if self._dialog is not None:
            self._dialog.reject()
