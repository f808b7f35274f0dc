"""How the lines of several runs are told apart: by colour and by dashes, so that colour is never needed alone."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from gan_desktop.gui.look.theme import Colors

DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
WIDTH = 2
# As large as the icons of headings are.
SAMPLE = QSize(16, 16)
# How strong a band is on the surface.
BAND = 60


def colors_of(colors: Colors) -> tuple[str, ...]:
    """The colours of the lines, in their order."""
    return colors.d, colors.g, colors.good, colors.averaged, colors.mark, colors.text


def dashes_of(place: int) -> int:
    """The place among `DASHES` of the run at a place."""
    return (place + place // 12) % len(DASHES)


def pen_of(place: int, colors: Colors) -> QPen:
    """The pen of the run at a place; 24 differ, and neighbours do so in both colour and dashes."""
    palette = colors_of(colors)
    pen: QPen = pg.mkPen(palette[place % len(palette)], width=WIDTH, style=DASHES[dashes_of(place)])
    return pen


def band_of(place: int, colors: Colors) -> QColor:
    """The colour of the band about its mean."""
    color = QColor(pen_of(place, colors).color())
    color.setAlpha(BAND)
    return color


def sample_of(place: int, colors: Colors, ratio: float) -> QIcon:
    """A piece of its line, for headings."""
    pixmap = QPixmap(SAMPLE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(pen_of(place, colors))
    painter.drawLine(1, SAMPLE.height() // 2, SAMPLE.width() - 1, SAMPLE.height() // 2)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Disabled)
    return icon
