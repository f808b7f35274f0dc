"""How programs reach the run: the address and the file with the token, to be copied."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gan_desktop.gui.widgets.style import describe, label

WIDTH = 560


class ProgramsDialog(QDialog):
    """Shows both, and turns it off.

    Signals:
        turned_off: programs are no longer to drive.
    """

    turned_off = Signal()

    def __init__(self, parent: QWidget, address: str, token_file: str) -> None:
        super().__init__(parent)
        self.setObjectName("programs_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Programs May Drive"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        what = self.tr(
            "Programs on this computer that show the token may see the run, change its live settings, pause it and "
            "stop it. Each change is recorded with the program's name. It ends with the window."
        )
        column.addWidget(label(what, wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        self._add_row(grid, 0, "address", self.tr("Address"), address)
        self._add_row(grid, 1, "token_file", self.tr("Token file"), token_file)
        column.addLayout(grid)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.resize(WIDTH, self.sizeHint().height())

    def _add_row(self, grid: QGridLayout, row: int, name: str, title: str, text: str) -> None:
        field = QLineEdit(text)
        field.setReadOnly(True)
        field.setCursorPosition(0)
        describe(field, f"programs_{name}_field", title, text)
        copy = QPushButton(self.tr("Copy"))
        tip = self.tr("Copy: {what}").format(what=title)
        describe(copy, f"copy_programs_{name}_button", tip, tip)
        copy.setAutoDefault(False)
        copy.clicked.connect(partial(_copy, text))
        grid.addWidget(label(title, "field"), row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(copy, row, 2)

    def _buttons(self) -> QHBoxLayout:
        self.off_button = QPushButton(self.tr("Turn Off"))
        tip = self.tr("Close the endpoint: programs can do nothing any more")
        describe(self.off_button, "programs_off_button", self.tr("Turn off"), tip)
        self.off_button.setAutoDefault(False)
        self.off_button.clicked.connect(self._turn_off)
        close = QPushButton(self.tr("Close"))
        tip = self.tr("Close this (Esc); programs may go on driving")
        describe(close, "programs_close_button", self.tr("Close"), tip)
        close.setDefault(True)
        close.setFocus()
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.off_button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    @Slot()
    def _turn_off(self) -> None:
        self.turned_off.emit()
        self.accept()


def _copy(text: str, *_: object) -> None:
    QGuiApplication.clipboard().setText(text)
