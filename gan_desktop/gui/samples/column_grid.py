"""A grid of samples that can also show, beside each, what it was made of: in rows of columns with heads above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, sqrt
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent

from gan_desktop.core.tiling import tile
from gan_desktop.gui.samples.columns import Column, Spread, gaps_of, side_by_side, spread_of
from gan_desktop.gui.samples.grid_cells import Size, full_rows
from gan_desktop.gui.samples.image_grid import BLOCK_GAP, SMALLEST_FONT, WASTE_BELOW, Block, to_qimage
from gan_desktop.gui.samples.sample_grid import SampleGrid
from gan_desktop.gui.samples.score_frames import THICK

# Display pixels: the least height of a cell, while there is room for another sample; below a head; between columns.
LEAST_CELL, HEAD_BELOW, COLUMN_GAP = 34.0, 3.0, 3.0
# To fill the height with one more row, images may be this much smaller than the width allows.
WORTH_A_ROW = 0.8
# In an exported picture, in pixels of its images: between rows and tables, and between columns.
EXPORT_ROW_GAP, EXPORT_COLUMN_GAP = 3, 1


def fitted_tables(count: int, row: Size, gaps: Size, room: Size, least: float) -> tuple[int, int, float]:
    """How many tables stand side by side, how many rows each has, and by which factor their images are enlarged.

    There are as many rows as can be seen well, and they are then as large as there is room for.

    Args:
        count: of rows, at most.
        row: the width and height of one row's images, in their pixels.
        gaps: what a row takes besides its images, and a table besides its rows, in display pixels.
        room: for all tables.
        least: the least factor, where there is room for more than one row.
    """
    across = room[0] + BLOCK_GAP
    tables = max(1, min(count, floor(across / (row[0] * least + gaps[0] + BLOCK_GAP))))
    scale = max((across / tables - gaps[0] - BLOCK_GAP) / row[0], 0.1)

    def scale_of(rows: int) -> float:
        return min(scale, ((room[1] + gaps[1]) / rows - gaps[1]) / row[1])

    rows = max(1, floor((room[1] + gaps[1]) / (row[1] * scale + gaps[1])))
    if scale_of(rows + 1) > max(WORTH_A_ROW * scale, min(least, scale)):
        rows += 1
    rows = max(1, min(rows, count // tables))
    # Smaller images, and ones enlarged by a whole factor, may leave room for one more table.
    smaller = scale_of(rows)
    if smaller > 1 and floor(smaller) / smaller > WASTE_BELOW:
        smaller = floor(smaller)
    fitting = floor(across / (row[0] * smaller + gaps[0] + BLOCK_GAP))
    return max(tables, min(fitting, count // rows)), rows, smaller


class ColumnGrid(SampleGrid):
    """Images as in a `SampleGrid`, or columns of images: a row of columns is one sample, wherever it is pointed at.

    Attributes:
        columns: what is shown; empty if it is images alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Column] = []
        self._spread: Spread | None = None
        self._column_gap = 1

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show columns of images, as many in each."""
        self.columns = list(columns)
        self._labels = self._names = None
        self._tile()

    def show_images(self, images: Any, *labels: Any) -> None:
        """Show images alone."""
        self.columns, self._spread = [], None
        super().show_images(images, *labels)

    @property
    def _gap(self) -> int:
        return self._column_gap if self.columns else super()._gap

    @property
    def _top(self) -> float:
        return QFontMetrics(self.font()).height() + HEAD_BELOW if self.columns else super()._top

    def _tile(self) -> None:
        if not self.columns:
            super()._tile()
            return
        plain = spread_of(self.columns, 0)
        gap = COLUMN_GAP if self.scores is None else 2 * THICK + 2
        gaps = gaps_of(self.columns) * gap, gap
        room = max(self.width() - 2 * self._edge, 1.0), max(self.height() - 2 * self._edge - self._top, 1.0)
        size = plain.width, plain.height
        least = max(LEAST_CELL / plain.height, 1.0)
        tables, rows, scale = fitted_tables(len(self.columns[0].images), size, gaps, room, least)
        self._column_gap = max(1, ceil(gap / max(scale, 0.1)))
        self._spread = spread_of(self.columns, self._column_gap)
        self._images = side_by_side(self.columns, tables * rows, self._column_gap, self._ground)
        # A table for each block, which are filled one after the other.
        every = full_rows(tables * rows, 1)
        parts = [type(every)(every.order[first : first + rows]) for first in range(0, tables * rows, rows)]
        self._blocks = [Block(part, self._picture(self._images, part, self._ground)) for part in parts]
        self.update()

    def to_image(self, smallest_side: int = 512) -> QImage | None:
        """The grid for a file: of columns, all of their rows, with their heads above them."""
        if not self.columns:
            return super().to_image(smallest_side)
        count, spread = len(self.columns[0].images), spread_of(self.columns, EXPORT_COLUMN_GAP)
        tables = max(1, min(count, round(sqrt(count * spread.height / spread.width))))
        rows = side_by_side(self.columns, count, EXPORT_COLUMN_GAP, 255)
        image = to_qimage(tile(rows, tables, EXPORT_ROW_GAP, 255))
        factor = ceil(max(smallest_side / min(image.width(), image.height()), LEAST_CELL / spread.height))
        top = round(self._top)
        picture = QImage(image.width() * factor, image.height() * factor + top, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        painter.drawImage(0, top, image.scaled(image.size() * factor))
        black = QColor(Qt.GlobalColor.black)
        for table in range(tables):
            left = table * (spread.width + EXPORT_ROW_GAP) * factor
            self._paint_titles(painter, spread, QRectF(left, top, spread.width * factor, 1), black, black)
        painter.end()
        return picture

    # Where things are.

    def _columns_in(self, spread: Spread, place: QRectF) -> Iterator[tuple[Column, QRectF]]:
        """Each column, and where it is in a place that is as wide as a row."""
        pixel = place.width() / spread.width
        for column, (left, width) in zip(self.columns, spread.spans, strict=True):
            yield column, QRectF(place.left() + left * pixel, place.top(), width * pixel, place.height())

    def frame_places(self) -> dict[int, QRectF]:
        """Where the maker's own images are: what the discriminator judges."""
        places = super().frame_places()
        if self._spread is None:
            return places
        found = {}
        for index, place in places.items():
            made = [cell for column, cell in self._columns_in(self._spread, place) if column.is_made]
            found[index] = made[0] if made else place
        return found

    def tip_at(self, position: QPointF) -> str:
        """The column that is there, before what is said of the sample."""
        tip = super().tip_at(position)
        if self._spread is None:
            return tip
        for _, place in self._under(position):
            for column, cell in self._columns_in(self._spread, place):
                if cell.contains(position):
                    return f"{column.title} · {tip}" if tip and column.is_made else column.title
        return ""

    def _beside(self, index: int, down: int, across: int) -> int:
        if not self.columns:
            return super()._beside(index, down, across)
        rows, row = len(self._blocks[0].cells.order), index % len(self._blocks[0].cells.order)
        wanted = index + across * rows + (down if 0 <= row + down < rows else 0)
        return wanted if 0 <= wanted < len(self._blocks) * rows else index

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._spread is None or not self._blocks:
            return
        painter = QPainter(self)
        muted, text = self.palette().placeholderText().color(), self.palette().text().color()
        for place in self._placed()[0]:
            self._paint_titles(painter, self._spread, place, muted, text)

    def _paint_titles(self, painter: QPainter, spread: Spread, place: QRectF, muted: QColor, text: QColor) -> None:
        """The heads above a table, the maker's own in the colour of text."""
        room = COLUMN_GAP * 2
        for column, cell in self._columns_in(spread, place):
            font = QFont(self.font())
            size = QFontMetrics(font).ascent()
            width = cell.width() + room
            while size > SMALLEST_FONT and QFontMetrics(font).horizontalAdvance(column.title) > width:
                size -= 1
                font.setPixelSize(size)
            painter.setFont(font)
            painter.setPen(text if column.is_made else muted)
            title = QFontMetrics(font).elidedText(column.title, Qt.TextElideMode.ElideRight, ceil(width))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            head = QRectF(cell.left() - room / 2, place.top() - self._top, width, self._top - HEAD_BELOW)
            painter.drawText(head, int(flags) | int(Qt.TextFlag.TextDontClip), title)
