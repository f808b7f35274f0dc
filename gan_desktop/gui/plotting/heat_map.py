"""A heat map of -1 .. 1 on two colours that meet in a neutral one: faint, so that points on it stay readable."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gan_desktop.gui.look.theme import Colors

Floats = npt.NDArray[np.floating[Any]]

# How strong the colour is at the ends, and the grey in the middle; the rest is the surface's colour.
ENDS = 0.5
MIDDLE = 0.13
SHADES = 255


def ramp(colors: Colors) -> npt.NDArray[np.uint8]:
    """The colours from -1 to 1, shape (SHADES, 4), in the order blue, green, red, opaque.

    From the generator's orange, for what is called fake, to the discriminator's blue, for what is called real.
    """
    low, middle, high = (
        np.array(QColor(color).getRgb()[2::-1], np.float64)  # type: ignore[index]
        for color in (colors.faint(colors.g, ENDS), colors.faint(colors.muted, MIDDLE), colors.faint(colors.d, ENDS))
    )
    place = np.linspace(-1, 1, SHADES)[:, None]
    end = np.where(place < 0, low, high)
    mixed = middle + np.abs(place) * (end - middle)
    return np.concatenate([mixed.round(), np.full((SHADES, 1), 255)], axis=1).astype(np.uint8)


class HeatMap(pg.GraphicsObject):
    """Values in cells of equal size that fill a rectangle of the view. What is NaN is left as the ground is."""

    def __init__(self) -> None:
        super().__init__()
        self._ramp = np.zeros((SHADES, 4), np.uint8)
        self._values: Floats | None = None
        self._place = QRectF()
        self._image: QImage | None = None

    @property
    def values(self) -> Floats | None:
        """What is shown, None for nothing."""
        return self._values

    def set_colors(self, colors: Colors) -> None:
        self._ramp = ramp(colors)
        self._image = None
        self.update()

    def show_values(self, values: Floats | None, limits: Floats) -> None:
        """Show values in -1 .. 1 of shape (rows, columns), the first row at the bottom, within these limits; or none.

        `limits` are the range of x and of y, shape (2, 2).
        """
        self._values = values
        (left, right), (bottom, top) = limits
        self._place = QRectF(left, bottom, right - left, top - bottom)
        self._image = None
        self.update()

    def boundingRect(self) -> QRectF:
        # All that is in view: it has no say in the view's range.
        return self.viewRect() or QRectF()

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        """No bounds, for pyqtgraph's automatic ranges."""
        return None, None

    def paint(self, painter: QPainter, *_: object) -> None:
        if self._values is None:
            return
        if self._image is None:
            self._image = self._make_image(self._values)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # The view's y grows upwards and the image's rows are drawn along it: the first one is at the bottom.
        painter.drawImage(self._place, self._image)

    def _make_image(self, values: Floats) -> QImage:
        known = np.isfinite(values)
        shade = np.where(known, (np.clip(np.nan_to_num(values), -1, 1) + 1) / 2 * (SHADES - 1), 0).round().astype(int)
        pixels = self._ramp[shade]
        pixels[~known] = 0
        rows, columns = values.shape
        image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
        return image.copy()
