"""The share of generated samples in each mode as bars, beside what real samples give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.core.scale import round_ticks
from gan_desktop.gui.theme import LIGHT, Colors

BAR, BAND = 0.62, 0.3
GAP, TICK = 5.0, 4.0
# Room above the highest bar, as a share of it; and the least that the axis shows, in even shares.
HEADROOM, LEAST = 1.08, 1.6
# Names that do not fit beside each other stand upright where there is so much room for each, and take so much height.
UPRIGHT_FROM, TALLEST_NAME = 11.0, 64.0
NARROW = 9.0


@dataclass(frozen=True)
class Bar:
    """One mode: the share of the fakes in it, and what real samples give, with its standard deviation."""

    name: str
    share: float
    usual: float
    deviation: float
    is_lost: bool


class ModeBars(QWidget):
    """Bars over their names, a dashed line and a band for what is usual, a cross where a mode is lost.

    Signals:
        pointed: the index of the mode that the pointer is on, or None.
    """

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.bars: Sequence[Bar] = ()
        self._colors = LIGHT
        self._pointed: int | None = None

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self.bars = bars
        self.setAccessibleDescription("; ".join(map(self.text, bars)))
        if self._pointed is not None and self._pointed >= len(bars):
            self._point_at(None)
        self.update()

    def text(self, bar: Bar) -> str:
        """As in `3: 12.1 %, real 12.5 ± 0.7 %`."""
        usual = f"{100 * bar.usual:.1f}"
        if bar.deviation > 0:
            usual += f" ± {100 * bar.deviation:.1f}"
        share = f"{100 * bar.share:.1f}"
        return self.tr("{name}: {share} %, real {usual} %").format(name=bar.name, share=share, usual=usual)

    def sizeHint(self) -> QSize:
        return QSize(180, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 80)

    # Where things are.

    @property
    def highest(self) -> float:
        """The share at the top of the axis."""
        most = max((max(bar.share, bar.usual + bar.deviation) for bar in self.bars), default=1.0)
        return max(HEADROOM * most, LEAST / max(1, len(self.bars)))

    def _room(self) -> QRectF:
        """Where the bars are: right of the numbers, above the names."""
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("100 %") + GAP + TICK
        width = max(1.0, self.width() - left - 1)
        names = self._name_height(width)
        return QRectF(left, metrics.height() / 2, width, max(1.0, self.height() - names - metrics.height() / 2 - GAP))

    def _step(self, width: float) -> float:
        return width / max(1, len(self.bars))

    def _widest_name(self) -> int:
        return max((self.fontMetrics().horizontalAdvance(bar.name) for bar in self.bars), default=0)

    def _is_upright(self, width: float) -> bool:
        """Whether names stand upright: words that do not fit. Numbers that do not are left out."""
        are_numbers = all(bar.name.isdigit() for bar in self.bars)
        return self._widest_name() + 4 > self._step(width) >= UPRIGHT_FROM and not are_numbers

    def _name_height(self, width: float) -> float:
        return min(self._widest_name(), TALLEST_NAME) if self._is_upright(width) else self.fontMetrics().height()

    def bar_at(self, place: QPointF) -> int | None:
        """The index of the mode in whose strip the place is."""
        room = self._room()
        if not self.bars or not room.left() <= place.x() < room.right():
            return None
        return min(int((place.x() - room.left()) / self._step(room.width())), len(self.bars) - 1)

    # The pointer.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.bar_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def _point_at(self, index: int | None) -> None:
        if index != self._pointed:
            self._pointed = index
            self.pointed.emit(index)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = self.bar_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.toolTip() if index is None else self.text(self.bars[index]), self)
            return True
        return super().event(event)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.bars:
            return
        painter = QPainter(self)
        room, highest = self._room(), self.highest
        self._paint_axis(painter, room, highest)
        step = self._step(room.width())
        for index, bar in enumerate(self.bars):
            strip = QRectF(room.left() + index * step, room.top(), step, room.height())
            self._paint_bar(painter, strip, bar, highest, index == self._pointed)
        # Over all bars: the line has to be seen across those that are higher.
        painter.setPen(QPen(QColor(self._colors.text), 1, Qt.PenStyle.DashLine))
        for index, bar in enumerate(self.bars):
            y = round(room.bottom() - bar.usual / highest * room.height()) + 0.5
            painter.drawLine(QPointF(room.left() + index * step, y), QPointF(room.left() + (index + 1) * step, y))
        self._paint_names(painter, room, step)

    def _paint_axis(self, painter: QPainter, room: QRectF, highest: float) -> None:
        metrics = painter.fontMetrics()
        for tick in round_ticks(0, 100 * highest, max(2, int(room.height() / 34))):
            y = round(room.bottom() - tick / 100 / highest * room.height()) + 0.5
            painter.setPen(QColor(self._colors.line))
            painter.drawLine(QPointF(room.left() - TICK, y), QPointF(room.right(), y))
            painter.setPen(QColor(self._colors.muted))
            text = f"{tick:g} %"
            left = room.left() - TICK - GAP - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(left + 2, y + metrics.ascent() / 2 - 1), text)

    def _paint_bar(self, painter: QPainter, strip: QRectF, bar: Bar, highest: float, is_pointed: bool) -> None:
        colors, up = self._colors, strip.height() / highest
        if bar.deviation > 0:
            band = QRectF(strip.left(), strip.bottom() - (bar.usual + bar.deviation) * up, strip.width(), 0)
            band.setBottom(strip.bottom() - max(0.0, bar.usual - bar.deviation) * up)
            painter.fillRect(band, QColor(colors.faint(colors.real, BAND)))
        share = max(1.0, strip.width() * (BAR if strip.width() > NARROW else 0.9))
        # A mode that is reached at all is seen to be.
        tall = max(1.5, bar.share * up) if bar.share > 0 else 0.0
        body = QRectF(strip.center().x() - share / 2, strip.bottom() - tall, share, tall)
        painter.fillRect(body, QColor(colors.g if is_pointed else colors.faint(colors.g, 0.75)))
        if bar.is_lost:
            reach = min(4.0, max(1.5, strip.width() / 2 - 1))
            middle = QPointF(strip.center().x(), strip.bottom() - reach - 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors.error), 2))
            for way in (QPointF(reach, reach), QPointF(reach, -reach)):
                painter.drawLine(middle - way, middle + way)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_names(self, painter: QPainter, room: QRectF, step: float) -> None:
        metrics = painter.fontMetrics()
        upright = self._is_upright(room.width())
        every = 1 if upright else max(1, ceil((self._widest_name() + 4) / step))
        plain, bold = QFont(painter.font()), QFont(painter.font())
        bold.setBold(True)
        for index, bar in enumerate(self.bars):
            if index % every:
                continue
            painter.setFont(bold if bar.is_lost else plain)
            painter.setPen(QColor(self._colors.error if bar.is_lost else self._colors.muted))
            middle = room.left() + (index + 0.5) * step
            if not upright:
                left = middle - metrics.horizontalAdvance(bar.name) / 2
                painter.drawText(QPointF(left, room.bottom() + GAP + metrics.ascent()), bar.name)
                continue
            painter.save()
            painter.translate(middle + metrics.ascent() / 2 - 1, room.bottom() + GAP)
            painter.rotate(-90)
            height = int(self._name_height(room.width()))
            text = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, height)
            painter.drawText(QPointF(-metrics.horizontalAdvance(text), 0), text)
            painter.restore()
