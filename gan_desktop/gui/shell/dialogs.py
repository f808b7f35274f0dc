"""Dialogs: an error with its details, the list of shortcuts. None of them stops the window."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMessageBox, QVBoxLayout, QWidget

from gan_desktop.core.events import EngineError, NotKept
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import scrolling


def _open(parent: QWidget, icon: QMessageBox.Icon, title: str, text: str, object_name: str) -> QMessageBox:
    box = QMessageBox(icon, title, text, QMessageBox.StandardButton.Close, parent)
    box.setObjectName(object_name)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # The platform's own icon is black, and lost on a dark button.
    box.button(QMessageBox.StandardButton.Close).setIcon(QIcon())
    box.setWindowModality(Qt.WindowModality.NonModal)
    return box


def show_error(parent: QWidget, event: EngineError) -> QMessageBox:
    """Show one sentence, with the traceback behind "Show Details…"."""
    title = QCoreApplication.translate("Dialogs", "Training error")
    box = _open(parent, QMessageBox.Icon.Warning, title, event.message, "error_dialog")
    box.setInformativeText(
        QCoreApplication.translate("Dialogs", "The window goes on. Change something, or press Start to try again.")
    )
    box.setDetailedText(event.traceback)
    box.setDefaultButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def show_not_kept(parent: QWidget, event: NotKept) -> QMessageBox:
    """Say what of an ended run could not be kept, and where it is instead."""
    title = QCoreApplication.translate("Dialogs", "Not everything could be kept")
    box = _open(parent, QMessageBox.Icon.Warning, title, event.problem, "not_kept_dialog")
    if event.rescue is not None:
        text = QCoreApplication.translate("Dialogs", "What the run folder did not take is kept in {folder}")
        box.setInformativeText(text.format(folder=event.rescue))
    box.setDetailedText(event.details)
    box.setDefaultButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def show_shortcuts(parent: QWidget, rows: Sequence[tuple[str, str]]) -> QDialog:
    """List every shortcut with what it does, in two columns; on a small screen the list scrolls."""
    cells = [f"<td><b>{keys}</b>   </td><td>{text}   </td>".replace(" ", "&nbsp;") for keys, text in rows]
    half = (len(cells) + 1) // 2
    pairs = zip_longest(cells[:half], cells[half:], fillvalue="")
    lines = "".join(f"<tr>{left}{right}</tr>" for left, right in pairs)
    table = QLabel(f"<table cellpadding='3'>{lines}</table>")
    table.setObjectName("shortcuts_label")
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts_dialog")
    dialog.setWindowTitle(QCoreApplication.translate("Dialogs", "Keyboard shortcuts"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    area = scrolling(table)
    # The arrow keys scroll it.
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(area, 1)
    column.addWidget(buttons)
    margins = column.contentsMargins()
    needed = table.sizeHint().grownBy(margins) + QSize(0, buttons.sizeHint().height() + column.spacing())
    resize_on_screen(dialog, needed)
    dialog.open()
    return dialog


def show_closing(window: QWidget) -> QLabel:
    """Say, where the window was, what is still being done."""
    text = QLabel(QCoreApplication.translate("Dialogs", "GAN Desktop is finishing the run…"))
    text.setObjectName("closing_label")
    text.setWindowFlags(Qt.WindowType.SplashScreen)
    text.setContentsMargins(24, 16, 24, 16)
    text.adjustSize()
    text.move(window.geometry().center() - text.rect().center())
    text.show()
    return text
