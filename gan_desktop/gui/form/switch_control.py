"""A live weight that is on or off. Off, it is one line; on, it has a slider under it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot

from gan_desktop.core.fields import KeyInfo
from gan_desktop.gui.form.log_slider import LogScale
from gan_desktop.gui.form.value_control import ValueControl
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.elided import ElidedCheckBox
from gan_desktop.gui.widgets.style import describe, set_style_property

FIELD_WIDTH = 66
# The slider's reach around the usual value.
REACH = 1000.0
# The slider of a share that is kept from step to step.
SHARES = LogScale(0.9, 0.99999, to_one=True)


def scale_of(info: KeyInfo, usual: float) -> LogScale:
    """The slider's scale: from a thousandth of the usual value to a thousand times it, as far as that is allowed."""
    if info.below == 1:
        return SHARES
    return LogScale(usual / REACH, min(usual * REACH, info.most or usual * REACH))


class SwitchControl(ValueControl):
    """The check box switches between 0 and the usual value: the literature's, or what is usual for the data."""

    def __init__(self, info: KeyInfo) -> None:
        self.info = info
        self.usual = info.usual or 1.0
        self._for_data: float | None = None
        name = words.config_text(info.title)
        description = words.config_text(info.description)
        slider_tip = QCoreApplication.translate("SwitchControl", "Arrow keys change it by 2 %, Page Up doubles it.")
        super().__init__(
            info.key, name, scale_of(info, self.usual), words.number, "", words.about(description, slider_tip)
        )
        self.check = ElidedCheckBox(name)
        of_check = QCoreApplication.translate("SwitchControl", "{name}, on or off").format(name=name)
        describe(self.check, f"{info.key}_check", of_check, "")
        self._say_usual()
        self.field.setFixedWidth(FIELD_WIDTH)
        self.field.setPlaceholderText(QCoreApplication.translate("SwitchControl", "off"))
        self.lay_out(self.check)
        self.check.clicked.connect(self._on_check)

    def set_usual(self, for_data: float | None) -> None:
        """Set the usual value, which the check box switches on and the slider centres on; None: the registered one."""
        if for_data == self._for_data:
            return
        self._for_data = for_data
        usual = self.info.usual or 1.0 if for_data is None else for_data
        if usual != self.usual:
            self.usual = usual
            self.slider.set_scale(scale_of(self.info, usual))
        self._say_usual()

    def _say_usual(self) -> None:
        if self._for_data is None:
            text = QCoreApplication.translate("SwitchControl", "0 is off, usual is {usual}.")
        else:
            text = QCoreApplication.translate("SwitchControl", "0 is off, usual for these data: {usual}.")
        usual = text.format(usual=words.number(self.usual))
        name, description = words.config_text(self.info.title), words.config_text(self.info.description)
        live = QCoreApplication.translate("SwitchControl", "Live: changes the run under way.")
        self.field.setToolTip(words.about(description, usual, self.info.path))
        self.check.setToolTip(words.about(name, description, usual, live))

    def show_value(self, confirmed: float, asked: float) -> None:
        super().show_value(confirmed, asked)
        self.check.setChecked(asked != 0)
        set_style_property(self.check, "pending", confirmed != asked)
        self.slider.setVisible(asked != 0)

    def in_words(self, value: float) -> str:
        # The placeholder says that it is off.
        return super().in_words(value) if value else ""

    def parse(self, text: str) -> float:
        return super().parse(text) if text.strip() else 0.0

    @Slot(bool)
    def _on_check(self, on: bool) -> None:
        self.forget()
        self.asked.emit(self.usual if on else 0.0)
