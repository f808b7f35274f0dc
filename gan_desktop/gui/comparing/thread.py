"""Reads the runs that are to be compared, one after the other, while the window goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from gan_desktop.core.errors import InputError
from gan_desktop.recording.comparing import read_compared


class CompareThread(QThread):
    """Reads runs.

    Signals: connect them to slots of objects of the main thread, anything else would run in this one.
        read: the place of a run among those asked for, and the `ComparedRun`.
        refused: the place of a run, and the sentence that says why it cannot be read.
    """

    read = Signal(int, object)
    refused = Signal(int, str)

    def __init__(self, folders: Sequence[Path], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("compare_thread")
        self._folders = tuple(folders)

    def run(self) -> None:
        for place, folder in enumerate(self._folders):
            if self.isInterruptionRequested():
                return
            try:
                self.read.emit(place, read_compared(folder))
            except InputError as error:
                self.refused.emit(place, str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
                self.refused.emit(place, f"{folder.name}: {type(error).__name__}: {error}")
