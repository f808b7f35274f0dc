"""The generated images, from the same latents each time, beside real ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QGridLayout

from gan_desktop.core.events import FloatArray, RunStarted, SampleKind, Samples
from gan_desktop.core.tiling import to_bytes
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.samples.captions import samples_caption
from gan_desktop.gui.samples.choices import SampleChoices, Shown, real_like
from gan_desktop.gui.samples.class_signs import ClassSign, Sign, class_signs
from gan_desktop.gui.samples.column_grid import ColumnGrid
from gan_desktop.gui.samples.columns import columns_of
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.samples.inspection import Inspector
from gan_desktop.gui.samples.tools import SampleTools, side_by_side
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.style import describe


@panels.register("samples", title="Samples")
class SamplesPanel(Panel):
    """Images that the generator makes of fixed latents, beside real ones of the data.

    If the game translates, each stands between what it was made of and what it is to be compared with.
    """

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 20
    share: ClassVar[int] = 330
    kind: ClassVar[SampleKind | None] = "images"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.generated, self.averaged, self.real = ColumnGrid(), ImageGrid(), ImageGrid()
        self._describe_generated()
        describe(
            self.averaged,
            "averaged_grid",
            self.tr("Samples of the averaged generator"),
            self.tr("What the average of the generator over its last steps makes of the same latents"),
        )
        describe(self.real, "real_grid", self.tr("Real samples"), self.tr("Some of the images that it learns from"))
        self._titles = {grid: ElidedLabel("", Qt.AlignmentFlag.AlignLeft) for grid in self._grids}
        self._titles[self.generated].setText(self.tr("Generated"))
        self._titles[self.averaged].setText(self.tr("Averaged"))
        self._titles[self.real].setText(self.tr("Real"))
        self._real_shown: bytes | None = None
        self.frames_check = self._make_frames_check()
        self.sample_tools = SampleTools(self, self.picture)
        self.choices = SampleChoices(self.model)
        self.inspector = Inspector(self.generated, self.model, self._shows_current)
        self._lay_out()
        for images in self._grids:
            PlotMenu(self, images, picture=images.to_image)
        self.choices.changed.connect(self.refresh)
        for signal in (self.record.samples_changed, self.record.measured, self.record.alerts_changed):
            signal.connect(self.request_refresh)
        self.record.run_started.connect(self._on_run_started)
        self.record.run_cleared.connect(self._on_run_cleared)
        self.record.status_changed.connect(self._show_message)
        self.record.preparing.connect(self._show_message)
        self.model.controls_changed.connect(self._show_frames_state)
        self.record.view_arrived.connect(self._on_view)
        self._show_message()
        self._show_frames_state()

    def _describe_generated(self) -> None:
        about = self.tr("What the generator makes of the same latents as it learns.")
        if self._translates:
            about = self.tr(
                "What the generator makes of the same images as it learns, beside these images and what it is to make."
            )
        tip = self.tr(
            "{about} Point at one, or move to it with the arrow keys, to see the real images that are nearest to it."
        )
        describe(self.generated, "sample_grid", self.tr("Generated samples"), tip.format(about=about))

    @property
    def _translates(self) -> bool:
        """Whether columns are shown: the samples are made of other images."""
        return self.record.run is not None and self.record.run.config.game.translates

    def _make_frames_check(self) -> QCheckBox:
        check = QCheckBox(self.tr("Scores"))
        describe(check, "score_frames_check", self.tr("Scores as frames"), "")
        check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        check.setChecked(self.settings.get("samples/scores", False))
        check.toggled.connect(self._on_frames)
        self.tools_row.addWidget(check)
        return check

    def wants_scores(self) -> bool:
        return self.frames_check.isChecked() and not self._no_scores

    @property
    def _no_scores(self) -> str:
        """Why there are no scores to show, in a sentence; empty if there are."""
        objective, run = self.model.controls["objective"], self.record.run
        if not words.has_probability(objective):
            return words.no_probability(objective)
        if run is not None and run.config.regularization.pack > 1:
            return self.tr("D judges packs of samples: none of them has a score of its own.")
        return ""

    @Slot(bool)
    def _on_frames(self, checked: bool) -> None:
        self.settings.set("samples/scores", checked)
        self._show_frames_state()

    @Slot()
    def _show_frames_state(self) -> None:
        """Offer frames if each sample has a probability, else say why not."""
        reason = self._no_scores
        self.frames_check.setEnabled(not reason)
        self.frames_check.setToolTip(
            reason
            or self.tr(
                "Frame each generated image by how real D finds it: a thick frame all around is taken for real, none "
                "is seen through"
            )
        )
        self.tell_wants()
        self.request_refresh()

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, UpdateShown):
            self.request_refresh()

    @property
    def _grids(self) -> tuple[ImageGrid, ...]:
        return self.generated, self.averaged, self.real

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        self.choices.setContentsMargins(0, 0, 0, 4)
        grid.addWidget(self.choices, 0, 0, 1, 3)
        for column, images in enumerate(self._grids):
            grid.addWidget(self._titles[images], 1, column)
            grid.addWidget(images, 2, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(2, 1)
        self._is_shown = dict.fromkeys(self._grids, True)
        self._show_grid(self.averaged, False)

    def _show_grid(self, grid: ImageGrid, is_shown: bool) -> None:
        # Setting a stretch has the window laid out anew, even if the stretch is the same.
        if is_shown == self._is_shown[grid]:
            return
        self._is_shown[grid] = is_shown
        grid.setVisible(is_shown)
        self._titles[grid].setVisible(is_shown)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        # An empty column would take its share of the room.
        layout.setColumnStretch(self._grids.index(grid), 1 if is_shown else 0)

    def picture(self) -> QImage | None:
        """What an export saves: the generated images that are shown, both grids side by side if both are."""
        self.refresh()
        picture = self.generated.to_image()
        beside = None if self.averaged.isHidden() else self.averaged.to_image()
        return picture if picture is None or beside is None else side_by_side(picture, beside)

    def set_colors(self, colors: Colors) -> None:
        self.generated.set_colors(colors)
        for grid in (self.averaged, self.real):
            grid.set_ground(colors.surface)

    @Slot(object)
    def _on_run_started(self, event: RunStarted) -> None:
        self._show_frames_state()
        if event.data.kind == self.kind:
            self._real_shown = None
            self._show_real(None)
            self._titles[self.real].setText(self.tr("Real · {title}").format(title=event.data.title))
            about = "\n".join((event.data.title, *event.data.notes))
            self._titles[self.real].setToolTip(about)
            # Real images stand in columns beside the generated ones then.
            self._titles[self.generated].setToolTip(about if self._translates else "")
            self._show_grid(self.real, not self._translates)
            self._describe_generated()

    @Slot()
    def _on_run_cleared(self) -> None:
        self.real.show_images(None)
        self._titles[self.real].setText(self.tr("Real"))
        self._titles[self.real].setToolTip("")
        self._show_frames_state()

    def _show_real(self, labels: np.ndarray | None) -> None:
        """Show real images of the same classes as the generated ones."""
        assert self.record.run is not None
        data = self.record.run.data
        indices = real_like(data, labels)
        if indices.tobytes() != self._real_shown:
            self._real_shown = indices.tobytes()
            classes = data.real_labels[indices] if labels is not None and data.real_labels is not None else None
            self.real.show_images(to_bytes(data.real[indices]), classes, data.class_names)

    @Slot()
    def _show_message(self) -> None:
        waits_for = words.waits_for(self.record.status, self.record.preparation)
        self.generated.message = waits_for or self.tr("Generated images appear here.")
        self.real.message = "" if waits_for else self.tr("Real images of the data appear here.")
        self.generated.update()
        self.real.update()
        self.request_refresh()

    @property
    def _update(self) -> UpdateShown | None:
        """The update within a step that is shown, in slow motion."""
        return self.record.shown_view(UpdateShown)

    def _samples(self) -> Samples | None:
        """What is to be shown: in slow motion, what the update has made of the samples."""
        samples, update = self.record.shown_samples, self._update
        if samples is None or update is None or update.samples.shape != samples.values.shape:
            return samples
        return Samples(update.step, update.samples, samples.averaged, samples.labels, pictures=samples.pictures)

    def _shows_current(self) -> bool:
        """Whether it is what the generator in training makes now."""
        samples = self.record.samples
        is_shown = self.record.is_live and self._update is None and samples is not None and samples.values.ndim == 4
        return is_shown and samples is not None and self.choices.shown(samples) is not Shown.AVERAGED

    def _scores(self, samples: Samples) -> FloatArray | None:
        return samples.scores if self.wants_scores() and self._shows_current() else None

    @Slot()
    def refresh(self) -> None:
        samples = self._samples()
        if samples is None or samples.values.ndim != 4:
            self.generated.show_scores(None)
            self.generated.show_signs({})
            self.choices.show_samples(None)
            self._show_grid(self.averaged, False)
            self.generated.show_images(None)
            self._titles[self.generated].setText(self.tr("Generated"))
            return
        self.choices.show_samples(samples)
        shown = self.choices.shown(samples)
        self._show_grid(self.averaged, shown is Shown.BOTH and not samples.pictures)
        names = self.record.run.data.class_names if self.record.run is not None else None
        if samples.pictures:
            self.generated.show_columns(columns_of(samples, self.choices.of(samples), self.tr("Average")))
        else:
            for grid, values in zip((self.generated, self.averaged), self.choices.of(samples), strict=False):
                grid.show_images(to_bytes(values), samples.labels, names)
        scores = self._scores(samples)
        self.generated.show_scores(scores)
        signs = self._signs(samples)
        self.generated.show_signs(signs)
        self.caption.setText(self._legend(scores, signs))
        self._titles[self.generated].setText(*samples_caption(self.record, samples, shown, self._update, signs))
        if self.record.run is not None:
            self._show_real(samples.labels)

    def _signs(self, samples: Samples) -> dict[int, ClassSign]:
        """What is wrong with classes by the newest measurement, if the generator that was measured is shown."""
        if samples.labels is None or self.record.run is None or not self._shows_current():
            return {}
        return class_signs(self.record.shown_measurement, self.record.shown_alerts, self.record.run.data.class_names)

    def _legend(self, scores: FloatArray | None, signs: dict[int, ClassSign]) -> str:
        """What frames and signs mean, or why there are no frames."""
        seen = {sign.sign for sign in signs.values()}
        parts = [self.tr("= all the same")] if Sign.COLLAPSED in seen else []
        if Sign.LOST in seen:
            parts.append(self.tr("× lost"))
        if scores is not None:
            parts.append(self.tr("thick frame: fools D"))
        elif self.frames_check.isChecked() and self._no_scores:
            parts.append(self._no_scores)
        return " · ".join(parts)
