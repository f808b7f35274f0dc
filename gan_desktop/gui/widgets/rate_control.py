"""A learning rate: its name, the exact field, the logarithmic slider, and what is pending or refused."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gan_desktop.core.keys import parse_value
from gan_desktop.gui import words
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.log_slider import LogSlider
from gan_desktop.gui.widgets.style import MessageLabel, describe, label, set_style_property

FIELD_WIDTH = 88


class RateControl(QWidget):
    """Shows the rate that the trainer confirmed; one that is only asked for stands beside it until it is.

    Signals:
        asked: the value that the person wants: a float from the slider, whatever was typed from the field.
    """

    asked = Signal(object)

    def __init__(self, key: str, network: str, name: str) -> None:
        super().__init__()
        self.key = key
        self._confirmed = 0.0
        self.field = QLineEdit()
        self.field.setFixedWidth(FIELD_WIDTH)
        describe(
            self.field,
            f"{key}_field",
            self.tr("{name}, exact value").format(name=name),
            self.tr("The rate in use. Type another, such as 2e-4, and press Enter."),
        )
        self.slider = LogSlider()
        describe(
            self.slider,
            f"{key}_slider",
            name,
            self.tr("{name}, from 1e-6 to 1. Arrow keys change it by 2 %, Page Up doubles it.").format(name=name),
        )
        self.pending = label(role="pending")
        self.message = MessageLabel()
        self._lay_out(network, name)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._on_release)
        self.field.editingFinished.connect(self._on_field)

    def _lay_out(self, network: str, name: str) -> None:
        tag = label(network.upper(), "strong")
        tag.setProperty("network", network)
        heading = ElidedLabel(name.partition(" ")[2], Qt.AlignmentFlag.AlignLeft)
        heading.setBuddy(self.field)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(tag)
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.pending)
        top.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addWidget(self.message)

    def show_value(self, confirmed: float, asked: float) -> None:
        """Show the confirmed rate, and the asked one where they differ."""
        if confirmed != self._confirmed:
            self.message.show_message("")
        self._confirmed = confirmed
        waiting = asked != confirmed
        if not self.field.isModified():
            self.field.setText(words.rate(confirmed))
        self.pending.setText(f"→ {words.rate(asked)}" if waiting else "")
        set_style_property(self.slider, "pending", waiting)
        if not self.slider.isSliderDown():
            self.slider.show_rate(asked)

    def show_refusal(self, message: str) -> None:
        """Go back to the confirmed rate, and say why."""
        self.field.setModified(False)
        self.show_value(self._confirmed, self._confirmed)
        self.message.show_message(message)

    @Slot()
    def _on_slider(self) -> None:
        self.message.show_message("")
        self.asked.emit(self.slider.rate())

    @Slot()
    def _on_release(self) -> None:
        self.message.show_message("")

    @Slot()
    def _on_field(self) -> None:
        if not self.field.isModified():
            return
        text = self.field.text()
        self.field.setModified(False)
        self.field.setText(words.rate(self._confirmed))
        self.message.show_message("")
        self.asked.emit(parse_value(text))
