"""The live controls: both learning rates and the D/G step ratio, with the values that the trainer confirmed."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout

from gan_desktop.core.events import CommandRefused
from gan_desktop.core.interventions import control_path
from gan_desktop.gui.form.rate_control import RateControl
from gan_desktop.gui.form.ratio_control import RatioControl
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.run.autopilot import rule_signs
from gan_desktop.gui.timeline.then_note import ThenNote, waiting_branch
from gan_desktop.gui.widgets.style import describe, label, scroll_to

RATES = ("d_learning_rate", "g_learning_rate")
STEPS = ("d_steps", "g_steps")
# Linked rates that keep their ratio are rounded: 2.9999999e-4 is nobody's wish.
LINKED_DIGITS = 4


@panels.register("live_controls", title="Live controls")
class LiveControlsPanel(Panel):
    """Change the learning rates and the D/G step ratio while the networks train."""

    area: ClassVar[Area] = Area.RIGHT
    order: ClassVar[int] = 10
    share: ClassVar[int] = 330
    whole: ClassVar[bool] = True
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.rates = {
            "d_learning_rate": RateControl("d_learning_rate", "d", self.tr("D learning rate")),
            "g_learning_rate": RateControl("g_learning_rate", "g", self.tr("G learning rate")),
        }
        self.link = QCheckBox(self.tr("Link the rates"))
        describe(
            self.link,
            "link_rates_check",
            self.tr("Link the rates"),
            self.tr("Moving one rate moves the other, so that their ratio stays as it is now."),
        )
        self.ratio = RatioControl()
        self.hint = label(wrap=True)
        # Which rule sets each control; that of a rule for any control stands at the end.
        self.signs = {key: label(wrap=True) for key in (*RATES, *STEPS, "")}
        self.then = ThenNote(self.model, "live_controls")
        self._lay_out()
        for key, control in self.rates.items():
            control.asked.connect(partial(self._ask_rate, key))
            control.faulted.connect(partial(self.model.form.set_fault, control_path(key)))
        self.ratio.asked.connect(self._ask_steps)
        self.ratio.faulted.connect(partial(self.model.form.set_fault, control_path(STEPS[0])))
        self.model.form.faults_dropped.connect(self._forget_typed)
        self.model.controls_changed.connect(self.show_controls)
        self.model.state_changed.connect(self.show_controls)
        self.record.moment_changed.connect(self.show_controls)
        self.record.metrics_arrived.connect(self._on_steps)
        self.model.refused.connect(self._on_refused)
        self.model.refusals_settled.connect(self._settle)
        self.model.form.config_changed.connect(self._show_signs)
        self.record.run_started.connect(self._show_signs)
        self.model.state_changed.connect(self._show_signs)
        self.show_controls()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        # What stands at the foot, of which step the values are, is to be seen in a small window too.
        column.setSpacing(7)
        for key, control in self.rates.items():
            column.addWidget(control)
            self.signs[key].setObjectName(f"{key}_rule_label")
            column.addWidget(self.signs[key])
        column.addWidget(self.link)
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        column.addWidget(rule)
        column.addWidget(self.ratio)
        for key in (*STEPS, ""):
            self.signs[key].setObjectName(f"{key or 'any'}_rule_label")
            column.addWidget(self.signs[key])
        column.addWidget(self.hint)
        column.addWidget(self.then)
        column.addStretch(1)

    @Slot()
    def show_controls(self) -> None:
        """Show what the trainer uses, and what it has been asked for; or what was used at the moment looked at."""
        then = self.record.then
        confirmed, asked = self.model.controls, self.model.asked_controls
        if then is not None:
            confirmed = asked = then.controls
        for key, control in self.rates.items():
            control.show_value(float(confirmed[key]), float(asked[key]))
        pairs = [(int(values["d_steps"]), int(values["g_steps"])) for values in (confirmed, asked)]
        self.ratio.show_values(pairs[0], pairs[1])
        for widget in (*self.rates.values(), self.link, self.ratio):
            widget.setEnabled(then is None)
        # It links nothing in the past, and its room is wanted for what is said of the step.
        self.link.setVisible(then is None)
        text = self._hint() if then is None else ""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self._show_signs()

    def _hint(self) -> str:
        if not self.model.is_active:
            if self.record.is_own_code and self.record.writer is not None:
                return self.tr("Of the next start. “gan-desktop set” in a terminal sets the rates of this run.")
            over = self.tr("Used from the first step of the next start.")
            return self.tr("Used when the run goes on.") if self.model.goes_on else over
        if waiting_branch(self.model) is None:
            return ""
        return self.tr("Change what you like, then Resume.")

    @Slot()
    def _on_steps(self) -> None:
        """A branch that waited has gone on."""
        if self.hint.text() and self.model.is_active:
            self.show_controls()

    @Slot()
    def _show_signs(self) -> None:
        """Show which rules set the controls of the run, or of the next one."""
        run = self.record.run if self.model.is_active else None
        signs = rule_signs(run.config, self.record.interventions) if run else rule_signs(self.model.form.config, ())
        for key, shown in self.signs.items():
            sign = signs.get(key)
            shown.setText(sign.text if sign else "")
            shown.setToolTip(sign.tip if sign else "")
            shown.setVisible(sign is not None)

    def _ask_rate(self, key: str, value: object) -> None:
        asked = self.model.asked_controls
        other = next(name for name in RATES if name != key)
        if not self.model.set_control(key, value) or not self.link.isChecked():
            return
        wanted = float(self.model.asked_controls[key])
        if asked[other] != asked[key]:
            wanted = float(f"{float(asked[other]) * wanted / float(asked[key]):.{LINKED_DIGITS - 1}e}")
        self.model.set_control(other, wanted)

    @Slot(int, int)
    def _ask_steps(self, d_steps: int, g_steps: int) -> None:
        wanted = {"d_steps": d_steps, "g_steps": g_steps}
        # The one that grows goes first: on the way from 0:1 to 1:0 both must never be 0.
        for key in sorted(STEPS, key=lambda name: -wanted[name]):
            if wanted[key] != self.model.asked_controls[key] and not self.model.set_control(key, wanted[key]):
                return

    @Slot()
    def _settle(self) -> None:
        """Clear refusals that no longer matter."""
        for control in self.rates.values():
            control.settle()
        self.ratio.settle()

    @Slot()
    def _forget_typed(self) -> None:
        for control in self.rates.values():
            control.forget()
        self.ratio.forget()

    def go_to(self, key: str) -> bool:
        name = key.rpartition(".")[2]
        field = self.rates[name].field if name in self.rates else self.ratio.d_spin if name in STEPS else None
        if field is None:
            return False
        scroll_to(field)
        field.setFocus()
        return True

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        key = (event.place or "").rpartition(".")[2]
        if key in self.rates:
            self.rates[key].show_refusal(event.message)
        elif key in (*STEPS, "training"):
            self.ratio.show_refusal(event.message)
