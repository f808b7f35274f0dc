"""What is seen of data of one dimension: two histograms over each other, and the discriminator's score below them."""

from __future__ import annotations

from functools import partial
from html import escape

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gan_desktop.core.line import middles
from gan_desktop.core.views import Surface, View
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import PanelContext
from gan_desktop.gui.plotting.histograms import NOTHING, Histograms, ScoreCurve
from gan_desktop.gui.samples.judgement import probability
from gan_desktop.gui.samples.plane_views import LATE
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.room import Room
from gan_desktop.gui.widgets.style import describe, label

LEGEND_WIDTH = 128


class LineView(QWidget):
    """A column with a choice and the legend, and the plots beside it.

    Attributes:
        legend: what the colours are; its owner sets the text.

    Signals:
        changed: the person wants to see something else.
    """

    changed = Signal()

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._model, self._record, self._settings = context.model, context.model.record, context.settings
        self._surface: Surface | None = None
        self._reason = ""
        self.histograms, self.curve = Histograms(), ScoreCurve()
        describe(
            self.histograms,
            "line_histograms",
            self.tr("Real and generated numbers"),
            self.tr(
                "How many percent of the real numbers (grey) and of the generated ones (orange; purple of the averaged "
                "generator) lie in each part of the axis"
            ),
        )
        describe(
            self.curve,
            "line_curve",
            self.tr("The discriminator's score"),
            self.tr("How real the discriminator finds each number; on the dashed line it cannot tell"),
        )
        self.curve_check = QCheckBox(self.tr("D's score"))
        describe(self.curve_check, "curve_check", self.curve_check.text(), self.curve.toolTip())
        self.curve_check.setChecked(self._settings.get("scatter/line_score", True))
        self.curve_check.toggled.connect(partial(self._settings.set, "scatter/line_score"))
        self.curve_check.toggled.connect(self.changed)
        self.legend = label(wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setObjectName("line_legend")
        # However long it is, the plots are not made higher for it.
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._title = ElidedLabel(self.tr("Share of the numbers, % in each bar"), Qt.AlignmentFlag.AlignLeft)
        self._curve_title = ElidedLabel("", Qt.AlignmentFlag.AlignLeft)
        self._lay_out()
        self.show_surface(None)

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 2, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self.curve_check)
        beside.addWidget(Room(self.legend), 1)
        holder = QWidget()
        holder.setFixedWidth(LEGEND_WIDTH)
        holder.setLayout(beside)
        plots = QVBoxLayout()
        plots.setSpacing(2)
        plots.addWidget(self._title)
        plots.addWidget(self.histograms, 5)
        plots.addWidget(self._curve_title)
        plots.addWidget(self.curve, 3)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(holder)
        row.addLayout(plots, 1)

    def set_colors(self, colors: Colors) -> None:
        self.histograms.set_colors(colors)
        self.curve.set_colors(colors)

    def wanted(self) -> frozenset[View]:
        """What the engine has to make for it."""
        return frozenset({View.SURFACE}) if self.curve_check.isChecked() else frozenset()

    def start(self, limits: np.ndarray) -> None:
        """Another run begins, on data within these limits, shape (1, 2)."""
        self.histograms.start(limits)
        self.show_surface(None)

    def show_real(self, numbers: np.ndarray) -> None:
        self.histograms.show_numbers("real", numbers)

    def show_fakes(self, fake: np.ndarray | None, averaged: np.ndarray | None) -> None:
        """Show generated numbers, shape (n, 1), of either generator or of both."""
        self.histograms.show_numbers("fake", NOTHING if fake is None else fake)
        self.histograms.show_numbers("averaged", NOTHING if averaged is None else averaged)

    def show_surface(self, surface: Surface | None) -> None:
        """Show the discriminator over the line, where that is chosen and known."""
        chosen = surface if self.curve_check.isChecked() else None
        self._reason = "" if chosen is None else self._unknown(chosen)
        self._surface = None if self._reason else chosen
        for widget in (self._curve_title, self.curve):
            widget.setVisible(self._surface is not None)
        if self._surface is None:
            self.curve.clear_curve()
            return
        has_probability = words.has_probability(self._model.shown_controls["objective"])
        logits = self._surface.logits.astype(np.float64)
        self.curve.show_curve(self._surface.limits, probability(logits) if has_probability else logits, has_probability)
        self._curve_title.setText(
            self.tr("D's score, 0 fake to 1 real")
            if has_probability
            else self.tr("D's value as a critic: more is real")
        )

    def table(self) -> dict[str, np.ndarray]:
        """The discriminator's score of each number that is drawn."""
        if self._surface is None:
            return {"step": np.empty(0)}
        places = middles(self._surface.limits, len(self.curve.values))
        return {"step": np.full(len(places), self._surface.step), "x": places, "score": self.curve.values}

    def _unknown(self, surface: Surface) -> str:
        if surface.unknown:
            return self.tr("No score of D: {reason}.").format(reason=surface.unknown.rstrip("."))
        return "" if np.isfinite(surface.logits).any() else self.tr("No score of D: its logits are not finite.")

    def notes(self, step: int) -> list[str]:
        """For the legend of samples of this step: what is older, what is not known, what is not offered. Rich text."""
        parts = []
        is_live = self._record.is_live
        if self._surface is not None and (not is_live or step - self._surface.step > LATE * step):
            parts.append(self.tr("D's score of step {step}").format(step=words.count(self._surface.step)))
        if self._reason:
            parts.append(escape(self._reason))
        if self.curve_check.isChecked() and not is_live and self._record.shown_view(Surface) is None:
            parts.append(self.tr("D's score was not kept by then."))
        return [*parts, self.tr("Surfaces, G's map and arrows need two dimensions.")]
