"""The lights of a run, below each other; side by side where there is little room."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gan_desktop.gui.alerts.aspect_row import AspectRow
from gan_desktop.gui.widgets.style import label

SPACING, CLOSE_SPACING = 9, 3


class Lights(QWidget):
    """A row for each aspect, and of which step they are.

    Signals:
        why_asked: the name of the aspect whose light a person wants explained.
    """

    why_asked = Signal(str)

    def __init__(self, rows: Mapping[str, AspectRow]) -> None:
        super().__init__()
        self._rows = rows
        self.is_close = False
        self.step = label()
        self.step.setObjectName("diagnosis_step")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        for name, row in rows.items():
            row.why_asked.connect(partial(self.why_asked.emit, name))
        self._place()

    def _place(self) -> None:
        columns = 2 if self.is_close else 1
        self._grid.setVerticalSpacing(CLOSE_SPACING if self.is_close else SPACING)
        self._grid.setColumnStretch(1, columns - 1)
        self._grid.setColumnStretch(0, 1)
        for place, row in enumerate(self._rows.values()):
            self._grid.addWidget(row, place // columns, place % columns)
        self._grid.addWidget(self.step, len(self._rows), 0)
        self._grid.setRowStretch(len(self._rows) + 1, 1)

    def set_close(self, is_close: bool) -> None:
        """Stand side by side, with names alone, or not."""
        if is_close == self.is_close:
            return
        self.is_close = is_close
        for row in self._rows.values():
            self._grid.removeWidget(row)
            row.set_close(is_close)
        self._grid.removeWidget(self.step)
        self._place()
