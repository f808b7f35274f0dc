"""Copies the config of the run that is shown, or of the next one, as a Keras script."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from gan_desktop.core.errors import InputError
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.services import WriteScript


class ScriptCopier(QObject):
    """Puts a script on the clipboard.

    Args:
        write: makes the script.
        say: shows a sentence in the window.
    """

    def __init__(self, parent: QObject, model: RunModel, write: WriteScript, say: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._model, self._write, self._say = model, write, say

    @Slot()
    def copy(self) -> None:
        """Copy the script of the run that is shown, else of what Start would train; say that, or why not."""
        record, form = self._model.record, self._model.form
        run = record.run
        config, name = (form.config, form.name) if run is None else (run.config, record.run_name)
        try:
            record.check_ours()
            script = self._write(config, name)
        except InputError as error:
            self._say(self.tr("No Keras script of this: {reason}.").format(reason=str(error).rstrip(".")))
            return
        QGuiApplication.clipboard().setText(script)
        lines = script.count("\n")
        self._say(self.tr("Copied as a Keras script of {count} lines: {name}.").format(count=lines, name=name))
