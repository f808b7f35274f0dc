"""Bars for every layer of both networks: its gradient's norm and how much an update changes it, both logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_desktop.core.views import Layer, Role
from gan_desktop.gui.alerts.layer_findings import HEALTHY_RATIOS, short_name
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import LIGHT, Colors

# Pixels.
ROW, TALLEST_ROW, HEADING, TICKS = 17.0, 22.0, 21.0, 18.0
BAR, GAP, VALUE = 9.0, 14.0, 58.0
# What is kept free beside the scroll bar.
RIGHT = 8.0
# Decades that the axes show at least, and at most below the largest gradient.
FEWEST, MOST = 3, 8
RATIO_DECADES = (-6, 0)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Layers", text)


@dataclass(frozen=True)
class LogAxis:
    """Decades `low` to `high` over the pixels from `left` to `right`."""

    low: int
    high: int
    left: float
    right: float

    def place(self, value: float) -> float:
        """The pixel of a positive value; one beyond the ends is at the end."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, fewest_pixels: float) -> list[int]:
        """The decades to name, at least this many pixels apart."""
        decade = (self.right - self.left) / (self.high - self.low)
        every = max(1, ceil(fewest_pixels / max(decade, 1e-6)))
        return list(range(self.low, self.high + 1, every))


def gradient_decades(layers: Sequence[Layer]) -> tuple[int, int]:
    """Whole decades around the gradients that there are."""
    norms = [layer.gradient_norm for layer in layers if isfinite(layer.gradient_norm) and layer.gradient_norm > 0]
    if not norms:
        return -FEWEST, 0
    high = ceil(log10(max(norms)))
    low = max(floor(log10(min(norms))), high - MOST)
    return min(low, high - FEWEST), high


def ratio_text(ratio: float) -> str:
    """A share of a weight's norm, always as a power of ten: the axis is one of those."""
    return (
        f"{ratio:.1e}".replace("e-0", "e-").replace("e+00", "")
        if isfinite(ratio) and ratio > 0
        else words.figure(ratio)
    )


class LayerBars(QWidget):
    """A section for each network, a row for each layer."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: tuple[Layer, ...] = ()
        self._colors = LIGHT
        self._decades = (-FEWEST, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.update()

    def show_layers(self, layers: tuple[Layer, ...]) -> None:
        """Show these, in their order, the networks apart."""
        self.layers = layers
        self._decades = gradient_decades(layers)
        self.setAccessibleDescription("; ".join(map(self._sentence, layers)))
        self.updateGeometry()
        self.update()

    def _sections(self) -> list[tuple[Role, list[Layer]]]:
        names: tuple[Role, ...] = ("d", "g")
        sections = [(name, [layer for layer in self.layers if layer.network == name]) for name in names]
        return [section for section in sections if section[1]]

    @property
    def _row(self) -> float:
        """The height of a row: rows share the room that there is."""
        room = self.height() - TICKS - len(self._sections()) * HEADING - 4
        return min(max(room / max(1, len(self.layers)), ROW), TALLEST_ROW)

    @property
    def _bottom(self) -> float:
        return TICKS + len(self.layers) * self._row + len(self._sections()) * HEADING

    def sizeHint(self) -> QSize:
        rows = len(self.layers) * ROW + len(self._sections()) * HEADING
        return QSize(320, round(TICKS + rows + 4))

    def minimumSizeHint(self) -> QSize:
        return QSize(280, self.sizeHint().height())

    # Where things are.

    def _name_width(self) -> float:
        widths = [self.fontMetrics().horizontalAdvance(short_name(layer)) for layer in self.layers]
        return min(float(max(widths, default=60)), self.width() * 0.22) + 10

    def _axes(self) -> tuple[LogAxis, LogAxis]:
        """The axis of the gradients, and the axis of the update ratios."""
        left, right = self._name_width(), self.width() - VALUE - RIGHT
        half = (right - left - GAP) / 2
        first = LogAxis(*self._decades, left, left + half - VALUE)
        return first, LogAxis(*RATIO_DECADES, left + half + GAP, right - VALUE)

    def layer_at(self, position: QPointF) -> Layer | None:
        """The layer whose row is there."""
        top, height = TICKS, self._row
        for _, layers in self._sections():
            top += HEADING
            row = floor((position.y() - top) / height)
            if 0 <= row < len(layers):
                return layers[row]
            top += len(layers) * height
        return None

    def _sentence(self, layer: Layer) -> str:
        text = _tr(
            "{network} {layer}: gradient {gradient}, update ratio {ratio}, weights {weights}, spectral norm {norm}"
        )
        figures = (layer.gradient_norm, layer.update_ratio, layer.weight_norm, layer.spectral_norm)
        gradient, ratio, weights, norm = map(words.three_digits, figures)
        network = layer.network.upper()
        return text.format(
            network=network, layer=layer.name, gradient=gradient, ratio=ratio, weights=weights, norm=norm
        )

    # Qt.

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            layer = self.layer_at(QPointF(event.pos()))
            if layer is not None:
                QToolTip.showText(event.globalPos(), self._sentence(layer), self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.layers:
            return
        painter = QPainter(self)
        gradients, ratios = self._axes()
        band = QRectF(QPointF(ratios.place(HEALTHY_RATIOS[0]), TICKS), QPointF(ratios.place(HEALTHY_RATIOS[1]), 0))
        band.setBottom(self._bottom)
        painter.fillRect(band, QColor(self._colors.faint(self._colors.good, 0.16)))
        self._paint_ticks(painter, gradients, ratios)
        top = TICKS
        for network, layers in self._sections():
            self._paint_heading(painter, network, top, (gradients, ratios))
            top += HEADING
            for layer in layers:
                self._paint_row(painter, layer, top, (gradients, ratios))
                top += self._row

    def _paint_ticks(self, painter: QPainter, *axes: LogAxis) -> None:
        bottom = self._bottom
        widest = self.fontMetrics().horizontalAdvance("1e-99") + 6.0
        for axis in axes:
            for decade in axis.ticks(widest):
                x = round(axis.place(10.0**decade)) + 0.5
                painter.setPen(QColor(self._colors.line))
                painter.drawLine(QPointF(x, TICKS), QPointF(x, bottom))
                painter.setPen(QColor(self._colors.muted))
                text = f"1e{decade}" if decade else "1"
                painter.drawText(QRectF(x - 40, 0, 80, TICKS - 3), int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_heading(self, painter: QPainter, network: Role, top: float, axes: tuple[LogAxis, LogAxis]) -> None:
        color = QColor(self._colors.d if network == "d" else self._colors.g)
        ground = QColor(self._colors.surface)
        plain, bold = self.font(), self.font()
        bold.setBold(True)
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        titles = (_tr("gradient norm"), _tr("update ratio · green: usual"))
        names = {"d": _tr("D · discriminator"), "g": _tr("G · generator")}
        room = QRectF(0, top, self.width() - RIGHT, HEADING - 3)
        painter.fillRect(room.adjusted(0, 3, 0, 0), ground)
        painter.setFont(bold)
        painter.setPen(color)
        painter.drawText(room, align, names[network])
        end = max(map(painter.fontMetrics().horizontalAdvance, names.values())) + 14.0
        painter.setFont(plain)
        painter.setPen(QColor(self._colors.muted))
        for axis, title in zip(axes, titles, strict=True):
            painter.drawText(room.adjusted(max(axis.left, end if axis is axes[0] else 0), 0, 0, 0), align, title)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        painter.drawText(room, right, _tr("spectral"))

    def _paint_row(self, painter: QPainter, layer: Layer, top: float, axes: tuple[LogAxis, LogAxis]) -> None:
        height = self._row
        middle = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        color = QColor(self._colors.d if layer.network == "d" else self._colors.g)
        painter.setPen(QColor(self._colors.text))
        room = QRectF(0, top, self._name_width() - 8, height)
        name = self.fontMetrics().elidedText(short_name(layer), Qt.TextElideMode.ElideMiddle, round(room.width()))
        painter.drawText(room, middle, name)
        texts = words.three_digits(layer.gradient_norm), ratio_text(layer.update_ratio)
        for axis, value, text in zip(axes, (layer.gradient_norm, layer.update_ratio), texts, strict=True):
            if isfinite(value) and value > 0:
                # A value below the axis is still seen to be there.
                end = max(axis.place(value), axis.left + 2)
                painter.fillRect(QRectF(axis.left, top + (height - BAR) / 2, end - axis.left, BAR), color)
            painter.drawText(QRectF(axis.right + 6, top, VALUE, height), middle, text)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(0, top, self.width() - RIGHT, height), right, words.three_digits(layer.spectral_norm))
