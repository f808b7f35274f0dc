"""The menu of a plot: its picture and its figures to take away, and its view as it was at first.

It opens by a right click, by the Menu key or Shift+F10 while the plot has the focus, and from the window's own menus.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from gan_desktop.core.csv_tables import Table, csv_bytes, table_length
from gan_desktop.core.errors import InputError
from gan_desktop.gui.shell.export import (
    ask_for_file,
    picture_of,
    png_bytes,
    svg_bytes,
    write_csv,
    write_file,
)

# A table of more rows is written in a thread of its own: ten million rows take minutes.
LONG_ROWS = 200_000
BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class PlotHost(Protocol):
    """What a plot stands in: a panel, or a window of its own."""

    def window(self) -> QWidget:
        """The window over which a file is asked for."""
        ...

    def name_of_plot(self, plot: str) -> str:
        """The name to propose for a file, without its ending, of the plot with this object name."""
        ...

    def refuse(self, sentence: str) -> None:
        """Say why a file could not be written."""
        ...


class PlotMenu(QObject):
    """Gives one plot its menu.

    Args:
        host: what the plot stands in.
        plot: described (`describe`): its accessible name is its title, its object name goes into names of files.
        table: makes the figures that are shown, with the steps that they are of; empty columns if there are none.
        picture: makes the picture if it is not what is painted; there is then no drawing of lines, no SVG.
        reset: makes the view what it was at first.
        toggles: what else can be switched on and off in the plot.

    Signals:
        long_table_written: a long table is in its file; with a sentence if it is not.
    """

    long_table_written = Signal(str)

    def __init__(
        self,
        host: PlotHost,
        plot: QWidget,
        *,
        table: Callable[[], Table] | None = None,
        picture: Callable[[], QImage | None] | None = None,
        reset: Callable[[], object] | None = None,
        toggles: Sequence[QAction] = (),
    ) -> None:
        super().__init__(plot)
        self.setObjectName(f"{plot.objectName()}_plot_menu")
        self._host, self.plot = host, plot
        self._table, self._picture = table, picture
        self.long_table_written.connect(self._refuse)
        self.menu = QMenu(plot.accessibleName(), plot)
        self.menu.setObjectName(f"{plot.objectName()}_menu")
        self.copy_action = self._add(self.tr("&Copy Picture"), self.copy_picture)
        self.png_action = self._add(self.tr("Save as &PNG…"), partial(self._ask, "png"))
        self.svg_action = self._add(self.tr("Save as &SVG…"), partial(self._ask, "svg"))
        self.csv_action = self._add(self.tr("Save &Data as CSV…"), partial(self._ask, "csv"))
        self.svg_action.setVisible(picture is None)
        self.csv_action.setVisible(table is not None)
        self.menu.addSeparator()
        if reset is not None:
            self._add(self.tr("&Reset View"), reset)
        self.menu.addActions(toggles)
        self.menu.aboutToShow.connect(self.show_state)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self._open)
        # A click must not take the focus, for the arrow keys are the window's.
        plot.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._ring = FocusRing(plot)
        plot.installEventFilter(self)

    def _add(self, text: str, handler: Callable[[], object]) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(lambda _=False: handler())
        return action

    @Slot()
    def show_state(self) -> None:
        """Offer what there is."""
        has_picture = self._picture is None or self._picture() is not None
        self.copy_action.setEnabled(has_picture)
        self.png_action.setEnabled(has_picture)
        self.csv_action.setEnabled(self._table is not None and any(len(column) for column in self._table().values()))

    @Slot(QPoint)
    def _open(self, place: QPoint) -> None:
        if not self.menu.isVisible():
            # A plot that scrolls gives places as places of what it scrolls.
            viewport = self.plot.findChild(QWidget, "qt_scrollarea_viewport")
            self.menu.popup((viewport or self.plot).mapToGlobal(place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self._ring.setVisible(event.gotFocus() and event.reason() in BY_KEYS)
        elif event.type() == QEvent.Type.Resize:
            self._ring.setGeometry(self.plot.rect())
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_menu_key(event):
            self._open(self.plot.rect().center())
            return True
        return False

    # What the menu does.

    def _image(self) -> QImage | None:
        if self._picture is not None:
            return self._picture()
        with self._ring.hidden():
            return picture_of(self.plot)

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        image = self._image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)

    def content(self, kind: str) -> bytes:
        """What a file of that kind (`FILE_KINDS`) would hold now; nothing where there is nothing to save."""
        if kind == "csv":
            return csv_bytes(self._table()) if self._table is not None else b""
        if kind == "svg":
            with self._ring.hidden():
                return svg_bytes(self.plot)
        image = self._image()
        return b"" if image is None else png_bytes(image)

    def file_name(self, kind: str) -> str:
        """The name to propose, such as `digits-loss_plot-step-001200.csv`."""
        return f"{self._host.name_of_plot(self.plot.objectName())}.{kind}"

    def _ask(self, kind: str) -> None:
        """Ask for a file, and write what was there at the moment of asking."""
        table = self._table() if kind == "csv" and self._table is not None else {}
        if table_length(table) > LONG_ROWS:
            ask_for_file(self._host.window(), self.file_name(kind), kind, partial(self.write_long, table))
            return
        content = self.content(kind)
        if content:
            ask_for_file(self._host.window(), self.file_name(kind), kind, partial(self.write, content))

    def write(self, content: bytes, path: Path) -> None:
        """Write it; a failure is one sentence in the notice bar."""
        try:
            write_file(content, path)
        except InputError as error:
            self._refuse(str(error))

    def write_long(self, table: Table, path: Path) -> None:
        """Write a table while the window goes on; a failure is told likewise."""
        threading.Thread(target=self._write_long, args=(table, path), name="long table", daemon=True).start()

    def _write_long(self, table: Table, path: Path) -> None:
        said = ""
        try:
            write_csv(table, path)
        except InputError as error:
            said = str(error)
        with suppress(RuntimeError):  # the window may have gone meanwhile
            self.long_table_written.emit(said)

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        if sentence:
            self._host.refuse(sentence)


def _is_menu_key(event: QKeyEvent) -> bool:
    shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shift)


class FocusRing(QWidget):
    """A frame around a plot that got the focus by the keyboard."""

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(plot.rect())
        self.hide()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Hide the frame while a picture is taken."""
        was_shown = not self.isHidden()
        self.hide()
        try:
            yield
        finally:
            self.setVisible(was_shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().highlight().color(), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def fill_plots_menu(menu: QMenu, window: QWidget) -> None:
    """Put the menus of all plots of a window into one of its menus; those of hidden plots are greyed."""
    found = window.findChildren(PlotMenu)
    for plot_menu in found:
        menu.addMenu(plot_menu.menu)

    def show_state() -> None:
        for plot_menu in found:
            plot_menu.menu.menuAction().setEnabled(plot_menu.plot.isVisible())

    menu.aboutToShow.connect(show_state)
