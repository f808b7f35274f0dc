"""Opens the dialog for the run that is shown, and waits for what is still being written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.gui.exporting.dialog import ExportDialog
from gan_desktop.gui.exporting.thread import ExportThread
from gan_desktop.gui.run.model import RunModel


class RunExporter(QObject):
    """Exports the run that is shown.

    Args:
        window: the window that it belongs to.
        say: shows a sentence in the window.

    Attributes:
        threads: what is still to end before the program does.
    """

    def __init__(self, window: QWidget, model: RunModel, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._model, self._say = window, model, say
        self.threads: list[ExportThread] = []

    @Slot()
    def open(self) -> None:
        """Ask how to export the run that is shown."""
        record = self._model.record
        folder = None if record.run is None else record.run.run_folder
        if folder is None or not folder.is_dir():
            self._say(QCoreApplication.translate("RunExporter", "There is no run folder to export."))
            return
        dialog = ExportDialog(self._window, folder, record.moment)
        dialog.thread_begun.connect(self._take)
        dialog.open()

    @Slot(object)
    def _take(self, thread: ExportThread) -> None:
        # The dialog may be closed before its thread has ended.
        thread.setParent(self)
        self.threads.append(thread)
        thread.finished.connect(self._on_ended)

    @Slot()
    def _on_ended(self) -> None:
        thread = self.sender()
        assert isinstance(thread, ExportThread)
        self.threads.remove(thread)
        thread.deleteLater()

    def cancel(self) -> None:
        """Write nothing any more; returns at once."""
        for thread in self.threads:
            thread.requestInterruption()
