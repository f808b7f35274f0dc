"""One side in the dialog: in what it differs from A, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.fields import KeyInfo
from gan_desktop.core.interventions import ControlValue, control_path
from gan_desktop.core.lockstep import SEED, Side, check_difference
from gan_desktop.gui.form.key_titles import in_titles, key_title
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.lockstep.differences import offered_keys, value_at
from gan_desktop.gui.lockstep.value_field import ValueField
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.style import MessageLabel, describe, label

Cure = tuple[str, dict[str, ControlValue]]


class SideFields(QWidget):
    """A choice of what differs, and a field for its value.

    Args:
        name: of the side.
        place: its number; A is 0.

    Signals:
        changed: it is another difference, or it has become right or wrong.
    """

    changed = Signal()

    def __init__(self, name: str, place: int) -> None:
        super().__init__()
        self._place = place
        self._config = RunConfig()
        self.what = QComboBox()
        guard_wheel(self.what)
        tip = self.tr("In what this side differs from A")
        describe(self.what, f"lockstep_what_{name}", self.tr("{name} differs in").format(name=name), tip)
        tip = self.tr("The value that this side has")
        self.field = ValueField(f"lockstep_value_{name}", self.tr("Value of {name}").format(name=name), tip)
        self.hint = label(wrap=True)
        self.message = MessageLabel()
        title = label(f"&{name}", "strong")
        title.setBuddy(self.what)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self.what, 1)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.hint)
        column.addWidget(self.message)
        self.what.currentIndexChanged.connect(self._on_what)
        self.field.changed.connect(self._check)

    def offer(self, config: RunConfig, cures: Sequence[Cure]) -> None:
        """Offer what can differ from this config, and what the run's alerts suggest."""
        chosen = self.what.currentText()
        self._config = config
        self.what.blockSignals(True)
        self.what.clear()
        self.what.addItem(self.tr("Nothing: equal to A"), None)
        for text, changes in cures:
            self.what.addItem(self.tr("Cure: {changes}").format(changes=text), changes)
        keys = offered_keys(config)
        # The seed is what people look for first.
        for info in sorted(keys, key=lambda info: info.path != SEED):
            title = self.tr("Other seed: other batches and latents") if info.path == SEED else key_title(info)
            self.what.addItem(title, info)
        self.what.setCurrentIndex(max(0, self.what.findText(chosen)))
        self.what.blockSignals(False)
        self._on_what()

    @Slot()
    def _on_what(self) -> None:
        info = self.what.currentData()
        if not isinstance(info, KeyInfo):
            self.field.offer(None, None)
        else:
            value = value_at(self._config, info.path)
            if info.path == SEED:
                value += self._place
            elif info.usual is not None and not value:
                value = info.usual
            self.field.offer(info, value)
        self._check()

    @property
    def side(self) -> Side | None:
        """What is chosen; None if the value is not allowed."""
        try:
            values = self._values()
            check_difference(self._config, values)
        except InputError:
            return None
        return Side(values)

    def _values(self) -> dict[str, object]:
        chosen = self.what.currentData()
        if isinstance(chosen, KeyInfo):
            return {chosen.path: self.field.value()}
        return {control_path(key): value for key, value in (chosen or {}).items()}

    @Slot()
    def _check(self) -> None:
        """Say what A has, or why the value is not allowed."""
        problem, hint = "", ""
        try:
            changed = check_difference(self._config, self._values())
        except InputError as error:
            problem = in_titles(str(error))
        else:
            hint = self._hint(changed)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.message.show_message(problem)
        self.changed.emit()

    def _hint(self, changed: RunConfig) -> str:
        info = self.what.currentData()
        if not isinstance(info, KeyInfo):
            return ""
        mine, its = value_at(changed, info.path), value_at(self._config, info.path)
        if mine == its:
            return self.tr("That is what A has.")
        return self.tr("A has {value}.").format(value=words.key_value(info, its))
