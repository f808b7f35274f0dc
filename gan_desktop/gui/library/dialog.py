"""The window of the run library."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gan_desktop.gui.library import words
from gan_desktop.gui.library.deeds import Deeds
from gan_desktop.gui.library.run_view import RunView
from gan_desktop.gui.library.side_pane import SidePane
from gan_desktop.gui.library.table_model import THUMBNAIL, RunFilter, RunTable
from gan_desktop.gui.library.worker import LibraryWorker
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import MessageLabel, describe, label
from gan_desktop.recording.library import Listing
from gan_desktop.recording.run_entry import RunEntry

SIZE, SMALLEST = QSize(1180, 680), QSize(760, 480)
# How often runs under way are looked at.
LOOK_AGAIN_MS = 2000


class LibraryDialog(QDialog):
    """All runs in a table, with one of them beside it. Listing and changing is done by two threads.

    Args:
        parent: the window that it belongs to.
        theme: the colours.
        hands: changes runs, one after the other.
        eyes: measures folders and reads pictures.

    Signals:
        open_asked: the folder of a run that is to be opened.
        compare_asked: the folders of runs that are to be compared.
    """

    open_asked = Signal(object)
    compare_asked = Signal(object)

    def __init__(self, parent: QWidget | None, theme: Theme, hands: LibraryWorker, eyes: LibraryWorker) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("library_dialog")
        self.setWindowTitle(self.tr("Run Library"))
        self._hands, self._eyes = hands, eyes
        self._is_listed = False
        self.table = RunTable(theme.colors, self)
        self.filter = RunFilter(self.table, self)
        self.view = RunView(self.filter)
        self.deeds = Deeds(self, self.view, self.table, hands)
        self.deeds.open_asked.connect(self.open_asked)
        self.deeds.compare_asked.connect(self.compare_asked)
        self.deeds.said.connect(self.say)
        self._lay_out()
        self.view.selectionModel().selectionChanged.connect(self._on_selection)
        self.view.selectionModel().currentRowChanged.connect(self._on_selection)
        theme.changed.connect(self.table.set_colors)
        self.pane.change_asked.connect(hands.change)
        self.pane.left.connect(self.refresh)
        hands.listed.connect(self._on_listed)
        hands.changed.connect(self._on_changed)
        hands.deleted.connect(self._on_deleted)
        hands.refused.connect(self.say)
        eyes.looked.connect(self.table.take_looks)
        eyes.looked.connect(self._sum_up)
        eyes.pictured.connect(self._on_pictured)
        self.setMinimumSize(SMALLEST)
        resize_on_screen(self, SIZE)
        self._clock = QTimer(self, interval=LOOK_AGAIN_MS)
        self._clock.timeout.connect(self._look_at_written)
        self._clock.start()
        self.refresh()

    def _lay_out(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, presets, games, states, tags and notes"))
        tip = self.tr("Show the runs in which every one of these words stands (Ctrl+F)")
        describe(self.search, "library_search", self.tr("Search"), tip)
        self.search.textChanged.connect(self._on_search)
        for text, key, does in (
            (self.tr("Search"), "Ctrl+F", self._go_to_search),
            (self.tr("Look Again"), "F5", self.refresh),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(does)
            self.addAction(action)
        self.hidden_check = QCheckBox(self.tr("Show &hidden"))
        tip = self.tr("List the runs that were hidden, too (Alt+H)")
        describe(self.hidden_check, "library_hidden_check", self.tr("Show hidden"), tip)
        self.hidden_check.toggled.connect(self._on_hidden)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.search, 1)
        top.addWidget(self.hidden_check)
        self.pane = SidePane()
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.pane)
        self.summary = label()
        self.summary.setObjectName("library_summary")
        self.message = MessageLabel()
        self.message.setObjectName("library_message")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.summary, 1)
        for name in ("rename", "copy", "folder", "hide", "delete", "compare", "open"):
            bottom.addWidget(self.deeds.buttons[name])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(middle, 1)
        column.addWidget(self.message)
        column.addLayout(bottom)
        self.view.setFocus()
        self._on_selection()

    # What is listed.

    @Slot()
    def refresh(self) -> None:
        """List all runs anew."""
        self._hands.list_all()
        self._sum_up()

    @Slot()
    def _look_at_written(self) -> None:
        """Look again at the runs that are under way, as long as they are seen to be."""
        if self.isVisible():
            self._hands.look_again([entry for entry in self.table.entries if entry.is_written])

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        current, chosen = self.view.current(), {entry.folder for entry in self.view.chosen()}
        self._is_listed = True
        self.table.set_entries(listing.entries)
        self.view.choose(current.folder if current is not None else None, chosen)
        self._on_selection()
        if listing.problem:
            self.say(listing.problem)
        self._eyes.look(listing.entries, THUMBNAIL * self.devicePixelRatioF())
        self._sum_up()

    @Slot(object)
    def _on_changed(self, entry: RunEntry) -> None:
        self.table.replace_entry(entry)
        self._on_selection()
        self._sum_up()

    @Slot(object)
    def _on_deleted(self, folder: Path) -> None:
        self.table.remove(folder)
        self._on_selection()
        self._sum_up()

    @Slot()
    def _sum_up(self) -> None:
        """Say how many runs there are, or why none is shown."""
        if not self._is_listed:
            text = self.tr("Looking for runs…")
        elif not self.table.entries:
            text = self.tr("No run is kept yet. Press Start in the main window to make one.")
        elif not self.filter.rowCount():
            text = f"{self._why_none()}: {words.summary(self.table.entries, 0)}"
        else:
            text = words.summary(self.table.entries, self.filter.rowCount())
        self.summary.setText(text)

    def _why_none(self) -> str:
        """Why no run is chosen: none is kept or shown, or it is for the person to choose."""
        if not self.table.entries:
            return ""
        if self.filter.rowCount():
            return self.tr("Choose a run")
        searched = self.search.text().strip()
        return self.tr("Nothing matches “{text}”").format(text=searched) if searched else self.tr("All are hidden")

    @Slot(str)
    def _on_search(self, text: str) -> None:
        self.filter.look_for(text)
        self._on_filtered()

    @Slot(bool)
    def _on_hidden(self, shown: bool) -> None:
        self.filter.show_hidden(shown)
        self._on_filtered()

    def _on_filtered(self) -> None:
        """Choose a run that is shown: what a button does must not be done to one that is not."""
        current = self.view.current()
        self.view.choose(None if current is None else current.folder, set())
        self._on_selection()
        self._sum_up()

    @Slot()
    def _go_to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # What is chosen.

    @Slot()
    def _on_selection(self) -> None:
        entry = self.view.current()
        shown = self.pane.entry
        self.pane.show_entry(entry, self._why_none())
        if entry is not None and (shown is None or (shown.folder, shown.thumbnail) != (entry.folder, entry.thumbnail)):
            self._eyes.picture(entry)
        self.deeds.enable()

    @Slot(object, object)
    def _on_pictured(self, folder: Path, picture: QImage | None) -> None:
        if self.pane.entry is not None and self.pane.entry.folder == folder:
            self.pane.picture.show_image(picture, "" if picture is not None else self.tr("No picture"))

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say that something could not be done; an empty sentence takes back what was said."""
        self.message.show_message(sentence)

    # The life of the window.

    def event(self, event: QEvent) -> bool:
        # Runs may have gone on, or been changed by other programs, while another window was used.
        if event.type() == QEvent.Type.WindowActivate and self._is_listed:
            self.refresh()
        return super().event(event)

    def done(self, result: int) -> None:
        self.pane.commit()
        super().done(result)
