"""One group of the form: every key of some sections of the config, with a field for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.config import RunConfig, sections
from gan_desktop.core.fields import KeyInfo, Kind, section_fields
from gan_desktop.core.sections import Selection
from gan_desktop.gui.form.beside import Beside
from gan_desktop.gui.form.field import Field
from gan_desktop.gui.form.fields import is_narrow
from gan_desktop.gui.form.group import Group
from gan_desktop.gui.form.single_fields import clear_layout

# The field of a key, or None where it is set elsewhere in the window.
MakeField = Callable[[KeyInfo], Field | None]
Tables = Mapping[str, Mapping[str, Any]]


class FormGroup(Group):
    """When a section selects something else, the fields of its options are made anew; all others stay.

    Signals:
        edited: the field that was edited, and the `{"section.key": value}` that is wanted.
        faulted: the key of a field and why what was typed there is not allowed; empty when that is over.
        rebuilt: other fields are there than before.
    """

    edited = Signal(object, dict)
    faulted = Signal(str, str)
    rebuilt = Signal()

    def __init__(self, name: str, title: str, sections: Sequence[str], make: MakeField) -> None:
        super().__init__(name, title)
        self._sections = sections
        self._make = make
        # Each section's options, where they are shown, and the fields in their order.
        self._options: dict[str, tuple[KeyInfo, ...]] = {}
        self._places: dict[str, QVBoxLayout] = {}
        self._own: dict[str, tuple[list[Field], list[Field]]] = {}
        self._option_fields: dict[str, list[Field]] = {section: [] for section in sections}

    @property
    def fields(self) -> list[Field]:
        """The fields, from the top."""
        shown = []
        for section, (before, behind) in self._own.items():
            shown += [*before, *self._option_fields[section], *behind]
        return shown

    def build(self, config: RunConfig) -> None:
        """Make the fields that this config has; call it again whenever the config changes."""
        for section in self._sections:
            infos = section_fields(config, section)
            if section not in self._own:
                self._build_own(section, infos)
            options = tuple(info for info in infos if info.is_option)
            if options != self._options.get(section, ()):
                self._options[section] = options
                clear_layout(self._places[section])
                self._option_fields[section] = self._add(self._places[section], options)
                self.rebuilt.emit()

    def _build_own(self, section: str, infos: Sequence[KeyInfo]) -> None:
        """The selector, room for the options of what it selects, and the section's other keys."""
        own = [info for info in infos if not info.is_option]
        model = sections()[section]
        selector = model.selector if issubclass(model, Selection) else None
        before = self._add(self.content, [info for info in own if info.key == selector])
        place = self._places[section] = QVBoxLayout()
        place.setSpacing(self.content.spacing())
        self.content.addLayout(place)
        self._own[section] = (before, self._add(self.content, [info for info in own if info.key != selector]))

    def _add(self, column: QVBoxLayout, infos: Sequence[KeyInfo]) -> list[Field]:
        """Add a field for each key, two narrow ones beside each other."""
        made = [field for info in infos if (field := self._make(info)) is not None]
        for field in made:
            field.edited.connect(lambda values, field=field: self.edited.emit(field, values))
            field.faulted.connect(partial(self.faulted.emit, field.info.path))
        waiting: list[Field] = []
        for field in [*made, None]:
            if waiting and (field is None or not is_narrow(field.info) or len(waiting) == 2):
                column.addWidget(Beside(waiting))
                waiting = []
            if field is not None and is_narrow(field.info):
                waiting.append(field)
            elif field is not None:
                column.addWidget(field)
        return made

    def summarise(self) -> None:
        """Say in the heading what the closed group holds: what is chosen, lists, and what is on."""
        texts = [field.shown_text for field in self.fields if field.info.kind in (Kind.CHOICE, Kind.LIST, Kind.FLAG)]
        self.summary.setText(" · ".join(text for text in texts[:3] if text))
