"""A grid of small images, tiled into one and enlarged by whole pixels; images of classes have a row for each class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.core.tiling import Bytes, tile
from gan_desktop.gui.look import words
from gan_desktop.gui.samples.grid_cells import (
    BLANK,
    Cells,
    best_columns,
    class_rows,
    fitted_rows,
    full_rows,
)

WASTE_BELOW = 0.9
# Display pixels: between a row's head and its images, between two blocks of rows, and a head's text at its widest.
HEAD_GAP, BLOCK_GAP, WIDEST_HEAD = 7, 16, 84
# Left of each head is room for a sign, in every grid, so that grids beside each other are alike.
SIGN_ROOM = 15
SMALLEST_FONT = 8


def to_qimage(picture: Bytes) -> QImage:
    """Grey or RGB bytes as an image that owns its memory."""
    height, width, channels = picture.shape
    if channels == 1:
        return QImage(picture.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    return QImage(picture.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()


@dataclass(frozen=True)
class Block:
    """Rows of cells, and the picture that they make."""

    cells: Cells
    picture: QImage


class ImageGrid(QWidget):
    """Shows images of shape (n, h, w, 1 or 3) as large as fits; if there are none, it shows the text instead."""

    def __init__(self) -> None:
        super().__init__()
        self._images: Bytes | None = None
        self._labels: npt.NDArray[np.integer] | None = None
        self._names: Sequence[str] | None = None
        self._blocks: list[Block] = []
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

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """Each row's head, empty where it has none, and which images stand in it."""
        return [
            (self._head(block.cells, row), [index for index in order.tolist() if index != BLANK])
            for block in self._blocks
            for row, order in enumerate(block.cells.order)
        ]

    def set_ground(self, color: str) -> None:
        """The grey between the images: that of the surface around them."""
        self._ground = QColor(color).lightness()
        self._tile()

    def show_images(
        self,
        images: Bytes | None,
        labels: npt.NDArray[np.integer] | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        """Show images; where they are of several classes, `labels`, shape (n,), each class has a row with its name."""
        self._images, self._labels, self._names = images, labels, names
        self._tile()

    @property
    def _gap(self) -> int:
        return 1 if self._images is None or self._images.shape[1] <= 16 else 2

    @property
    def _edge(self) -> float:
        """Display pixels that are kept free around all of it."""
        return 0.0

    @property
    def _top(self) -> float:
        """Display pixels that are kept free above the images, beside the edge."""
        return 0.0

    @property
    def _has_rows(self) -> bool:
        return self._labels is not None and len(np.unique(self._labels)) > 1

    def _head(self, cells: Cells, row: int) -> str:
        return words.class_name(cells.classes[row], self._names) if cells.classes else ""

    def _tile(self) -> None:
        self._blocks = []
        if self._images is not None and len(self._images):
            size = self._images.shape[1:3]
            room = (max(self.width() - 2 * self._edge, 1.0), max(self.height() - 2 * self._edge, 1.0))
            if self._has_rows and self._labels is not None:
                cells = class_rows(self._labels)
                head = self._head_width(self.font(), [cells]) + BLOCK_GAP
                parts = fitted_rows(cells, size, room, self._gap, head)
            else:
                count = len(self._images)
                parts = [full_rows(count, best_columns(count, size, room, self._gap))]
            self._blocks = [Block(part, self._picture(self._images, part, self._ground)) for part in parts]
        self.update()

    def _picture(self, images: Bytes, cells: Cells, ground: int) -> QImage:
        order = cells.order.ravel()
        chosen = images[order]
        chosen[order == BLANK] = ground
        return to_qimage(tile(chosen, cells.order.shape[1], self._gap, ground))

    def to_image(self, smallest_side: int = 512) -> QImage | None:
        """The grid for a file, enlarged by a whole number to at least `smallest_side` pixels.

        A row for each class where there are several, else as square as can be.
        """
        if self._images is None:
            return None
        if self._has_rows and self._labels is not None:
            cells = class_rows(self._labels)
        else:
            cells = full_rows(len(self._images), ceil(len(self._images) ** 0.5))
        image = self._picture(self._images, cells, 0)
        factor = max(1, ceil(smallest_side / max(1, min(image.width(), image.height()))))
        mode = Qt.TransformationMode.FastTransformation
        return image.scaled(image.size() * factor, Qt.AspectRatioMode.KeepAspectRatio, mode)

    # Where things are.

    def _head_width(self, font: QFont, parts: Sequence[Cells]) -> int:
        """Room for the rows' heads, 0 where there are none."""
        metrics = QFontMetrics(font)
        widths = [
            metrics.horizontalAdvance(self._head(cells, row)) for cells in parts for row in range(len(cells.classes))
        ]
        return SIGN_ROOM + min(max(widths), WIDEST_HEAD) + HEAD_GAP if widths else 0

    def _placed(self) -> tuple[list[QRectF], float]:
        """Where each block's picture goes, from the left of the room, and how many display pixels a pixel takes."""
        ratio = self.devicePixelRatioF()
        head = self._head_width(self.font(), [block.cells for block in self._blocks])
        edge, top = self._edge, self._edge + self._top
        gaps = len(self._blocks) * head + (len(self._blocks) - 1) * BLOCK_GAP + 2 * edge
        width = sum(block.picture.width() for block in self._blocks)
        height = max(block.picture.height() for block in self._blocks)
        scale = min(max(self.width() - gaps, 1) * ratio / width, max(self.height() - edge - top, 1) * ratio / height)
        # Whole multiples where they waste little: every pixel is then equally large.
        if scale > 1 and floor(scale) / scale > WASTE_BELOW:
            scale = floor(scale)
        places, left = [], edge
        for block in self._blocks:
            size = block.picture.width() * scale / ratio, block.picture.height() * scale / ratio
            places.append(QRectF(left + head, top, *size))
            left += head + size[0] + BLOCK_GAP
        return places, scale

    def index_at(self, position: QPointF) -> int | None:
        """Which image is there."""
        for block, place in self._under(position):
            rows, columns = block.cells.order.shape
            row = int((position.y() - place.top()) / place.height() * rows)
            column = floor((position.x() - place.left()) / place.width() * columns)
            index = int(block.cells.order[row, column]) if 0 <= column < columns else BLANK
            return None if index == BLANK else index
        return None

    def label_at(self, position: QPointF) -> int | None:
        """The class of the image or of the row's head that is there."""
        index = self.index_at(position)
        if index is not None and self._labels is not None:
            return int(self._labels[index])
        for block, place in self._under(position):
            row = int((position.y() - place.top()) / place.height() * len(block.cells.order))
            return block.cells.classes[row] if position.x() < place.left() and block.cells.classes else None
        return None

    def class_at(self, position: QPointF) -> str:
        """The name of the class that is there, empty if there is none."""
        label = self.label_at(position)
        return "" if label is None else words.class_name(label, self._names)

    def _under(self, position: QPointF) -> Iterator[tuple[Block, QRectF]]:
        """The block whose rows or heads are there, and the place of its rows: one or none."""
        if not self._blocks:
            return
        head = self._head_width(self.font(), [block.cells for block in self._blocks])
        for block, place in zip(self._blocks, self._placed()[0], strict=True):
            if place.adjusted(-head, 0, 0, 0).contains(position) and position.y() < place.bottom():
                yield block, place

    def places(self) -> dict[int, QRectF]:
        """Where each image is."""
        found: dict[int, QRectF] = {}
        if self._images is None or not self._blocks:
            return found
        height, width = self._images.shape[1:3]
        for block, place in zip(self._blocks, self._placed()[0], strict=True):
            pixel = place.width() / block.picture.width()
            for row, order in enumerate(block.cells.order.tolist()):
                top = place.top() + row * (height + self._gap) * pixel
                for column, index in enumerate(order):
                    left = place.left() + column * (width + self._gap) * pixel
                    found[index] = QRectF(left, top, width * pixel, height * pixel)
        found.pop(BLANK, None)
        return found

    def tip_at(self, position: QPointF) -> str:
        """The tool tip of a place; empty if it has none of its own."""
        name = self.class_at(position)
        return self.tr("Class {name}").format(name=name) if name else ""

    # Qt.

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(QPointF(event.pos()))
            if tip:
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._blocks:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(flags), self.message)
            return
        places, scale = self._placed()
        for block, place in zip(self._blocks, places, strict=True):
            self._paint_heads(painter, block.cells, place)
            # Enlarged by whole pixels beyond the size that is needed, then brought down smoothly: square pixels with
            # sharp edges at any size. If the size that is needed has whole pixels, they are painted as they are.
            picture = block.picture
            if scale > 1 and scale != int(scale):
                picture = picture.scaled(picture.size() * ceil(scale))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale != int(scale))
            painter.drawImage(place, picture, QRectF(picture.rect()))

    def _paint_heads(self, painter: QPainter, cells: Cells, place: QRectF) -> None:
        row_height = place.height() / len(cells.order)
        font = QFont(self.font())
        font.setPixelSize(max(SMALLEST_FONT, min(QFontMetrics(font).ascent(), int(row_height))))
        painter.setFont(font)
        painter.setPen(self.palette().placeholderText().color())
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
        for row in range(len(cells.classes)):
            text = QFontMetrics(font).elidedText(self._head(cells, row), Qt.TextElideMode.ElideRight, WIDEST_HEAD)
            left = place.left() - HEAD_GAP - WIDEST_HEAD
            painter.drawText(QRectF(left, place.top() + row * row_height, WIDEST_HEAD, row_height), flags, text)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._tile()
