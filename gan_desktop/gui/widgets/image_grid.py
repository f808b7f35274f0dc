"""A grid of small images, tiled into one and enlarged by whole pixels."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_desktop.core.tiling import Bytes, tile

# A ragged last row looks like something is missing: images may be this much smaller to avoid it.
FULL_ROWS = 1.6
WASTE_BELOW = 0.9


def best_columns(count: int, image: tuple[int, int], room: tuple[float, float], gap: int) -> int:
    """The number of columns that makes the images largest in `room` (width, height); full rows are worth a lot."""
    height, width = image

    def size(columns: int) -> float:
        rows = ceil(count / columns)
        scale = min((room[0] + gap) / (columns * (width + gap)), (room[1] + gap) / (rows * (height + gap)))
        return scale * (FULL_ROWS if count % columns == 0 else 1.0)

    return max(range(1, count + 1), key=size)


def to_qimage(picture: Bytes) -> QImage:
    """Grey or RGB bytes as an image that owns its memory."""
    height, width, channels = picture.shape
    if channels == 1:
        return QImage(picture.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    return QImage(picture.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()


class ImageGrid(QWidget):
    """Shows images of shape (n, h, w, 1 or 3) as large as fits; the text instead where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._images: Bytes | None = None
        self._picture: QImage | None = None
        self._columns = 1
        self._ground = 255
        self.message = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 90)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    @property
    def images(self) -> Bytes | None:
        """What is shown."""
        return self._images

    def set_ground(self, color: str) -> None:
        """The grey between the images: that of the surface around them."""
        self._ground = QColor(color).lightness()
        self._tile()

    def show_images(self, images: Bytes | None) -> None:
        self._images = images
        self._tile()

    def _gap(self) -> int:
        return 1 if self._images is None or self._images.shape[1] <= 16 else 2

    def _tile(self) -> None:
        self._picture = None
        if self._images is not None and len(self._images):
            count, height, width = self._images.shape[:3]
            room = (float(max(self.width(), 1)), float(max(self.height(), 1)))
            self._columns = best_columns(count, (height, width), room, self._gap())
            self._picture = to_qimage(tile(self._images, self._columns, self._gap(), self._ground))
        self.update()

    def to_image(self, smallest_side: int = 512) -> QImage | None:
        """The grid for a file: a square-ish tiling, enlarged by a whole number to at least `smallest_side` pixels."""
        if self._images is None:
            return None
        columns = ceil(len(self._images) ** 0.5)
        image = to_qimage(tile(self._images, columns, self._gap(), 0))
        factor = max(1, ceil(smallest_side / max(1, min(image.width(), image.height()))))
        mode = Qt.TransformationMode.FastTransformation
        return image.scaled(image.size() * factor, Qt.AspectRatioMode.KeepAspectRatio, mode)

    def _target(self, picture: QImage) -> tuple[QRectF, float]:
        """Where the picture goes, at the left of the room, and how much larger it is there in display pixels."""
        ratio = self.devicePixelRatioF()
        scale = min(self.width() * ratio / picture.width(), self.height() * ratio / picture.height())
        # Whole multiples where they waste little: every pixel is then equally large.
        if scale > 1 and floor(scale) / scale > WASTE_BELOW:
            scale = floor(scale)
        width, height = picture.width() * scale / ratio, picture.height() * scale / ratio
        return QRectF(0, 0, width, height), scale

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(flags), self.message)
            return
        target, scale = self._target(self._picture)
        # Enlarged by whole pixels beyond the size that is needed, then brought down smoothly: square pixels with
        # sharp edges at any size.
        picture = self._picture
        if scale > 1:
            picture = picture.scaled(picture.size() * ceil(scale))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale != int(scale))
        painter.drawImage(target, picture, QRectF(picture.rect()))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._tile()
