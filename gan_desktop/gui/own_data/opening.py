"""A person's own data come in: a folder or a file is dropped or chosen, or a mixture is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QFileInfo, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDropEvent, QWindow
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from gan_desktop.core.own_data import file_endings, file_names, is_data_file, is_part
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.own_data.mixture_dialog import MixtureDialog
from gan_desktop.gui.own_data.preview import DataPreviewDialog
from gan_desktop.gui.own_data.preview_thread import Preview, PreviewThread
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.file_dialogs import prepare
from gan_desktop.gui.widgets.side_threads import KeepsThreads
from gan_desktop.recording.run_folder import DATABASE, run_folder_at
from gan_desktop.recording.unpacking import is_packed_run

DROPS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DataOpener(KeepsThreads):
    """Takes drops on a window, looks at what was dropped, and asks how to train on it.

    Args:
        window: on which things are dropped.
        preview: looks at a path; called in a thread.
        say: shows a sentence in the window.

    Signals:
        run_asked: a run folder was dropped, or chosen in place of data.
    """

    run_asked = Signal(object)

    def __init__(
        self, window: QWidget, model: RunModel, theme: Theme, preview: Preview, say: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._theme = theme
        self._preview = preview
        self._say = say
        self._dialog: QDialog | None = None

    def watch(self, handle: QWindow | None) -> None:
        """Take what is dropped on a shown window, whatever widget of it is under the pointer."""
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in DROPS or not isinstance(event, QDropEvent) or not event.mimeData().hasUrls():
            return False
        if self._dialog is not None:
            event.ignore()
            return True
        # A file manager may propose to move, and would delete what was moved.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            # Later: until this returns, the program that it comes from waits.
            QTimer.singleShot(0, self, partial(self.take_drop, event.mimeData().urls()))
        return True

    def take_drop(self, urls: Sequence[QUrl]) -> None:
        """Open what was dropped, or say kindly why not."""
        refusal = self._refusal(urls)
        if refusal:
            self._say(refusal)
        else:
            # The order in which a file manager names them is nobody's choice.
            *source, path = sorted((Path(url.toLocalFile()) for url in urls), key=lambda path: path.name)
            if source or not self._is_run(path):
                self.open(path, *source)

    def _is_run(self, path: Path) -> bool:
        """Ask for a run to be opened if it is one that was dropped or chosen; returns whether it is."""
        folder = path if is_packed_run(path) else run_folder_at(path)
        if folder is not None:
            self.run_asked.emit(folder)
        return folder is not None

    def _refusal(self, urls: Sequence[QUrl]) -> str:
        if len(urls) == 2 and all(url.isLocalFile() and QFileInfo(url.toLocalFile()).isDir() for url in urls):
            return ""
        if len(urls) != 1:
            return self.tr("One at a time: drop one folder or one file, or the two folders of a translation.")
        name = urls[0].fileName() or urls[0].toString()
        if not urls[0].isLocalFile():
            return self.tr("{name} is not on this computer: drop a folder or a file that is.").format(name=name)
        if QFileInfo(urls[0].toLocalFile()).isDir() or is_data_file(name) or name == DATABASE:
            return ""
        if is_part(name):
            # What people drop when they mean the folder.
            return self.tr("{name} is a single image: drop the folder that it is in.").format(name=name)
        allowed = ", ".join((*file_endings(), *file_names()))
        return self.tr("{name} cannot be trained on: drop a folder of images, or a file ({allowed}).").format(
            name=name, allowed=allowed
        )

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder; the window goes on meanwhile."""
        dialog = self._chooser(self.tr("Train on a folder of images"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.open()

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file of images or points; the window goes on meanwhile."""
        dialog = self._chooser(self.tr("Train on a data file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = " ".join((*(f"*{ending}" for ending in file_endings()), *file_names()))
        dialog.setNameFilters([self.tr("Data ({kinds})").format(kinds=kinds), self.tr("All files (*)")])
        dialog.open()

    def _chooser(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setObjectName("data_chooser")
        prepare(dialog, "data")
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        if not self._is_run(Path(path)):
            self.open(Path(path))

    @Slot()
    def draw_mixture(self) -> None:
        """Have the person put modes where they like."""
        if self._dialog is None:
            dialog = MixtureDialog(self._window, self._model, self._theme.colors)
            dialog.taken.connect(self._on_taken)
            self._show(dialog)

    def open(self, path: Path, source: Path | None = None) -> DataPreviewDialog:
        """Look at a path, or at two of a translation, in a thread, and show what is there."""
        dialog = DataPreviewDialog(self._window, self._model, path, self._theme.colors, source)
        thread = PreviewThread(self._preview, path, source, self)
        thread.read.connect(dialog.show_preview)
        thread.refused.connect(dialog.show_refusal)
        thread.progressed.connect(dialog.show_progress)
        dialog.finished.connect(thread.cancel)
        dialog.taken.connect(self._on_taken)
        self.keep(thread)
        self._show(dialog)
        thread.start()
        return dialog

    def _show(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._on_closed)
        dialog.open()

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None

    @Slot(dict, bool)
    def _on_taken(self, values: dict[str, Any], start: bool) -> None:
        if self._model.form.edit_data(values) and start:
            self._model.start()

    def cancel(self) -> None:
        """Close what is open and have every thread give up; returns at once."""
        if self._dialog is not None:
            self._dialog.reject()
        for thread in self.threads:
            thread.cancel()
