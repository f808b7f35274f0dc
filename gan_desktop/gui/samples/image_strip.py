"""A few images in a row, with a mark at a place between the first and the last."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_desktop.core.events import FloatArray
from gan_desktop.core.tiling import to_bytes
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.samples.image_grid import to_qimage
from gan_desktop.gui.samples.thumbnail import fitted

GAP, MARK = 3.0, 7.0
LARGEST = 96.0
# How many images the height is made for.
USUAL = 9


class ImageStrip(QWidget):
    """Images of shape (n, h, w, 1 or 3), all as large as their row has room.

    Signals:
        picked: the place that was clicked, 0 at the middle of the first image, 1 at that of the last.
    """

    picked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._pictures: list[QImage] = []
        self._place: float | None = None
        self._color = QColor("#808080")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(72, 16)

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """The height that the images get: all of them share the width."""
        return round(min((width - GAP * (USUAL - 1)) / USUAL, LARGEST) + MARK + 1)

    def set_colors(self, colors: Colors) -> None:
        self._color = QColor(colors.accent)
        self.update()

    def show_images(self, values: FloatArray | None) -> None:
        """Show values in 0..1, or nothing."""
        self._pictures = [] if values is None else [to_qimage(picture) for picture in to_bytes(values)]
        self.update()

    def show_place(self, place: float | None) -> None:
        """Mark a place of the strip, 0..1, or none."""
        self._place = place
        self.update()

    def _cells(self) -> list[QRectF]:
        count = max(1, len(self._pictures))
        side = min((self.width() - GAP * (count - 1)) / count, self.height() - MARK)
        step = (self.width() - side) / max(1, count - 1)
        return [QRectF(index * step, 0, side, side) for index in range(count)]

    def _pick(self, event: QMouseEvent) -> None:
        if not self._pictures or not event.buttons() & Qt.MouseButton.LeftButton:
            event.ignore()
            return
        cells = self._cells()
        first, last = cells[0].center().x(), cells[-1].center().x()
        self.picked.emit(min(max((event.position().x() - first) / max(1.0, last - first), 0.0), 1.0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pick(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pick(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cells = self._cells()
        for picture, cell in zip(self._pictures, cells, strict=False):
            enlarged, place = fitted(picture, cell)
            painter.drawImage(place, enlarged, QRectF(enlarged.rect()))
        if self._place is not None and self._pictures:
            first, last = cells[0].center().x(), cells[-1].center().x()
            middle, top = first + self._place * (last - first), cells[0].bottom() + 1
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._color)
            corners = [QPointF(middle, top), QPointF(middle - MARK, top + MARK), QPointF(middle + MARK, top + MARK)]
            painter.drawPolygon(QPolygonF(corners))
