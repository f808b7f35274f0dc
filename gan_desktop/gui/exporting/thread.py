"""Writes an export while the window goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from gan_desktop.core.errors import InputError


class _BrokenOffError(Exception):
    """The person has broken the export off."""


class ExportThread(QThread):
    """Does the work, and tells how far it has come.

    Args:
        work: writes the export. It gets a function for the share that is done, and returns where it is written.

    Signals: connect them to slots of objects of the main thread, anything else would run in this one.
        progressed: so many percent are done.
        written: the `Path` of what was written.
        refused: the sentence that says why it could not be written; empty if it was broken off.
    """

    progressed = Signal(int)
    written = Signal(object)
    refused = Signal(str)

    def __init__(self, work: Callable[[Callable[[float], None]], Path], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("export_thread")
        self._work = work
        self._percent = 0

    def run(self) -> None:
        try:
            path = self._work(self._tell)
        except _BrokenOffError:
            self.refused.emit("")
        except InputError as error:
            self.refused.emit(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
            self.refused.emit(f"{type(error).__name__}: {error}")
        else:
            self.written.emit(path)

    def _tell(self, share: float) -> None:
        if self.isInterruptionRequested():
            raise _BrokenOffError
        # Not for every row of ten million.
        if (percent := int(100 * share)) != self._percent:
            self._percent = percent
            self.progressed.emit(percent)
