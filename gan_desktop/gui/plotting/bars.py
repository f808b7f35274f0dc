"""The share of generated samples in each mode as bars, and how varied they are in it, beside what real samples give."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.core.scale import round_ticks
from gan_desktop.gui.look.theme import LIGHT, Colors
from gan_desktop.gui.plotting.bar import GAP, TICK, Bar, paint_body, paint_sign_above, paint_tick
from gan_desktop.gui.plotting.within_bars import are_known, paint_within
from gan_desktop.gui.samples.class_signs import Sign, share_text

# Room above the highest bar, as a share of it; and the least that the axis shows, in even shares.
HEADROOM, LEAST = 1.08, 1.6
# Names that do not fit beside each other stand upright if each has at least this width, and take at most this height.
UPRIGHT_FROM, TALLEST_NAME = 11.0, 64.0
# How varied the fakes are is shown below if there is at least this height, and takes this share of it.
TWO_CHARTS_FROM, BELOW = 130.0, 0.32
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ModeBars(QWidget):
    """Bars over their names, a dashed line and a band for what is usual, a sign where a mode is lost; below, the same
    for how varied the fakes of each mode are, if that is known.

    Signals:
        pointed: the index of the mode that the pointer or the keyboard is on, or None.
    """

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        # A click must not take the focus, for the arrow keys are the window's.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bars: Sequence[Bar] = ()
        self._colors = LIGHT
        self._pointed: int | None = None

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self.bars = bars
        self.setAccessibleDescription("; ".join(self.text(bar).replace("\n", ", ") for bar in bars))
        if self._pointed is not None and self._pointed >= len(bars):
            self._point_at(None)
        self.update()

    def text(self, bar: Bar) -> str:
        """A bar in words: `3: 12.1 %, real 12.5 ± 0.7 %`, then the diversity within it and what is wrong."""
        usual = f"{100 * bar.usual:.1f}"
        if bar.deviation > 0:
            usual += f" ± {100 * bar.deviation:.1f}"
        share = f"{100 * bar.share:.1f}"
        lines = [self.tr("{name}: {share} %, real {usual} %").format(name=bar.name, share=share, usual=usual)]
        if isfinite(bar.diversity):
            text = self.tr("diversity within: {share}, real {usual}")
            usual = share_text(1.0, bar.diversity_deviation)
            lines.append(text.format(share=share_text(bar.diversity), usual=usual))
        if bar.is_lost:
            lines.append(self.tr("lost"))
        if bar.is_collapsed:
            lines.append(self.tr("all fakes are much the same"))
        return "\n".join(lines)

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

    def _inside(self) -> QRectF:
        """Where both charts are: right of the numbers, above the names."""
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("100 %") + GAP + TICK
        width = max(1.0, self.width() - left - 1)
        names = self._name_height(width)
        return QRectF(left, metrics.height() / 2, width, max(1.0, self.height() - names - metrics.height() / 2 - GAP))

    @property
    def _has_two(self) -> bool:
        return are_known(self.bars) and self._inside().height() >= TWO_CHARTS_FROM

    def _room(self) -> QRectF:
        """Where the shares are."""
        inside = self._inside()
        if self._has_two:
            inside.setBottom(self._below().top() - self.fontMetrics().height() - GAP)
        return inside

    def _below(self) -> QRectF:
        """Where the chart of how varied the fakes are is."""
        inside = self._inside()
        inside.setTop(inside.bottom() - BELOW * inside.height())
        return inside

    def _step(self, width: float) -> float:
        return width / max(1, len(self.bars))

    def _widest_name(self) -> int:
        return max((self.fontMetrics().horizontalAdvance(bar.name) for bar in self.bars), default=0)

    def _is_upright(self, width: float) -> bool:
        """Whether names stand upright: words do if they do not fit. Numbers that do not fit are left out."""
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

    # The pointer and the keyboard.

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
        # Plain keys are the chart's while it has the focus, whatever shortcuts there are.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._knows(event):
            event.accept()
            return True
        return super().event(event)

    def _knows(self, event: QKeyEvent) -> bool:
        return event.key() in MOVES and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Point at the next mode, and show what a tool tip says of it."""
        if not self._knows(event) or not self.bars:
            event.ignore()
            return
        by = MOVES[Qt.Key(event.key())]
        at = (-1 if by > 0 else len(self.bars)) if self._pointed is None else self._pointed
        self._point_at(min(max(at + by, 0), len(self.bars) - 1))
        self._read_out()

    def _read_out(self) -> None:
        if self._pointed is None:
            return
        room = self._inside()
        place = QPoint(round(room.left() + self._pointed * self._step(room.width())), round(room.top()))
        QToolTip.showText(self.mapToGlobal(place), self.text(self.bars[self._pointed]), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.bars:
            return
        painter = QPainter(self)
        room, highest = self._room(), self.highest
        self._paint_axis(painter, room, highest)
        step, up = self._step(room.width()), room.height() / highest
        for index, bar in enumerate(self.bars):
            strip = QRectF(room.left() + index * step, room.top(), step, room.height())
            band = max(0.0, bar.usual - bar.deviation) * up, (bar.usual + bar.deviation) * up
            paint_body(painter, strip, bar.share * up, band, self._colors, index == self._pointed)
            if bar.is_lost:
                paint_sign_above(painter, strip, bar.share * up, Sign.LOST, self._colors)
        # Painted over all bars: the line has to be seen across higher ones.
        painter.setPen(QPen(QColor(self._colors.text), 1, Qt.PenStyle.DashLine))
        for index, bar in enumerate(self.bars):
            y = round(room.bottom() - bar.usual * up) + 0.5
            painter.drawLine(QPointF(room.left() + index * step, y), QPointF(room.left() + (index + 1) * step, y))
        if self._has_two:
            title = self.tr("Diversity within each, dashed: real")
            paint_within(painter, self._below(), self.bars, self._colors, self._pointed, title)
        self._paint_names(painter, self._inside(), step)

    def _paint_axis(self, painter: QPainter, room: QRectF, highest: float) -> None:
        for tick in round_ticks(0, 100 * highest, max(2, int(room.height() / 34))):
            y = round(room.bottom() - tick / 100 / highest * room.height()) + 0.5
            paint_tick(painter, room, y, f"{tick:g} %", self._colors)

    def _paint_names(self, painter: QPainter, room: QRectF, step: float) -> None:
        metrics = painter.fontMetrics()
        upright = self._is_upright(room.width())
        every = 1 if upright else max(1, ceil((self._widest_name() + 4) / step))
        plain, bold = QFont(painter.font()), QFont(painter.font())
        bold.setBold(True)
        for index, bar in enumerate(self.bars):
            if index % every:
                continue
            is_wrong = bar.is_lost or bar.is_collapsed
            painter.setFont(bold if is_wrong else plain)
            painter.setPen(QColor(self._colors.error if is_wrong else self._colors.muted))
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
