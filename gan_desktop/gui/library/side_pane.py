"""One run beside the table: its picture, and its tags and notes to be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gan_desktop.gui.library import words
from gan_desktop.gui.look.words import count, duration
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import MessageLabel, describe, label
from gan_desktop.recording.notes import RunNotes
from gan_desktop.recording.run_entry import Problem, RunEntry

WIDTH, PICTURE_HEIGHT = 250, 200


class Picture(QLabel):
    """A picture as large as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(PICTURE_HEIGHT)
        self.setProperty("role", "muted")

    def show_image(self, image: QImage | None, instead: str = "") -> None:
        """Show a picture, or a few words instead."""
        self._image = image
        self.setText(instead)
        self._fit()

    def _fit(self) -> None:
        if self._image is None:
            return
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(self._image.scaled(room, keep, smooth))
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class NotesField(QPlainTextEdit):
    """Notes, which are told when the person goes on to something else.

    Signals:
        left: the field is no longer written in.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class SidePane(QWidget):
    """What is known of one run, and what a person may write about it.

    Signals:
        change_asked: a `RunEntry`, and a function of its `RunNotes` to what they are to be.
    """

    change_asked = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.entry: RunEntry | None = None
        self.picture = Picture()
        describe(self.picture, "library_picture", self.tr("Newest picture"), self.tr("The newest picture of this run"))
        self.name = ElidedLabel(alignment=Qt.AlignmentFlag.AlignLeft)
        self.name.setProperty("role", "strong")
        self.facts = label(wrap=True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setObjectName("library_facts")
        self.problem = MessageLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText(self.tr("short words, such as: good, to-repeat"))
        describe(self.tags, "library_tags_field", self.tr("Tags"), self.tr("Short words to find this run by (Alt+T)"))
        self.notes = NotesField()
        self.notes.setPlaceholderText(self.tr("What was tried, and what came of it"))
        describe(self.notes, "library_notes_field", self.tr("Notes"), self.tr("Any text about this run (Alt+N)"))
        self.tags.editingFinished.connect(self.commit)
        self.notes.left.connect(self.commit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.picture, self.name, self.problem, self.facts):
            column.addWidget(widget)
        for text, field in ((self.tr("&Tags"), self.tags), (self.tr("&Notes"), self.notes)):
            heading = label(text, "field")
            heading.setBuddy(field)
            column.addWidget(heading)
            column.addWidget(field)
        self.show_entry(None)

    def show_entry(self, entry: RunEntry | None) -> None:
        """Show another run, or the same as it is by now; None shows nothing. What was being written is kept first."""
        is_other = self.entry is None or entry is None or entry.folder != self.entry.folder
        if is_other:
            self.commit()
        before, self.entry = self.entry, entry
        can_write = entry is not None and entry.problem not in (Problem.GONE, Problem.NOTES)
        for field in (self.tags, self.notes):
            field.setEnabled(can_write)
        self.name.setText(entry.name if entry is not None else "")
        self.facts.setText(self._facts(entry) if entry is not None else "")
        self.problem.show_message(entry.reason if entry is not None else "")
        # What is being typed is not taken away by what was true a moment ago.
        tags, notes = (", ".join(entry.tags), entry.notes) if entry is not None else ("", "")
        if is_other or self.tags.text() == ", ".join(before.tags if before else ()):
            self.tags.setText(tags)
        if is_other or self.notes.toPlainText() == (before.notes if before else ""):
            self._show_notes(notes)
        if is_other:
            nothing = self.tr("Choose a run") if entry is None else self.tr("No picture")
            self.picture.show_image(None, "" if entry is not None and entry.thumbnail else nothing)

    def _show_notes(self, notes: str) -> None:
        # The cursor would jump to the beginning.
        if self.notes.toPlainText() != notes:
            self.notes.setPlainText(notes)

    @Slot()
    def commit(self) -> None:
        """Have what was written kept, if it is something else than before."""
        entry = self.entry
        if entry is None or not self.tags.isEnabled():
            return
        tags = tuple(dict.fromkeys(self.tags.text().replace(",", " ").split()))
        notes = self.notes.toPlainText()
        if tags != entry.tags:
            self._ask(entry, lambda noted: replace(noted, tags=tags))
        if notes != entry.notes:
            self._ask(entry, lambda noted: replace(noted, notes=notes))
        self.entry = replace(entry, tags=tags, notes=notes)
        self.tags.setText(", ".join(tags))

    def _ask(self, entry: RunEntry, change: Callable[[RunNotes], RunNotes]) -> None:
        self.change_asked.emit(entry, change)

    def _facts(self, entry: RunEntry) -> str:
        """What the table has no column for, a line each."""
        lines = []
        if entry.is_readable:
            total = "" if entry.total_steps is None else f" / {count(entry.total_steps)}"
            lines.append(self.tr("{state}, step {n}").format(state=words.state(entry), n=f"{count(entry.step)}{total}"))
            lines.append(self.tr("{time} on {device}").format(time=duration(entry.seconds), device=entry.device or "–"))
        if entry.parent is not None:
            lines.append(self.tr("branches from {parent}").format(parent=words.parent(entry)))
            lines.append(words.branching(entry))
        if entry.bookmarks:
            lines.append(self.tr("bookmarks: {n}").format(n=count(len(entry.bookmarks))))
        lines.append(str(entry.folder))
        return "\n".join(lines)
