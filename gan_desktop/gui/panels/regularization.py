"""What steadies the game while it is played: penalties, clipping, noise, smoothing, the averaged generator."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.config import RunConfig, weight_key
from gan_desktop.core.events import CommandRefused, DataSummary
from gan_desktop.core.fields import KeyInfo, live_fields
from gan_desktop.core.interventions import playable_keys
from gan_desktop.core.registry import penalties
from gan_desktop.core.usual import usual_for_data
from gan_desktop.gui.form.switch_control import SwitchControl
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.timeline.then_note import ThenNote
from gan_desktop.gui.widgets.style import scroll_to


def switches() -> list[KeyInfo]:
    """The live keys that have a usual value and are off at 0: penalties first, for their titles say so."""
    weights = [weight_key(name) for name in penalties]
    found = [info for info in live_fields().values() if info.usual is not None]
    return sorted(found, key=lambda info: info.key not in weights)


def _sees(config: RunConfig) -> tuple[object, ...]:
    """What decides in which units D sees which data."""
    return config.data, config.generator.output_activation


@panels.register("regularization", title="Regularisation")
class RegularizationPanel(Panel):
    """Switch penalties, noise, smoothing and averaging on and off while the networks train."""

    area: ClassVar[Area] = Area.RIGHT
    order: ClassVar[int] = 12
    tab_of: ClassVar[str | None] = "live_controls"
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.controls: dict[str, SwitchControl] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for info in switches():
            control = self.controls[info.key] = SwitchControl(info)
            control.asked.connect(partial(self.model.set_control, info.key))
            control.faulted.connect(partial(self.model.form.set_fault, info.path))
            column.addWidget(control)
        self.then = ThenNote(self.model, "regularization")
        column.addWidget(self.then)
        column.addStretch(1)
        self.model.controls_changed.connect(self.show_controls)
        self.record.moment_changed.connect(self.show_controls)
        self.model.form.config_changed.connect(self.show_controls)
        self.model.refused.connect(self._on_refused)
        self.model.refusals_settled.connect(self._settle)
        self.model.form.faults_dropped.connect(self._forget_typed)
        self.show_controls()

    @Slot()
    def show_controls(self) -> None:
        """Show what the trainer uses, and what it has been asked for; or what was used at the moment looked at."""
        confirmed, asked = self.model.controls, self.model.asked_controls
        if self.record.then is not None:
            confirmed = asked = self.record.then.controls
        data = self._data()
        playable = playable_keys(self._played())
        for key, control in self.controls.items():
            control.setHidden(key not in playable)
            control.setEnabled(self.record.is_live)
            control.set_usual(None if data is None else usual_for_data(key, data.kind, data.spread))
            control.show_value(float(confirmed[key]), float(asked[key]))
        on = sum(control.confirmed != 0 for control in self.controls.values())
        self.caption.setText(self.tr("{n} on").format(n=on) if on else self.tr("all off"))

    def _played(self) -> RunConfig:
        """The config of the run under way, or of the next start."""
        run = self.record.run
        is_shown = self.model.is_active or not self.record.is_live
        return run.config if run is not None and is_shown else self.model.form.config

    def _data(self) -> DataSummary | None:
        """What is known of the data that a switch acts on: the run's, if it is under way or the form still has them."""
        model, run = self.model, self.record.run
        if run is None:
            return None
        is_under_way = model.is_active and not model.is_starting
        return run.data if is_under_way or _sees(run.config) == _sees(model.form.config) else None

    @Slot()
    def _settle(self) -> None:
        """Clear refusals that no longer matter."""
        for control in self.controls.values():
            control.settle()

    @Slot()
    def _forget_typed(self) -> None:
        for control in self.controls.values():
            control.forget()

    def go_to(self, key: str) -> bool:
        control = self.controls.get(key.rpartition(".")[2])
        if control is None:
            return False
        scroll_to(control.field)
        control.field.setFocus()
        return True

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        key = (event.place or "").rpartition(".")[2]
        if key in self.controls:
            self.controls[key].show_refusal(event.message)
