"""The config of the next run, as the person edits it in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused
from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import DEFAULT_PRESET, preset, presets
from gan_desktop.gui.form.config import CUSTOM, form_name, with_controls


class RunForm(QObject):
    """The part of a `RunModel` that is about the next run: it knows neither the engine nor a run under way.

    Args:
        config: what it shows at first; None is the default preset's.

    Signals:
        config_changed: the config was replaced.
        edited: the config was replaced, and not by following the run; emitted after `config_changed`.
        faults_dropped: what was typed wrongly no longer counts: fields show their values.
        refused: CommandRefused, by the form's own check. `RunModel.refused` hands it on, in the words of the window.

    Attributes:
        config: what the form shows and the next start uses.
        preset_name: the preset that it was filled from.
        faults: by a field's key, the sentence that says why what was typed into it is not allowed. Such a field keeps
            what was typed, and nothing starts before it is mended.
    """

    config_changed = Signal()
    edited = Signal()
    faults_dropped = Signal()
    refused = Signal(object)

    def __init__(self, config: RunConfig | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.config = preset(DEFAULT_PRESET).config if config is None else config
        self.preset_name = next((name for name, known in presets().items() if known.config == self.config), CUSTOM)
        self.faults: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The name for the run folder."""
        return form_name(self.config, self.preset_name)

    def edit(self, values: Mapping[str, Any]) -> bool:
        """Change the config: `{"section.key": value}`, first the key that was touched.

        Returns:
            Whether it was allowed; otherwise `refused` was emitted.
        """
        try:
            changed = replace_keys(self.config, values)
        except InputError as error:
            self.refused.emit(CommandRefused(str(error), error.key, asked=next(iter(values))))
            return False
        self.replace(changed)
        return True

    def edit_data(self, values: Mapping[str, Any]) -> bool:
        """Train on other data: like `edit`, but the experiment is no longer the preset's."""
        before, self.preset_name = self.preset_name, CUSTOM
        allowed = self.edit(values)
        if allowed:
            self._drop_faults()
        else:
            self.preset_name = before
        return allowed

    def choose_preset(self, name: str) -> None:
        """Fill it from a preset."""
        try:
            chosen = preset(name)
        except InputError as error:
            self.refused.emit(CommandRefused(str(error), "preset"))
            return
        self.preset_name = name
        self.replace(chosen.config)
        self._drop_faults()

    def replace(self, config: RunConfig) -> None:
        """Show this config."""
        self.config = config
        self.config_changed.emit()
        self.edited.emit()

    def show_run(self, config: RunConfig, name: str) -> None:
        """Show the config of a run, so that a start trains it anew; `name` is the one that it was started with."""
        same = (known for known, preset_ in presets().items() if preset_.config == config)
        self.preset_name = next(same, name if name in presets() else CUSTOM)
        self.config = config
        self.config_changed.emit()
        self._drop_faults()

    def follow(self, controls: Mapping[str, ControlValue]) -> None:
        """Keep the live controls at the run's, so that what was set last is what a new start uses."""
        try:
            followed = with_controls(self.config, controls)
        except InputError:  # it does not go with what was edited since the run began
            return
        if followed != self.config:
            self.config = followed
            self.config_changed.emit()

    def set_fault(self, key: str, message: str) -> None:
        """Note why what stands in the field of a key is not allowed; an empty message says that it is mended."""
        self.faults.pop(key, None)
        if message:
            self.faults[key] = message

    def _drop_faults(self) -> None:
        self.faults.clear()
        self.faults_dropped.emit()
