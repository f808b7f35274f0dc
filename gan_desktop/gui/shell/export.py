"""Saving pictures and figures: the dialog, and the file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsItem, QGraphicsView, QWidget

from gan_desktop.core.csv_tables import Table, csv_pieces
from gan_desktop.core.errors import InputError
from gan_desktop.core.history import StepsNotHeldError
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.paths import whole_file, write_whole
from gan_desktop.gui.shell.file_dialogs import prepare

FILE_KINDS = {
    "png": QT_TRANSLATE_NOOP("Export", "PNG images (*.png)"),
    "svg": QT_TRANSLATE_NOOP("Export", "SVG drawings (*.svg)"),
    "csv": QT_TRANSLATE_NOOP("Export", "Tables (*.csv)"),
}
# A picture of a plot has this many pixels for each pixel of the screen, so that it can be printed.
PIXELS = 2


def write_file(content: bytes, path: Path) -> None:
    """Write a file.

    Raises:
        InputError: one sentence; the path cannot be written.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def _unwritable(path: Path, reason: str) -> InputError:
    sentence = QCoreApplication.translate("Export", "{path} cannot be written: {reason}")
    return InputError(sentence.format(path=path, reason=reason))


def write_png(image: QImage, path: Path) -> None:
    """Write a PNG file.

    Raises:
        InputError: one sentence; the path cannot be written.
    """
    write_file(png_bytes(image), path)


def png_bytes(image: QImage) -> bytes:
    """A PNG file's content."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def picture_of(widget: QWidget) -> QImage:
    """The widget as it is painted now, sharper than on the screen."""
    image = QImage(widget.size() * PIXELS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PIXELS)
    image.fill(widget.palette().window().color())
    with _drawn_as_shapes(widget):
        QWidget.render(widget, image)
    return image


def svg_bytes(widget: QWidget) -> bytes:
    """The widget as it is painted now, as an SVG file's content."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(0, 0, widget.width(), widget.height()))
    # So that letters are as large as on the screen.
    generator.setResolution(widget.logicalDpiX())
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    painter.fillRect(widget.rect(), widget.palette().window())
    with _drawn_as_shapes(widget):
        QWidget.render(widget, painter, QPoint(0, 0))
    painter.end()
    return bytes(buffer.data().data())


@contextmanager
def _drawn_as_shapes(widget: QWidget) -> Iterator[None]:
    """pyqtgraph's dots are copies of one picture, unless they are told that they are exported; axes likewise."""
    items = widget.items() if isinstance(widget, QGraphicsView) else []
    exporting = [item for item in items if hasattr(item, "setExportMode")]
    kept = {item: item.cacheMode() for item in items}
    for item in exporting:
        item.setExportMode(True, {})
    for item in items:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        yield
    finally:
        for item in exporting:
            item.setExportMode(False)
        for item, mode in kept.items():
            item.setCacheMode(mode)


def write_csv(table: Table, path: Path) -> None:
    """Write a long table, which is never in memory as a whole.

    Raises:
        InputError: one sentence; the path cannot be written, or some rows cannot be read.
    """
    try:
        with whole_file(path) as file:
            for piece in csv_pieces(table):
                file.write(piece)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None
    except StepsNotHeldError as error:
        raise _unwritable(path, str(error)) from None


def ask_for_file(parent: QWidget, suggested: str, kind: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save a file of one of the `FILE_KINDS`; the window goes on meanwhile."""
    title = QCoreApplication.translate("Export", "Save {kind}").format(kind=kind.upper())
    dialog = QFileDialog(parent, title, suggested, QCoreApplication.translate("Export", FILE_KINDS[kind]))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind)
    prepare(dialog, "export")
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    return dialog


def ask_for_png(parent: QWidget, suggested: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save a picture; the window goes on meanwhile."""
    return ask_for_file(parent, suggested, "png", chosen)
