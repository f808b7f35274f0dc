"""Things to try, each one click: the presets, started at once."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.presets import presets
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.elided import ElidedButton
from gan_desktop.gui.widgets.style import describe

SHOWN = 6


@panels.register("try_this", title="Try this")
class TryThisPanel(Panel):
    """Experiments from the presets: a click fills the form and starts. The last is a person's own.

    Signals:
        own_images_asked: the person wants to train on images of their own.
    """

    own_images_asked = Signal()

    area: ClassVar[Area] = Area.LEFT
    order: ClassVar[int] = 20
    share: ClassVar[int] = 150
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for preset in list(presets().values())[:SHOWN]:
            button = ElidedButton(preset.title)
            button.setProperty("flat_row", True)
            describe(button, f"try_{preset.name}_button", preset.title, preset.lesson)
            button.clicked.connect(partial(self._try, preset.name))
            column.addWidget(button)
        own = ElidedButton(self.tr("Your own images"))
        own.setProperty("flat_row", True)
        what = self.tr("Choose a folder of images to train on (Ctrl+O), or drop it anywhere on the window")
        describe(own, "try_own_images_button", self.tr("Your own images"), what)
        own.clicked.connect(self.own_images_asked)
        column.addWidget(own)
        column.addStretch(1)

    def _try(self, name: str) -> None:
        self.model.choose_preset(name)
        self.model.start()
