"""Drawing a mixture of Gaussians: where each mode is, and how wide they are."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_desktop.core.own_data import own_data
from gan_desktop.core.registry import datasets
from gan_desktop.gui.form.typed import NumberSpin
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.own_data.dialog import DataDialog
from gan_desktop.gui.own_data.modes import DECIMALS, FARTHEST, MOST_MODES, Modes
from gan_desktop.gui.plotting.modes_view import ModesView
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import describe, label, small_button

MIXTURE = "mixture"
SIZE = (820, 620)
SIDE_WIDTH = 220
SIGMA, SMALLEST_SIGMA, LARGEST_SIGMA = 0.05, 0.001, 10.0


class MixtureDialog(DataDialog):
    """Begins with the mixture of the form, else with the modes of the run that is shown, else with none."""

    def __init__(self, parent: QWidget, model: RunModel, colors: Colors) -> None:
        super().__init__(parent, model, colors)
        self.setObjectName("mixture_dialog")
        self.setWindowTitle(self.tr("Draw a mixture of Gaussians"))
        modes, sigma = first_modes(model)
        self.modes = modes
        self.view = ModesView(modes, sigma, colors)
        describe(
            self.view,
            "modes_view",
            self.tr("Modes"),
            self.tr("Click to add a mode, drag it to move it, right-click to remove it"),
        )
        self.count_label = label(role="strong", wrap=True)
        self.count_label.setObjectName("modes_count_label")
        self.sigma_spin = self._spin("sigma_spin", self.tr("Width of each mode (sigma)"), SMALLEST_SIGMA, LARGEST_SIGMA)
        self.sigma_spin.setToolTip(self.tr("The standard deviation of the points around each mode"))
        self.sigma_spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.sigma_spin.setValue(sigma)
        self.x_spin = self._spin("mode_x_spin", self.tr("Selected mode, x"), -FARTHEST, FARTHEST)
        self.y_spin = self._spin("mode_y_spin", self.tr("Selected mode, y"), -FARTHEST, FARTHEST)
        self.add_button = self._small("add_mode_button", self.tr("Add"), self.tr("Add a mode in the middle (Insert)"))
        self.remove_button = self._small("remove_mode_button", self.tr("Remove"), self.tr("Remove this mode (Delete)"))
        self.clear_button = self._small("clear_modes_button", self.tr("Remove all"), self.tr("Remove every mode"))
        self._lay_out()
        self.add_buttons()
        self._connect()
        self._on_changed()
        resize_on_screen(self, QSize(*SIZE))
        self.view.setFocus()

    def _spin(self, object_name: str, title: str, low: float, high: float) -> NumberSpin:
        spin = NumberSpin()
        spin.setDecimals(DECIMALS)
        spin.setRange(low, high)
        spin.setSingleStep(0.05)
        describe(spin, object_name, title, title)
        return spin

    def _small(self, object_name: str, text: str, tool_tip: str) -> QPushButton:
        button = small_button(text)
        button.setAutoDefault(False)
        describe(button, object_name, text, tool_tip)
        return button

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.count_label)
        for spin in (self.x_spin, self.y_spin, self.sigma_spin):
            heading = label(spin.accessibleName(), "field")
            heading.setBuddy(spin)
            side.addSpacing(8)
            side.addWidget(heading)
            side.addWidget(spin)
            if spin is self.y_spin:
                buttons = QHBoxLayout()
                buttons.setSpacing(6)
                for button in (self.add_button, self.remove_button, self.clear_button):
                    buttons.addWidget(button)
                buttons.addStretch(1)
                side.addSpacing(4)
                side.addLayout(buttons)
        side.addStretch(1)
        side.addWidget(self._help())
        holder = QWidget()
        holder.setFixedWidth(SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.view, 1)
        row.addWidget(holder)
        self.column.addLayout(row, 1)

    def _help(self) -> QWidget:
        mouse = self.tr("Click adds a mode, dragging moves it, right-click removes it, the wheel zooms.")
        keys = self.tr(
            "Insert adds one, the arrows move it (with Shift farther), Page Up and Page Down select another, "
            "Delete removes it, + and − zoom, Home shows all."
        )
        return label(f"{mouse}\n\n{keys}", wrap=True)

    def _connect(self) -> None:
        self.view.changed.connect(self._on_changed)
        self.view.refused.connect(self._on_full)
        self.sigma_spin.valueChanged.connect(self.view.set_sigma)
        self.x_spin.valueChanged.connect(self._on_typed)
        self.y_spin.valueChanged.connect(self._on_typed)
        for spin in (self.x_spin, self.y_spin, self.sigma_spin):
            spin.refused.connect(self._on_judged)
        self.add_button.clicked.connect(self.view.add_in_the_middle)
        self.remove_button.clicked.connect(partial(self._change, self.modes.remove))
        self.clear_button.clicked.connect(partial(self._change, self.modes.clear))

    def _change(self, deed: Any, *_: object) -> None:
        deed()
        self.view.refresh()

    @Slot()
    def _on_typed(self) -> None:
        self.modes.move((self.x_spin.value(), self.y_spin.value()))
        self.view.refresh()

    @Slot()
    def _on_judged(self) -> None:
        """Take note that what was typed is wrong, or no longer is."""
        self.message.show_message("")
        self.check()

    @Slot()
    def _on_full(self) -> None:
        self.message.show_message(self.tr("{n} modes are the most there can be.").format(n=MOST_MODES))

    @Slot()
    def _on_changed(self) -> None:
        if not self.modes.is_full:
            self.message.show_message("")
        count, place = len(self.modes.places), self.modes.selected_place
        counted = self.tr("{n} of at most {most} modes").format(n=count, most=MOST_MODES)
        self.count_label.setText(counted if count else self.tr("Click, or press Insert, for a mode"))
        for spin, value in ((self.x_spin, 0), (self.y_spin, 1)):
            spin.setEnabled(place is not None)
            blocked = spin.blockSignals(True)
            spin.forget()
            spin.setValue(0.0 if place is None else place[value])
            spin.blockSignals(blocked)
        self.remove_button.setEnabled(place is not None)
        self.clear_button.setEnabled(count > 0)
        self.add_button.setEnabled(not self.modes.is_full)
        self.offer(count > 0)
        if place is not None and self.modes.selected is not None:
            described = self.tr("Mode {n} of {all} at {x}, {y}")
            number = self.modes.selected + 1
            self.view.setAccessibleDescription(described.format(n=number, all=count, x=place[0], y=place[1]))

    def problem(self) -> str:
        wrong = next((spin for spin in (self.x_spin, self.y_spin, self.sigma_spin) if spin.is_wrong), None)
        return "" if wrong is None else f"{wrong.accessibleName()}: {wrong.problem}"

    def values(self) -> dict[str, Any]:
        family = own_data(datasets[MIXTURE]).family(None)
        return {
            "data.name": MIXTURE,
            "data.centres": [list(place) for place in self.modes.places],
            # The shares of the old modes would not fit these.
            "data.weights": None,
            "data.sigma": round(self.sigma_spin.value(), DECIMALS),
            "generator.family": family,
            "discriminator.family": family,
        }


def first_modes(model: RunModel) -> tuple[Modes, float]:
    """The modes and the sigma to begin with."""
    data = model.form.config.data
    if data.name == MIXTURE:
        return Modes(data.options.centres), data.options.sigma
    run = model.record.run
    if run is not None and run.data.centres is not None and len(run.data.centres) <= MOST_MODES:
        return Modes(run.data.centres.tolist()), run.data.sigma or SIGMA
    return Modes(), SIGMA
