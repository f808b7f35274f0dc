"""The generated images, from the same latents each time, beside real ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout

from gan_desktop.core.events import RunStarted, SampleKind
from gan_desktop.core.status import Status
from gan_desktop.core.tiling import to_bytes
from gan_desktop.gui import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.sample_tools import SampleTools
from gan_desktop.gui.theme import Colors
from gan_desktop.gui.widgets.elided_label import ElidedLabel
from gan_desktop.gui.widgets.image_grid import ImageGrid
from gan_desktop.gui.widgets.style import describe


@panels.register("samples", title="Samples")
class SamplesPanel(Panel):
    """Images that the generator makes of fixed latents, beside real ones of the data."""

    area: ClassVar[Area] = Area.MIDDLE
    order: ClassVar[int] = 20
    share: ClassVar[int] = 330
    kind: ClassVar[SampleKind | None] = "images"

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.generated = ImageGrid()
        self.real = ImageGrid()
        describe(
            self.generated,
            "sample_grid",
            self.tr("Generated samples"),
            self.tr("What the generator makes of the same latents as it learns"),
        )
        describe(self.real, "real_grid", self.tr("Real samples"), self.tr("Some of the images that it learns from"))
        self._generated_title = ElidedLabel(self.tr("Generated"), Qt.AlignmentFlag.AlignLeft)
        self._real_title = ElidedLabel(self.tr("Real"), Qt.AlignmentFlag.AlignLeft)
        self.sample_tools = SampleTools(self, self.picture)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._generated_title, 0, 0)
        grid.addWidget(self._real_title, 0, 1)
        grid.addWidget(self.generated, 1, 0)
        grid.addWidget(self.real, 1, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.model.samples_changed.connect(self.request_refresh)
        self.model.run_started.connect(self._on_run_started)
        self.model.status_changed.connect(self._show_message)
        self._show_message()

    def picture(self) -> QImage | None:
        """What an export saves."""
        self.refresh()
        return self.generated.to_image()

    def set_colors(self, colors: Colors) -> None:
        for grid in (self.generated, self.real):
            grid.set_ground(colors.surface)

    @Slot(object)
    def _on_run_started(self, event: RunStarted) -> None:
        if event.data.kind == self.kind:
            shown = min(len(event.data.real), 64)
            self.real.show_images(to_bytes(event.data.real[:shown]))
            self._real_title.setText(self.tr("Real · {title}").format(title=event.data.title))
            self._real_title.setToolTip(event.data.title)

    @Slot()
    def _show_message(self) -> None:
        loading = self.model.status is Status.LOADING
        self.generated.message = self.tr("Loading TensorFlow…") if loading else self.tr("Generated images appear here.")
        self.real.message = "" if loading else self.tr("Real images of the data appear here.")
        self.request_refresh()

    def refresh(self) -> None:
        samples = self.model.shown_samples
        if samples is None or samples.values.ndim != 4:
            self.generated.show_images(None)
            self._generated_title.setText(self.tr("Generated"))
            return
        values: np.ndarray = samples.values
        self.generated.show_images(to_bytes(values))
        text = self.tr("Generated · step {step}") if self.model.is_live else self.tr("Generated · back at step {step}")
        self._generated_title.setText(text.format(step=words.count(samples.step)))
