"""What all fields of the form have in common: each shows one key of the config, and says why a value was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.fields import KeyInfo
from gan_desktop.gui.form.fault import Fault
from gan_desktop.gui.look import words
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label, set_style_property

# Between a title and what stands beside it.
TOP_SPACING = 6


class Field(QWidget):
    """A title above an editor. Why a value was refused stands in a bubble over what is around it.

    Attributes:
        info: the key that it shows.
        editor: the widget in which it is edited; the widgets in `beside` stand at its right.

    Signals:
        edited: the `{"section.key": value}` that the person wants.
        faulted: why the typed text that the field keeps is not allowed; empty when that is over.
    """

    edited = Signal(dict)
    faulted = Signal(str)
    # Whether the title stands above the editor, and not in it.
    has_heading: ClassVar[bool] = True

    def __init__(self, info: KeyInfo, editor: QWidget, object_name: str, beside: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self.info = info
        self.editor = editor
        self.beside = beside
        # The value shown, in a few words.
        self.shown_text = ""
        self.title = words.config_text(info.title)
        self.message = Fault(editor)
        self.heading = ElidedLabel(self.title, Qt.AlignmentFlag.AlignLeft)
        self.heading.setBuddy(editor)
        self.note = ElidedLabel()
        self.note.setProperty("role", "pending")
        self.tag = label(self.tr("live"), "tag")
        if not info.is_live:
            self.tag.hide()
        describe(editor, object_name, self.title, self._tool_tip())
        self._lay_out()

    def _tool_tip(self) -> str:
        effect = self.tr("Live: changes the run under way.") if self.info.is_live else self.tr("Needs a new run.")
        return words.about(words.config_text(self.info.description), effect, self.info.path)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        if self.has_heading:
            top = QHBoxLayout()
            top.setSpacing(TOP_SPACING)
            top.addWidget(self.heading)
            top.addWidget(self.tag)
            top.addWidget(self.note, 1)
            column.addLayout(top)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.editor, 1)
        if self.info.unit:
            row.addWidget(label(words.config_text(self.info.unit)))
        for widget in self.beside:
            row.addWidget(widget)
        column.addLayout(row)

    def needed_width(self) -> int:
        """The width in which neither the title, with the sign that it was changed, nor a choice is cut."""
        if not self.has_heading:
            return 0
        title = self.heading.fontMetrics().horizontalAdvance(f"{self.title} •") + TOP_SPACING
        return title + (TOP_SPACING + self.tag.sizeHint().width() if self.info.is_live else 0)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        return [self.editor, *self.beside]

    def concerns(self, key: str) -> bool:
        """Whether a refusal that names `key` is about this field."""
        return key == self.info.path

    def show_value(self, value: Any, note: str = "") -> None:
        """Show the value in use, without telling that the person changed it, and beside the title the value to come."""
        blocked = self.editor.blockSignals(True)
        self.set_editor(value)
        self.editor.blockSignals(blocked)
        self.shown_text = self.text_of(value)
        self.note.setText(note)

    def set_editor(self, value: Any) -> None:
        """Put a value into the editor."""
        raise NotImplementedError

    def text_of(self, value: Any) -> str:
        """A value in a few words, for notes and summaries."""
        return words.control_value(self.info, value) if isinstance(value, float) else str(value)

    def show_changed(self, changed: bool) -> None:
        """Mark a value that differs from the one in the run under way."""
        set_style_property(self.heading, "role", "pending" if changed else "muted")
        self.heading.setText(f"{self.title} •" if changed else self.title)

    def show_refusal(self, message: str) -> None:
        """Say at the field why a value was refused; an empty message clears it."""
        self.message.show_message(message)

    @property
    def is_wrong(self) -> bool:
        """Whether the field keeps a value that was refused."""
        return False

    def forget(self) -> None:
        """Let go of what was typed: the next value is shown."""
        self.show_refusal("")

    def judge_again(self) -> None:
        """Ask again for the refused value that the field keeps: the reason for the refusal may be gone."""

    def refuse(self, message: str) -> None:
        """Keep what was typed, though it is no value at all, and say why, naming the field by its title."""
        message = f"{self.title}: {message}" if message else ""
        self.show_refusal(message)
        self.faulted.emit(message)

    def ask(self, value: Any) -> None:
        """Ask for another value, which the person wants."""
        self.show_refusal("")
        self.edited.emit({self.info.path: value})
