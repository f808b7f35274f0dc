"""Points, real and generated, in one fixed view with what the networks make of it; numbers as histograms."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, RunStarted, SampleKind, Samples
from gan_desktop.core.plane import Limits, view_limits
from gan_desktop.core.views import Arrows, Manifold, Surface, UpdateShown, View
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.dots import Dots
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.plotting.quiet_plot import QuietPlot
from gan_desktop.gui.samples.choices import SampleChoices, Shown, only_class
from gan_desktop.gui.samples.line_view import LEGEND_WIDTH, LineView
from gan_desktop.gui.samples.plane_views import PlaneViews
from gan_desktop.gui.samples.point_marks import count_inside, finite, mark
from gan_desktop.gui.samples.tools import SampleTools
from gan_desktop.gui.samples.translations import Translations
from gan_desktop.gui.widgets.room import Room
from gan_desktop.gui.widgets.style import describe, label, small_button

# Real points are larger, so that they show as a rim where generated ones lie on top of them.
REAL_SIZE, FAKE_SIZE, AVERAGED_SIZE, CENTRE_SIZE, POINTED_SIZE = 7, 4, 6, 17, 30


@panels.register("scatter", title="Points")
class ScatterPanel(Panel):
    """Real points in grey, generated ones in the generator's orange, its average's in purple; for data of one
    dimension, histograms of them.
    """

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 21
    share: ClassVar[int] = 330
    kind: ClassVar[SampleKind | None] = "points"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.view = QuietPlot()
        self.view.setAspectLocked(True)
        describe(
            self.view,
            "scatter_view",
            self.tr("Real and generated points"),
            self.tr(
                "Real points are large grey dots, generated ones small orange dots, those of the averaged generator "
                "purple diamonds, true centres crosses."
            ),
        )
        self.real = pg.ScatterPlotItem(size=REAL_SIZE, pxMode=True)
        self.centres = pg.ScatterPlotItem(size=CENTRE_SIZE, symbol="+", pxMode=True)
        self.fake = Dots(FAKE_SIZE)
        self.averaged = Dots(AVERAGED_SIZE, diamond=True)
        # A ring around the mode that is pointed at elsewhere.
        self.pointed = pg.ScatterPlotItem(size=POINTED_SIZE, pxMode=True, brush=None)
        self.plane, self.line = PlaneViews(context), LineView(context)
        self.translations = Translations(context)
        ground, *above = self.plane.items
        source, *ways = self.translations.items
        for item in (ground, self.centres, self.real, *above, source, self.averaged, self.fake, *ways, self.pointed):
            self.view.addItem(item)
        self.legend = label(wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setObjectName("scatter_legend")
        # It stands beside the plot, where axes of equal scale leave room. However long it is, the plot does not grow
        # with it.
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.draw_button = small_button(self.tr("Draw…"))
        describe(
            self.draw_button,
            "draw_mixture_button",
            self.tr("Draw modes"),
            self.tr("Draw a mixture of Gaussians with the mouse or the keyboard, and train on it (Ctrl+D)"),
        )
        self.draw_button.clicked.connect(self.draw_asked)
        self.tools_row.addWidget(self.draw_button)
        self.sample_tools = SampleTools(self, self.picture)
        self.choices = SampleChoices(self.model)
        self._limits = np.array([[-1.0, 1.0], [-1.0, 1.0]])
        self._real_class: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choices)
        column.addWidget(self.plane.surface_choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._legend_and_plot())
        self.pages.addWidget(self.line)
        column.addWidget(self.pages, 1)
        PlotMenu(self, self.view, table=self._table, reset=self._show_all)
        PlotMenu(self, self.line.histograms, table=self._table)
        PlotMenu(self, self.line.curve, table=self.line.table)
        self.choices.changed.connect(self.refresh)
        self.plane.changed.connect(self._on_plane)
        self.translations.changed.connect(self.refresh)
        self.line.changed.connect(self._on_plane)
        self.record.samples_changed.connect(self._on_samples)
        self.record.view_arrived.connect(self._on_view)
        self.record.moment_changed.connect(self.request_refresh)
        self.model.controls_changed.connect(self.request_refresh)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_cleared)
        self.record.preparing.connect(self.request_refresh)
        self.record.status_changed.connect(self.request_refresh)

    def _legend_and_plot(self) -> QWidget:
        layout = self.plane.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(self.translations.check)
        layout.addWidget(Room(self.legend), 1)
        self.plane.setFixedWidth(LEGEND_WIDTH)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.plane)
        row.addWidget(self.view, 1)
        return page

    @property
    def is_line(self) -> bool:
        """Whether the data have one dimension."""
        return self.record.run is not None and self.record.run.data.sample_shape == (1,)

    def picture(self) -> QImage | None:
        """What an export saves."""
        self.refresh()
        return (self.line if self.is_line else self.view).grab().toImage()

    def set_colors(self, colors: Colors) -> None:
        self.view.set_colors(colors)
        self.plane.set_colors(colors)
        self.translations.set_colors(colors)
        self.line.set_colors(colors)
        self.real.setPen(pg.mkPen(None))
        self.real.setBrush(pg.mkBrush(colors.faint(colors.real, 0.75)))
        self.fake.set_color(QColor(colors.g))
        self.averaged.set_color(QColor(colors.averaged))
        self.centres.setPen(pg.mkPen(colors.faint(colors.muted, 0.5)))
        self.pointed.setPen(pg.mkPen(colors.text, width=2))
        self.request_refresh()

    def wanted_views(self) -> frozenset[View]:
        """The views that are chosen, and only of now: of an earlier moment, there is what was kept."""
        is_shown = self.record.run is not None and self.record.run.data.kind == self.kind and self.record.is_live
        return (self.line if self.is_line else self.plane).wanted() if is_shown else frozenset()

    @Slot(object)
    def point_at(self, mode: int | None) -> None:
        """Draw a ring around a true centre; None takes it away."""
        centres = None if self.record.run is None else self.record.run.data.centres
        if mode is None or centres is None:
            self.pointed.setData(pos=np.empty((0, 2)))
        else:
            self.pointed.setData(pos=centres[mode : mode + 1])

    @Slot()
    def _on_plane(self) -> None:
        self.tell_wants()
        self.refresh()

    @Slot()
    def _on_samples(self) -> None:
        self.tell_wants()
        self.request_refresh()

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, Surface | Manifold | Arrows | UpdateShown):
            self.request_refresh()

    @Slot(object)
    def _on_run_started(self, event: RunStarted) -> None:
        self.tell_wants()
        if event.data.kind != self.kind:
            return
        self.caption.setText(event.data.title)
        self.caption.setToolTip(words.about(*event.data.notes))
        self._limits = _limits(event)
        self.pages.setCurrentIndex(int(self.is_line))
        self.plane.surface_choice.setVisible(not self.is_line)
        if self.is_line:
            self.line.start(self._limits)
        else:
            self._show_all()
        self.centres.setData(pos=event.data.centres if event.data.centres is not None else np.empty((0, 2)))
        self._show_real(event.data, None)

    def _show_all(self) -> None:
        """Bring all of the data into view."""
        self.view.setRange(xRange=self._limits[0], yRange=self._limits[1], padding=0)

    def _table(self) -> dict[str, np.ndarray]:
        """A row for each sample that is shown; real ones have no step."""
        samples, run = self.record.shown_samples, self.record.run
        if samples is None or run is None or run.data.kind != self.kind:
            return {"step": np.empty(0)}
        shown = self.choices.of(samples)
        names = {Shown.TRAINED: ["fake"], Shown.AVERAGED: ["averaged"], Shown.BOTH: ["fake", "averaged"]}
        parts = [("real", run.data.real), *zip(names[self.choices.shown(samples)], shown, strict=True)]
        values = np.concatenate([part for _, part in parts])
        steps = np.concatenate([np.full(len(part), np.nan if name == "real" else samples.step) for name, part in parts])
        kinds = np.repeat([name for name, _ in parts], [len(part) for _, part in parts])
        return {"step": steps, "sample": kinds} | dict(zip("xy", values.T, strict=False))

    @Slot()
    def _on_run_cleared(self) -> None:
        self.caption.setText("")
        self.caption.setToolTip("")
        self.line.show_real(np.empty((0, 1)))
        for dots in (self.real, self.centres, self.pointed):
            dots.setData(pos=np.empty((0, 2)))
        self.request_refresh()

    def _show_real(self, data: DataSummary, label: int | None) -> None:
        """Show all real points, or those of one class if their classes are known."""
        self._real_class = label
        chosen = slice(None) if label is None or data.real_labels is None else data.real_labels == label
        if self.is_line:
            self.line.show_real(data.real[chosen])
        else:
            self.real.setData(pos=data.real[chosen])

    @property
    def _update(self) -> UpdateShown | None:
        """Slow motion: the update that is shown in place of the latest samples."""
        return self.record.shown_view(UpdateShown)

    def _samples(self) -> Samples | None:
        """What is shown: after an update in slow motion, or as it is kept."""
        samples, update = self.record.shown_samples, self._update
        if update is None:
            return samples
        labels, pictures = (None, ()) if samples is None else (samples.labels, samples.pictures)
        return Samples(update.step, update.samples, labels=labels, pictures=pictures)

    @Slot()
    def refresh(self) -> None:
        samples, run = self._samples(), self.record.run
        if samples is None or samples.values.ndim != 2 or run is None:
            self.choices.show_samples(None)
            self._clear()
            return
        self.choices.show_samples(samples)
        label = only_class(samples.labels)
        if label != self._real_class:
            self._show_real(run.data, label)
        shown = self.choices.shown(samples)
        if self.is_line:
            self._show_line(samples, shown, run.data)
            return
        fakes = finite(samples.values)
        self.fake.set_points(finite(None if shown is Shown.AVERAGED else samples.values))
        self.averaged.set_points(finite(None if shown is Shown.TRAINED else samples.averaged))
        self._show_plane(fakes)
        self.translations.show_samples(samples, shown)
        parts = self._legend(samples, shown, run.data, "●◆●", np.array(self.view.viewRange()))
        parts += self.translations.legend(self.theme.colors)
        self.legend.setText("<br>".join([*parts, *self.plane.legend(samples.step)]))

    def _clear(self) -> None:
        """Show no generated points, and why."""
        self.plane.clear()
        self.translations.clear()
        self.line.show_fakes(None, None)
        self.line.show_surface(None)
        for dots in (self.fake, self.averaged):
            dots.set_points(np.empty((0, 2)))
        waits_for = words.waits_for(self.record.status, self.record.preparation)
        text = waits_for or self.tr("Generated points appear here.")
        for legend in (self.legend, self.line.legend):
            legend.setText(text)

    def _show_line(self, samples: Samples, shown: Shown, data: DataSummary) -> None:
        self.line.show_fakes(
            None if shown is Shown.AVERAGED else samples.values, None if shown is Shown.TRAINED else samples.averaged
        )
        update = self._update
        self.line.show_surface(self.record.shown_view(Surface) if update is None else update.surface)
        parts = self._legend(samples, shown, data, "■■■", self._limits)
        self.line.legend.setText("<br>".join([*parts, *self.line.notes(samples.step)]))

    def _show_plane(self, fakes: np.ndarray) -> None:
        if self._update is not None:
            self.plane.show_update(self._update, fakes)
        else:
            self.plane.show_latest(fakes, float(np.ptp(self._limits[0])) / 2)

    def _legend(self, samples: Samples, shown: Shown, data: DataSummary, marks: str, limits: np.ndarray) -> list[str]:
        """What is seen, with a mark each for generated, averaged and real ones, and what is outside the limits."""
        colors = self.theme.colors
        parts = []
        if shown is not Shown.AVERAGED:
            parts.append(mark(marks[0], colors.g) + self._when(samples))
        if shown is Shown.BOTH:
            parts.append(mark(marks[1], colors.averaged) + self.tr("averaged"))
        elif shown is Shown.AVERAGED:
            step = words.count(samples.step)
            parts.append(mark(marks[1], colors.averaged) + self.tr("averaged, step {step}").format(step=step))
        parts.append(mark(marks[2], colors.real) + self.tr("real"))
        label = only_class(samples.labels)
        if label is not None:
            parts.append(self.tr("class {name}").format(name=escape(words.class_name(label, data.class_names))))
        if data.centres is not None:
            parts.append(self.tr("+ true centres"))
        drawn = self.choices.of(samples)
        every = sum(len(points) for points in drawn)
        outside = every - sum(count_inside(points, limits) for points in drawn)
        if outside:
            parts.append(self.tr("{n} of {all} outside").format(n=outside, all=every))
        return parts

    def _when(self, samples: Samples) -> str:
        update = self._update
        if update is None:
            return self.tr("generated, step {step}").format(step=words.count(samples.step))
        return self.tr("generated, after {network} update {n} of {of} of step {step}").format(
            network=update.network.upper(), n=update.number, of=update.of, step=words.count(update.step)
        )


def _limits(event: RunStarted) -> Limits:
    """What is in view: the data or, if a kept run has lost what they look like, its newest samples."""
    data, kept = event.data, event.past.samples if event.past is not None else ()
    if not len(data.real) and kept:
        with suppress(InputError):
            return view_limits(finite(kept[-1].load().values))
    return view_limits(data.real, data.source)
