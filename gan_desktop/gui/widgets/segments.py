"""A few choices side by side in one box, of which one is taken: all of them can be read at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gan_desktop.gui.widgets.style import describe


class Segment(QPushButton):
    """One choice. The arrow keys go to its neighbours."""

    def sizeHint(self) -> QSize:
        """The width of its text in bold, which it gets when it is taken, so that the others stay where they are."""
        font = self.font()
        font.setBold(True)
        hint = super().sizeHint()
        plain = self.fontMetrics().horizontalAdvance(self.text())
        hint.setWidth(hint.width() + QFontMetrics(font).horizontalAdvance(self.text()) - plain)
        return hint


class SegmentedChoice(QWidget):
    """A row of segments.

    Signals:
        chosen: the value that the person took.
    """

    chosen = Signal(str)

    def __init__(self, object_name: str, title: str, choices: Sequence[tuple[str, str, str]]) -> None:
        """`choices` has (value, text, tooltip) of each; the first is taken."""
        super().__init__()
        describe(self, object_name, title, title)
        self._group = QButtonGroup(self)
        self._values: dict[QAbstractButton, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (value, text, tool_tip) in enumerate(choices):
            button = Segment(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            ends = {0: "first", len(choices) - 1: "last"}
            button.setProperty("segment", ends.get(place, "middle"))
            describe(button, f"{object_name}_{value}_button", f"{title}: {text}", tool_tip)
            self._group.addButton(button)
            self._values[button] = value
            row.addWidget(button)
        self._group.buttons()[0].setChecked(True)
        self._group.buttonToggled.connect(self._on_toggled)

    @property
    def value(self) -> str:
        """What is taken."""
        return next(value for button, value in self._values.items() if button.isChecked())

    def button(self, value: str) -> QAbstractButton:
        """The segment of a value."""
        return next(button for button, its in self._values.items() if its == value)

    @Slot(QAbstractButton, bool)
    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked:
            self.chosen.emit(self._values[button])
