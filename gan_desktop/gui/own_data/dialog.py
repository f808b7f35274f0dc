"""What dialogs that put other data into the form have in common: how they end, and where they say why not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMargins, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.gui.form.key_titles import in_titles
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import MessageLabel, describe

# The height of a message.
LINES = 2


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
        self._is_possible = False
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
        self.use_button.setEnabled(False)
        self.train_button.setEnabled(False)

    def _button(self, object_name: str, text: str, tool_tip: str) -> QPushButton:
        button = QPushButton(text)
        # Enter in a field is for the default button, not for the one that happens to come first.
        button.setAutoDefault(False)
        describe(button, object_name, text, tool_tip)
        return button

    def add_buttons(self) -> None:
        """Add the buttons under what `column` has, and at their left why they cannot be pressed, if so."""
        row = QHBoxLayout()
        row.setSpacing(8)
        # It keeps its room even when it says nothing, so that the buttons stay where they are.
        policy = self.message.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.message.setSizePolicy(policy)
        self.message.setMinimumHeight(LINES * self.message.fontMetrics().lineSpacing())
        row.addWidget(self.message, 1)
        row.addStretch()
        for button in (self.cancel_button, self.use_button, self.train_button):
            row.addWidget(button)
        self.column.addLayout(row)

    def offer(self, possible: bool) -> None:
        """Set whether there is something to train on; what is chosen is then checked."""
        self._is_possible = possible
        self.check()

    @Slot()
    def check(self) -> None:
        """Offer the buttons if the choice can be trained on, else say why not. Call this whenever a choice changes."""
        reason = self.problem() or (self.refusal() if self._is_possible else "")
        if self._is_possible or reason:
            self.say(reason)
        for button in (self.use_button, self.train_button):
            button.setEnabled(self._is_possible and not reason)

    def say(self, sentence: str) -> None:
        """Say why not; an empty sentence says that nothing is the matter. All of it can be read."""
        self.message.show_message(sentence)
        self.column.activate()
        lacking = self.message.heightForWidth(self.message.width()) - self.message.height()
        if sentence and lacking > 0:
            resize_on_screen(self, self.size().grownBy(QMargins(0, 0, 0, lacking)))

    def problem(self) -> str:
        """What is wrong with what stands in the dialog's own fields; empty if nothing is."""
        return ""

    def refusal(self) -> str:
        """Why what is chosen cannot be trained on; empty if it can."""
        try:
            replace_keys(self.model.form.config, self.values())
        except InputError as error:
            return in_titles(str(error))
        return ""

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
        # What is being typed in a field may have become wrong with this very click.
        self.check()
        if self.train_button.isEnabled():
            self.taken.emit(self.values(), start)
            self.accept()
