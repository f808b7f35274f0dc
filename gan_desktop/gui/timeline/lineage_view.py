"""The tree of the runs that belong together, each with where it branches, what changed, and more; a click opens it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.gui.library.words import branching, state
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.gui.timeline.aside import Aside
from gan_desktop.gui.timeline.family import Member, family_of
from gan_desktop.gui.widgets.style import describe, label

NAME, BRANCHING, LINE, STATE, NOTE = range(5)
MEMBER = Qt.ItemDataRole.UserRole
WIDTH, ROW, MOST_ROWS = 900, 24, 12
NAME_WIDTH, BRANCHING_WIDTH, LINE_WIDTH = 260, 270, 120


class LineageView(QDialog):
    """Shows the family of the run that the record shows, read anew each time.

    Signals:
        open_asked: the folder (`Path`) of a run that was clicked.
    """

    open_asked = Signal(object)

    def __init__(self, parent: QWidget, record: RunRecord, aside: Aside, theme: Theme) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._record, self._aside, self._theme = record, aside, theme
        self._folder: Path | None = None
        describe(self, "lineage_view", self.tr("Branches of this run"), "")
        self.heading = label(self.tr("Looking for branches…"))
        self.tree = QTreeWidget()
        describe(
            self.tree,
            "lineage_tree",
            self.tr("The runs that belong together"),
            self.tr("Each run stands under the one from which it branches. A click, or Enter, opens it."),
        )
        self.tree.setHeaderLabels(
            [self.tr("Run"), self.tr("Branches off"), self.tr("Steps"), self.tr("State"), self.tr("Note")]
        )
        self.tree.setItemDelegateForColumn(LINE, StretchDelegate(theme, self.tree))
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(16)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.resizeSection(NAME, NAME_WIDTH)
        header.resizeSection(BRANCHING, BRANCHING_WIDTH)
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(LINE, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(LINE, LINE_WIDTH)
        self.tree.itemClicked.connect(self._on_chosen)
        self.tree.itemActivated.connect(self._on_chosen)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 10, 12, 12)
        rows.addWidget(self.heading)
        rows.addWidget(self.tree)

    def show_for(self, button: QWidget) -> None:
        """Look at the family, and show it above the button."""
        run = self._record.run
        if run is None or run.run_folder is None:
            return
        self._folder = run.run_folder
        self.tree.clear()
        self.heading.setText(self.tr("Looking for branches…"))
        self._place(button, 2)
        self.show()
        self._aside.do(partial(family_of, self._folder), partial(self._show, button, self._folder))

    def _place(self, button: QWidget, rows: int) -> None:
        height = 84 + ROW * min(max(rows, 2), MOST_ROWS)
        window = button.window()
        self.resize(QSize(min(WIDTH, window.width() - 40), height))
        corner = button.mapToGlobal(button.rect().topRight())
        left = max(window.mapToGlobal(window.rect().topLeft()).x() + 12, corner.x() - self.width())
        self.move(left, corner.y() - self.height() - 6)

    def _show(self, button: QWidget, folder: Path, root: Member) -> None:
        if folder != self._folder:
            return
        members = list(root)
        longest = max(member.entry.step for member in members)
        alone = self.tr("Nothing branches from this run yet. “Continue from here” begins a branch at any step.")
        several = self.tr("{n} runs belong together. The dot marks the one that is shown; a click opens another.")
        several = several.format(n=len(members))
        self.heading.setText(alone if len(members) == 1 else several)
        self.tree.clear()
        self._add(self.tree.invisibleRootItem(), root, longest)
        self.tree.expandAll()
        self._place(button, len(members))

    def _add(self, above: QTreeWidgetItem, member: Member, longest: int) -> None:
        entry = member.entry
        is_shown = entry.folder == self._folder
        name = self.tr("● {name}").format(name=entry.name) if is_shown else entry.name
        note = entry.notes.split("\n")[0]
        item = QTreeWidgetItem(above, [name, branching(entry), "", state(entry), note])
        item.setData(LINE, MEMBER, (member.begin, entry.step, longest, is_shown))
        item.setData(NAME, MEMBER, entry.folder)
        item.setToolTip(BRANCHING, branching(entry))
        about = self.tr("steps {first} to {last}").format(first=words.count(member.begin), last=words.count(entry.step))
        item.setData(LINE, Qt.ItemDataRole.AccessibleTextRole, about)
        item.setToolTip(LINE, about)
        item.setToolTip(NAME, words.about(entry.name, str(entry.folder)))
        item.setSizeHint(NAME, QSize(0, ROW))
        item.setToolTip(NOTE, entry.notes)
        if is_shown:
            font = self.tree.font()
            font.setBold(True)
            item.setFont(NAME, font)
            self.tree.setCurrentItem(item)
        for branch in member.branches:
            self._add(item, branch, longest)

    @Slot(QTreeWidgetItem, int)
    def _on_chosen(self, item: QTreeWidgetItem, column: int) -> None:
        folder = item.data(NAME, MEMBER)
        if self.isVisible() and folder != self._folder:
            self.close()
            self.open_asked.emit(folder)


class StretchDelegate(QStyledItemDelegate):
    """Draws the steps of each run as a line on one axis, with a dot where it begins."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        begin, end, longest, is_shown = index.data(MEMBER)
        area = QRectF(option.rect).adjusted(8, 0, -8, 0)
        left, right = (area.left() + area.width() * step / max(longest, 1) for step in (begin, end))
        y = area.center().y()
        colors = self._theme.colors
        color = QColor(colors.accent if is_shown else colors.muted)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QPen(color, 3 if is_shown else 2))
        painter.drawLine(QPointF(left, y), QPointF(max(right, left + 1), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(left, y), 3.5, 3.5)
        painter.restore()
