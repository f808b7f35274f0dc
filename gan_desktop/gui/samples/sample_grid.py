"""A grid of generated images that can be pointed at: by resting the pointer on one, by clicks, or by the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from gan_desktop.core.events import FloatArray
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import LIGHT, Colors
from gan_desktop.gui.samples.class_sign import SIGN_SIZE, paint_sign
from gan_desktop.gui.samples.class_signs import ClassSign
from gan_desktop.gui.samples.grid_cells import Cells
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.samples.score_frames import THICK, FramePainter, thickness

REST_MS = 150
RING, MARK_SIZE = 2.0, 15.0

MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
PICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SampleGrid(ImageGrid):
    """Images with their scores as frames, letters on some, signs beside rows of classes that something is wrong with,
    and one image that is selected while the grid has the focus.

    Signals:
        rested: the pointer or the selection has come to rest on the image with this index.
        left: it rests there no longer.
        picked: an image was clicked, or Enter pressed on it, and whether with Shift.
    """

    rested = Signal(int)
    left = Signal()
    picked = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.selected: int | None = None
        self.scores: FloatArray | None = None
        self.signs: Mapping[int, ClassSign] = {}
        self._marks: dict[int, str] = {}
        self._colors = LIGHT
        self._pointed: int | None = None
        self._ring, self._fooled, self._rest = QColor("#808080"), QColor("#808080"), QColor("#808080")
        self._mark_text = QColor("#ffffff")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._on_rest)
        self.setMouseTracking(True)
        # A click must not take the focus, for the arrow keys are the window's.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_colors(self, colors: Colors) -> None:
        """The colours of its ground, of frames, of signs and of what is selected."""
        self._colors = colors
        self._ring, self._mark_text = QColor(colors.accent), QColor(colors.accent_text)
        self._fooled, self._rest = QColor(colors.g), QColor(colors.d)
        self.set_ground(colors.surface)

    def show_scores(self, scores: FloatArray | None) -> None:
        """Frame each image by its score, 0..1; None takes the frames away."""
        changed = (scores is None) != (self.scores is None)
        self.scores = scores
        if changed:
            self._tile()
        self.update()

    def show_marks(self, marks: dict[int, str]) -> None:
        """Put letters on the images with these indices."""
        self._marks = marks
        self.update()

    def show_signs(self, signs: Mapping[int, ClassSign]) -> None:
        """Mark the rows of these classes; a screen reader is told their sentences."""
        if signs != self.signs:
            self.signs = signs
            self.setAccessibleDescription(" ".join(sign.sentence for sign in signs.values()))
            self.update()

    def tip_at(self, position: QPointF) -> str:
        """The class and the score of the image, and what is wrong with the class."""
        tip, index, label = super().tip_at(position), self.index_at(position), self.label_at(position)
        if self.scores is not None and index is not None and index < len(self.scores):
            score = self.tr("D: {share} real").format(share=f"{self.scores[index]:.2f}")
            tip = f"{tip} · {score}" if tip else score
        sign = None if label is None else self.signs.get(label)
        if sign is None:
            return tip
        return words.about(sign.sentence) if index is None else words.about(tip, sign.sentence)

    @property
    def _gap(self) -> int:
        if self.scores is None or self._images is None or not len(self._images):
            return super()._gap
        # About as large as an image is shown, whatever the number of columns.
        side = max(min(self.width(), self.height()) / len(self._images) ** 0.5, 1.0)
        return max(super()._gap, ceil((2 * thickness(side) + 2) * max(self._images.shape[1:3]) / side))

    @property
    def _edge(self) -> float:
        return 0.0 if self.scores is None else THICK

    def frame_places(self) -> dict[int, QRectF]:
        """The places around which the frames of the images' scores go."""
        return self.places()

    # The pointer.

    def _point_at(self, index: int | None) -> None:
        if index == self._pointed:
            return
        self._pointed = index
        self.left.emit()
        if index is None:
            self._timer.stop()
        else:
            self._timer.start()

    @Slot()
    def _on_rest(self) -> None:
        if self._pointed is not None:
            self.rested.emit(self._pointed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.picked.emit(index, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._point_at(None)

    # The keyboard.

    def event(self, event: QEvent) -> bool:
        # Plain keys are the grid's while it has the focus, whatever shortcuts there are.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._knows(event):
            event.accept()
            return True
        return super().event(event)

    def _knows(self, event: QKeyEvent) -> bool:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        return event.key() in PICKS or (event.key() in MOVES and not shift)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._knows(event) or self.selected is None:
            event.ignore()
        elif event.key() in PICKS:
            self.picked.emit(self.selected, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            self._select(self._beside(self.selected, *MOVES[Qt.Key(event.key())]))

    def _beside(self, index: int, down: int, across: int) -> int:
        """The image that many rows and columns on: along a row and on to the next one, or straight up or down."""
        rows = [row for _, row in self.rows]
        flat = [each for row in rows for each in row]
        if index not in flat:
            return flat[0]
        if across:
            return flat[min(max(flat.index(index) + across, 0), len(flat) - 1)]
        at = next(place for place, row in enumerate(rows) if index in row)
        row = rows[min(max(at + down, 0), len(rows) - 1)]
        return row[min(rows[at].index(index), len(row) - 1)]

    def _select(self, index: int | None) -> None:
        self.selected = index
        self._point_at(index)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        rows = self.rows
        shown = {index for _, row in rows for index in row}
        self._select(self.selected if self.selected in shown else rows[0][1][0] if rows else None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)
        self.update()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._images is None or not len(self._images):
            return
        painter = QPainter(self)
        places = self.places()
        if self.scores is not None:
            frames = FramePainter(painter, self._fooled, self._rest)
            framed = self.frame_places()
            for index, score in enumerate(np.nan_to_num(self.scores).tolist()):
                if index in framed:
                    frames.paint(framed[index], score)
        for index, text in self._marks.items():
            if index in places:
                self._paint_mark(painter, places[index], text)
        if self.selected in places and self.hasFocus():
            self._paint_ring(painter, places[self.selected])

    def _paint_heads(self, painter: QPainter, cells: Cells, place: QRectF) -> None:
        super()._paint_heads(painter, cells, place)
        height = place.height() / len(cells.order)
        size = min(SIGN_SIZE, height)
        left = place.left() - self._head_width(self.font(), [block.cells for block in self._blocks])
        for row, label in enumerate(cells.classes):
            if label in self.signs:
                top = place.top() + row * height + (height - size) / 2
                paint_sign(painter, QRectF(left, top, size, size), self.signs[label].sign, self._colors)

    def _paint_ring(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QPen(self._ring, RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _paint_mark(self, painter: QPainter, place: QRectF, text: str) -> None:
        self._paint_ring(painter, place)
        size = min(MARK_SIZE, place.width() * 0.8)
        corner = QRectF(QPointF(place.left(), place.top()), QPointF(place.left() + size * max(1, len(text)), 0))
        corner.setHeight(size)
        painter.fillRect(corner, self._ring)
        font = self.font()
        font.setBold(True)
        font.setPixelSize(max(7, round(size * 0.75)))
        painter.setFont(font)
        painter.setPen(self._mark_text)
        painter.drawText(corner, int(Qt.AlignmentFlag.AlignCenter), text)
