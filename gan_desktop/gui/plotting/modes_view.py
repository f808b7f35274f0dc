"""Where modes are drawn: a click adds one, dragging moves it, the right button removes it; the keys do all of that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent

from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.own_data.modes import FARTHEST, Modes, Place
from gan_desktop.gui.plotting.dots import Dots

# Pixels from a mode within which a click means it.
REACH = 9
MODE_SIZE, SELECTED_SIZE, POINT_SIZE = 9, 15, 3
POINTS = 1500
# The smallest half-width of the view, and how much of the room the modes may take at first.
SMALLEST_VIEW, ROOM = 2.0, 1.3
# How far an arrow key moves a mode, and with Shift, as shares of the view's half-width.
NUDGE, LARGE_NUDGE = 0.01, 0.1
ZOOM = 1.25

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class ModesView(pg.PlotWidget):
    """Shows modes as circles among the points that a mixture of them gives.

    Signals:
        changed: the modes changed, or another one was selected.
        refused: there is no room for another one.
    """

    changed = Signal()
    refused = Signal()

    def __init__(self, modes: Modes, sigma: float, colors: Colors) -> None:
        super().__init__(background=colors.surface)
        self.modes = modes
        self._sigma = sigma
        self._dragging = False
        # The same points all the time: they follow the modes, and do not flicker.
        self._noise = np.random.default_rng(0).normal(size=(POINTS, 2))
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box = self.getPlotItem().getViewBox()
        box.disableAutoRange()
        box.setLimits(xMin=-2 * FARTHEST, xMax=2 * FARTHEST, yMin=-2 * FARTHEST, yMax=2 * FARTHEST)
        self.setAspectLocked(True)
        self.showGrid(x=True, y=True, alpha=0.25)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colors.line))
            axis.setTextPen(pg.mkPen(colors.muted))
        self._points = Dots(POINT_SIZE)
        self._points.set_color(QColor(colors.faint(colors.real, 0.8)))
        self._circles = pg.ScatterPlotItem(pxMode=True)
        self._plain = pg.mkPen(colors.text, width=1.6), pg.mkBrush(colors.surface)
        self._chosen = pg.mkPen(colors.surface, width=1.6), pg.mkBrush(colors.accent)
        for item in (self._points, self._circles):
            self.addItem(item)
        self.show_all()
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(460, 460)

    def show_all(self) -> None:
        """Zoom so that every mode is in view."""
        places = self.modes.array()
        half = max(SMALLEST_VIEW, ROOM * float(np.abs(places).max()) if len(places) else 0.0)
        self.setRange(xRange=(-half, half), yRange=(-half, half), padding=0)

    def set_sigma(self, sigma: float) -> None:
        """How far the points are from their modes."""
        self._sigma = sigma
        self._show()

    def refresh(self) -> None:
        """Show the modes as they are now, and tell of it."""
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        places = self.modes.array()
        if len(places):
            centres = places[np.arange(POINTS) % len(places)]
            self._points.set_points(centres + self._sigma * self._noise)
        else:
            self._points.set_points(np.empty((0, 2)))
        looks = [self._chosen if place == self.modes.selected else self._plain for place in range(len(places))]
        sizes = [SELECTED_SIZE if look is self._chosen else MODE_SIZE for look in looks]
        pens, brushes = [pen for pen, _ in looks], [brush for _, brush in looks]
        self._circles.setData(pos=places, size=sizes, pen=pens, brush=brushes)

    # The mouse.

    def place_at(self, position: QPointF) -> Place:
        """The coordinates of a point of the widget."""
        point = self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))
        return point.x(), point.y()

    def position_of(self, place: Place) -> QPointF:
        """The point of the widget that has these coordinates."""
        point = self.getPlotItem().getViewBox().mapViewToScene(QPointF(*place))
        return QPointF(self.mapFromScene(point))

    def _mode_at(self, position: QPointF) -> int | None:
        """The nearest mode within reach."""
        if not self.modes.places:
            return None
        points = [self.position_of(place) - position for place in self.modes.places]
        distances = [QPointF.dotProduct(point, point) for point in points]
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= REACH**2 else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        mode = self._mode_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            if mode is not None:
                self.modes.selected = mode
            elif not self.modes.add(self.place_at(event.position())):
                self.refused.emit()
                return
            self._dragging = True
            self.refresh()
        elif event.button() == Qt.MouseButton.RightButton and mode is not None:
            self.modes.selected = mode
            self.modes.remove()
            self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.modes.move(self.place_at(event.position()))
            self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Treat two quick clicks as two clicks."""
        self.mousePressEvent(event)

    # The keyboard.

    def event(self, event: QEvent) -> bool:
        # Plain keys are this view's, whatever shortcuts there are.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._can(event.key()):
            event.accept()
            return True
        return super().event(event)

    def _can(self, key: int) -> bool:
        return key in ARROWS or key in self._deeds()

    def _deeds(self) -> dict[int, Any]:
        return {
            Qt.Key.Key_Insert: self._add_in_the_middle,
            Qt.Key.Key_Delete: self.modes.remove,
            Qt.Key.Key_Backspace: self.modes.remove,
            Qt.Key.Key_PageDown: lambda: self.modes.select_next(1),
            Qt.Key.Key_PageUp: lambda: self.modes.select_next(-1),
            Qt.Key.Key_Plus: lambda: self._zoom(1 / ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(1 / ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(ZOOM),
            Qt.Key.Key_Home: self.show_all,
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        deeds = self._deeds()
        if key in ARROWS:
            left, right = self.viewRange()[0]
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            reach = (LARGE_NUDGE if large else NUDGE) * (right - left) / 2
            across, up = ARROWS[Qt.Key(key)]
            self.modes.nudge(across * reach, up * reach)
            self._keep_in_view()
        elif key in deeds:
            deeds[key]()
        else:
            event.ignore()
            return
        self.refresh()

    def _keep_in_view(self) -> None:
        place = self.modes.selected_place
        ranges = self.viewRange()
        if place is not None and not all(low <= at <= high for at, (low, high) in zip(place, ranges, strict=True)):
            self.show_all()

    @Slot()
    def add_in_the_middle(self) -> None:
        """Add a mode in the middle of the view, from where the arrow keys move it."""
        self._add_in_the_middle()
        self.refresh()

    def _add_in_the_middle(self) -> None:
        (left, right), (bottom, top) = self.viewRange()
        if not self.modes.add(((left + right) / 2, (bottom + top) / 2)):
            self.refused.emit()

    def _zoom(self, factor: float) -> None:
        self.getPlotItem().getViewBox().scaleBy((factor, factor))
