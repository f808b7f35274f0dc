"""A walk through the latents: from one sample to another, and along single dimensions."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QSpinBox, QVBoxLayout, QWidget

from gan_desktop.core.events import SampleKind, Samples
from gan_desktop.core.status import Status
from gan_desktop.core.tiling import to_bytes
from gan_desktop.core.views import Walked
from gan_desktop.gui.form.wheel import guard_wheel
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.samples.dimension_sliders import DimensionSliders
from gan_desktop.gui.samples.image_strip import ImageStrip
from gan_desktop.gui.samples.latent_path import STRIP, LatentPath
from gan_desktop.gui.samples.sample_grid import SampleGrid
from gan_desktop.gui.samples.thumbnail import Thumbnail
from gan_desktop.gui.samples.walker import Walker
from gan_desktop.gui.shell.export import picture_of
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe, inset, label, small_button

# Positions of the slider between two images of the strip.
BETWEEN = 25
POSITIONS = BETWEEN * (STRIP - 1)


@panels.register("latent", title="Latent")
class LatentPanel(Panel):
    """What the generator makes on the way from one of its samples to another, and where single latent dimensions lead.

    It is made again and again as the generator learns.
    """

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 25
    kind: ClassVar[SampleKind | None] = "images"
    tab_of: ClassVar[str | None] = "samples"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.path: LatentPath | None = None
        self._samples: Samples | None = None
        self.walker = Walker(self.model, self)
        self.picker, self.strip, self.picture = SampleGrid(), ImageStrip(), Thumbnail()
        self.picker.setMinimumSize(100, 60)
        self.spins = {letter: self._make_spin(letter) for letter in "AB"}
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.dimensions = DimensionSliders()
        self.reset_button = small_button(self.tr("Reset"))
        self._describe()
        self._lay_out()
        PlotMenu(self, self.picker, picture=self.picker.to_image)
        for part in (self.strip, self.picture):
            PlotMenu(self, part, picture=partial(picture_of, part))
        self.picker.picked.connect(self._on_picked)
        self.strip.picked.connect(self._on_strip)
        self.slider.valueChanged.connect(self._on_slider)
        self.dimensions.moved.connect(self._on_dimension)
        self.reset_button.clicked.connect(self._on_reset)
        self.record.samples_changed.connect(self.request_refresh)
        self.record.view_arrived.connect(self._on_view)
        self.record.moment_changed.connect(self.request_refresh)
        self.walker.answered.connect(self._on_answer)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_started)
        self.model.state_changed.connect(self.request_refresh)
        self._show_state()

    # What it is made of.

    def _make_spin(self, letter: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(1, 1)
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(46)
        inset(spin)
        guard_wheel(spin)
        title = self.tr("Sample {letter}").format(letter=letter)
        tip = self.tr("Which sample the way begins at") if letter == "A" else self.tr("Which sample the way ends at")
        describe(spin, f"latent_{letter.lower()}_spin", title, tip)
        spin.valueChanged.connect(self._on_spin)
        return spin

    def _describe(self) -> None:
        describe(
            self.picker,
            "latent_picker",
            self.tr("Samples to walk between"),
            self.tr("Click a sample for A, Shift+click one for B; with the keyboard, Enter and Shift+Enter"),
        )
        describe(self.strip, "latent_strip", self.tr("From A to B"), self.tr("Nine samples from A to B; click between"))
        tip = self.tr("Back to the point between A and B: no number of the latent is held")
        describe(self.reset_button, "reset_latent_button", self.tr("Reset the latent"), tip)
        describe(self.picture, "latent_picture", self.tr("The sample at this place"), "")
        self.slider.setRange(0, POSITIONS)
        self.slider.setPageStep(BETWEEN)
        self.slider.setMinimumWidth(60)
        guard_wheel(self.slider)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(
            self.slider,
            "latent_walk_slider",
            self.tr("Place between A and B"),
            self.tr(
                "Walk from A to B: along a great circle for normal latents (White 2016), along a straight line for "
                "uniform ones"
            ),
        )

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setSpacing(4)
        for letter, spin in self.spins.items():
            name = label(letter, "strong")
            name.setBuddy(spin)
            choice.addWidget(name)
            choice.addWidget(spin)
            choice.addSpacing(2)
        choice.addStretch(1)
        self.hint = ElidedLabel("", Qt.AlignmentFlag.AlignLeft)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.hint)
        left.addWidget(self.picker, 1)
        left.addLayout(choice)
        here = QHBoxLayout()
        here.setSpacing(12)
        here.addWidget(self.picture, 4)
        here.addWidget(self.dimensions, 5)
        walk = QVBoxLayout()
        walk.setSpacing(2)
        for widget in (self.strip, self.slider):
            walk.addWidget(widget)
        walk.addLayout(here, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(left, 4)
        row.addLayout(walk, 7)
        self.tools_row.addWidget(self.reset_button)

    def set_colors(self, colors: Colors) -> None:
        self.picker.set_colors(colors)
        self.strip.set_colors(colors)

    def set_watched(self, is_watched: bool) -> None:
        super().set_watched(is_watched)
        if is_watched:
            self._ask()
        else:
            self.walker.end()

    # What the person does.

    @Slot(int, bool)
    def _on_picked(self, index: int, is_end: bool) -> None:
        self.spins["B" if is_end else "A"].setValue(index + 1)

    @Slot()
    def _on_spin(self) -> None:
        self._set_path()
        self._show_path()
        self._ask()

    @Slot(float)
    def _on_strip(self, place: float) -> None:
        self.slider.setValue(round(place * POSITIONS))

    @Slot(int)
    def _on_slider(self, position: int) -> None:
        if self.path is not None:
            self.path.t = position / POSITIONS
            self._show_path()
            self._ask()

    @Slot(int, float)
    def _on_dimension(self, dimension: int, value: float) -> None:
        if self.path is not None:
            self.path.held[dimension] = value
            self._show_path()
            self._ask()

    @Slot()
    def _on_reset(self) -> None:
        if self.path is not None:
            self.path.held.clear()
            self._show_path()
            self._ask()

    def _ask(self) -> None:
        """Have the path shown, of the class of A where there are classes."""
        if self.path is None or not self.is_watched or self._samples is None or not self.record.is_live:
            return
        latents, labels = self.path.latents(), self._samples.labels
        label_ = None if labels is None else int(labels[self.spins["A"].value() - 1])
        self.walker.want(latents, None if label_ is None else (label_,) * len(latents))

    # What has come.

    @Slot()
    def _on_run_started(self) -> None:
        self._take(None)
        self.request_refresh()

    @Slot()
    def _on_answer(self) -> None:
        """Show at once what somebody drags a slider for."""
        self.repainter.request(self, soon=True)

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, Walked):
            self.request_refresh()

    @Slot()
    def refresh(self) -> None:
        samples = self.record.samples
        usable = samples is not None and samples.values.ndim == 4 and samples.latents is not None
        self._take(samples if usable and not self._translates else None)
        self._show_walked()
        self._show_state()

    @property
    def _translates(self) -> bool:
        """Whether samples are made of something other than latents, so that there is nothing to walk between."""
        return self.record.run is not None and self.record.run.config.game.translates

    def _take(self, samples: Samples | None) -> None:
        """Choose from these samples; other latents make another path."""
        before, self._samples = self._samples, samples
        if samples is None or samples.latents is None:
            self.path = None
            self.picker.show_images(None)
            self.picker.show_marks({})
            return
        names = self.record.run.data.class_names if self.record.run is not None else None
        shown = self.record.shown_samples
        shown = samples if shown is None or shown.values.ndim != 4 else shown
        self.picker.show_images(to_bytes(shown.values), shown.labels, names)
        if before is None or before.latents is None or not np.array_equal(before.latents, samples.latents):
            self._offer(len(samples.latents))
            self._set_path()
            self._show_path()
            self._ask()

    def _offer(self, count: int) -> None:
        for default, spin in enumerate(self.spins.values(), 1):
            blocked = spin.blockSignals(True)
            was_offered = spin.maximum() > 1
            spin.setRange(1, count)
            spin.setValue(spin.value() if was_offered else default)
            spin.blockSignals(blocked)

    def _set_path(self) -> None:
        run = self.record.run
        if self._samples is None or self._samples.latents is None or run is None:
            return
        a, b = (self._samples.latents[spin.value() - 1] for spin in self.spins.values())
        self.path = LatentPath(a, b, run.config.latent.latent_distribution)
        self.path.t = self.slider.value() / POSITIONS

    def _show_path(self) -> None:
        """Show the path and the place on it at once, without waiting for the engine's answer."""
        if self.path is None:
            return
        marks: dict[int, str] = {}
        for letter, spin in self.spins.items():
            index = spin.value() - 1
            marks[index] = marks.get(index, "") + letter
        self.picker.show_marks(marks)
        self.strip.show_place(self.path.t)
        deviations = self.path.current() / self.path.deviation
        self.dimensions.show_latent(deviations, self.path.held, self.path.farthest)
        self.reset_button.setEnabled(bool(self.path.held))

    def _show_walked(self) -> None:
        walked = self.record.shown_view(Walked)
        is_mine = walked is not None and walked.values.ndim == 4 and len(walked.values) == STRIP + 1
        shown = walked if is_mine and self.path is not None else None
        self.strip.show_images(None if shown is None else shown.values[:STRIP])
        self.picture.show_image(None if shown is None else shown.values[STRIP])
        self.caption.setText("" if shown is None else self.tr("step {n}").format(n=words.count(shown.step)))

    def _show_state(self) -> None:
        """Offer what can be done now; if nothing can, say why."""
        possible = self.path is not None and self.model.can_look and self.record.is_live
        controls: tuple[QWidget, ...] = (*self.spins.values(), self.slider, self.dimensions)
        for widget in controls:
            widget.setEnabled(possible)
        self.dimensions.setVisible(self.path is not None)
        self.reset_button.setEnabled(possible and self.path is not None and bool(self.path.held))
        if self.path is None:
            start = self.tr("Start a run, and walk between its samples here.")
            no_latents = self.tr(
                "This generator makes its samples of images, not of latents: there is no space to walk in."
            )
            self.picker.message = no_latents if self._translates else start
            self.hint.setText("")
        elif possible:
            self.hint.setText(self.tr("Click: A · Shift+click: B"))
        elif not self.record.is_live:
            self.hint.setText(self.tr("A walk is only of now."))
        else:
            broken = self.record.status in (Status.DIVERGED, Status.FAILED)
            self.hint.setText(self.tr("The networks are broken: nothing to walk through.") if broken else "")
        self.picker.update()
