"""How many updates each network gets in a step: a slider from 1:10 to 10:1, and the two exact numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gan_desktop.gui.form.fault import Fault
from gan_desktop.gui.form.typed import CountSpin
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.widgets.style import describe, label, set_style_property

LARGEST_RATIO = 10
MOST_STEPS = 1000


def ratio_at(position: int) -> tuple[int, int]:
    """D and G steps at a slider position: 3 is 4:1, 0 is 1:1, -3 is 1:4."""
    return (1 + position, 1) if position >= 0 else (1, 1 - position)


def position_of(d_steps: int, g_steps: int) -> int:
    """The nearest position; if a network is frozen, the other one's end."""
    end = LARGEST_RATIO - 1
    if d_steps >= g_steps:
        return end if g_steps == 0 else min(end, round(d_steps / g_steps) - 1)
    return -end if d_steps == 0 else max(-end, 1 - round(g_steps / d_steps))


class RatioControl(QWidget):
    """Signals:
    asked: the D and G steps that the person wants, two ints.
    faulted: why the typed text that a field keeps is not allowed; empty when that is over.
    """

    asked = Signal(int, int)
    faulted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._confirmed = (1, 1)
        self._was_wrong = False
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1 - LARGEST_RATIO, LARGEST_RATIO - 1)
        self.slider.setPageStep(2)
        guard_wheel(self.slider)
        describe(
            self.slider,
            "step_ratio_slider",
            self.tr("Ratio of discriminator to generator steps"),
            self.tr("Discriminator updates for each generator update, from 1:10 to 10:1. The middle is 1:1."),
        )
        self.d_spin = self._spin("d_steps_spin", self.tr("Discriminator steps"))
        self.g_spin = self._spin("g_steps_spin", self.tr("Generator steps"))
        self.summary = label(role="muted")
        self._faults = {spin: Fault(spin) for spin in (self.d_spin, self.g_spin)}
        self._lay_out()
        self.slider.valueChanged.connect(self._on_slider)
        self.d_spin.valueChanged.connect(self._on_spin)
        self.g_spin.valueChanged.connect(self._on_spin)
        self.d_spin.refused.connect(self._on_typed)
        self.g_spin.refused.connect(self._on_typed)

    def _spin(self, object_name: str, name: str) -> CountSpin:
        spin = CountSpin()
        spin.setRange(0, MOST_STEPS)
        spin.setFixedWidth(64)
        guard_wheel(spin)
        describe(spin, object_name, name, self.tr("{name} in one training step; 0 freezes it.").format(name=name))
        return spin

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        heading = label(self.tr("Steps"), "field")
        heading.setBuddy(self.d_spin)
        top.addWidget(heading)
        top.addStretch(1)
        for network, spin in (("d", self.d_spin), ("g", self.g_spin)):
            tag = QLabel(network.upper())
            tag.setProperty("network", network)
            tag.setBuddy(spin)
            top.addWidget(tag)
            top.addWidget(spin)
        ends = QHBoxLayout()
        ends.addWidget(label(self.tr("1:10")))
        ends.addStretch(1)
        ends.addWidget(self.summary)
        ends.addStretch(1)
        ends.addWidget(label(self.tr("10:1")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addLayout(ends)

    def show_values(self, confirmed: tuple[int, int], asked: tuple[int, int]) -> None:
        """Show the confirmed numbers in words; the fields show the requested ones, marked until they are confirmed."""
        if confirmed != self._confirmed:
            self.settle()
        self._confirmed = confirmed
        waiting = confirmed != asked
        for spin, value, used in zip((self.d_spin, self.g_spin), asked, confirmed, strict=True):
            blocked = spin.blockSignals(True)
            if spin.value() != value and not spin.is_wrong:
                spin.setValue(value)
            spin.blockSignals(blocked)
            set_style_property(spin, "pending", value != used)
        set_style_property(self.slider, "pending", waiting)
        if not self.slider.isSliderDown():
            blocked = self.slider.blockSignals(True)
            self.slider.setValue(position_of(*asked))
            self.slider.blockSignals(blocked)
        self.summary.setText(self._summary(*confirmed))

    def _summary(self, d_steps: int, g_steps: int) -> str:
        if d_steps == 0:
            return self.tr("D is frozen")
        if g_steps == 0:
            return self.tr("G is frozen")
        return self.tr("D {d} : G {g}").format(d=d_steps, g=g_steps)

    def show_refusal(self, message: str) -> None:
        """Go back to the confirmed numbers, and say why."""
        self.show_values(self._confirmed, self._confirmed)
        self._say(message)

    @property
    def message(self) -> Fault:
        """The bubble that says something; the first one if none does."""
        faults = [self._faults[self.d_spin], self._faults[self.g_spin]]
        return next((fault for fault in faults if fault.sentence), faults[0])

    def _say(self, text: str, spin: CountSpin | None = None) -> None:
        """Say something at a spin box, the first if none is named, and nothing at the other."""
        for each, fault in self._faults.items():
            fault.show_message(text if each is (spin or self.d_spin) else "")

    def settle(self) -> None:
        """Clear the message, which is outdated, unless it is about what stands in a spin box."""
        if not self._has_wrong:
            self._say("")

    @property
    def _has_wrong(self) -> bool:
        return self.d_spin.is_wrong or self.g_spin.is_wrong

    def forget(self) -> None:
        """Let go of what was typed: the values in use are shown."""
        for spin in (self.d_spin, self.g_spin):
            blocked = spin.blockSignals(True)
            spin.forget()
            spin.blockSignals(blocked)
        self._say("")
        self.faulted.emit("")

    @Slot()
    def _on_typed(self) -> None:
        wrong = next((spin for spin in (self.d_spin, self.g_spin) if spin.is_wrong), None)
        if wrong is None and not self._was_wrong:
            return
        self._was_wrong = wrong is not None
        said = "" if wrong is None else f"{wrong.accessibleName()}: {wrong.problem}"
        self._say(said, wrong)
        self.faulted.emit(said)

    @Slot()
    def _on_slider(self) -> None:
        self.forget()
        self.asked.emit(*ratio_at(self.slider.value()))

    @Slot()
    def _on_spin(self) -> None:
        self.settle()
        self.asked.emit(self.d_spin.value(), self.g_spin.value())
