"""The plot of both losses: live, decimated to the pixels there are, with marks and a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Signal, Slot
from PySide6.QtGui import QFont, QHelpEvent
from PySide6.QtWidgets import QGraphicsView, QToolTip

from gan_desktop.core.csv_tables import Table
from gan_desktop.core.history import History
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.axes import LossAxis, StepAxis, StepViewBox
from gan_desktop.gui.plotting.curve import Curve, Line
from gan_desktop.gui.plotting.figure_table import figure_table
from gan_desktop.gui.plotting.ghosts import Ghost, GhostLayer
from gan_desktop.gui.plotting.loss_scale import Linear, Logarithmic, LossScale, Symmetric, linear_range
from gan_desktop.gui.plotting.overlay import EndLabel, Level, Mark, Overlay, OverlayColors, OverlayContent, Span

FIGURES = {"d": "d_loss", "g": "g_loss"}
FIRST_SPAN = 100
# The view grows in leaps, since laying out an axis anew costs as much as drawing the curves.
GROWTH = 1.12
SHORTEST = 0.5
# The view shrinks only when the curves have left this much of it unused: a scale that breathes is unreadable.
SHRINK_BELOW = 0.6

# The scale holds this percentage of the raw values on either side.
MOST = 99.5
# Stretches of the whole run in which a logarithmic axis looks for losses at or below 0.
STRETCHES = 256


class LossView(pg.PlotWidget):
    """Draws what `show_history` gives it.

    Signals:
        following_changed: whether the newest step is kept in view.
        scale_changed: another scale of the losses is used.
    """

    following_changed = Signal(bool)
    scale_changed = Signal()

    def __init__(self, smoothing: float, log: bool) -> None:
        self._box = StepViewBox()
        super().__init__(viewBox=self._box, axisItems={"bottom": StepAxis(), "left": LossAxis()})
        self.following = True
        self.log = log
        self.scale: LossScale = Logarithmic() if log else Linear()
        # How many steps the view holds while it follows.
        self._span = float(FIRST_SPAN)
        self._losses_fixed = False
        self._history: History | None = None
        self._smoothing = smoothing
        # The moment of the run that is looked at: the view then stays where it is.
        self.moment: int | None = None
        self.curves = {network: Curve(figure, smoothing) for network, figure in FIGURES.items()}
        self._raw = {network: pg.PlotCurveItem(connect="finite") for network in FIGURES}
        self._smooth = {network: pg.PlotCurveItem(connect="finite") for network in FIGURES}
        for item in (*self._raw.values(), *self._smooth.values()):
            self.addItem(item, ignoreBounds=True)
        self.ghosts = GhostLayer(self.getPlotItem())
        self.overlay = Overlay(self.getPlotItem())
        self._end_colors = dict.fromkeys(FIGURES, "#000000")
        self.marks: Sequence[Mark] = ()
        self.spans: Sequence[Span] = ()
        # Where each network's loss rests at balance, if that is known.
        self.levels: dict[str, float] = {}
        self.message = ""
        self._cursor: int | None = None
        self.hideButtons()
        # Items and axes ask for up to three paints for one change; `redraw` asks for one.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setMouseTracking(True)
        self.setFrameStyle(0)
        self.getAxis("left").set_scale(self.scale)
        self._box.setRange(xRange=(0, FIRST_SPAN), yRange=(0, 2), padding=0)
        self._box.setLimits(minXRange=4)
        self._box.moved.connect(self._on_moved)
        self._box.follow_asked.connect(self.follow)

    def set_colors(self, colors: Colors) -> None:
        """Set every colour by hand: pyqtgraph does not heed the palette."""
        self.setBackground(colors.surface)
        font = QFont(self.font())
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colors.line))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(font)
            axis.setStyle(tickLength=-4, maxTickLevel=1)
        self.getAxis("left").setGrid(40)
        for network in FIGURES:
            color = getattr(colors, network)
            self._end_colors[network] = color
            self._raw[network].setPen(pg.mkPen(colors.faint(color, 0.38)))
            # Two pixels wide is affordable because it is smooth and has half as many points.
            self._smooth[network].setPen(pg.mkPen(color, width=2))
        self.ghosts.set_colors(colors.faint(colors.muted, 0.55), colors.muted)
        self.overlay.colors = OverlayColors(
            colors.text, colors.muted, colors.mark, colors.watch, colors.error, colors.surface, colors.line, font
        )
        self.redraw()

    def show_history(self, history: History) -> None:
        """Take what has come, and draw."""
        self._history = history
        for curve in self.curves.values():
            curve.catch_up(history)
        self.redraw()

    def show_ghosts(self, ghosts: Sequence[Ghost]) -> None:
        """Draw these runs grey behind the curves, in place of those before."""
        self.ghosts.show(ghosts, self._figures, self._smoothing)
        self.redraw()

    @property
    def _figures(self) -> dict[str, str]:
        return {network: curve.figure for network, curve in self.curves.items()}

    def look_at(self, step: int | None) -> None:
        """Mark the moment of the run that is looked at; None is now. Meanwhile the view does not follow."""
        self.moment = step
        self._show_cursor()
        self.redraw()

    def show_figures(self, figures: Mapping[str, str]) -> None:
        """Show the losses of other players of both networks' roles, by the names of their figures."""
        self.curves = {network: Curve(figures[network], self._smoothing) for network in FIGURES}
        self.ghosts.show_figures(self._figures, self._smoothing)
        if self._history is not None and set(figures.values()) <= self._history.figures.keys():
            self.show_history(self._history)
        self.redraw(fresh_scale=True)

    def clear_history(self) -> None:
        """Empty the plot for another run, and follow it."""
        for curve in self.curves.values():
            curve.clear()
        self._cursor = self.moment = None
        self.follow()

    def table(self) -> Table:
        """Every step of both curves, raw and smoothed, by their names."""
        curves = list(self.curves.values())
        length = len(curves[0])
        return figure_table(self._history or History(), length, [curve.figure for curve in curves], curves)

    def set_smoothing(self, amount: float) -> None:
        self._smoothing = amount
        for curve in self.curves.values():
            curve.set_smoothing(amount)
        self.ghosts.set_smoothing(amount)
        self.redraw()

    def set_log(self, log: bool) -> None:
        """Set whether losses are on a logarithmic axis, or a symmetric one if some are at or below 0."""
        self.log = log
        self._use(Logarithmic() if log else Linear())
        self.redraw(fresh_scale=True)

    def _use(self, scale: LossScale) -> None:
        self.scale = scale
        self._losses_fixed = False
        self.getAxis("left").set_scale(scale)
        self._box.setYRange(0, 1, padding=0)
        self.scale_changed.emit()

    def _fit_scale(self) -> bool:
        """Use a fitting symmetric scale if losses at or below 0 come up. Returns whether it is new."""
        if not self.log:
            return False
        every = np.concatenate([curve.raw_line(0, len(curve), STRETCHES).y for curve in self.curves.values()])
        if not (every <= 0).any():
            if isinstance(self.scale, Symmetric):
                self._use(Logarithmic())
                return True
            return False
        before = self.scale.linear if isinstance(self.scale, Symmetric) else None
        linear = linear_range(every, before)
        if linear != before:
            self._use(Symmetric(linear))
        return linear != before

    @Slot()
    def follow(self) -> None:
        """Show all steps and keep the newest in view."""
        self._losses_fixed = False
        if not self.following:
            self.following = True
            self.following_changed.emit(True)
        self.redraw(fresh_scale=True)

    def zoom(self, factor: float) -> None:
        """Show `factor` times as many steps about the middle; for the keyboard."""
        self._box.scaleBy(x=factor)
        self._on_moved(False)

    @Slot(bool)
    def _on_moved(self, losses: bool) -> None:
        if losses:
            self._losses_fixed = True
        if self.following:
            self.following = False
            self.following_changed.emit(False)
        self.redraw()

    # Drawing.

    @property
    def _first_step(self) -> int:
        return self._history.first_step if self._history is not None else 0

    def redraw(self, fresh_scale: bool = False) -> None:
        """Draw the part of the curves that is in view."""
        length = len(self.curves["d"])
        fresh_scale |= self._fit_scale()
        if self.following and (self.moment is None or fresh_scale):
            wanted = self.ghosts.wanted_length(self._first_step, length)
            if not SHORTEST * self._span < wanted <= self._span:
                self._span = max(wanted * GROWTH, FIRST_SPAN)
            self._box.setXRange(self._first_step, self._first_step + self._span, padding=0)
        left, right = self._box.viewRange()[0]
        first = int(max(0, np.floor(left) - self._first_step - 1))
        last = int(min(length, np.ceil(right) - self._first_step + 2))
        pixels = max(64, int(self._box.width()))
        raw = {network: curve.raw_line(first, last, pixels) for network, curve in self.curves.items()}
        self._draw(self._raw, raw)
        smooth = {network: curve.smooth_line(first, last, pixels // 2) for network, curve in self.curves.items()}
        self._draw(self._smooth, smooth)
        if not self._losses_fixed:
            self._fit_losses(list(raw.values()), list(smooth.values()), fresh_scale)
        ends = self.ghosts.draw(left, right, pixels // 2, self.scale)
        self._show_overlay(min(last, length) - 1, ends)
        self.viewport().update()

    def _draw(self, items: dict[str, pg.PlotCurveItem], lines: dict[str, Line]) -> None:
        for network, line in lines.items():
            items[network].setData(line.x + self._first_step, self.scale.heights(line.y))

    def _fit_losses(self, raw: list[Line], smooth: list[Line], fresh: bool) -> None:
        """Scale to all of the smooth curves and most of the raw ones: one spike must not flatten the rest."""
        every = np.concatenate([self.scale.heights(line.y) for line in raw])
        every = every[np.isfinite(every)]
        if not len(every):
            return
        averages = np.concatenate([self.scale.heights(line.y) for line in smooth])
        values = np.concatenate([np.percentile(every, (100 - MOST, MOST)), averages[np.isfinite(averages)]])
        levels = self.scale.heights(np.array(list(self.levels.values()), dtype=np.float64))
        low, high = float(values.min()), float(values.max())
        # Equilibria belong in the picture unless they would squeeze the curves into a strip.
        for level in levels[np.isfinite(levels)]:
            reach = max(high - low, 0.5)
            if low - reach < level < high + reach:
                low, high = min(low, float(level)), max(high, float(level))
        margin = 0.06 * max(high - low, 1e-3 * max(abs(high), 1e-3))
        low, high = low - margin, high + margin
        shown_low, shown_high = self._box.viewRange()[1]
        fits = shown_low <= low and high <= shown_high
        if fresh or not fits or high - low < SHRINK_BELOW * (shown_high - shown_low):
            self._box.setYRange(low, high, padding=0)

    def _show_overlay(self, end: int, ghosts: Sequence[EndLabel]) -> None:
        ends = []
        for network, curve in self.curves.items():
            last = curve.last_finite(end)
            value = curve.smooth_value(last)
            place = float(self.scale.heights(np.array([value]))[0])
            if np.isfinite(place):
                text = f"{network.upper()} {words.figure(value)}"
                ends.append(EndLabel(last + self._first_step, place, text, self._end_colors[network]))
        places = ((network, float(self.scale.heights(np.array([loss]))[0])) for network, loss in self.levels.items())
        # A logarithmic axis has no place for a loss that rests at or below 0.
        levels = [Level(place, self._end_colors[network]) for network, place in places if np.isfinite(place)]
        self.overlay.show_content(
            OverlayContent(
                self.marks,
                self.spans if ends else (),
                levels if ends else (),
                ends,
                self._linear_height() if ends else 0.0,
                self._shown_cursor,
                self._read_out(),
                "" if ends else self.message,
                ghosts,
                self._lines() if ghosts else (),
                self._is_above_free(),
                self.moment is not None and self._cursor is None,
            )
        )

    def _lines(self) -> list[Line]:
        """Every curve as it is drawn."""
        items = (*self._raw.values(), *self._smooth.values(), *self.ghosts.items)
        drawn = (item.getData() for item in items)
        return [Line(x, y) for x, y in drawn if x is not None and len(x)]

    def _linear_height(self) -> float:
        if not isinstance(self.scale, Symmetric):
            return 0.0
        return float(self.scale.heights(np.array([self.scale.linear]))[0])

    @property
    def pointed_step(self) -> int | None:
        """The step under the pointer; None without one."""
        return self._cursor

    @property
    def _shown_cursor(self) -> int | None:
        """Where the line is: at the pointer, or else at the moment that is looked at."""
        return self.moment if self._cursor is None else self._cursor

    def _losses_at(self, step: int) -> list[float]:
        """Both losses where the line is; after `moment` steps, the last figures are those of the step before."""
        figures_of = step - 1 if self._cursor is None else step
        return [curve.value(figures_of - self._first_step) for curve in self.curves.values()]

    def _is_above_free(self) -> bool:
        """Whether there is more room above the curves than below them where the line is."""
        step = self._shown_cursor
        if step is None:
            return False
        heights = self.scale.heights(np.array(self._losses_at(step), dtype=np.float64))
        heights = heights[np.isfinite(heights)]
        low, high = self._box.viewRange()[1]
        return bool(len(heights)) and float(high - heights.max()) > float(heights.min() - low)

    def _read_out(self) -> str:
        step = self._shown_cursor
        if step is None:
            return ""
        d, g = (words.figure(loss) for loss in self._losses_at(step))
        return self.tr("step {step}   D {d}   G {g}").format(step=words.count(step), d=d, g=g)

    # The cursor.

    def mouseMoveEvent(self, event: object) -> None:
        super().mouseMoveEvent(event)
        position: QPointF = event.position()  # type: ignore[attr-defined]
        inside = self._box.sceneBoundingRect().contains(self.mapToScene(position.toPoint()))
        step = round(self._box.mapSceneToView(self.mapToScene(position.toPoint())).x()) if inside else None
        self._move_cursor(step)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show a tool tip that says what an intervention or a failure is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.overlay.tip_at(self.overlay.mapFromScene(self.mapToScene(event.pos())))
            if tip:
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return bool(super().viewportEvent(event))

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self._move_cursor(None)

    def _move_cursor(self, step: int | None) -> None:
        if step is not None and not 0 <= step - self._first_step < len(self.curves["d"]):
            step = None
        if step != self._cursor:
            self._cursor = step
            self._show_cursor()

    def _show_cursor(self) -> None:
        content = self.overlay.content
        content.cursor, content.read_out = self._shown_cursor, self._read_out()
        content.reads_above = self._is_above_free()
        content.is_moment = self.moment is not None and self._cursor is None
        self.viewport().update()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        if hasattr(self, "curves"):
            self.redraw()

    def sizeHint(self) -> QSize:
        """Small: the docks decide how much room there is, and must not widen the window."""
        return QSize(320, 220)

    def keyPressEvent(self, event: object) -> None:
        """Leave the keys to the window: Space pauses, the arrow steps."""
        event.ignore()  # type: ignore[attr-defined]
