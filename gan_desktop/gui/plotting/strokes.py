"""Many short strokes, drawn in one call: a line, a lattice, or arrows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

Floats = npt.NDArray[np.floating[Any]]

# Beyond this many pixels nothing is seen, and the painter would overflow.
FARTHEST = 30_000.0
LONGEST_ARROW = 26.0
HEAD = 5.0
HEAD_ANGLE = np.radians(152)
# The pull from which an arrow has a length at all, and the one that has the full length; in between, each tenfold adds
# the same.
WEAKEST, STRONGEST = 1e-3, 10.0
NO_STROKES = np.empty((0, 2, 2))


class Strokes(pg.GraphicsObject):
    """Straight strokes between places in the view's coordinates, each a pixel wide."""

    def __init__(self, smooth: bool = False) -> None:
        super().__init__()
        self._pen = QPen()
        self._smooth = smooth
        self._lines = PrimitiveArray(QLineF, 4)
        self.strokes: Floats = NO_STROKES

    def set_color(self, color: QColor) -> None:
        self._pen = QPen(color, 1)
        self.update()

    def set_strokes(self, strokes: Floats) -> None:
        """Show other strokes, shape (n, 2, 2): the two ends of each. What is not finite is not drawn."""
        self.strokes = strokes[np.isfinite(strokes).all(axis=(1, 2))]
        self.update()

    def clear(self) -> None:
        self.set_strokes(NO_STROKES)

    def boundingRect(self) -> QRectF:
        # All that is in view: strokes have no say in the view's range.
        return self.viewRect() or QRectF()

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        """No bounds, for pyqtgraph's automatic ranges."""
        return None, None

    def pixels(self, to_pixels: QTransform) -> Floats:
        """What is drawn, shape (n, 2, 2), in pixels."""
        return to_place(self.strokes, to_pixels)

    def paint(self, painter: QPainter, *_: object) -> None:
        to_pixels = painter.worldTransform()
        strokes = self.pixels(to_pixels)
        if not len(strokes):
            return
        self._lines.resize(len(strokes))
        self._lines.ndarray()[:] = np.clip(strokes, -FARTHEST, FARTHEST).reshape(-1, 4)
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        painter.setPen(self._pen)
        painter.drawLines(*self._lines.drawargs())
        painter.setWorldTransform(to_pixels)


class ArrowStrokes(Strokes):
    """Arrows from places in a direction. Their length tells how strong the pull is, on a logarithmic scale.

    Attributes:
        lengths: in pixels.
        median_pull: by how much the loss would fall over half the view's width, along the middle one of the arrows.
    """

    def __init__(self) -> None:
        super().__init__(smooth=True)
        self.lengths: npt.NDArray[np.float64] = np.empty(0)
        self.median_pull = 0.0

    def set_arrows(self, points: Floats, directions: Floats, reach: float) -> None:
        """Show other arrows.

        Args:
            points: where they begin, shape (n, 2).
            directions: where the loss falls fastest, same shape: by how much for a step of length 1.
            reach: half the view's width: the pull is told by how much the loss would fall over that far, which is
                the same for data of any scale.
        """
        known = np.isfinite(points).all(axis=1) & np.isfinite(directions).all(axis=1)
        points, directions = points[known].astype(np.float64), directions[known].astype(np.float64)
        norm = np.linalg.norm(directions, axis=1)
        self.lengths = LONGEST_ARROW * shown_length(norm * reach)
        self.median_pull = float(np.median(norm * reach)) if len(norm) else 0.0
        unit = directions / np.maximum(norm, np.finfo(np.float64).tiny)[:, None]
        self.set_strokes(np.stack([points, points + unit], axis=1))

    def clear(self) -> None:
        self.set_arrows(np.empty((0, 2)), np.empty((0, 2)), 1.0)

    def pixels(self, to_pixels: QTransform) -> Floats:
        ends = to_place(self.strokes, to_pixels)
        start, way = ends[:, 0], ends[:, 1] - ends[:, 0]
        # Without a pull there is no direction: a point is left.
        way = way / np.maximum(np.linalg.norm(way, axis=1), 1e-12)[:, None] * self.lengths[:, None]
        tip = start + way
        return np.concatenate([np.stack([start, tip], axis=1), heads(way, tip, self.lengths)])


class WayStrokes(Strokes):
    """Arrows from place to place, as long as the way is."""

    def __init__(self) -> None:
        super().__init__(smooth=True)

    def pixels(self, to_pixels: QTransform) -> Floats:
        ends = to_place(self.strokes, to_pixels)
        way = ends[:, 1] - ends[:, 0]
        return np.concatenate([ends, heads(way, ends[:, 1], np.linalg.norm(way, axis=1))])


def heads(way: Floats, tip: Floats, lengths: Floats) -> Floats:
    """The two strokes of each arrow's head, shape (2 n, 2, 2), for arrows of these ways, tips and lengths in pixels."""
    strokes = []
    for angle in (HEAD_ANGLE, -HEAD_ANGLE):
        turned = way @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        size = np.minimum(1, HEAD / np.maximum(lengths, 1e-12))
        strokes.append(np.stack([tip, tip + turned * size[:, None]], axis=1))
    return np.concatenate(strokes)


def shown_length(pull: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How long the arrow of a pull is drawn, 0 .. 1."""
    decades = np.log10(np.maximum(pull, WEAKEST) / WEAKEST)
    return np.minimum(decades / np.log10(STRONGEST / WEAKEST), 1.0)


def lattice(points: Floats) -> Floats:
    """The strokes between neighbours in a lattice of shape (rows, columns, 2)."""
    across = np.stack([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 2, 2)
    along = np.stack([points[:-1], points[1:]], axis=2).reshape(-1, 2, 2)
    return np.concatenate([across, along])


def to_place(places: Floats, to_pixels: QTransform) -> Floats:
    """Places in the view's coordinates, shape (..., 2), in pixels."""
    scale = np.array([to_pixels.m11(), to_pixels.m22()])
    return places * scale + np.array([to_pixels.dx(), to_pixels.dy()])
