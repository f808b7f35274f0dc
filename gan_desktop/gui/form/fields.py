"""A field for each kind of config key; `make_field` chooses by what the config says of the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gan_desktop.core.config import sections
from gan_desktop.core.errors import InputError
from gan_desktop.core.fields import Choice, KeyInfo, Kind
from gan_desktop.core.keys import parse_value, read_value
from gan_desktop.core.sections import LARGEST_SEED, Selection
from gan_desktop.gui.form.field import Field
from gan_desktop.gui.form.typed import CountSpin, TypedLine
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look import words
from gan_desktop.gui.look.number_text import read_count, read_number
from gan_desktop.gui.widgets.elided import ElidedCheckBox, ElidedComboBox
from gan_desktop.gui.widgets.style import set_style_property

# Titles that fit into half of the column.
SHORT_TITLE = 8
# The value of an entry that is no choice, but a heading over some.
HEADING = "\0heading"


def object_name(info: KeyInfo, suffix: str) -> str:
    """The name, as in `seed_spin`; with its section if two select the same things: `generator_widths_field`."""
    is_selection = issubclass(sections()[info.section], Selection)
    return f"{info.section}_{info.key}_{suffix}" if is_selection else f"{info.key}_{suffix}"


class ChoiceField(Field):
    """A list of named things."""

    def __init__(self, info: KeyInfo, object_name: str) -> None:
        self.box = ElidedComboBox()
        # Long titles are cut in the box and shown in full in its list: the column keeps its width.
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
            for value, title, description, formula in choices:
                self.box.addItem(words.config_text(title), value)
                tip = words.about(words.config_text(description), formula)
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

    def needed_width(self) -> int:
        return max(super().needed_width(), self.box.whole_width())

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
        self.spin = CountSpin()
        self.spin.setRange(int(info.least or 0), int(info.most or LARGEST_SEED))
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spin.setMinimumWidth(60)
        guard_wheel(self.spin)
        self._shown = 0
        # Whether a value that the person entered is being judged: a refusal is then about what stands in the box.
        self._is_judged = False
        super().__init__(info, self.spin, object_name)
        self.spin.valueChanged.connect(self._judge)
        self.spin.refused.connect(self._on_refused)

    def set_editor(self, value: Any) -> None:
        self._shown = int(value)
        if not self.spin.is_wrong:
            self.spin.setValue(self._shown)

    @property
    def is_wrong(self) -> bool:
        return self.spin.is_wrong

    def forget(self) -> None:
        super().forget()
        blocked = self.spin.blockSignals(True)
        self.spin.forget()
        self.spin.blockSignals(blocked)

    def judge_again(self) -> None:
        self.spin.interpretText()

    def show_refusal(self, message: str) -> None:
        super().show_refusal(message)
        if message and self._is_judged:
            blocked = self.spin.blockSignals(True)
            self.spin.keep(message, self._shown)
            self.spin.blockSignals(blocked)
            self.faulted.emit(message)

    @Slot(int)
    def _judge(self, value: int) -> None:
        self.faulted.emit("")
        self._is_judged = True
        try:
            self.ask(value)
        finally:
            self._is_judged = False

    @Slot(str)
    def _on_refused(self, problem: str) -> None:
        # A combination that was refused has said so already.
        if problem != self.message.sentence:
            self.refuse(problem)


class LineField(Field):
    """A line to type in: what is refused stays in it until it is mended, and Esc brings back the value in use."""

    def __init__(self, info: KeyInfo, object_name: str, beside: Sequence[QWidget] = ()) -> None:
        self.line = TypedLine()
        self.line.setMinimumWidth(40)
        # Whether the person's value is being judged: a refusal is then about what stands in the line.
        self._is_judged = False
        super().__init__(info, self.line, object_name, beside)
        self.line.editingFinished.connect(self._on_edited)
        self.line.reverted.connect(self._on_reverted)

    @property
    def is_wrong(self) -> bool:
        return self.line.is_wrong

    def forget(self) -> None:
        super().forget()
        self.line.forget()

    def judge_again(self) -> None:
        self._on_edited()

    def show_refusal(self, message: str) -> None:
        super().show_refusal(message)
        if message and self._is_judged:
            self.line.is_wrong = True
            self.faulted.emit(message)

    def judge(self, text: str) -> None:
        """Ask for what was typed. Raises InputError if it is no value."""
        raise NotImplementedError

    @Slot()
    def _on_edited(self) -> None:
        text = self.line.take()
        if text is None:
            return
        self.show_refusal("")
        self.faulted.emit("")
        self._is_judged = True
        try:
            self.judge(text)
        except InputError as error:
            self.line.is_wrong = True
            self.refuse(str(error))
        finally:
            self._is_judged = False

    @Slot()
    def _on_reverted(self) -> None:
        self.show_refusal("")
        self.faulted.emit("")


class TextField(LineField):
    """Anything that can be typed, as in a config file; numbers as people write them."""

    def set_editor(self, value: Any) -> None:
        self.line.show_text(self.text_of(value))

    def text_of(self, value: Any) -> str:
        return "" if value is None else words.number(value) if isinstance(value, float) else str(value)

    def parse(self, text: str) -> Any:
        """What was typed, as a value. Raises InputError if it is none."""
        if self.info.kind is Kind.NUMBER:
            return read_number(text)
        return read_count(text) if self.info.kind is Kind.COUNT else read_value(text, self.info)

    def judge(self, text: str) -> None:
        self.ask(None if self.info.is_optional and not text.strip() else self.parse(text))


class ListField(TextField):
    """A list, such as the widths of a network's layers: `128, 256`, `128-256` or `[128, 256]`."""

    def text_of(self, value: Any) -> str:
        return "" if value is None else ", ".join(words.number(v) if isinstance(v, float) else str(v) for v in value)

    def parse(self, text: str) -> Any:
        stripped = text.strip()
        if re.fullmatch(r"\d+([\s;x×-]+\d+)*", stripped):
            return [int(number) for number in re.findall(r"\d+", stripped)]
        # The outermost brackets may be left out, even if there are others inside: [0, 0], [1, 1].
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
    """Make the field for this kind of key."""
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
