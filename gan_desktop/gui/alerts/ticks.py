"""Small marks above a slider, where failures were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.core.diagnosis import Level
from gan_desktop.gui.alerts.light import level_color, paint_level
from gan_desktop.gui.look.theme import LIGHT, Colors

SIDE = 8
# The middle of a slider's handle at either end, from the slider's edge.
INSET = 8
REACH = 6


@dataclass(frozen=True)
class Tick:
    """At `share` of the slider's length, from 0 to 1."""

    share: float
    level: Level
    text: str


class AlertTicks(QWidget):
    """Marks in a row as wide as the slider below it; the tool tip of a mark says what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._colors = LIGHT
        self.ticks: Sequence[Tick] = ()

    def sizeHint(self) -> QSize:
        return QSize(60, SIDE)

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_ticks(self, ticks: Sequence[Tick]) -> None:
        if ticks == self.ticks:
            return
        self.ticks = ticks
        self.setAccessibleDescription("; ".join(tick.text for tick in ticks))
        self.update()

    def _place(self, tick: Tick) -> float:
        return INSET + tick.share * (self.width() - 2 * INSET)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QColor(self._colors.surface)
        painted: set[int] = set()
        for tick in self.ticks:
            x = round(self._place(tick) - SIDE / 2)
            # If marks would cover each other, one is enough; the tool tip tells of all.
            if any(abs(x - other) < SIDE - 2 for other in painted):
                continue
            painted.add(x)
            color = QColor(level_color(self._colors, tick.level))
            paint_level(painter, QRectF(x, 0, SIDE, SIDE), tick.level, color, ground)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            near = [tick.text for tick in self.ticks if abs(self._place(tick) - event.pos().x()) <= REACH]
            QToolTip.showText(event.globalPos(), "\n".join(near), self)
            return True
        return bool(super().event(event))  # type: ignore[arg-type]
