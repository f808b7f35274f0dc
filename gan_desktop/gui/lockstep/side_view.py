"""One side: its name, in what it differs, its digest, when it parted, and its samples."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import DataSummary, FloatArray, Samples
from gan_desktop.core.lockstep import NAMES, SideState
from gan_desktop.core.plane import view_limits
from gan_desktop.core.tiling import to_bytes
from gan_desktop.gui.comparing.strokes import sample_of
from gan_desktop.gui.lockstep.differences import difference_text
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.dots import Dots
from gan_desktop.gui.plotting.histograms import Histograms
from gan_desktop.gui.plotting.quiet_plot import QuietPlot
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.samples.point_marks import finite
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, label, set_style_property

REAL_SIZE, FAKE_SIZE = 6, 4
# So many characters of a digest tell two apart at a glance; all of it can be copied.
DIGEST = 12


class SideView(QWidget):
    """A column; the samples are images, points, or numbers as histograms."""

    def __init__(self, place: int, colors: Colors) -> None:
        super().__init__()
        name = NAMES[place]
        self._place = place
        self._data: DataSummary | None = None
        self._stroke = QLabel()
        self.title = ElidedLabel("", Qt.AlignmentFlag.AlignLeft)
        self.verdict = label(role="strong")
        self.verdict.setObjectName(f"lockstep_verdict_{name}")
        self.digest = label()
        self.digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tip = self.tr("The SHA-256 of all weights: sides are equal if it is")
        describe(self.digest, f"lockstep_digest_{name}", self.tr("Digest of {name}").format(name=name), tip)
        self._make_pictures(name)
        head, below = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._stroke)
        head.addWidget(label(name, "strong"))
        head.addWidget(self.title, 1)
        below.addWidget(self.verdict)
        below.addStretch(1)
        below.addWidget(self.digest)
        for row in (head, below):
            row.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(below)
        column.addWidget(self.pages, 1)
        self.set_colors(colors)

    def _make_pictures(self, name: str) -> None:
        self.grid, self.plane, self.line = ImageGrid(), QuietPlot(), Histograms()
        tip = self.tr("What this side makes of the same latents as the others")
        for widget, kind in ((self.grid, "grid"), (self.plane, "points"), (self.line, "numbers")):
            title = self.tr("Samples of {name}").format(name=name)
            describe(widget, f"lockstep_{kind}_{name}", title, tip)
        self.grid.message = self.tr("Samples appear here.")
        self.plane.setAspectLocked(True)
        self.plane.setMouseEnabled(False, False)
        self.real, self.fake = Dots(REAL_SIZE), Dots(FAKE_SIZE)
        for dots in (self.real, self.fake):
            self.plane.addItem(dots)
        self.pages = QStackedWidget()
        for page in (self.grid, self.plane, self.line):
            self.pages.addWidget(page)

    def set_colors(self, colors: Colors) -> None:
        """Be painted in other colours."""
        self._stroke.setPixmap(sample_of(self._place, colors, self.devicePixelRatioF()).pixmap(16, 16))
        self.grid.set_ground(colors.window)
        self.plane.set_colors(colors)
        self.line.set_colors(colors)
        self.real.set_color(QColor(colors.faint(colors.real, 0.75)))
        self.fake.set_color(pg.mkColor(colors.g))

    def show_data(self, data: DataSummary) -> None:
        """Begin with these data."""
        self._data = data
        limits = view_limits(data.real, data.source) if data.kind == "points" else np.empty((0, 2))
        self.pages.setCurrentIndex({0: 0, 1: 2}.get(len(limits), 1))
        if len(limits) == 1:
            self.line.start(limits)
            self.line.show_numbers("real", data.real)
        elif len(limits):
            self.plane.setRange(xRange=limits[0], yRange=limits[1], padding=0)
            self.real.set_points(data.real)

    def show_state(self, state: SideState, first: RunConfig) -> None:
        """Say in what it differs from A, whose config is `first`, and whether it has parted from it."""
        self.title.setText("" if self._place == 0 else difference_text(first, state.config))
        self.digest.setText(f"{state.digest[:DIGEST]}…")
        self.digest.setToolTip(f"{self.tr('The SHA-256 of all weights: sides are equal if it is')}\n{state.digest}")
        if state.diverged:
            text = self.tr("no longer finite")
        elif self._place == 0:
            text = self.tr("the first")
        elif state.parted is None:
            text = self.tr("equal")
        else:
            text = self.tr("parted at step {n}").format(n=words.count(state.parted))
        if state.diverged and state.parted is not None:
            text = self.tr("{what}, parted at step {n}").format(what=text, n=words.count(state.parted))
        self.verdict.setText(text)
        set_style_property(self.verdict, "role", "error" if state.diverged else "strong")

    def show_samples(self, samples: Samples) -> None:
        """Show these; those of the averaged generator where there is one."""
        values: FloatArray = samples.values if samples.averaged is None else samples.averaged
        if self._data is None:
            return
        if self.pages.currentWidget() is self.grid:
            self.grid.show_images(to_bytes(values), samples.labels, self._data.class_names)
        elif self.pages.currentWidget() is self.line:
            self.line.show_numbers("fake", values[np.isfinite(values).all(axis=1)])
        else:
            self.fake.set_points(finite(values))
