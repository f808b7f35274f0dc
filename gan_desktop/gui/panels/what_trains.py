"""What trains: the preset and its lesson, the data, the networks, the objective, the device, the seed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gan_desktop.core import registry
from gan_desktop.core.config import LARGEST_SEED
from gan_desktop.core.events import CommandRefused, EngineReady
from gan_desktop.core.keys import dump_config
from gan_desktop.core.presets import presets
from gan_desktop.core.registry import Registry
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.form import (
    ChoiceField,
    Field,
    LengthField,
    NumberField,
    PathField,
    TextField,
    WidthsField,
    clear_layout,
)
from gan_desktop.gui.widgets.style import describe, label

AUTOMATIC = "auto"


def choices(entries: Registry[object]) -> list[tuple[str, str, str]]:
    """A registry's entries as a box shows them."""
    return [(entry.name, entry.title, entry.description) for entry in entries.values()]


@panels.register("what_trains", title="What trains")
class WhatTrainsPanel(Panel):
    """The form: everything a run is made of. What is changed here takes effect at the next start."""

    area: ClassVar[Area] = Area.LEFT
    order: ClassVar[int] = 10
    share: ClassVar[int] = 700
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self._make_fields()
        self.lesson = label(wrap=True)
        self.lesson.setObjectName("lesson_label")
        self._options_of = ""
        self._option_fields: list[Field] = []
        self._lay_out()
        for field in self.fields:
            field.edited.connect(self.model.edit)
        self.preset.edited.connect(self._on_preset)
        self.model.config_changed.connect(self.show_config)
        self.model.refused.connect(self._on_refused)
        self.model.engine_ready.connect(self._on_ready)
        self.model.status_changed.connect(self._show_restart)
        self.model.run_started.connect(self._on_run_started)
        self.show_config()

    def _make_fields(self) -> None:
        tr = self.tr
        self.preset = ChoiceField("preset", tr("Preset"), "preset_box", tr("A whole experiment, with what it teaches"))
        self.preset.box.setPlaceholderText(tr("Custom"))
        self.preset.set_choices([(p.name, p.title, p.lesson) for p in presets().values()])
        self.data = ChoiceField("data.name", tr("Data"), "dataset_box", tr("What the generator learns to imitate"))
        self.data.set_choices(choices(registry.datasets))
        self.path = PathField(
            "data.path",
            tr("Data folder"),
            "path_field",
            tr("Where the data are, for data sets that are read from a folder or a file"),
            tr("built in or downloaded"),
        )
        widths = tr("Widths of the hidden layers, such as 128, 256")
        self.generator = WidthsField("generator.widths", tr("Generator"), "generator_field", widths)
        self.discriminator = WidthsField("discriminator.widths", tr("Discriminator"), "discriminator_field", widths)
        self.objective = ChoiceField(
            "objective.objective", tr("Objective"), "objective_box", tr("What each network minimises")
        )
        self.objective.set_choices(choices(registry.objectives))
        self.device = ChoiceField("training.device", tr("Device"), "device_box", tr("Where the training runs"))
        self.device.set_choices([(AUTOMATIC, tr("Automatic"), tr("The first GPU, else the CPU"))])
        self.seed = NumberField(
            "training.seed", tr("Seed"), "seed_spin", tr("The same seed gives the same run"), 0, LARGEST_SEED
        )
        self.batch = NumberField(
            "training.batch_size", tr("Batch"), "batch_size_spin", tr("Samples in each update"), 1, 65536
        )
        self.length = LengthField(tr("Length"))
        self.fields: list[Field] = [
            self.data,
            self.path,
            self.generator,
            self.discriminator,
            self.objective,
            self.device,
            self.seed,
            self.batch,
            self.length,
        ]

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._make_restart())
        column.addWidget(self.preset)
        column.addWidget(self.lesson)
        self._options = QVBoxLayout()
        self._options.setSpacing(8)
        column.addWidget(self.data)
        column.addLayout(self._options)
        column.addWidget(self.path)
        column.addLayout(self._pair(self.generator, self.discriminator))
        column.addWidget(self.objective)
        column.addWidget(self.device)
        column.addLayout(self._pair(self.seed, self.batch))
        column.addWidget(self.length)
        column.addStretch(1)

    def _pair(self, *fields: Field) -> QVBoxLayout:
        """Two narrow fields beside each other; what they have to say is said below, in the full width."""
        column, row = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(3)
        row.setSpacing(8)
        column.addLayout(row)
        for field in fields:
            row.addWidget(field, 1)
            column.addWidget(field.message)
        return column

    def _make_restart(self) -> QFrame:
        self.restart = QFrame()
        self.restart.setObjectName("notice")
        self.restart_button = QPushButton(self.tr("Start anew"))
        describe(
            self.restart_button,
            "restart_button",
            self.tr("Start anew"),
            self.tr("End the run under way and start one with these settings"),
        )
        self.restart_button.clicked.connect(self.model.start)
        column = QVBoxLayout(self.restart)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(label(self.tr("These changes take effect in a new run."), "", wrap=True))
        column.addWidget(self.restart_button)
        self.restart.hide()
        return self.restart

    @Slot()
    def show_config(self) -> None:
        """Fill the fields from the model's config."""
        config = self.model.config
        self._show_preset()
        self._make_options()
        for field in (*self.fields, *self._option_fields):
            field.show_config(config)
        # For data that are always at hand the path would only be in the way.
        takes_path = config.data.options.path_use != "refused"
        self.path.setVisible(takes_path or config.data.path is not None)
        self._show_restart()

    def _show_preset(self) -> None:
        name = self.model.preset_name if self.model.preset_name in presets() else None
        blocked = self.preset.box.blockSignals(True)
        self.preset.show_value(name)
        self.preset.box.blockSignals(blocked)
        self.preset.show_refusal("")
        self.lesson.setText(presets()[name].lesson if name is not None else "")
        self.lesson.setVisible(bool(self.lesson.text()))

    def _make_options(self) -> None:
        """One small field for each number among the data set's own options."""
        section = self.model.config.data
        if self._options_of == section.name:
            return
        self._options_of = section.name
        clear_layout(self._options)
        self._option_fields = []
        values = dump_config(self.model.config)["data"]
        for key in registry.datasets[section.name].options.model_fields:
            if isinstance(values.get(key), int | float) and not isinstance(values[key], bool):
                self._option_fields.append(self._option_field(key))
        for first in range(0, len(self._option_fields), 2):
            self._options.addLayout(self._pair(*self._option_fields[first : first + 2]))

    def _option_field(self, key: str) -> Field:
        title = key.replace("_", " ").capitalize()
        tool_tip = self.tr("Option of the data set: {key}").format(key=key)
        field = TextField(f"data.{key}", title, f"data_{key}_field", tool_tip)
        field.edited.connect(self.model.edit)
        return field

    @Slot()
    def _show_restart(self) -> None:
        self.restart.setVisible(self.model.is_active and self.model.is_edited)

    @Slot(dict)
    def _on_preset(self, values: dict[str, str]) -> None:
        self.model.choose_preset(values["preset"])

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        for field in (self.preset, *self.fields, *self._option_fields):
            if event.key is not None and field.concerns(event.key):
                if field is not self.preset:
                    field.show_config(self.model.config)
                field.show_refusal(event.message)

    @Slot()
    def _on_run_started(self) -> None:
        for field in (*self.fields, *self._option_fields):
            field.show_refusal("")
        self._show_restart()

    @Slot(object)
    def _on_ready(self, event: EngineReady) -> None:
        automatic = (AUTOMATIC, self.tr("Automatic"), self.tr("The first GPU, else the CPU"))
        self.device.set_choices([automatic, *((d.name, d.title, d.name) for d in event.devices)])
        self.device.show_config(self.model.config)
        if event.gpu_note:
            self.device.box.setToolTip(event.gpu_note)
