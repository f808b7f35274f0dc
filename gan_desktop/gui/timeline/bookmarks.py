"""The bookmarks of the run that is shown: read and changed beside the window, and a small popup for their notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gan_desktop.core.events import CheckpointSaved
from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.timeline.aside import Aside
from gan_desktop.gui.widgets.style import describe, label, small_button
from gan_desktop.recording.notes import LONGEST_BOOKMARK, Bookmark, RunNotes, change_notes, read_notes


class Bookmarks(QObject):
    """Knows the bookmarks of the run that the record shows.

    Signals:
        changed: there are others.

    Attributes:
        found: by ascending step.
    """

    changed = Signal()

    def __init__(self, record: RunRecord, aside: Aside, parent: QObject) -> None:
        super().__init__(parent)
        self._record, self._aside = record, aside
        self.found: tuple[Bookmark, ...] = ()
        record.run_started.connect(self.read)
        record.run_cleared.connect(self.read)

    @property
    def folder(self) -> Path | None:
        """Where the bookmarks are kept; None without a run folder."""
        return None if self._record.run is None else self._record.run.run_folder

    @Slot()
    def read(self) -> None:
        """Look which there are, also those that a branch has made."""
        folder = self.folder
        if folder is None:
            self._show(None, RunNotes())
        else:
            self._aside.do(partial(read_notes, folder), partial(self._show, folder))

    def at(self, step: int) -> Bookmark | None:
        """The bookmark on a step."""
        return next((bookmark for bookmark in self.found if bookmark.step == step), None)

    def put(self, step: int, note: str) -> None:
        """Put a bookmark on a step, in place of the one that is there."""
        self._change(lambda notes: notes.with_bookmark(step, note))

    def remove(self, step: int) -> None:
        """Take the bookmark off a step."""
        self._change(lambda notes: notes.without_bookmark(step))

    def _change(self, change: Callable[[RunNotes], RunNotes]) -> None:
        folder = self.folder
        if folder is not None:
            self._aside.do(partial(change_notes, folder, change), partial(self._show, folder))

    def _show(self, folder: Path | None, notes: RunNotes) -> None:
        # An answer may come when another run is shown.
        if folder == self.folder and notes.bookmarks != self.found:
            self.found = notes.bookmarks
            self.changed.emit()


class BookmarkOfNow(QObject):
    """Chooses the step of a bookmark on what is now: that of a checkpoint, so that nothing is computed again later.

    A run that trains is further by the time its checkpoint is made.

    Signals:
        chosen: the step on which to put it.
    """

    chosen = Signal(object)

    def __init__(self, model: RunModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._waiting: int | None = None
        model.record.checkpoint_saved.connect(self._on_checkpoint)
        model.refused.connect(self._give_up)
        model.state_changed.connect(self._on_state)

    def ask(self, step: int) -> None:
        """Ask for a checkpoint of a run that is under way, whose step is shown."""
        self._model.save_checkpoint()
        if self._model.record.status is Status.TRAINING and step > 0:
            self._waiting = step
        else:
            self.chosen.emit(step)

    @Slot(object)
    def _on_checkpoint(self, event: CheckpointSaved) -> None:
        if self._waiting is not None and not event.by_time:
            self._waiting = None
            self.chosen.emit(event.step)

    @Slot()
    def _give_up(self) -> None:
        """Without a checkpoint, the bookmark is on the step that was shown."""
        if (step := self._waiting) is not None:
            self._waiting = None
            self.chosen.emit(step)

    @Slot()
    def _on_state(self) -> None:
        if self._model.record.status not in (Status.TRAINING, Status.PAUSED):
            self._give_up()


class BookmarkPopup(QFrame):
    """Asks for the note of one bookmark; Enter keeps it, Esc leaves it as it was."""

    def __init__(self, bookmarks: Bookmarks, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("inspection_popup")
        self._bookmarks = bookmarks
        self._step = 0
        self.title = label(role="strong")
        self.note = QLineEdit()
        self.note.setMaxLength(LONGEST_BOOKMARK)
        self.note.setMinimumWidth(240)
        self.note.setPlaceholderText(self.tr("Why this step? (Enter keeps it)"))
        describe(self.note, "bookmark_note", self.tr("Note of the bookmark"), self.tr("A line on why, or nothing"))
        self.keep_button = small_button(self.tr("Keep"))
        describe(self.keep_button, "keep_bookmark_button", self.tr("Keep the note"), self.tr("Keep the note (Enter)"))
        self.remove_button = small_button(self.tr("Remove"))
        describe(
            self.remove_button,
            "remove_bookmark_button",
            self.tr("Remove the bookmark"),
            self.tr("Take the bookmark off this step"),
        )
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.title)
        column.addLayout(row)
        self.note.returnPressed.connect(self.keep)
        self.keep_button.clicked.connect(self.keep)
        self.remove_button.clicked.connect(self._remove)

    def ask(self, step: int, place: QPoint) -> None:
        """Show the note of the bookmark on a step, with its foot at a place on the screen."""
        self._step = step
        known = self._bookmarks.at(step)
        self.title.setText(self.tr("Bookmark on step {n}").format(n=words.count(step)))
        self.note.setText("" if known is None else known.note)
        self.adjustSize()
        self.move(place - QPoint(0, self.height() + 4))
        self.show()
        self.note.setFocus()

    @Slot()
    def keep(self) -> None:
        """Keep what was typed."""
        self._bookmarks.put(self._step, self.note.text().strip())
        self.close()

    @Slot()
    def _remove(self) -> None:
        self._bookmarks.remove(self._step)
        self.close()
