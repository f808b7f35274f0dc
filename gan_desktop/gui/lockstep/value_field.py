"""A field for the value of any config key: its choices, or what is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox

from gan_desktop.core.fields import KeyInfo, Kind
from gan_desktop.core.keys import read_value
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look import words

WIDTH = 170


class ValueField(QComboBox):
    """Shows the choices of a key if it has some, else a line to type in."""

    def __init__(self) -> None:
        super().__init__()
        self._info: KeyInfo | None = None
        self.setFixedWidth(WIDTH)
        guard_wheel(self)

    def offer(self, info: KeyInfo | None, value: Any) -> None:
        """Ask for a value of this key, and begin with one; None asks for nothing."""
        self._info = info
        self.clear()
        self.setEnabled(info is not None)
        is_choice = info is not None and info.kind is Kind.CHOICE
        self.setEditable(not is_choice)
        if info is None:
            self.setCurrentText("")
        elif is_choice:
            for choice in info.choices:
                self.addItem(words.config_text(choice.title), choice.value)
            self.setCurrentIndex(max(0, self.findData(value)))
        else:
            self.setEditText(f"{value:g}" if isinstance(value, float) else str(value))

    def value(self) -> Any:
        """What is chosen or typed, as a config reads it.

        Raises:
            InputError: it is too long to be a value.
        """
        assert self._info is not None
        return self.currentData() if not self.isEditable() else read_value(self.currentText(), self._info)
