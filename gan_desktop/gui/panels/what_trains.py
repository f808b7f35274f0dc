"""What trains: the preset and its lesson, and every key of the config that is not set on the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gan_desktop.core.config import NetworkConfig, live_keys, sections
from gan_desktop.core.events import CommandRefused, EngineReady
from gan_desktop.core.fields import Choice, KeyInfo, Kind
from gan_desktop.core.keys import carried_options, dump_config
from gan_desktop.core.presets import presets
from gan_desktop.gui.alerts.heal_button import HealButton
from gan_desktop.gui.form.field import Field
from gan_desktop.gui.form.fields import ChoiceField, make_field
from gan_desktop.gui.form.preset_changes import PresetChanges
from gan_desktop.gui.form.preset_groups import grouped
from gan_desktop.gui.form.section import FormGroup
from gan_desktop.gui.form.single_fields import LengthField, PathField
from gan_desktop.gui.form.typed import commit_typing
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.style import describe, label, scroll_to

AUTOMATIC = "auto"
# Live controls that stand on the right, beside all that is switched on and off.
ELSEWHERE = ("d_learning_rate", "g_learning_rate", "d_steps", "g_steps")
OPEN_AT_FIRST = ("data", "objective", "run")


@panels.register("what_trains", title="What trains")
class WhatTrainsPanel(Panel):
    """The form: everything a run is made of. What is not live takes effect at the next start."""

    area: ClassVar[Area] = Area.LEFT
    order: ClassVar[int] = 10
    share: ClassVar[int] = 600
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        tr = self.tr
        about = KeyInfo("preset", tr("Preset"), tr("A whole experiment, with what it teaches."), Kind.CHOICE)
        self.preset = ChoiceField(about, "preset_box")
        self.preset.box.setToolTip(words.about(about.description))
        self.preset.box.setPlaceholderText(tr("Custom"))
        self.preset.set_groups(
            [
                (title, [Choice(p.name, p.title, p.lesson) for p in found])
                for title, found in grouped(presets().values())
            ]
        )
        self.preset_changes = PresetChanges(self.model.form)
        self.lesson = label(wrap=True)
        self.lesson.setObjectName("lesson_label")
        self.heal = HealButton(self.model)
        self.groups = self._make_groups()
        self._lay_out()
        self.preset.edited.connect(self._on_preset)
        self.model.form.config_changed.connect(self.show_config)
        self.model.form.faults_dropped.connect(self._forget_typed)
        self.model.starting.connect(self._on_starting)
        self.model.controls_changed.connect(self._show_values)
        self.model.refused.connect(self._on_refused)
        self.record.engine_ready.connect(self._on_ready)
        self.model.state_changed.connect(self._show_values)
        self.record.run_started.connect(self._on_run_started)
        self.show_config()

    def _make_groups(self) -> dict[str, FormGroup]:
        tr = self.tr
        parts = {
            "data": (tr("Data"), ["data"]),
            "generator": (tr("Generator"), ["generator", "latent"]),
            "discriminator": (tr("Discriminator"), ["discriminator", "regularization"]),
            "objective": (tr("Objective"), ["game", "objective"]),
            "optimizers": (tr("Optimizers"), ["optimizer"]),
            "autopilot": (tr("Autopilot"), ["autopilot"]),
            "run": (tr("Run"), ["training"]),
        }
        placed = [section for _, names in parts.values() for section in names]
        parts["run"][1].extend(section for section in sections() if section not in placed)
        groups = {}
        for name, (title, names) in parts.items():
            group = groups[name] = FormGroup(name, title, names, self._make_field)
            group.set_open(self.settings.get(f"form/{name}", name in OPEN_AT_FIRST))
            group.toggled.connect(partial(self.settings.set, f"form/{name}"))
            group.edited.connect(self._on_edited)
            group.faulted.connect(self.model.form.set_fault)
            group.rebuilt.connect(self._on_rebuilt)
        return groups

    def _make_field(self, info: KeyInfo) -> Field | None:
        """The field of a key; None where it is set elsewhere or together with another."""
        if (info.is_live and (info.key in ELSEWHERE or info.usual is not None)) or info.path == "training.epochs":
            return None
        if info.path == "data.name":
            return ChoiceField(info, "dataset_box")
        if info.path == "data.path":
            return PathField(info, "path_field", self.tr("built in or downloaded"))
        if info.kind is Kind.PATH:
            return PathField(info, f"{info.key}_field", self.tr("none"))
        if info.path == "training.steps":
            return LengthField(info)
        if info.path == "training.device":
            field = ChoiceField(info, "device_box")
            field.set_choices(self._devices(()))
            return field
        return make_field(info)

    def _devices(self, found: Sequence[Choice]) -> list[Choice]:
        return [Choice(AUTOMATIC, self.tr("Automatic"), self.tr("The first GPU, else the CPU")), *found]

    @property
    def fields(self) -> dict[str, Field]:
        """Every field by its `section.key`."""
        return {field.info.path: field for group in self.groups.values() for field in group.fields}

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._make_restart())
        column.addWidget(self.preset)
        column.addWidget(self.preset_changes)
        # This stands above the lesson, which may be long, so that it is always seen.
        column.addWidget(self.heal)
        column.addWidget(self.lesson)
        for group in self.groups.values():
            rule = QFrame()
            rule.setObjectName("rule")
            rule.setFixedHeight(1)
            column.addWidget(rule)
            column.addWidget(group)
        column.addStretch(1)

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
        column.addWidget(label(self.tr("Changes marked • take effect in a new run."), "", wrap=True))
        column.addWidget(self.restart_button)
        self.restart.hide()
        return self.restart

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order_tabs()

    @Slot()
    def _on_rebuilt(self) -> None:
        # A removed field took with it what was typed there. The fields of live controls stand in other panels.
        for key in set(self.model.form.faults) - set(self.fields):
            if key.partition(".")[2] not in live_keys():
                self.model.form.set_fault(key, "")
        self._order_tabs()

    @Slot()
    def _order_tabs(self) -> None:
        """Tab goes from the top to the bottom, also through fields that came later."""
        stops: list[QWidget] = [self.restart_button, *self.preset.stops, self.preset_changes.button, self.heal]
        for group in self.groups.values():
            stops.append(group.button)
            stops += [stop for field in group.fields for stop in field.stops]
        for before, behind in pairwise(stops):
            if before.window() is behind.window():
                QWidget.setTabOrder(before, behind)

    # What is shown.

    @Slot()
    def show_config(self) -> None:
        """Show the form's config, with a field for each key that it has."""
        for group in self.groups.values():
            group.build(self.model.form.config)
        self._show_preset()
        for field in self.fields.values():
            if not field.is_wrong:
                field.show_refusal("")
        self._show_values()

    @Slot()
    def _on_starting(self) -> None:
        """Take what is being typed, and what was refused for a reason that no longer holds."""
        commit_typing()
        for field in self.fields.values():
            if field.is_wrong:
                field.judge_again()

    @Slot()
    def _forget_typed(self) -> None:
        for field in self.fields.values():
            field.forget()
        self._show_values()

    @Slot()
    def _show_values(self) -> None:
        """Fill the fields: live ones with what the trainer uses, the others with what a new run would."""
        model = self.model
        tables = dump_config(model.form.config)
        used = dump_config(model.run_config) if model.run_config is not None and model.is_active else tables
        confirmed, asked = model.controls, model.asked_controls
        for field in self.fields.values():
            info = field.info
            value = tables[info.section].get(info.key)
            if info.is_live:
                field.show_value(confirmed[info.key], self._note(field, value, confirmed[info.key], asked[info.key]))
                continue
            field.show_value(_length(tables) if isinstance(field, LengthField) else value)
            field.show_changed(_differ(field, tables, used))
        config = model.form.config
        self.fields["data.path"].setVisible(config.data.options.path_use != "refused" or config.data.path is not None)
        for group in self.groups.values():
            group.summarise()
        self.restart.setVisible(model.is_active and model.is_edited)

    def _note(self, field: Field, anew: Any, confirmed: Any, asked: Any) -> str:
        """What will become of a live value: what was asked for, or what a new run would begin with."""
        if asked != confirmed:
            return f"→ {field.text_of(asked)}"
        if anew != confirmed:
            return self.tr("anew: {value}").format(value=field.text_of(anew))
        return ""

    def _show_preset(self) -> None:
        name = self.model.form.preset_name if self.model.form.preset_name in presets() else None
        self.preset.show_value(name)
        self.preset.show_refusal("")
        lesson = presets()[name].lesson if name is not None else ""
        if lesson and self.preset_changes.changes:
            lesson = self.tr("The preset, without these changes: {lesson}").format(lesson=lesson)
        self.lesson.setText(lesson)
        self.lesson.setVisible(bool(self.lesson.text()))

    # What the person does, and what the engine says.

    @Slot(object, dict)
    def _on_edited(self, field: Field, values: dict[str, Any]) -> None:
        info = field.info
        if info.is_live:
            self.model.set_control(info.key, values[info.path])
            # A box shows at once what was chosen, so it is put back to what is in use.
            self._show_values()
            return
        section = sections()[info.section]
        if issubclass(section, NetworkConfig) and info.key == section.selector:
            values = values | carried_options(self.model.form.config, info.path, values[info.path])
        self.model.form.edit(values)

    @Slot(dict)
    def _on_preset(self, values: dict[str, str]) -> None:
        self.model.form.choose_preset(values["preset"])

    @Slot(object)
    def _on_refused(self, event: CommandRefused) -> None:
        if event.place is None:
            return
        if self.preset.concerns(event.place):
            self.preset.show_refusal(event.message)
        field = self._field_of(event.place)
        if field is not None:
            field.show_refusal(event.message)
            self._show_values()
            self._bring_into_view(field)

    def _field_of(self, key: str) -> Field | None:
        return next((field for field in self.fields.values() if field.concerns(key)), None)

    def _bring_into_view(self, field: Field) -> None:
        """Open its group, and scroll to it: a refusal that nobody sees is a start button that does nothing."""
        for group in self.groups.values():
            if field in group.fields:
                group.set_open(True)
        # Later, when the field has its place.
        QTimer.singleShot(0, field, partial(_scroll_to_field, field))

    def go_to(self, key: str) -> bool:
        field = self._field_of(key)
        if field is None:
            return False
        self._bring_into_view(field)
        QTimer.singleShot(0, field, field.editor.setFocus)
        return True

    @Slot()
    def _on_run_started(self) -> None:
        for field in self.fields.values():
            if not field.is_wrong:
                field.show_refusal("")
        self._show_values()

    @Slot(object)
    def _on_ready(self, event: EngineReady) -> None:
        device = self.fields["training.device"]
        assert isinstance(device, ChoiceField)
        device.set_choices(self._devices([Choice(d.name, d.title, d.name) for d in event.devices]))
        if event.gpu_note:
            device.box.setToolTip(words.about(event.gpu_note))
        self._show_values()


def _scroll_to_field(field: Field) -> None:
    scroll_to(field)
    scroll_to(field.message)


def _length(tables: Any) -> tuple[int | None, int | None]:
    return tables["training"].get("steps"), tables["training"].get("epochs")


def _differ(field: Field, tables: Any, used: Any) -> bool:
    """Whether the form has another value than the run under way."""
    if isinstance(field, LengthField):
        return _length(tables) != _length(used)
    info = field.info
    return bool(tables[info.section].get(info.key) != used[info.section].get(info.key))
