"""Saving a picture: the dialog, and the file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.paths import write_whole
from gan_desktop.gui.file_dialogs import prepare


def write_png(image: QImage, path: Path) -> None:
    """Write a PNG file.

    Raises:
        InputError: one sentence; the path cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    try:
        write_whole(path, bytes(buffer.data().data()))
    except OSError as error:
        sentence = QCoreApplication.translate("Export", "{path} cannot be written: {reason}")
        raise InputError(sentence.format(path=path, reason=error.strerror or error)) from None


def ask_for_png(parent: QWidget, suggested: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save; the window goes on meanwhile."""
    title = QCoreApplication.translate("Export", "Export PNG")
    dialog = QFileDialog(parent, title, suggested, QCoreApplication.translate("Export", "PNG images (*.png)"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("png")
    prepare(dialog, "export")
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
