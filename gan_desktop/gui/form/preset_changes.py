"""How the form differs from the preset: said below the preset, and undone in one click."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gan_desktop.core.config import RunConfig, sections
from gan_desktop.core.fields import KeyInfo, section_fields
from gan_desktop.core.keys import dump_config
from gan_desktop.core.presets import Preset, presets
from gan_desktop.gui.look import words
from gan_desktop.gui.run.form import RunForm
from gan_desktop.gui.widgets.style import describe, label, small_button

# More would be read by nobody; the tool tip has all.
MOST_NAMED = 3


class Change(NamedTuple):
    """A key whose value in the form differs from the preset's; None if one of them does not have it."""

    info: KeyInfo
    of_preset: Any
    of_form: Any


def changes_from(chosen: RunConfig, config: RunConfig) -> list[Change]:
    """The keys in which `config` differs from the preset's config, in the order of the form."""
    before, now = dump_config(chosen), dump_config(config)
    return [
        Change(info, before[section].get(info.key), now[section].get(info.key))
        for section in sections()
        for info in section_fields(config, section)
        if before[section].get(info.key) != now[section].get(info.key)
    ]


class PresetChanges(QWidget):
    """Stands below the preset while the form differs from it; else it is not there."""

    def __init__(self, form: RunForm) -> None:
        super().__init__()
        self._form = form
        self.text = label(role="pending", wrap=True)
        describe(self.text, "preset_changes_label", self.tr("Changes to the preset"), "")
        self.button = small_button(self.tr("Put back"))
        about = self.tr("Set everything in the form back to what the preset has; a run under way goes on as it is")
        describe(self.button, "put_back_button", self.tr("Put the preset back"), about)
        self.button.clicked.connect(self.put_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.text, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        form.config_changed.connect(self.show_changes)
        self.show_changes()

    @property
    def _preset(self) -> Preset | None:
        return presets().get(self._form.preset_name)

    @property
    def changes(self) -> list[Change]:
        """What differs; nothing if the form is no preset's."""
        return [] if self._preset is None else changes_from(self._preset.config, self._form.config)

    @Slot()
    def show_changes(self) -> None:
        """Say in what a start would differ from the preset."""
        changes, preset = self.changes, self._preset
        self.setVisible(bool(changes))
        if preset is None or not changes:
            return
        named = ", ".join(words.config_text(change.info.title) for change in changes[:MOST_NAMED])
        if len(changes) > MOST_NAMED:
            named = self.tr("{names} and {n} more").format(names=named, n=len(changes) - MOST_NAMED)
        title = words.config_text(preset.title)
        self.text.setText(self.tr("{title}, changed: {names}").format(title=title, names=named))
        lines = [self._in_words(change) for change in changes]
        self.text.setToolTip(words.about(self.tr("The next start uses, where the preset has another value:"), *lines))

    def _in_words(self, change: Change) -> str:
        info, before, now = change
        values = words.key_value(info, before), words.key_value(info, now)
        return self.tr("{title}: {before} → {now}").format(
            title=words.config_text(info.title), before=values[0], now=values[1]
        )

    @Slot()
    def put_back(self) -> None:
        """Fill the form from the preset again."""
        self._form.choose_preset(self._form.preset_name)
