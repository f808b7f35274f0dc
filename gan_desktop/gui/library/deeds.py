"""What can be done with the runs that are chosen: by a button, in the table's menu, or by a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QIcon, QKeySequence
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.gui.library import words
from gan_desktop.gui.library.run_view import RunView
from gan_desktop.gui.library.table_model import NAME, RunTable
from gan_desktop.gui.library.worker import LibraryWorker
from gan_desktop.gui.widgets.style import describe
from gan_desktop.recording.library import branches_of
from gan_desktop.recording.run_entry import Problem, RunEntry

# Name, words, tool tip and key of what can be done with the runs that are chosen; a key works in the table.
ACTIONS = (
    ("open", QT_TRANSLATE_NOOP("Library", "Open"), QT_TRANSLATE_NOOP("Library", "Open this run (Return)"), ""),
    ("rename", QT_TRANSLATE_NOOP("Library", "Rename"), QT_TRANSLATE_NOOP("Library", "Give it another name (F2)"), "F2"),
    (
        "folder",
        QT_TRANSLATE_NOOP("Library", "Open Folder"),
        QT_TRANSLATE_NOOP("Library", "Show its folder in the file manager (Ctrl+O)"),
        "Ctrl+O",
    ),
    (
        "copy",
        QT_TRANSLATE_NOOP("Library", "Copy Path"),
        QT_TRANSLATE_NOOP("Library", "Copy the path of its folder (Ctrl+C)"),
        "Ctrl+C",
    ),
    (
        "hide",
        QT_TRANSLATE_NOOP("Library", "Hide"),
        QT_TRANSLATE_NOOP("Library", "Leave it out of the list, or take it in again (Ctrl+H)"),
        "Ctrl+H",
    ),
    (
        "compare",
        QT_TRANSLATE_NOOP("Library", "Compare"),
        QT_TRANSLATE_NOOP("Library", "Show the chosen runs over each other: choose two or more (Ctrl+K)"),
        "Ctrl+K",
    ),
    (
        "delete",
        QT_TRANSLATE_NOOP("Library", "Delete…"),
        QT_TRANSLATE_NOOP("Library", "Move it to the trash, after a question (Delete)"),
        "Delete",
    ),
)


class Deeds(QObject):
    """The actions on the runs that are chosen in a table.

    Args:
        window: over which questions are asked.
        hands: the worker that changes runs.

    Signals:
        open_asked: the folder of a run that is to be opened.
        compare_asked: the folders of runs that are to be compared.
        said: why something could not be done; empty once something else is done.

    Attributes:
        actions_by_name: the actions, by the names in `ACTIONS`.
        buttons: a button for each of them.
    """

    open_asked = Signal(object)
    compare_asked = Signal(object)
    said = Signal(str)

    def __init__(self, window: QWidget, view: RunView, table: RunTable, hands: LibraryWorker) -> None:
        super().__init__(window)
        self._window, self._view, self._table, self._hands = window, view, table, hands
        self._make_actions()
        view.activated.connect(self._on_activated)
        table.rename_asked.connect(self._rename)

    def _make_actions(self) -> None:
        does = {
            "open": self.open_run,
            "rename": self.rename,
            "folder": self.open_folder,
            "copy": self.copy_path,
            "hide": self.hide_runs,
            "compare": self.compare_runs,
            "delete": self.ask_to_delete,
        }
        self.actions_by_name: dict[str, QAction] = {}
        self.buttons: dict[str, QPushButton] = {}
        for name, text, tip, key in ACTIONS:
            action = QAction(_tr(text), self)
            action.setObjectName(f"library_{name}_action")
            action.setToolTip(_tr(tip))
            if key:
                action.setShortcut(QKeySequence(key))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(does[name])
            self._view.addAction(action)
            self.actions_by_name[name] = action
            button = QPushButton(_tr(text))
            # Return in the search is not for the button that happens to come first.
            button.setAutoDefault(False)
            describe(button, f"library_{name}_button", _tr(text), _tr(tip))
            button.clicked.connect(action.trigger)
            self.buttons[name] = button
        self.buttons["open"].setProperty("primary", True)

    def enable(self) -> None:
        """Offer what can be done with what is chosen now."""
        entry, chosen = self._view.current(), self._view.chosen()
        is_there = entry is not None and entry.problem is not Problem.GONE
        enabled = {
            "open": entry is not None and entry.is_readable and len(chosen) == 1,
            "rename": is_there and len(chosen) == 1,
            "folder": is_there and len(chosen) == 1,
            "copy": bool(chosen),
            "hide": is_there,
            "compare": len(chosen) > 1,
            "delete": bool(chosen) and not any(one.is_written for one in chosen),
        }
        for name, state in enabled.items():
            self.actions_by_name[name].setEnabled(state)
            self.buttons[name].setEnabled(state)
        unhide = bool(chosen) and all(one.hidden for one in chosen)
        text = self.tr("Unhide") if unhide else self.tr("Hide")
        self.actions_by_name["hide"].setText(text)
        self.buttons["hide"].setText(text)
        self.buttons["hide"].setAccessibleName(text)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.open_run()

    @Slot()
    def open_run(self) -> None:
        """Ask for the run that is chosen to be opened, or say why it cannot be."""
        entry = self._view.current()
        if entry is None:
            return
        self.said.emit("" if entry.is_readable else entry.reason)
        if entry.is_readable:
            self.open_asked.emit(entry.folder)

    @Slot()
    def rename(self) -> None:
        """Have the person type another name in the row."""
        for index in self._view.selectionModel().selectedRows(NAME):
            self._view.edit(index)

    @Slot(object, str)
    def _rename(self, entry: RunEntry, name: str) -> None:
        self.said.emit("")
        # The name of the folder is what a run is called that has no other name.
        self._hands.change(entry, lambda noted: replace(noted, name="" if name == entry.folder.name else name))

    @Slot()
    def open_folder(self) -> None:
        """Show the run's folder in the system's file manager, or say why not."""
        entry = self._view.current()
        if entry is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.folder))):
            self.said.emit(self.tr("No file manager opens the run's folder: {path}").format(path=entry.folder))

    @Slot()
    def copy_path(self) -> None:
        """Put the folders' paths on the clipboard, a line each."""
        QGuiApplication.clipboard().setText("\n".join(str(entry.folder) for entry in self._view.chosen()))

    @Slot()
    def hide_runs(self) -> None:
        """Hide what is chosen, or take it into the list again if all of it is hidden."""
        chosen = self._view.chosen()
        hidden = not all(entry.hidden for entry in chosen)
        self.said.emit("")
        for entry in chosen:
            self._hands.change(entry, lambda noted: replace(noted, hidden=hidden))

    @Slot()
    def compare_runs(self) -> None:
        """Ask for what is chosen to be compared, in the order in which it is listed."""
        places = {entry.folder: place for place, entry in enumerate(self._view.listed())}
        folders = sorted((entry.folder for entry in self._view.chosen()), key=places.__getitem__)
        if len(folders) > 1:
            self.compare_asked.emit(folders)

    @Slot()
    def ask_to_delete(self) -> None:
        """Ask whether what is chosen goes to the trash, naming it; the window goes on meanwhile."""
        chosen = self._view.chosen()
        if not chosen:
            return
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Delete"), words.question(chosen), parent=self._window)
        box.setObjectName("library_delete_question")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        branches = {branch.folder: branch for one in chosen for branch in branches_of(one, self._table.entries)}
        staying = [branch for branch in branches.values() if branch not in chosen]
        box.setInformativeText(words.consequences(chosen, staying))
        trash = box.addButton(self.tr("Move to Trash"), QMessageBox.ButtonRole.AcceptRole)
        describe(trash, "library_trash_button", trash.text(), self.tr("The trash keeps it until it is emptied"))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        describe(cancel, "library_cancel_button", cancel.text(), self.tr("Keep it (Esc)"))
        # The platform's own icon is black, and lost on a dark button.
        cancel.setIcon(QIcon())
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        trash.clicked.connect(lambda: self._delete(chosen))
        box.open()

    def _delete(self, chosen: Sequence[RunEntry]) -> None:
        self.said.emit("")
        for entry in chosen:
            self._hands.delete(entry)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Library", text)
