"""A row below the sides: a live control of one of them is changed while all are advanced."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import check_control
from gan_desktop.core.lockstep import NAMES, SetSide, SideState, is_live
from gan_desktop.gui.form.key_titles import in_titles, key_title
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.lockstep.differences import differing, offered_keys, value_at
from gan_desktop.gui.lockstep.value_field import ValueField
from gan_desktop.gui.widgets.style import MessageLabel, describe, label


class ChangeRow(QWidget):
    """Asks for the side, the control and its value.

    Signals:
        asked: a `SetSide`.
        branch_asked: the place of a side that is to go on as a branch.

    Args:
        has_run: whether the sides begin at a step of a run.
    """

    asked = Signal(object)
    branch_asked = Signal(int)

    def __init__(self, has_run: bool) -> None:
        super().__init__()
        self._has_run = has_run
        self._states: Sequence[SideState] = ()
        self.side_box, self.key_box = QComboBox(), QComboBox()
        self.button = QPushButton(self.tr("&Change"))
        self.button.setAutoDefault(False)
        self.message = MessageLabel()
        tr = self.tr
        describe(self.side_box, "lockstep_change_side", tr("Side"), tr("Which side is changed (Alt+I)"))
        describe(self.key_box, "lockstep_change_key", tr("Live control"), tr("What is changed of it"))
        self.field = ValueField("lockstep_change_value", tr("New value"), tr("The value from the next step on"))
        tip = tr("Change this control of this side alone, from the next step on (Alt+C)")
        describe(self.button, "lockstep_change_button", tr("Change"), tip)
        self.branch_button = QPushButton(tr("Continue as &Branch"))
        self.branch_button.setAutoDefault(False)
        self.branch_button.setEnabled(False)
        tip = tr("Keep this side: a branch of its run goes to this step in the main window, and waits there (Alt+B)")
        describe(self.branch_button, "lockstep_branch_button", tr("Continue as a branch"), tip)
        for box in (self.side_box, self.key_box):
            guard_wheel(box)
            # What they offer is known only once the sides are built.
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        title = label(tr("S&ide"), "field")
        title.setBuddy(self.side_box)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (title, self.side_box, self.key_box, self.field, self.button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.branch_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.message)
        self.side_box.currentIndexChanged.connect(self._show_value)
        self.key_box.currentIndexChanged.connect(self._show_value)
        self.button.clicked.connect(self._ask)
        self.field.entered.connect(self._ask)
        self.field.changed.connect(lambda: self.message.show_message(""))
        self.branch_button.clicked.connect(lambda: self.branch_asked.emit(self.side_box.currentIndex()))
        self.setEnabled(False)

    def show_states(self, states: Sequence[SideState]) -> None:
        """Offer the sides and their live controls, once they are known."""
        begins, self._states = not self._states, states
        if begins:
            self.setEnabled(True)
            for box in (self.side_box, self.key_box):
                box.blockSignals(True)
            self.side_box.addItems(NAMES[: len(states)])
            self.side_box.setCurrentIndex(1)
            for info in offered_keys(states[0].config):
                if is_live(info.path):
                    self.key_box.addItem(key_title(info), info)
            for box in (self.side_box, self.key_box):
                box.blockSignals(False)
            self._show_value()
        self._show_branch()

    def _show_branch(self) -> None:
        """Offer a branch where it would be the side: a branch can differ in live controls only."""
        differs = differing(self._states[0].config, self._states[self.side_box.currentIndex()].config)
        self.branch_button.setEnabled(self._has_run and all(is_live(info.path) for info in differs))

    @Slot()
    def _show_value(self) -> None:
        self._show_branch()
        info = self.key_box.currentData()
        self.field.offer(info, value_at(self._states[self.side_box.currentIndex()].config, info.path))
        self.message.show_message("")

    @Slot()
    def _ask(self) -> None:
        place, info = self.side_box.currentIndex(), self.key_box.currentData()
        try:
            value = self.field.value()
            check_control(self._states[place].config, info.path, value)
        except InputError as error:
            self.refuse(str(error))
            return
        self.message.show_message("")
        self.asked.emit(SetSide(place, info.path, value))

    def refuse(self, sentence: str) -> None:
        """Say why it was not changed."""
        self.message.show_message(in_titles(sentence))
