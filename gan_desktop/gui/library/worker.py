"""The thread that looks at runs and changes them, so that the window waits for no disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, QSize, Qt, QThread, Signal
from PySide6.QtGui import QImage, QImageReader

from gan_desktop.core.errors import InputError
from gan_desktop.recording.library import list_runs
from gan_desktop.recording.notes import RunNotes, change_notes
from gan_desktop.recording.removal import delete_run
from gan_desktop.recording.run_entry import RunEntry, measured, read_entry

# Runs of which sizes and pictures are told at a time.
TOGETHER = 16


class LibraryWorker(QThread):
    """Does one thing after the other, in the order in which they are asked for, until it is told to finish.

    Signals:
        listed: the `Listing` of all runs.
        changed: a `RunEntry` as it is now.
        deleted: the folder of a run that is in the trash.
        looked: pairs of a `RunEntry` with its size, and a small picture (`QImage`, or None).
        pictured: a folder and the large picture of its run.
        refused: the sentence that says why something could not be done.
    """

    listed = Signal(object)
    changed = Signal(object)
    deleted = Signal(object)
    looked = Signal(object)
    pictured = Signal(object, object)
    refused = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._newest: object = None

    def list_all(self) -> None:
        """List all runs."""
        self._jobs.put(lambda: self.listed.emit(list_runs()))

    def look_again(self, entries: Sequence[RunEntry]) -> None:
        """Tell what these runs are by now."""
        for entry in entries:
            self._jobs.put(partial(self._look_again, entry))

    def change(self, entry: RunEntry, change: Callable[[RunNotes], RunNotes]) -> None:
        """Change what is noted about a run."""
        self._jobs.put(partial(self._change, entry, change))

    def delete(self, entry: RunEntry) -> None:
        """Put a run into the trash."""
        self._jobs.put(partial(self._delete, entry))

    def picture(self, entry: RunEntry) -> None:
        """Read the newest picture of a run."""
        self._jobs.put(partial(self._picture, entry))

    def look(self, entries: Sequence[RunEntry], size: QSize) -> None:
        """Measure folders and read small pictures, in this order; an earlier such request is given up."""
        wanted = self._newest = tuple(entries)
        self._jobs.put(partial(self._look, wanted, size))

    def finish(self) -> None:
        """End after what has been asked for; looking is given up. Returns at once."""
        self.requestInterruption()
        self._jobs.put(None)

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except InputError as error:
                self.refused.emit(str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
                self.refused.emit(f"{type(error).__name__}: {error}")

    def _look_again(self, entry: RunEntry) -> None:
        self.changed.emit(read_entry(entry.folder))

    def _change(self, entry: RunEntry, change: Callable[[RunNotes], RunNotes]) -> None:
        try:
            change_notes(entry.folder, change)
        finally:
            # If it was refused, the table shows again what is true.
            self._look_again(entry)

    def _delete(self, entry: RunEntry) -> None:
        # It may have changed since it was listed: somebody may be writing it by now.
        now = read_entry(entry.folder)
        delete_run(now)
        self.deleted.emit(entry.folder)

    def _picture(self, entry: RunEntry) -> None:
        self.pictured.emit(entry.folder, None if entry.thumbnail is None else read_picture(entry.thumbnail))

    def _look(self, entries: tuple[RunEntry, ...], size: QSize) -> None:
        for first in range(0, len(entries), TOGETHER):
            if self._newest is not entries or self.isInterruptionRequested():
                return
            some = entries[first : first + TOGETHER]
            pictures = [None if entry.thumbnail is None else read_picture(entry.thumbnail, size) for entry in some]
            self.looked.emit([(measured(entry), picture) for entry, picture in zip(some, pictures, strict=True)])


def read_picture(path: Path, size: QSize | None = None) -> QImage | None:
    """A picture, no larger than `size`; None if there is none that can be read."""
    reader = QImageReader(str(path))
    # A file may have any ending by now, and Qt has a limit for what a header may ask for.
    reader.setDecideFormatFromContent(True)
    image = reader.read()
    if image.isNull():
        return None
    if size is None:
        return image
    return image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
