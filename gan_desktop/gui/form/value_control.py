"""A live number: its exact field, its logarithmic slider, and what is pending or refused."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.gui.form.fault import Fault
from gan_desktop.gui.form.log_slider import LogScale, LogSlider
from gan_desktop.gui.form.typed import TypedLine
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look.number_text import read_number
from gan_desktop.gui.widgets.style import describe, label, set_style_property


class ValueControl(QWidget):
    """Shows the value that the trainer confirmed. A requested value stands beside it until it is confirmed too.

    Args:
        key: the live control's short name.
        name: for people.
        scale: the slider's scale.
        in_words: how a value is written.
        field_tip, slider_tip: the tool tips.

    Signals:
        asked: the number that the person wants.
        faulted: why the typed text that the field keeps is not allowed; empty when that is over.
    """

    asked = Signal(object)
    faulted = Signal(str)

    def __init__(
        self, key: str, name: str, scale: LogScale, in_words: Callable[[float], str], field_tip: str, slider_tip: str
    ) -> None:
        super().__init__()
        self.key = key
        self.confirmed = 0.0
        self._name = name
        # Whether what was typed is being judged: a refusal is then about what stands in the field.
        self._is_judged = False
        self._in_words = in_words
        self.field = TypedLine()
        describe(self.field, f"{key}_field", self.tr("{name}, exact value").format(name=name), field_tip)
        self.slider = LogSlider(scale)
        guard_wheel(self.slider)
        describe(self.slider, f"{key}_slider", name, slider_tip)
        self.pending = label(role="pending")
        self.message = Fault(self.field)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self.settle)
        self.field.editingFinished.connect(self._on_field)
        self.field.reverted.connect(self.forget)

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

    def show_value(self, confirmed: float, asked: float) -> None:
        """Show the confirmed value, and the asked one where they differ."""
        if confirmed != self.confirmed:
            self.settle()
        self.confirmed = confirmed
        waiting = asked != confirmed
        self.field.show_text(self.in_words(confirmed))
        self.pending.setText(f"→ {self._in_words(asked)}" if waiting else "")
        self.pending.setVisible(waiting)
        set_style_property(self.slider, "pending", waiting)
        if not self.slider.isSliderDown():
            self.slider.show_number(asked)

    def show_refusal(self, message: str) -> None:
        """Say why a value was refused, and go back to the confirmed one; what was typed stays, to be mended."""
        if self._is_judged or self.field.is_wrong:
            self.field.is_wrong = True
            self.faulted.emit(message)
        else:
            self.field.forget()
        self.show_value(self.confirmed, self.confirmed)
        self.message.show_message(message)

    @Slot()
    def forget(self) -> None:
        """Let go of what was typed: the value in use is shown."""
        self.field.forget()
        self.message.show_message("")
        self.faulted.emit("")
        self.field.show_text(self.in_words(self.confirmed))

    def in_words(self, value: float) -> str:
        """A value as the field shows it."""
        return self._in_words(value)

    def parse(self, text: str) -> float:
        """What was typed, as a number. Raises InputError if it is none."""
        return read_number(text)

    @Slot()
    def settle(self) -> None:
        """Clear the message, which is outdated, unless it is about what stands in the field."""
        if not self.field.is_wrong:
            self.message.show_message("")

    @Slot()
    def _on_slider(self) -> None:
        self.forget()
        self.asked.emit(self.slider.number())

    @Slot()
    def _on_field(self) -> None:
        text = self.field.take()
        if text is None:
            return
        self.message.show_message("")
        self.faulted.emit("")
        self._is_judged = True
        try:
            self.asked.emit(self.parse(text))
        except InputError as error:
            self.show_refusal(f"{self._name}: {error}")
        finally:
            self._is_judged = False
        self.field.show_text(self.in_words(self.confirmed))
