"""The way of single points in a game that translates: from x to G(x), and from there back to F(G(x))."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox

from gan_desktop.core.events import MADE, FloatArray, Samples
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.plotting.dots import Dots
from gan_desktop.gui.plotting.strokes import WayStrokes
from gan_desktop.gui.samples.choices import Shown
from gan_desktop.gui.samples.point_marks import finite, mark
from gan_desktop.gui.widgets.style import describe

# The way is shown of this many points: more would be a tangle.
SHOWN_WAYS = 60
SOURCE_SIZE = 5


class Translations(QObject):
    """A choice for beside the plot, and the items that it puts under the points.

    Attributes:
        check: hidden if samples are made of latents.

    Signals:
        changed: they are to be shown, or no longer.
    """

    changed = Signal()

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._record, self._settings = context.model.record, context.settings
        self.source, self.there, self.back = Dots(SOURCE_SIZE), WayStrokes(), WayStrokes()
        text = self.tr("Translations")
        self.check = QCheckBox(text)
        describe(
            self.check,
            "translations_check",
            text,
            self.tr(
                "Where some points x of the source go: an arrow to G(x), and from there a purple one back to F(G(x)). "
                "Where F undoes G, it ends at x"
            ),
        )
        self.check.setChecked(self._settings.get("scatter/translations", True))
        self.check.toggled.connect(self._on_toggled)
        self._record.run_started.connect(self._offer)
        self._record.run_cleared.connect(self.clear)
        self.set_colors(context.theme.colors)
        self._offer()

    @property
    def items(self) -> tuple[pg.GraphicsObject, ...]:
        """What is drawn, from the ground up."""
        return self.source, self.back, self.there

    def set_colors(self, colors: Colors) -> None:
        self.source.set_color(QColor(self._source_color(colors)))
        self.there.set_color(QColor(self._there_color(colors)))
        self.back.set_color(QColor(colors.faint(colors.averaged, 0.8)))

    @staticmethod
    def _source_color(colors: Colors) -> str:
        return colors.averaged

    @staticmethod
    def _there_color(colors: Colors) -> str:
        return colors.muted

    def _offer(self) -> None:
        run = self._record.run
        self.check.setVisible(run is not None and run.config.game.translates)

    def _on_toggled(self, checked: bool) -> None:
        self._settings.set("scatter/translations", checked)
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing."""
        self.source.set_points(np.empty((0, 2)))
        for ways in (self.there, self.back):
            ways.clear()

    def show_samples(self, samples: Samples, shown: Shown) -> None:
        """Show the way of some of these samples, by the generator whose samples are shown."""
        self.clear()
        pictures = {picture.name: picture.values for picture in samples.pictures}
        if not self.check.isChecked() or "source" not in pictures:
            return
        is_average = shown is Shown.AVERAGED and samples.averaged is not None
        made = samples.averaged if is_average and samples.averaged is not None else samples.values
        start, back = pictures["source"], pictures.get("there_and_back")
        self.source.set_points(finite(start))
        some = np.linspace(0, len(start) - 1, min(SHOWN_WAYS, len(start))).round().astype(np.intp)
        self.there.set_strokes(_ways(start, made, some))
        # What comes back was made of what the generator in training made after the step, not of what its average made,
        # nor of what an update within a step made.
        if back is not None and np.array_equal(made, pictures[MADE], equal_nan=True):
            self.back.set_strokes(_ways(made, back, some))

    def legend(self, colors: Colors) -> list[str]:
        """What is shown. Rich text."""
        if not len(self.source.points):
            return []
        parts = [mark("●", self._source_color(colors)) + self.tr("x, the source")]
        if len(self.there.strokes):
            parts.append(mark("→", self._there_color(colors)) + self.tr("x to G(x)"))
        if len(self.back.strokes):
            parts.append(mark("→", colors.averaged) + self.tr("back to F(G(x))"))
        return parts


def _ways(start: FloatArray, end: FloatArray, some: np.ndarray) -> FloatArray:
    return np.stack([start[some], end[some]], axis=1)
