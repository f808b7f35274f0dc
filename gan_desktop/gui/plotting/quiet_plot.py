"""A plot that does not move by itself, asks for little room, and leaves the keys to the window."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QSize

from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.axes import keep_painted


class QuietPlot(pg.PlotWidget):
    """Two axes, whose ranges its owner sets."""

    def __init__(self) -> None:
        super().__init__()
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFrameStyle(0)
        self.getPlotItem().getViewBox().disableAutoRange()
        for name in ("left", "bottom"):
            keep_painted(self.getAxis(name))

    def set_colors(self, colors: Colors) -> None:
        """Set every colour by hand: pyqtgraph does not heed the palette."""
        self.setBackground(colors.surface)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colors.line))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(self.font())

    def sizeHint(self) -> QSize:
        """Small: the docks decide how much room there is, and must not widen the window."""
        return QSize(320, 220)

    def keyPressEvent(self, event: object) -> None:
        """Leave the keys to the window: Space pauses, the arrow steps."""
        event.ignore()  # type: ignore[attr-defined]
