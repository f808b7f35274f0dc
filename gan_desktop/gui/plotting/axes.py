"""Axes and a view box for plots over steps: readable numbers, and a zoom that keeps the curve in sight."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsItem

from gan_desktop.gui.plotting.loss_scale import HIGHEST, Logarithmic, LossScale, Symmetric


def keep_painted(axis: pg.AxisItem) -> None:
    """Have an axis laid out and written only when it changes, and copied at all other repaints of its plot.

    Writing two axes costs as much as drawing both curves of the losses.
    """
    axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


class StepAxis(pg.AxisItem):
    """Step numbers in full, grouped: 12,000."""

    def __init__(self) -> None:
        super().__init__("bottom")
        keep_painted(self)
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:,.0f}" if value == round(value) else "" for value in values]


class LossAxis(pg.AxisItem):
    """Losses; on a logarithmic scale the ticks are still the losses, never exponents of ten."""

    def __init__(self) -> None:
        super().__init__("left")
        keep_painted(self)
        self.enableAutoSIPrefix(False)
        self.setWidth(52)
        self._symmetric: Symmetric | None = None

    def set_scale(self, scale: LossScale) -> None:
        """Name the losses of another scale."""
        self._symmetric = scale if isinstance(scale, Symmetric) else None
        self.setLogMode(isinstance(scale, Logarithmic))

    def tickValues(self, *of: float) -> list[tuple[float | None, list[float]]]:
        if self._symmetric is None:
            found: list[tuple[float | None, list[float]]] = super().tickValues(*of)
            return found
        *ends, size = of
        low, high = sorted(ends)
        return [(1.0, self._symmetric.ticks(low, high, size))]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        if self._symmetric is not None:
            return [self._symmetric.text(value) for value in values]
        found: list[str] = super().tickStrings(values, scale, spacing)
        return [text.replace("-", "−") for text in found]

    def logTickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        return [f"{10 ** min(max(value, -HIGHEST), HIGHEST):.3g}" for value in values]


class StepViewBox(pg.ViewBox):
    """The wheel and dragging move along the steps; over the loss axis they move the losses.

    Signals:
        moved: the person zoomed or dragged; True if it was the loss axis.
        follow_asked: the person double-clicked.
    """

    moved = Signal(bool)
    follow_asked = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.disableAutoRange()
        self.setDefaultPadding(0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        super().wheelEvent(event, axis=axis or 0)
        self.moved.emit(axis == 1)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        super().mouseDragEvent(event, axis=axis or 0)
        self.moved.emit(axis == 1)

    def mouseDoubleClickEvent(self, event: Any) -> None:
        event.accept()
        self.follow_asked.emit()
