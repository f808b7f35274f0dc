"""A field for the value of any config key: its choices, or a line to type in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStackedWidget

from gan_desktop.core.fields import KeyInfo, Kind
from gan_desktop.core.keys import read_value
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.style import describe

WIDTH = 170


class ValueField(QStackedWidget):
    """Shows a box where there are choices.

    Args:
        object_name, name, tip: as for `describe`; the box's name ends in `_box`.

    Signals:
        changed: another value was chosen or typed.
        entered: Enter was pressed.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, object_name: str, name: str, tip: str) -> None:
        super().__init__()
        self._info: KeyInfo | None = None
        self.line, self.box = QLineEdit(), QComboBox()
        describe(self.line, object_name, name, tip)
        describe(self.box, f"{object_name}_box", name, tip)
        guard_wheel(self.box)
        for page in (self.line, self.box):
            self.addWidget(page)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.line.textChanged.connect(self.changed)
        self.line.returnPressed.connect(self.entered)
        self.box.currentIndexChanged.connect(self.changed)

    def offer(self, info: KeyInfo | None, value: Any) -> None:
        """Ask for a value of this key, and begin with one; None asks for nothing."""
        self._info = info
        self.setVisible(info is not None)
        if info is None:
            return
        self.blockSignals(True)
        if info.kind is Kind.CHOICE:
            self.box.clear()
            for choice in info.choices:
                self.box.addItem(words.config_text(choice.title), choice.value)
            self.box.setCurrentIndex(max(0, self.box.findData(value)))
            self.setCurrentWidget(self.box)
        else:
            self.line.setText(f"{value:g}" if isinstance(value, float) else str(value))
            self.setCurrentWidget(self.line)
        self.blockSignals(False)

    def value(self) -> Any:
        """What is chosen or typed, as a config reads it.

        Raises:
            InputError: it is too long to be a value.
        """
        assert self._info is not None
        return self.box.currentData() if self.currentWidget() is self.box else read_value(self.line.text(), self._info)
