"""The table of runs as it is shown: what is chosen in it, and how wide its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from gan_desktop.gui.library.table_model import (
    HEADINGS,
    NAME,
    PARENT,
    PRESET,
    STARTED,
    STATE,
    TAGS,
    THUMBNAIL,
    RunFilter,
)
from gan_desktop.gui.widgets.style import describe
from gan_desktop.recording.run_entry import RunEntry

# The shares that the wordy columns have in the room that is left, and the pixels to which they shrink where it is
# missing. All others are as wide as what stands in them; what is still missing is scrolled to.
SHARES = {NAME: 0.5, TAGS: 0.25, PARENT: 0.25}
LEAST = {NAME: 260, PRESET: 110, STATE: 90, TAGS: 110, PARENT: 200}
MOST = 420
# Beside a text in its cell.
PADDING = 8
# Rows beyond those in view that the widths are made for: an endless list is not looked through.
ROWS_LOOKED_AT = 50
ROW_HEIGHT = THUMBNAIL.height() + 6


def fitted(wanted: Sequence[int], room: int) -> list[int]:
    """Widths of columns that want as much, in that much room: wordy ones take what is left, or give what is missing."""
    widths, left = list(wanted), room - sum(wanted)
    if left >= 0:
        for column, share in SHARES.items():
            widths[column] += int(share * left)
        return widths
    spare = {column: max(0, widths[column] - least) for column, least in LEAST.items()}
    given = min(1.0, -left / max(1, sum(spare.values())))
    for column, pixels in spare.items():
        widths[column] -= ceil(given * pixels)
    return widths


class RunDelegate(QStyledItemDelegate):
    """Paints the cells, and edits a name in its row.

    What becomes known of the run meanwhile does not replace what is being typed.
    """

    FILLED = "filled"

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        # The names of folders, and of parents, begin alike and end with what tells them apart; a person's do not.
        entry = index.model().entry(index)  # type: ignore[attr-defined]
        ends_matter = index.column() == PARENT or (index.column() == NAME and entry.name == entry.folder.name)
        side = Qt.TextElideMode.ElideLeft if ends_matter else Qt.TextElideMode.ElideRight
        option.textElideMode = side

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if not editor.property(self.FILLED):
            super().setEditorData(editor, index)
            editor.setProperty(self.FILLED, True)


class RunView(QTableView):
    """Rows of runs, of which several may be chosen and one is the current."""

    def __init__(self, rows: RunFilter) -> None:
        super().__init__()
        self._filter = rows
        describe(
            self,
            "library_table",
            self.tr("Runs"),
            self.tr("All runs: Return opens one, F2 names it, and a click on a heading sorts"),
        )
        self.setModel(rows)
        self.setItemDelegate(RunDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(THUMBNAIL)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(ROWS_LOOKED_AT)
        self._is_fitting = self._is_touched = False
        header.sectionResized.connect(self._on_section_resized)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fit)
        for changed in (rows.rowsInserted, rows.rowsRemoved, rows.dataChanged, rows.layoutChanged):
            changed.connect(self._soon.start)
        self._fit()
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)

    def _fit(self) -> None:
        """Give each column its room, until the person has given one another."""
        if self._is_touched:
            return
        self._is_fitting = True
        header = self.horizontalHeader()
        wanted = [
            min(MOST, max(header.sectionSizeHint(column), self.sizeHintForColumn(column) + PADDING))
            for column in range(len(HEADINGS))
        ]
        for column, width in enumerate(fitted(wanted, self.viewport().width())):
            self.setColumnWidth(column, width)
        self._is_fitting = False

    @Slot()
    def _on_section_resized(self) -> None:
        self._is_touched = self._is_touched or not self._is_fitting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def chosen(self) -> list[RunEntry]:
        """The runs that are selected."""
        return [self._filter.entry(index) for index in self.selectionModel().selectedRows()]

    def listed(self) -> list[RunEntry]:
        """The runs that are shown, in their order."""
        return [self._filter.entry(self._filter.index(row, NAME)) for row in range(self._filter.rowCount())]

    def current(self) -> RunEntry | None:
        """The run that is shown beside the table."""
        index = self.currentIndex()
        chosen = self.chosen()
        if index.isValid() and (entry := self._filter.entry(index)) in chosen:
            return entry
        return chosen[0] if chosen else None

    def choose(self, current: Path | None, chosen: set[Path]) -> None:
        """Choose the runs again that were chosen, or else the first."""
        model = self.selectionModel()
        flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, NAME)
            folder = self._filter.entry(index).folder
            if folder == current:
                model.setCurrentIndex(index, flags)
            elif folder in chosen:
                model.select(index, flags)
        if not model.hasSelection() and self._filter.rowCount():
            model.setCurrentIndex(self._filter.index(0, NAME), flags)
