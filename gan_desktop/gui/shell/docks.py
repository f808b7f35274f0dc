"""Panels as docks that look like cards: movable, closable, and laid out in three columns by default."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QByteArray, QMargins, QObject, Qt, Slot
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gan_desktop.core.events import RunStarted, SampleKind
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.style import describe, scroll_to, scrolling

MARGIN = 14
PADDING = QMargins(MARGIN, 4, MARGIN, 10)
COLUMN_WIDTHS = {Area.LEFT: 236, Area.MIDDLE: 890, Area.RIGHT: 272}
SMALLEST_WIDTHS = {Area.LEFT: 216, Area.MIDDLE: 360, Area.RIGHT: 256}
# The largest share of a column's height that panels which are shown whole may take.
MOST_WHOLE = 0.6

SMALLEST_BESIDE = 120


class PanelDock(QDockWidget):
    """A panel in a card: its title, its caption and tools, and its content, which scrolls if the panel says so."""

    def __init__(self, name: str, title: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.panel = panel
        self.setObjectName(f"{name}_dock")
        self.setAccessibleName(title)
        self.setTitleBarWidget(self._title_bar(title))
        body = QFrame()
        body.setObjectName("card_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(1, 0, 1, 1)
        column.addWidget(self._scrolling(panel) if panel.scrolls else self._padded(panel))
        self.setWidget(body)
        self.setMinimumWidth(SMALLEST_WIDTHS[panel.area] if panel.beside is None else SMALLEST_BESIDE)
        self.topLevelChanged.connect(self._on_floating)
        self.visibilityChanged.connect(panel.set_watched)

    def whole_height(self) -> int:
        """The height that shows the panel without scrolling, at its width now."""
        layout, width = self.panel.layout(), max(self.panel.width(), 1)
        is_wrapped = layout is not None and layout.hasHeightForWidth()
        inner = layout.heightForWidth(width) if layout and is_wrapped else self.panel.sizeHint().height()
        return self.titleBarWidget().sizeHint().height() + inner + PADDING.top() + PADDING.bottom() + 2

    def _title_bar(self, title: str) -> QWidget:
        bar = QFrame()
        bar.setObjectName("card_title")
        heading = QLabel(title)
        heading.setObjectName("card_heading")
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setProperty("small", True)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self._close, "close_dock", self.tr("Close {title}").format(title=title), self.tr("Close this panel"))
        self._close.clicked.connect(self.close)
        self._close.hide()
        row = QHBoxLayout(bar)
        row.setContentsMargins(MARGIN, 9, MARGIN, 5)
        row.setSpacing(10)
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(self.panel.caption)
        row.addWidget(self.panel.tools)
        row.addWidget(self._close)
        return bar

    def _padded(self, panel: Panel) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(PADDING)
        column.addWidget(panel)
        return holder

    def _scrolling(self, panel: Panel) -> QScrollArea:
        return scrolling(self._padded(panel))

    @Slot(bool)
    def _on_floating(self, floating: bool) -> None:
        # A floating card has no frame of the system's that could close it.
        self._close.setVisible(floating)


class Docks(QObject):
    """All registered panels in a window's dock areas."""

    def __init__(self, area: QMainWindow, context: PanelContext) -> None:
        super().__init__(area)
        self._area = area
        self._kind: SampleKind = "images"
        # The layout that was kept from the last time, until the window is shown.
        self._kept: QByteArray | None = None
        self._is_settled = True
        area.setDockNestingEnabled(True)
        area.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.docks = {
            name: PanelDock(name, entry.title, entry.value(context), area)
            for name, entry in sorted(panels.items(), key=lambda item: item[1].value.order)
        }
        for dock in self.docks.values():
            # Also the way to a tab from the keyboard.
            dock.toggleViewAction().triggered.connect(dock.raise_)
        context.model.record.run_started.connect(self._on_run_started)
        self.arrange()

    def panel(self, name: str) -> Panel:
        """The panel registered under that name."""
        return self.docks[name].panel

    def raise_panel(self, name: str) -> None:
        """Bring a panel into view, also if its dock was closed or is behind a tab."""
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        scroll_to(dock)

    def restore(self, state: QByteArray | None) -> None:
        """Take up the layout that was kept, or the default if there is none that fits."""
        self._hide_tab_bars()
        if state is not None and self._area.restoreState(state):
            self._kept = state
            # It may have been kept while samples of the other kind were shown.
            self._kind = self._kind_in_view()
        else:
            self.arrange()
        self._is_settled = False

    def _kind_in_view(self) -> SampleKind:
        """The kind of samples whose views are shown; if none is, the one that would be."""
        kinds = [dock.panel.kind for dock in self.docks.values() if not dock.isHidden()]
        return next((kind for kind in kinds if kind is not None), self._kind)

    @Slot()
    def settle(self) -> None:
        """Share the room as the kept layout did. How much there is becomes known only when the window is shown."""
        if self._is_settled:
            return
        self._is_settled = True
        if self._kept is None:
            self.share_room()
        else:
            self._hide_tab_bars()
            self._area.restoreState(self._kept)
            # A run may have been opened in the meantime.
            if self._kind_in_view() != self._kind:
                self.show_kind(self._kind)
        self._dress_tabs()

    def _hide_tab_bars(self) -> None:
        """Hide the tab bars that Qt would leave behind from a replaced layout. It shows the ones that it uses."""
        for bar in self._area.findChildren(QTabBar):
            bar.hide()

    def arrange(self) -> None:
        """The default layout: what trains on the left, what happens in the middle, what to do on the right."""
        self._kept = None
        for dock in self.docks.values():
            dock.setFloating(False)
            self._area.removeDockWidget(dock)
        self._hide_tab_bars()
        columns = [self._column(column) for column in Area]
        heads = [column[0] for column in columns if column]
        # One area holds all three columns: between areas, the window would share its room as it likes.
        for left, right in zip([None, *heads], heads, strict=False):
            if left is None:
                self._area.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, right)
            else:
                self._area.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        for column in columns:
            self._stack(column)
        self.show_kind(self._kind)
        self.share_room()

    def _column(self, area: Area) -> list[PanelDock]:
        return [dock for dock in self.docks.values() if dock.panel.area is area]

    def _stack(self, docks: list[PanelDock]) -> None:
        """Put docks below each other, some side by side. Views of the two kinds of samples share one place."""
        views = [dock for dock in docks if dock.panel.kind is not None and dock.panel.tab_of is None]
        tabs = {dock: self.docks[dock.panel.tab_of] for dock in docks if dock.panel.tab_of is not None}
        stack = [dock for dock in docks if dock not in views[1:] and dock not in tabs and dock.panel.beside is None]
        for above, below in pairwise(stack):
            self._area.splitDockWidget(above, below, Qt.Orientation.Vertical)
        # This comes before the tabs: a dock that is split beside one with a tab becomes a tab itself.
        for dock in docks:
            if dock.panel.beside is not None:
                self._area.splitDockWidget(self.docks[dock.panel.beside], dock, Qt.Orientation.Horizontal)
        for dock in views[1:]:
            self._area.tabifyDockWidget(views[0], dock)
        for dock, front in tabs.items():
            self._area.tabifyDockWidget(front, dock)
        for dock in docks:
            dock.show()
        for front in tabs.values():
            front.raise_()
        self._dress_tabs()

    def _dress_tabs(self) -> None:
        """Set up the tab bars, which the window itself makes when it needs them."""
        for bar in self._area.findChildren(QTabBar):
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            describe(bar, "dock_tabs", self.tr("Panels"), self.tr("Panels that share this place"))

    def share_room(self) -> None:
        """Give columns their widths, and panels their share of the height."""
        first = {column: next((d for d in self._shown(column)), None) for column in Area}
        present = [(dock, COLUMN_WIDTHS[column]) for column, dock in first.items() if dock is not None]
        self._area.resizeDocks([d for d, _ in present], [w for _, w in present], Qt.Orientation.Horizontal)
        for column in Area:
            stack = self._shown(column)
            self._area.resizeDocks(stack, self._heights(stack), Qt.Orientation.Vertical)
        for dock in self.docks.values():
            self._share_width(dock)

    def _heights(self, stack: list[PanelDock]) -> list[int]:
        """The height of each: what it needs if it is shown whole, otherwise its share of what is left."""
        room = sum(dock.height() for dock in stack)
        whole = {dock: dock.whole_height() for dock in stack if dock.panel.whole and len(stack) > 1}
        needed = sum(whole.values())
        scale = min(1.0, MOST_WHOLE * room / needed) if needed else 1.0
        left = room - scale * needed
        shares = sum(dock.panel.share for dock in stack if dock not in whole)
        return [
            round(scale * whole[dock] if dock in whole else left * dock.panel.share / max(shares, 1)) for dock in stack
        ]

    def _share_width(self, dock: PanelDock) -> None:
        """Share the width between a dock and the one that it stands beside, or the one shown in that one's place."""
        if dock.panel.beside is None or dock.isHidden():
            return
        front = self.docks[dock.panel.beside]
        if front.panel.kind not in (None, self._kind):
            # Samples of another kind are shown in its place.
            front = next((other for other in self._shown(front.panel.area) if other.panel.kind is not None), front)
        width = COLUMN_WIDTHS[dock.panel.area]
        wanted = [width * (100 - dock.panel.share) // 100, width * dock.panel.share // 100]
        self._area.resizeDocks([front, dock], wanted, Qt.Orientation.Horizontal)

    def _shown(self, column: Area) -> list[PanelDock]:
        """The docks that stand in a column, except the ones behind a tab or beside another."""
        alone = [dock for dock in self._column(column) if dock.panel.tab_of is None and dock.panel.beside is None]
        return [dock for dock in alone if not dock.isHidden() and dock.panel.kind in (None, self._kind)]

    def show_kind(self, kind: SampleKind) -> None:
        """Show the views of this kind of samples in place of the other kind's."""
        self._kind = kind
        for dock in self.docks.values():
            if dock.panel.kind is not None:
                dock.setVisible(dock.panel.kind == kind)
        for dock in self.docks.values():
            # A tab of this kind is shown again, but not in front of the panel whose place it shares.
            if dock.panel.kind == kind and dock.panel.tab_of is not None:
                self.docks[dock.panel.tab_of].raise_()

    @Slot(object)
    def _on_run_started(self, event: RunStarted) -> None:
        if event.data.kind != self._kind:
            self.show_kind(event.data.kind)
