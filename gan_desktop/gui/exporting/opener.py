"""Opens the dialogs that write what a run holds or makes, and waits for what is still being written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import RunStarted
from gan_desktop.core.generating import Generate
from gan_desktop.gui.exporting.dialog import ExportDialog
from gan_desktop.gui.exporting.generate_dialog import GenerateDialog, check_generates
from gan_desktop.gui.exporting.writing import WritingDialog
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.widgets.side_threads import KeepsThreads


class RunExporter(KeepsThreads):
    """Exports the run that is shown.

    Args:
        window: the window that it belongs to.
        say: shows a sentence in the window.
        generate: writes samples of a run.
    """

    def __init__(self, window: QWidget, model: RunModel, say: Callable[[str], None], generate: Generate) -> None:
        super().__init__(window)
        self._window, self._model, self._say, self._generate = window, model, say, generate

    @Slot()
    def open(self) -> None:
        """Ask how to export the run that is shown."""
        run = self._kept_run()
        if run is not None:
            assert run.run_folder is not None
            self._show(ExportDialog(self._window, run.run_folder, self._model.record.moment))

    @Slot()
    def generate(self) -> None:
        """Ask how many samples of the run that is shown to generate."""
        run = self._kept_run()
        if run is None:
            return
        try:
            self._model.record.check_ours()
            check_generates(run)
        except InputError as error:
            self._say(str(error))
        else:
            self._show(GenerateDialog(self._window, run, self._model.record.moment, self._generate))

    def _kept_run(self) -> RunStarted | None:
        """The run that is shown, if its folder is there; otherwise that is said."""
        run = self._model.record.run
        if run is None or run.run_folder is None or not run.run_folder.is_dir():
            self._say(QCoreApplication.translate("RunExporter", "There is no run folder to export."))
            return None
        return run

    def _show(self, dialog: WritingDialog) -> None:
        dialog.thread_begun.connect(self.keep)
        dialog.open()

    def cancel(self) -> None:
        """Write nothing any more; returns at once."""
        for thread in self.threads:
            thread.requestInterruption()
