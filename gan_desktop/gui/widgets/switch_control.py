"""A live weight that is on or off: off it is one line, on there is a slider under it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot

from gan_desktop.core.fields import KeyInfo
from gan_desktop.gui import words
from gan_desktop.gui.widgets.elided import ElidedCheckBox
from gan_desktop.gui.widgets.log_slider import LogScale
from gan_desktop.gui.widgets.style import describe, set_style_property
from gan_desktop.gui.widgets.value_control import ValueControl

FIELD_WIDTH = 66
# The slider's reach around the usual value.
REACH = 1000.0
# Of a share that is kept from step to step.
SHARES = LogScale(0.9, 0.99999, to_one=True)


def scale_of(info: KeyInfo, usual: float) -> LogScale:
    """From a thousandth of the usual value to a thousand times as much, as far as that is allowed."""
    if info.below == 1:
        return SHARES
    return LogScale(usual / REACH, min(usual * REACH, info.most or usual * REACH))


class SwitchControl(ValueControl):
    """The check box switches it to the literature's usual value and back to 0."""

    def __init__(self, info: KeyInfo) -> None:
        self.usual = info.usual or 1.0
        name = words.config_text(info.title)
        description = words.config_text(info.description)
        usual = words.number(self.usual)
        live = QCoreApplication.translate("SwitchControl", "Live: changes the run under way.")
        field_tip = QCoreApplication.translate("SwitchControl", "0 is off, usual is {usual}.").format(usual=usual)
        slider_tip = QCoreApplication.translate("SwitchControl", "Arrow keys change it by 2 %, Page Up doubles it.")
        super().__init__(
            info.key,
            name,
            scale_of(info, self.usual),
            words.number,
            words.about(description, field_tip, info.path),
            words.about(description, slider_tip),
        )
        self.check = ElidedCheckBox(name)
        describe(
            self.check,
            f"{info.key}_check",
            QCoreApplication.translate("SwitchControl", "{name}, on or off").format(name=name),
            words.about(name, description, field_tip, live),
        )
        self.field.setFixedWidth(FIELD_WIDTH)
        self.field.setPlaceholderText(QCoreApplication.translate("SwitchControl", "off"))
        self.lay_out(self.check)
        self.check.clicked.connect(self._on_check)

    def show_value(self, confirmed: float, asked: float) -> None:
        super().show_value(confirmed, asked)
        self.check.setChecked(asked != 0)
        set_style_property(self.check, "pending", confirmed != asked)
        if confirmed == 0 and not self.field.isModified():
            self.field.setText("")
        self.slider.setVisible(asked != 0)

    def parse(self, text: str) -> object:
        return super().parse(text) if text.strip() else 0.0

    @Slot(bool)
    def _on_check(self, on: bool) -> None:
        self.message.show_message("")
        self.asked.emit(self.usual if on else 0.0)
