"""The runs as a table: a row each, and what is sorted and searched by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.gui.library import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.look.words import count
from gan_desktop.recording.run_entry import Problem, RunEntry

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

NAME, PRESET, GAME, STEPS, STATE, ALERTS, TAGS, PARENT, STARTED, DISK = range(10)
HEADINGS = (
    QT_TRANSLATE_NOOP("Library", "Name"),
    QT_TRANSLATE_NOOP("Library", "Preset"),
    QT_TRANSLATE_NOOP("Library", "Game"),
    QT_TRANSLATE_NOOP("Library", "Steps"),
    QT_TRANSLATE_NOOP("Library", "State"),
    QT_TRANSLATE_NOOP("Library", "Alerts"),
    QT_TRANSLATE_NOOP("Library", "Tags"),
    QT_TRANSLATE_NOOP("Library", "Parent"),
    QT_TRANSLATE_NOOP("Library", "Started"),
    QT_TRANSLATE_NOOP("Library", "Disk"),
)
FIGURES = (STEPS, ALERTS, DISK)
THUMBNAIL = QSize(56, 42)
TOP_LEFT = QModelIndex()


class RunTable(QAbstractTableModel):
    """All runs of the library.

    Signals:
        rename_asked: a `RunEntry` and the name that a person typed in its row.
    """

    rename_asked = Signal(object, str)

    def __init__(self, colors: Colors, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[RunEntry] = []
        self._colors = colors
        self._rows: dict[Path, int] = {}
        self._pictures: dict[Path, QIcon] = {}

    # What it is told.

    def set_entries(self, entries: Sequence[RunEntry]) -> None:
        """Show these; what is known of sizes is kept until it is measured again."""
        sizes = {entry.folder: entry.bytes for entry in self.entries}
        self.beginResetModel()
        self.entries = [replace(entry, bytes=sizes.get(entry.folder)) for entry in entries]
        self._number()
        self.endResetModel()

    def replace_entry(self, entry: RunEntry) -> None:
        """Show what a run is by now, if it is still listed."""
        row = self.row_of(entry.folder)
        if row is not None:
            known = entry.bytes if entry.bytes is not None else self.entries[row].bytes
            self.entries[row] = replace(entry, bytes=known)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(HEADINGS) - 1))

    def take_looks(self, looks: Iterable[tuple[RunEntry, QImage | None]]) -> None:
        """Show sizes and small pictures."""
        for measured, picture in looks:
            row = self.row_of(measured.folder)
            if row is None:
                continue
            if picture is not None:
                self._pictures[measured.folder] = _icon(picture)
            # Only the size: what else is known of it may be newer by now.
            self.entries[row] = replace(self.entries[row], bytes=measured.bytes)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(HEADINGS) - 1))

    def remove(self, folder: Path) -> None:
        """Take a run off the list."""
        row = self.row_of(folder)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self.entries[row]
            self._number()
            self.endRemoveRows()

    def set_colors(self, colors: Colors) -> None:
        """Be painted in other colours."""
        self._colors = colors
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, len(HEADINGS) - 1))

    def row_of(self, folder: Path) -> int | None:
        """The row of the run in that folder, None if it is not listed."""
        return self._rows.get(folder)

    def _number(self) -> None:
        self._rows = {entry.folder: row for row, entry in enumerate(self.entries)}

    # What Qt asks.

    def rowCount(self, parent: Index = TOP_LEFT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = TOP_LEFT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return QCoreApplication.translate("Library", HEADINGS[section])
        return _alignment(section) if role == Role.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == NAME and self.entries[index.row()].problem is not Problem.GONE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        entry, column = self.entries[index.row()], index.column()
        if role in (Role.DisplayRole, Role.EditRole):
            return cell(entry, column)
        if role == Role.ToolTipRole:
            return tool_tip(entry, column)
        if role == Role.AccessibleTextRole:
            return f"{QCoreApplication.translate('Library', HEADINGS[column])}: {cell(entry, column)}"
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.DecorationRole and column == NAME:
            return self._pictures.get(entry.folder)
        if role == Role.ForegroundRole:
            return self._shade(entry, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        entry = self.entries[index.row()]
        if role == Role.EditRole and index.column() == NAME and value.strip() != entry.name:
            self.rename_asked.emit(entry, value.strip())
            return True
        return False

    def _shade(self, entry: RunEntry, column: int) -> QColor | None:
        """The colour of a cell; what it says stands there in words as well."""
        if column == STATE and entry.problem in (Problem.BROKEN, Problem.NEWER, Problem.NOTES):
            return QColor(self._colors.error)
        if column == STATE and entry.is_written:
            return QColor(self._colors.good)
        return QColor(self._colors.muted) if entry.hidden or not entry.is_readable else None


def _icon(picture: QImage) -> QIcon:
    """The picture, which looks the same in a row that is chosen."""
    icon, pixmap = QIcon(), QPixmap.fromImage(picture)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(pixmap, mode)
    return icon


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def cell(entry: RunEntry, column: int) -> str:
    """What stands in the table."""
    if column == NAME:
        return entry.name
    if column == STEPS:
        return count(entry.step) if entry.is_readable else ""
    if column == ALERTS:
        return count(entry.alerts) if entry.is_readable else ""
    return {
        PRESET: entry.preset,
        GAME: words.game(entry) if entry.preset else "",
        STATE: words.state(entry),
        TAGS: ", ".join(entry.tags),
        PARENT: words.parent(entry),
        STARTED: words.moment(entry.started),
        DISK: words.size(entry.bytes) if entry.problem is not Problem.GONE else "",
    }[column]


def tool_tip(entry: RunEntry, column: int) -> str:
    """What is wrong with a run; else the whole of what may be cut off in its cell."""
    if column == STATE and entry.problem is not None:
        return f"{words.problem_meaning(entry.problem)}\n{entry.reason}"
    if column == NAME:
        return "\n".join(part for part in (entry.name, str(entry.folder), entry.reason) if part)
    if column == PARENT and entry.parent is not None:
        return f"{words.parent(entry)}\n{words.branching(entry)}"
    return cell(entry, column)


def sort_key(entry: RunEntry, column: int) -> Any:
    """What a column is sorted by: figures by their size, texts whatever their case."""
    numbers = {STEPS: entry.step, ALERTS: entry.alerts, DISK: entry.bytes or 0}
    if column in numbers:
        return numbers[column]
    return entry.started if column == STARTED else cell(entry, column).casefold()


class RunFilter(QSortFilterProxyModel):
    """The rows that are looked for, in the order that is asked for."""

    def __init__(self, table: RunTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._words: list[str] = []
        self._with_hidden = False
        self.setSourceModel(table)

    def look_for(self, text: str) -> None:
        """Show the runs in which every one of these words stands somewhere."""
        self._words = text.casefold().split()
        self.invalidate()

    def show_hidden(self, shown: bool) -> None:
        """Show the hidden ones too, or not."""
        self._with_hidden = shown
        self.invalidate()

    def entry(self, index: Index) -> RunEntry:
        """The run of a row."""
        return self._table.entries[self.mapToSource(index).row()]

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        entry = self._table.entries[row]
        if entry.hidden and not self._with_hidden:
            return False
        columns = (NAME, PRESET, GAME, STATE, TAGS, PARENT)
        cells = [cell(entry, column) for column in columns]
        text = "\n".join([*cells, words.branching(entry), entry.notes, entry.folder.name]).casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        one, other = self._table.entries[left.row()], self._table.entries[right.row()]
        return bool(sort_key(one, left.column()) < sort_key(other, right.column()))
