"""What dialogs that put other data into the form have in common: how they end, and where they say why not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.gui.run_model import RunModel
from gan_desktop.gui.theme import Colors
from gan_desktop.gui.widgets.style import MessageLabel, describe


class DataDialog(QDialog):
    """A dialog over the window, which goes on. Its content goes into `column`, then `add_buttons` ends it.

    Signals:
        taken: the config keys and values that the person decided on, and whether to start.
    """

    taken = Signal(dict, bool)

    def __init__(self, parent: QWidget, model: RunModel, colors: Colors) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.model = model
        self.colors = colors
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        self.message = MessageLabel()
        self.message.setObjectName("data_message")
        self.cancel_button = self._button("cancel_button", self.tr("Cancel"), self.tr("Change nothing (Esc)"))
        self.use_button = self._button(
            "use_button", self.tr("Use without starting"), self.tr("Fill the form with this, and do not start")
        )
        self.train_button = self._button(
            "train_button", self.tr("Train on it"), self.tr("Fill the form with this, and start a run (Enter)")
        )
        self.train_button.setProperty("primary", True)
        self.train_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.use_button.clicked.connect(self._use)
        self.train_button.clicked.connect(self._train)
        self.offer(False)

    def _button(self, object_name: str, text: str, tool_tip: str) -> QPushButton:
        button = QPushButton(text)
        # Enter in a field is for the default button, not for the one that happens to come first.
        button.setAutoDefault(False)
        describe(button, object_name, text, tool_tip)
        return button

    def add_buttons(self) -> None:
        """The message and the buttons, under what was added to `column`."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.cancel_button, self.use_button, self.train_button):
            row.addWidget(button)
        self.column.addWidget(self.message)
        self.column.addLayout(row)

    def offer(self, possible: bool) -> None:
        """Whether there is something to train on."""
        self.use_button.setEnabled(possible)
        self.train_button.setEnabled(possible)

    def values(self) -> dict[str, Any]:
        """The config keys and values as they are chosen."""
        raise NotImplementedError

    @Slot()
    def _use(self) -> None:
        self._take(False)

    @Slot()
    def _train(self) -> None:
        self._take(True)

    def _take(self, start: bool) -> None:
        values = self.values()
        try:
            replace_keys(self.model.config, values)
        except InputError as error:
            self.message.show_message(str(error))
            return
        self.taken.emit(values, start)
        self.accept()
