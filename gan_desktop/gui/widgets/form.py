"""The form's fields: each shows one key of the config, asks for another value, and has room for a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.core.config import LARGEST_SEED, RunConfig
from gan_desktop.core.keys import dump_config, parse_value
from gan_desktop.gui.widgets.style import MessageLabel, describe, inset, label, set_style_property


def value_at(config: RunConfig, path: str) -> Any:
    """The plain value at `section.key`, None where there is none."""
    section, _, key = path.partition(".")
    return dump_config(config)[section].get(key)


class Field(QWidget):
    """A label above an editor, and a message under it.

    Attributes:
        key: the `section.key` that it shows.

    Signals:
        edited: the `{"section.key": value}` that the person wants.
    """

    edited = Signal(dict)

    def __init__(self, key: str, title: str, editor: QWidget, beside: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self.key = key
        self.editor = editor
        self.message = MessageLabel()
        self.heading = label(title, "field")
        self.heading.setBuddy(editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.heading)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(editor, 1)
        for widget in beside:
            row.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.message)

    def concerns(self, key: str) -> bool:
        """Whether a refusal that names `key` is about this field."""
        return key == self.key

    def show_config(self, config: RunConfig) -> None:
        """Show the config's value, without saying that the person changed it."""
        self.show_refusal("")
        blocked = self.editor.blockSignals(True)
        self.show_value(value_at(config, self.key))
        self.editor.blockSignals(blocked)

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def show_refusal(self, message: str) -> None:
        """Say under the field why a value was refused; an empty message clears it."""
        self.message.show_message(message)
        set_style_property(self.editor, "invalid", bool(message))


class ChoiceField(Field):
    """A list of named things."""

    def __init__(self, key: str, title: str, object_name: str, tool_tip: str) -> None:
        self.box = QComboBox()
        # Long titles are cut in the box, and in full in its list: the column keeps its width.
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(8)
        describe(self.box, object_name, title, tool_tip)
        super().__init__(key, title, self.box)
        self.box.activated.connect(self._on_activated)
        self.box.currentIndexChanged.connect(self._on_activated)
        self._shown: str | None = None

    def set_choices(self, choices: Sequence[tuple[str, str, str]]) -> None:
        """(value, title, description) of each."""
        blocked = self.box.blockSignals(True)
        self.box.clear()
        for value, title, description in choices:
            self.box.addItem(title, value)
            self.box.setItemData(self.box.count() - 1, description, Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(self._shown))
        self.box.blockSignals(blocked)

    def show_value(self, value: Any) -> None:
        self._shown = value
        index = self.box.findData(value)
        if index < 0 and value is not None:
            self.box.addItem(str(value), value)
            index = self.box.count() - 1
        self.box.setCurrentIndex(index)

    @Slot()
    def _on_activated(self) -> None:
        chosen = self.box.currentData()
        if chosen != self._shown:
            self.edited.emit({self.key: chosen})


class NumberField(Field):
    """A whole number."""

    def __init__(self, key: str, title: str, object_name: str, tool_tip: str, least: int, most: int) -> None:
        self.spin = QSpinBox()
        self.spin.setRange(least, min(most, LARGEST_SEED))
        self.spin.setKeyboardTracking(False)
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spin.setMinimumWidth(60)
        inset(self.spin)
        describe(self.spin, object_name, title, tool_tip)
        super().__init__(key, title, self.spin)
        self.spin.valueChanged.connect(self._on_value)

    def show_value(self, value: Any) -> None:
        self.spin.setValue(int(value))

    @Slot(int)
    def _on_value(self, value: int) -> None:
        self.edited.emit({self.key: value})


class TextField(Field):
    """Anything that can be typed, as in a config file."""

    def __init__(
        self, key: str, title: str, object_name: str, tool_tip: str, beside: Sequence[QWidget] = (), empty: str = ""
    ) -> None:
        self.line = QLineEdit()
        self.line.setMinimumWidth(40)
        self.line.setPlaceholderText(empty)
        describe(self.line, object_name, title, tool_tip)
        super().__init__(key, title, self.line, beside)
        self.line.editingFinished.connect(self._on_edited)

    def show_value(self, value: Any) -> None:
        self.line.setText(self.format(value))
        self.line.setCursorPosition(0)

    def format(self, value: Any) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(str(item) for item in value)
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    def parse(self, text: str) -> Any:
        return parse_value(text)

    @Slot()
    def _on_edited(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            self.edited.emit({self.key: self.parse(self.line.text())})


class WidthsField(TextField):
    """The widths of a network's hidden layers: `128, 256` or `128-256`."""

    def parse(self, text: str) -> Any:
        stripped = text.strip().strip("[]")
        if not re.fullmatch(r"[\d\s,;x×-]*", stripped):
            return text
        return [int(number) for number in re.findall(r"\d+", stripped)]

    def show_config(self, config: RunConfig) -> None:
        super().show_config(config)
        section = self.key.partition(".")[0]
        self.setVisible(value_at(config, self.key) is not None)
        options = dump_config(config)[section]
        self.line.setToolTip("\n".join(f"{key} = {value}" for key, value in options.items()))


class PathField(TextField):
    """A file or a folder, typed or chosen."""

    def __init__(self, key: str, title: str, object_name: str, tool_tip: str, empty: str) -> None:
        self.browse_button = QPushButton("…")
        self.browse_button.setFixedWidth(34)
        self.browse_button.setProperty("small", True)
        super().__init__(key, title, object_name, tool_tip, [self.browse_button], empty)
        describe(
            self.browse_button, "browse_button", self.tr("Choose a folder"), self.tr("Choose a folder with the data")
        )
        self.browse_button.clicked.connect(self.browse)

    def parse(self, text: str) -> Any:
        return text.strip() or None

    @Slot()
    def browse(self) -> None:
        """Ask for a folder; the window goes on meanwhile."""
        dialog = QFileDialog(self.window(), self.tr("Choose a folder with the data"), self.line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self.edited.emit({self.key: path})


class LengthField(Field):
    """How long to train: a number of steps or epochs, or until stopped."""

    def __init__(self, title: str) -> None:
        self.line = QLineEdit()
        self.line.setMinimumWidth(40)
        self.unit = QComboBox()
        describe(self.line, "length_field", title, self.tr("After how many steps or epochs the run ends"))
        describe(self.unit, "length_unit_box", self.tr("Unit of the length"), self.tr("Steps, epochs, or no end"))
        self.unit.addItem(self.tr("steps"), "steps")
        self.unit.addItem(self.tr("epochs"), "epochs")
        self.unit.addItem(self.tr("no end"), "")
        super().__init__("training.steps", title, self.line, [self.unit])
        self.line.editingFinished.connect(self._on_edited)
        self.unit.activated.connect(self._on_unit)

    def concerns(self, key: str) -> bool:
        return key in ("training.steps", "training.epochs")

    def show_config(self, config: RunConfig) -> None:
        self.show_refusal("")
        steps, epochs = config.training.steps, config.training.epochs
        unit = "steps" if steps is not None else "epochs" if epochs is not None else ""
        self.unit.setCurrentIndex(self.unit.findData(unit))
        number = steps if steps is not None else epochs
        self.line.setText("" if number is None else f"{number:,}")
        self.line.setEnabled(number is not None)

    @Slot()
    def _on_edited(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            text = self.line.text().replace(",", "").replace(" ", "")
            self.edited.emit({f"training.{self.unit.currentData()}": parse_value(text)})

    @Slot()
    def _on_unit(self) -> None:
        unit = self.unit.currentData()
        if unit == "":
            self.edited.emit({"training.steps": None, "training.epochs": None})
        else:
            self.edited.emit({f"training.{unit}": 20_000 if unit == "steps" else 100})


def clear_layout(layout: QLayout) -> None:
    """Remove and delete the widgets of a layout and of those within it."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear_layout(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
