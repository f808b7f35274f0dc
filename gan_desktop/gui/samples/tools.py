"""The two buttons that both views of samples share: other samples, and a picture to keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import CommandRefused
from gan_desktop.gui.panel import Panel
from gan_desktop.gui.run.record import UNDER_WAY
from gan_desktop.gui.shell.export import ask_for_png, write_png
from gan_desktop.gui.widgets.style import describe, small_button

# Between two grids in one exported picture, as a share of its height.
EXPORT_GAP = 0.04


class SampleTools(QObject):
    """Adds the buttons to a panel's tools."""

    def __init__(self, panel: Panel, picture: Callable[[], QImage | None]) -> None:
        super().__init__(panel)
        self._panel = panel
        self._picture = picture
        self.latents_button = self._button("new_latents_button", "", "")
        self.export_button = self._button(
            "export_button", self.tr("Export PNG…"), self.tr("Save these samples as a picture (Ctrl+E)")
        )
        self.latents_button.clicked.connect(panel.model.looks.new_latents)
        self.export_button.clicked.connect(self.export)
        panel.record.samples_changed.connect(self.show_state)
        panel.record.status_changed.connect(self.show_state)
        panel.record.run_started.connect(self._describe)
        panel.export = self.export
        self._describe()
        self.show_state()

    def _button(self, object_name: str, text: str, tool_tip: str) -> QPushButton:
        button = small_button(text)
        describe(button, object_name, text, tool_tip)
        self._panel.tools_row.addWidget(button)
        return button

    @Slot()
    def _describe(self) -> None:
        """Say what is drawn anew: latents, or the samples that the game translates."""
        run = self._panel.record.run
        text = self.tr("New latents")
        tip = self.tr("Draw other latents for these samples; the training is not touched (Ctrl+L)")
        if run is not None and run.config.game.translates:
            text = self.tr("New samples")
            tip = self.tr("Translate other samples of the source; the training is not touched (Ctrl+L)")
        self.latents_button.setText(text)
        describe(self.latents_button, "new_latents_button", text, tip)

    @Slot()
    def show_state(self) -> None:
        """Offer what is possible."""
        record = self._panel.record
        self.latents_button.setEnabled(record.status in UNDER_WAY and record.samples is not None)
        self.export_button.setEnabled(record.shown_samples is not None)

    @Slot()
    def export(self) -> None:
        """Ask for a file and write the picture that is shown now."""
        record = self._panel.record
        picture = self._picture()
        if picture is None or record.shown_samples is None or record.run is None:
            return
        name = f"{record.run.name}-step-{record.shown_samples.step:06d}.png"
        ask_for_png(self._panel.window(), name, lambda path: self.write(picture, path))

    def write(self, picture: QImage, path: Path) -> None:
        """Write it; a failure is one sentence in the notice bar."""
        try:
            write_png(picture, path)
        except InputError as error:
            self._panel.model.refused.emit(CommandRefused(str(error)))


def side_by_side(left: QImage, right: QImage) -> QImage:
    """Two pictures of one size as one, with a gap between them."""
    gap = round(left.height() * EXPORT_GAP)
    together = QImage(left.width() + gap + right.width(), left.height(), QImage.Format.Format_RGB32)
    together.fill(Qt.GlobalColor.white)
    painter = QPainter(together)
    painter.drawImage(0, 0, left)
    painter.drawImage(left.width() + gap, 0, right)
    painter.end()
    return together
