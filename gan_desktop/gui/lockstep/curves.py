"""The curves of all sides over each other, with a line where each parted from A."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence, Qt
from PySide6.QtWidgets import QComboBox

from gan_desktop.core.history import History
from gan_desktop.core.lockstep import NAMES, SideState
from gan_desktop.core.sections import LARGEST_STEP
from gan_desktop.gui.alerts.words import quantity
from gan_desktop.gui.comparing.strands import Strand
from gan_desktop.gui.comparing.strokes import pen_of
from gan_desktop.gui.comparing.traces import FigureTrace
from gan_desktop.gui.comparing.view import CompareView
from gan_desktop.gui.look.theme import Colors
from gan_desktop.recording.run_axis import Places

# All sides are drawn over their steps as they are.
STEPS = Places(np.array([0.0, LARGEST_STEP]), np.array([0.0, LARGEST_STEP]))
FIRST_FIGURE = "g_loss"


class SideCurves(CompareView):
    """Draws a figure of every side.

    Args:
        histories: the figures of each side, which grow.
    """

    def __init__(self, colors: Colors, histories: Sequence[History]) -> None:
        self._histories = histories
        self._traces: list[FigureTrace] = []
        self._partings: dict[int, pg.InfiniteLine] = {}
        self._chosen = ("", 0.0)
        super().__init__(colors)
        self.set_axis_title(QCoreApplication.translate("Lockstep", "Steps"))
        for text, keys, does in (
            (QCoreApplication.translate("Lockstep", "Zoom In"), ("+", "="), partial(self.zoom, 0.5)),
            (QCoreApplication.translate("Lockstep", "Zoom Out"), ("-",), partial(self.zoom, 2.0)),
            (QCoreApplication.translate("Lockstep", "Show All"), ("Home",), self.show_all),
        ):
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, does=does: does())
            self.addAction(action)

    def show_figure(self, figure: str, smoothing: float) -> None:
        """Draw this figure of all sides; the same again draws what has come."""
        known = [place for place, history in enumerate(self._histories) if figure in history.figures]
        if (figure, smoothing) != self._chosen or len(known) != len(self._traces):
            fresh = figure != self._chosen[0]
            self._chosen, self.is_raw = (figure, smoothing), not smoothing
            self._traces = [FigureTrace(self._histories[place], figure, STEPS, smoothing) for place in known]
            strands = [Strand(NAMES[place], place, [self._traces[n]]) for n, place in enumerate(known)]
            self.show_strands(strands, fresh)
            return
        for trace in self._traces:
            trace.catch_up()
        self.redraw()

    def show_partings(self, states: Sequence[SideState]) -> None:
        """Draw a thin line where each side has parted."""
        for place, state in enumerate(states):
            if state.parted is not None and place not in self._partings:
                line = pg.InfiniteLine(state.parted)
                self._partings[place] = line
                self.addItem(line, ignoreBounds=True)
        self._color_partings()

    def set_colors(self, colors: Colors) -> None:
        super().set_colors(colors)
        self._color_partings()

    def _color_partings(self) -> None:
        for place, line in self._partings.items():
            pen = pen_of(place, self._colors)
            pen.setWidth(1)
            line.setPen(pen)


def offer_figures(box: QComboBox, history: History) -> None:
    """Offer what was told of every step, once it is known."""
    if box.count() or not len(history):
        return
    for name in history.figures:
        box.addItem(quantity(name), name)
    box.setCurrentIndex(max(0, box.findData(FIRST_FIGURE)))
