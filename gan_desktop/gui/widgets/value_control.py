"""A live number: its exact field, its logarithmic slider, and what is pending or refused."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gan_desktop.core.keys import parse_value
from gan_desktop.gui.widgets.log_slider import LogScale, LogSlider
from gan_desktop.gui.widgets.style import MessageLabel, describe, label, set_style_property
from gan_desktop.gui.widgets.wheel import guard_wheel


class ValueControl(QWidget):
    """Shows the value that the trainer confirmed; one that is only asked for stands beside it until it is.

    Args:
        key: the live control's short name.
        name: for people.
        scale: of the slider.
        in_words: how a value is written.
        field_tip, slider_tip: the tool tips.

    Signals:
        asked: the value that the person wants: a float from the slider, whatever was typed from the field.
    """

    asked = Signal(object)

    def __init__(
        self, key: str, name: str, scale: LogScale, in_words: Callable[[float], str], field_tip: str, slider_tip: str
    ) -> None:
        super().__init__()
        self.key = key
        self.confirmed = 0.0
        self._in_words = in_words
        self.field = QLineEdit()
        describe(self.field, f"{key}_field", self.tr("{name}, exact value").format(name=name), field_tip)
        self.slider = LogSlider(scale)
        guard_wheel(self.slider)
        describe(self.slider, f"{key}_slider", name, slider_tip)
        self.pending = label(role="pending")
        self.message = MessageLabel()
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._on_release)
        self.field.editingFinished.connect(self._on_field)

    def lay_out(self, *heading: QWidget) -> None:
        """The heading and the field in one line, the slider under them."""
        top = QHBoxLayout()
        top.setSpacing(6)
        for widget in heading:
            top.addWidget(widget, 1 if widget is heading[-1] else 0)
        top.addWidget(self.pending)
        top.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addWidget(self.message)

    def show_value(self, confirmed: float, asked: float) -> None:
        """Show the confirmed value, and the asked one where they differ."""
        if confirmed != self.confirmed:
            self.message.show_message("")
        self.confirmed = confirmed
        waiting = asked != confirmed
        if not self.field.isModified():
            self.field.setText(self._in_words(confirmed))
        self.pending.setText(f"→ {self._in_words(asked)}" if waiting else "")
        self.pending.setVisible(waiting)
        set_style_property(self.slider, "pending", waiting)
        if not self.slider.isSliderDown():
            self.slider.show_number(asked)

    def show_refusal(self, message: str) -> None:
        """Go back to the confirmed value, and say why."""
        self.field.setModified(False)
        self.show_value(self.confirmed, self.confirmed)
        self.message.show_message(message)

    def parse(self, text: str) -> object:
        """What was typed, as a value."""
        return parse_value(text)

    @Slot()
    def _on_slider(self) -> None:
        self.message.show_message("")
        self.asked.emit(self.slider.number())

    @Slot()
    def _on_release(self) -> None:
        self.message.show_message("")

    @Slot()
    def _on_field(self) -> None:
        if not self.field.isModified():
            return
        text = self.field.text()
        self.field.setModified(False)
        self.field.setText(self._in_words(self.confirmed))
        self.message.show_message("")
        self.asked.emit(self.parse(text))
