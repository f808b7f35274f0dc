"""Things to try, each one click: a healthy run, each way in which a GAN fails, two other games, and one's own images.

A run that is to fail pauses at its first alert, so that there is time to look and to read what has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.presets import FAILS, presets
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.row_button import RowButton
from gan_desktop.gui.widgets.style import describe

# The preset, what happens in it, and what makes it happen.
EXPERIMENTS: Sequence[tuple[str, str, str]] = (
    (
        "digits",
        QT_TRANSLATE_NOOP("TryThis", "A healthy run"),
        QT_TRANSLATE_NOOP("TryThis", "Digits come out of noise"),
    ),
    (
        "fail-collapse",
        QT_TRANSLATE_NOOP("TryThis", "Make it collapse"),
        QT_TRANSLATE_NOOP("TryThis", "G makes few of the modes"),
    ),
    (
        "fail-hopping",
        QT_TRANSLATE_NOOP("TryThis", "Make it hop"),
        QT_TRANSLATE_NOOP("TryThis", "G runs from mode to mode"),
    ),
    (
        "fail-vanishing",
        QT_TRANSLATE_NOOP("TryThis", "Let D win"),
        QT_TRANSLATE_NOOP("TryThis", "G has nothing to learn from"),
    ),
    (
        "fail-divergence",
        QT_TRANSLATE_NOOP("TryThis", "Make it diverge"),
        QT_TRANSLATE_NOOP("TryThis", "Losses beyond all bounds"),
    ),
    (
        "fail-oscillation",
        QT_TRANSLATE_NOOP("TryThis", "Make it oscillate"),
        QT_TRANSLATE_NOOP("TryThis", "The losses go round and round"),
    ),
    (
        "fail-memorising",
        QT_TRANSLATE_NOOP("TryThis", "Make it memorise"),
        QT_TRANSLATE_NOOP("TryThis", "G copies its few images"),
    ),
    (
        "cycle-letters",
        QT_TRANSLATE_NOOP("TryThis", "Restyle letters"),
        QT_TRANSLATE_NOOP("TryThis", "CycleGAN, without pairs"),
    ),
    (
        "super-letters",
        QT_TRANSLATE_NOOP("TryThis", "Read tiny letters"),
        QT_TRANSLATE_NOOP("TryThis", "4 x 4 pixels become 16 x 16"),
    ),
)


def _fails(name: str) -> bool:
    return name.startswith(FAILS)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TryThis", text)


@panels.register("try_this", title="Try this")
class TryThisPanel(Panel):
    """Experiments from the presets: a click fills the form and starts. The last is a person's own."""

    area: ClassVar[Area] = Area.LEFT
    order: ClassVar[int] = 20
    share: ClassVar[int] = 400
    scrolls: ClassVar[bool] = True

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for name, title, what in EXPERIMENTS:
            if name not in presets():
                continue
            button = self._button(f"try_{name}_button", _tr(title), _tr(what))
            pauses = self.tr("Pauses at the first alert.") if _fails(name) else ""
            button.setToolTip(words.about(words.config_text(presets()[name].lesson), pauses))
            button.clicked.connect(partial(self._try, name))
            column.addWidget(button)
        own = self._button("try_own_images_button", self.tr("Your own images"), self.tr("Choose a folder, or drop it"))
        own.setToolTip(self.tr("Choose a folder of images to train on (Ctrl+O), or drop it anywhere on the window"))
        own.clicked.connect(self.own_images_asked)
        column.addWidget(own)
        column.addStretch(1)

    def _button(self, object_name: str, title: str, what: str) -> RowButton:
        button = RowButton(flat=True)
        describe(button, object_name, title, what)
        button.show_lines(title, what)
        return button

    def _try(self, name: str) -> None:
        self.model.form.choose_preset(name)
        self.model.start(pause_at_first_alert=_fails(name))
