"""One image of the data, enlarged into a square of a given size."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_desktop.core.events import FloatArray
from gan_desktop.core.tiling import to_bytes
from gan_desktop.gui.samples.image_grid import to_qimage


def fitted(picture: QImage, room: QRectF) -> tuple[QImage, QRectF]:
    """The picture, and the place at the top of the room where it is as large as can be.

    Enlarged by a whole factor first: its pixels keep sharp edges at any size.
    """
    scale = min(room.width() / picture.width(), room.height() / picture.height())
    size = QSize(round(picture.width() * scale), round(picture.height() * scale))
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(room.center())
    place.moveTop(room.top())
    return (picture.scaled(picture.size() * ceil(scale)) if scale > 1 else picture), place


class Thumbnail(QWidget):
    """Shows an image of shape (h, w, 1 or 3); of a fixed size where one is given, else as large as there is room."""

    def __init__(self, size: int | None = None) -> None:
        super().__init__()
        self.picture: QImage | None = None
        if size is not None:
            self.setFixedSize(size, size)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.setMinimumSize(48, 48)

    def show_image(self, values: FloatArray | None) -> None:
        """Show values in 0..1, or nothing."""
        self.picture = None if values is None else to_qimage(to_bytes(values))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        picture, place = fitted(self.picture, QRectF(self.rect()))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture, QRectF(picture.rect()))
