"""A field for each kind of config key; `make_field` chooses by what the config says of the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSpinBox, QWidget

from gan_desktop.core.config import sections
from gan_desktop.core.fields import Choice, KeyInfo, Kind
from gan_desktop.core.keys import parse_value
from gan_desktop.core.sections import LARGEST_SEED, Selection
from gan_desktop.gui import words
from gan_desktop.gui.widgets.elided import ElidedCheckBox
from gan_desktop.gui.widgets.field import Field
from gan_desktop.gui.widgets.style import inset, set_style_property
from gan_desktop.gui.widgets.wheel import guard_wheel

# Titles that fit into half of the column.
SHORT_TITLE = 8
# The value of what is no choice but a heading over some.
HEADING = "\0heading"


def object_name(info: KeyInfo, suffix: str) -> str:
    """`seed_spin`; with the section where two sections select the same things: `generator_widths_field`."""
    is_selection = issubclass(sections()[info.section], Selection)
    return f"{info.section}_{info.key}_{suffix}" if is_selection else f"{info.key}_{suffix}"


class ChoiceField(Field):
    """A list of named things."""

    def __init__(self, info: KeyInfo, object_name: str) -> None:
        self.box = QComboBox()
        # Long titles are cut in the box, and in full in its list: the column keeps its width.
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(5)
        self.box.setMinimumWidth(60)
        guard_wheel(self.box)
        super().__init__(info, self.box, object_name)
        self.set_choices(info.choices)
        self.box.activated.connect(self._on_activated)
        self.box.currentIndexChanged.connect(self._on_activated)

    _shown: Any = None

    def set_choices(self, choices: Sequence[Choice]) -> None:
        self.set_groups([("", choices)])

    def set_groups(self, groups: Sequence[tuple[str, Sequence[Choice]]]) -> None:
        """Set choices under headings, which cannot be chosen; an empty heading is none."""
        blocked = self.box.blockSignals(True)
        self.box.clear()
        for heading, choices in groups:
            if heading:
                self._add_heading(heading)
            for value, title, description in choices:
                self.box.addItem(words.config_text(title), value)
                tip = words.about(words.config_text(description))
                self.box.setItemData(self.box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(self._shown))
        self.box.blockSignals(blocked)

    def _add_heading(self, heading: str) -> None:
        self.box.addItem(heading, HEADING)
        item = cast(QStandardItemModel, self.box.model()).item(self.box.count() - 1)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    def set_editor(self, value: Any) -> None:
        self._shown = value
        index = self.box.findData(value)
        if index < 0 and value is not None:
            self.box.addItem(str(value), value)
            index = self.box.count() - 1
        self.box.setCurrentIndex(index)

    def text_of(self, value: Any) -> str:
        index = self.box.findData(value)
        return self.box.itemText(index) if index >= 0 else str(value)

    @Slot()
    def _on_activated(self) -> None:
        chosen = self.box.currentData()
        if chosen != self._shown:
            self.ask(chosen)


class FlagField(Field):
    """Yes or no: a check box, whose text is the title."""

    has_heading = False

    def __init__(self, info: KeyInfo, object_name: str) -> None:
        self.check = ElidedCheckBox(words.config_text(info.title))
        super().__init__(info, self.check, object_name)
        self.check.clicked.connect(self.ask)

    def set_editor(self, value: Any) -> None:
        self.check.setChecked(bool(value))

    def text_of(self, value: Any) -> str:
        return self.title if value else ""

    def show_changed(self, changed: bool) -> None:
        self.check.set_full_text(f"{self.title} •" if changed else self.title)
        set_style_property(self.check, "pending", changed)


class NumberField(Field):
    """A whole number."""

    def __init__(self, info: KeyInfo, object_name: str) -> None:
        self.spin = QSpinBox()
        self.spin.setRange(int(info.least or 0), int(info.most or LARGEST_SEED))
        self.spin.setKeyboardTracking(False)
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spin.setMinimumWidth(60)
        guard_wheel(self.spin)
        inset(self.spin)
        super().__init__(info, self.spin, object_name)
        self.spin.valueChanged.connect(self.ask)

    def set_editor(self, value: Any) -> None:
        self.spin.setValue(int(value))


class TextField(Field):
    """Anything that can be typed, as in a config file."""

    def __init__(self, info: KeyInfo, object_name: str, beside: Sequence[QWidget] = ()) -> None:
        self.line = QLineEdit()
        self.line.setMinimumWidth(40)
        super().__init__(info, self.line, object_name, beside)
        self.line.editingFinished.connect(self._on_edited)

    def set_editor(self, value: Any) -> None:
        # What is being typed is not pulled away.
        if not self.line.isModified():
            self.line.setText(self.text_of(value))
            self.line.setCursorPosition(0)

    def text_of(self, value: Any) -> str:
        return "" if value is None else words.number(value) if isinstance(value, float) else str(value)

    def parse(self, text: str) -> Any:
        """What was typed, as a value."""
        return parse_value(text)

    def show_refusal(self, message: str) -> None:
        super().show_refusal(message)
        if message:
            self.line.setModified(False)

    @Slot()
    def _on_edited(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            text = self.line.text()
            self.ask(None if self.info.is_optional and not text.strip() else self.parse(text))


class ListField(TextField):
    """A list, such as the widths of a network's layers: `128, 256`, `128-256` or `[128, 256]`."""

    def text_of(self, value: Any) -> str:
        return "" if value is None else ", ".join(words.number(v) if isinstance(v, float) else str(v) for v in value)

    def parse(self, text: str) -> Any:
        stripped = text.strip()
        if re.fullmatch(r"\d+([\s;x×-]+\d+)*", stripped):
            return [int(number) for number in re.findall(r"\d+", stripped)]
        # The brackets around it all may be left out, also where there are some within: [0, 0], [1, 1].
        for candidate in (stripped, f"[{stripped}]"):
            if isinstance(parsed := parse_value(candidate), list):
                return parsed
        return [part.strip() for part in stripped.split(",")]


class SizeField(TextField):
    """The size of images: `28`, or height by width: `32x64`, `32 × 64`, `[32, 64]`."""

    def __init__(self, info: KeyInfo, object_name: str) -> None:
        super().__init__(info, object_name)
        self.line.setPlaceholderText(self.tr("as they are") if info.is_optional else "")

    def text_of(self, value: Any) -> str:
        return super().text_of(value).replace("x", " × ")


def make_field(info: KeyInfo) -> Field:
    """The field for that kind of key."""
    if info.kind is Kind.FLAG:
        return FlagField(info, object_name(info, "check"))
    if info.kind is Kind.CHOICE:
        return ChoiceField(info, object_name(info, "box"))
    if info.kind is Kind.COUNT and info.most is not None and info.most <= LARGEST_SEED and not info.is_optional:
        return NumberField(info, object_name(info, "spin"))
    if info.kind is Kind.LIST:
        return ListField(info, object_name(info, "field"))
    if info.kind is Kind.SIZE:
        return SizeField(info, object_name(info, "field"))
    return TextField(info, object_name(info, "field"))


def is_narrow(info: KeyInfo) -> bool:
    """Whether half of the column is enough for it."""
    if info.kind is Kind.CHOICE:
        return all(len(choice.title) <= SHORT_TITLE for choice in info.choices)
    return info.kind in (Kind.COUNT, Kind.NUMBER, Kind.SIZE) and not info.is_optional
