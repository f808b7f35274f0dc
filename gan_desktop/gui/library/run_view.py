"""The table of runs as it is shown: what is chosen in it, and how wide its columns are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QTableView, QWidget

from gan_desktop.gui.library.table_model import NAME, PARENT, STARTED, TAGS, THUMBNAIL, RunFilter
from gan_desktop.gui.widgets.style import describe
from gan_desktop.recording.run_entry import RunEntry

# Pixels of the columns, in their order, and the shares that the wordy ones have in the room that is left.
WIDTHS = (226, 78, 48, 54, 82, 46, 50, 104, 122, 58)
SHARES = {NAME: 0.5, TAGS: 0.25, PARENT: 0.25}
ROW_HEIGHT = THUMBNAIL.height() + 6


class NameDelegate(QStyledItemDelegate):
    """Edits a name in its row. What becomes known of the run meanwhile does not replace what is being typed."""

    FILLED = "filled"

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
        self.setItemDelegate(NameDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(THUMBNAIL)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # The names of folders begin alike, and end with what tells them apart.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        self._is_fitting = self._is_touched = False
        header.sectionResized.connect(self._on_section_resized)
        self._fit()
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)

    def _fit(self) -> None:
        """Give each column its room, until the person has given one another."""
        if self._is_touched:
            return
        self._is_fitting = True
        left = max(0, self.viewport().width() - sum(WIDTHS))
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width + int(SHARES.get(column, 0) * left))
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
