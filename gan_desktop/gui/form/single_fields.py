"""The form's fields that are made for one key alone: a path with a dialog, and a length in one of two units."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QLayout, QPushButton

from gan_desktop.core.fields import KeyInfo
from gan_desktop.gui.form.fields import LineField, TextField
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look.number_text import read_count
from gan_desktop.gui.shell.file_dialogs import prepare
from gan_desktop.gui.widgets.style import describe

# The length that a change of the unit begins with.
SOME_STEPS = 20_000
SOME_EPOCHS = 100


class PathField(TextField):
    """A file or a folder, typed or chosen."""

    def __init__(self, info: KeyInfo, object_name: str, where_empty: str) -> None:
        """`where_empty` is what an empty field means, in a few words."""
        self.browse_button = QPushButton("…")
        self.browse_button.setFixedWidth(34)
        self.browse_button.setProperty("small", True)
        super().__init__(info, object_name, [self.browse_button])
        self.line.setPlaceholderText(where_empty)
        describe(
            self.browse_button,
            f"browse_{info.key}_button",
            self.tr("Choose a folder"),
            self.tr("Choose a folder with the data"),
        )
        self.browse_button.clicked.connect(self.browse)

    def parse(self, text: str) -> Any:
        return text.strip()

    @Slot()
    def browse(self) -> None:
        """Ask for a folder; the window goes on meanwhile."""
        dialog = QFileDialog(self.window(), self.tr("Choose a folder with the data"), self.line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        prepare(dialog, "data")
        dialog.fileSelected.connect(self.ask)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class LengthField(LineField):
    """How long to train: a number of steps or epochs, or until stopped. It is shown (steps, epochs)."""

    def __init__(self, info: KeyInfo) -> None:
        self.unit = QComboBox()
        self.unit.addItem(self.tr("steps"), "steps")
        self.unit.addItem(self.tr("epochs"), "epochs")
        self.unit.addItem(self.tr("no end"), "")
        guard_wheel(self.unit)
        super().__init__(info, "length_field", [self.unit])
        describe(self.unit, "length_unit_box", self.tr("Unit of the length"), self.tr("Steps, epochs, or no end"))
        self.unit.activated.connect(self._on_unit)

    def concerns(self, key: str) -> bool:
        return key in ("training.steps", "training.epochs")

    def set_editor(self, value: Any) -> None:
        steps, epochs = value
        unit = "steps" if steps is not None else "epochs" if epochs is not None else ""
        self.unit.setCurrentIndex(self.unit.findData(unit))
        number = steps if steps is not None else epochs
        self.line.show_text("" if number is None else f"{number:,}")
        self.line.setEnabled(number is not None)

    def judge(self, text: str) -> None:
        self.edited.emit({f"training.{self.unit.currentData()}": read_count(text)})

    @Slot()
    def _on_unit(self) -> None:
        unit = self.unit.currentData()
        self.forget()
        self.faulted.emit("")
        if unit == "":
            self.edited.emit({"training.steps": None, "training.epochs": None})
        else:
            self.edited.emit({f"training.{unit}": SOME_STEPS if unit == "steps" else SOME_EPOCHS})


def clear_layout(layout: QLayout) -> None:
    """Remove and delete the widgets of a layout and of those within it."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear_layout(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
