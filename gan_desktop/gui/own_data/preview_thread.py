"""The thread in which a folder is looked through before it is trained on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview

# Called with a message and a fraction (or None) while it goes on. It may raise, which must not be caught.
Report = Callable[[str, float | None], None]
PATH_KEYS = ("data.path: ", "data.source_path: ")
# A folder of 100,000 files reports each of them.
SECONDS_BETWEEN_REPORTS = 0.1


class Preview(Protocol):
    """What is at a path, or at two: `source` has the images that are to be translated into the ones at `path`.

    Raises InputError, in one sentence, if there is nothing to train on.
    """

    def __call__(self, path: Path, report: Report, source: Path | None = None, /) -> FolderPreview: ...


class Cancelled(Exception):  # noqa: N818 - not an error: nobody waits for the answer any more
    """Raised in the preview when it is no longer wanted."""


class PreviewThread(QThread):
    """Looks at one path, or at two that belong together.

    Signals:
        read: the `FolderPreview`.
        refused: the sentence that says why there is none.
        progressed: a message and a fraction or None.
    """

    read = Signal(object)
    refused = Signal(str)
    progressed = Signal(str, object)

    def __init__(self, preview: Preview, path: Path, source: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._preview = preview
        self._path = path
        self._source = source
        self._next_report = 0.0
        self.setObjectName("preview_thread")

    @Slot()
    def cancel(self) -> None:
        """Give up at the next report; returns at once."""
        self.requestInterruption()

    def run(self) -> None:
        try:
            preview = self._preview(self._path, self._report, self._source)
        except Cancelled:
            return
        except InputError as error:
            # Whoever dropped a folder has not heard of keys.
            key = next((key for key in PATH_KEYS if str(error).startswith(key)), "")
            self.refused.emit(str(error).removeprefix(key))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
            self.refused.emit(f"{type(error).__name__}: {error}")
        else:
            self.read.emit(preview)

    def _report(self, message: str, fraction: float | None) -> None:
        if self.isInterruptionRequested():
            raise Cancelled
        if time.monotonic() >= self._next_report:
            self._next_report = time.monotonic() + SECONDS_BETWEEN_REPORTS
            self.progressed.emit(message, fraction)
