"""A learning rate: a network's letter and name, the exact field, the slider from 1e-6 to 1."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from gan_desktop.core.errors import InputError, shortened
from gan_desktop.gui.form.log_slider import LEARNING_RATES
from gan_desktop.gui.form.typed import SHOWN
from gan_desktop.gui.form.value_control import ValueControl
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import label

FIELD_WIDTH = 88


class RateControl(ValueControl):
    """Never off: a rate is greater than 0."""

    def __init__(self, key: str, network: str, name: str) -> None:
        field_tip = QCoreApplication.translate(
            "RateControl", "The rate in use. Type another, such as 2e-4, and press Enter."
        )
        slider_tip = QCoreApplication.translate(
            "RateControl", "{name}, from 1e-6 to 1. Arrow keys change it by 2 %, Page Up doubles it."
        )
        super().__init__(key, name, LEARNING_RATES, words.rate, field_tip, slider_tip.format(name=name))
        self.field.setFixedWidth(FIELD_WIDTH)
        tag = label(network.upper(), "strong")
        tag.setProperty("network", network)
        heading = ElidedLabel(name.partition(" ")[2], Qt.AlignmentFlag.AlignLeft)
        heading.setBuddy(self.field)
        self.lay_out(tag, heading)

    def parse(self, text: str) -> float:
        """A rate within the slider's reach: beyond it, a zero too many is more likely than a wish."""
        rate = super().parse(text)
        if rate > LEARNING_RATES.high:
            said = QCoreApplication.translate("RateControl", "{rate} is more than {most}, the largest rate here")
            raise InputError(said.format(rate=shortened(text.strip(), SHOWN), most=words.number(LEARNING_RATES.high)))
        return rate
