"""Things to try, each one click: a healthy run, each way in which a GAN fails, two other games, and one's own images.

A run that is to fail pauses at its first alert, so that there is time to look and to read what has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QVBoxLayout

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.presets import FAILS, presets
from gan_desktop.gui.library import words as library_words
from gan_desktop.gui.look import words
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.widgets.row_button import RowButton
from gan_desktop.gui.widgets.style import describe
from gan_desktop.recording.run_entry import RunEntry

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
        self._last: RunEntry | None = None
        self._last_button = self._button("open_last_run_button", self.tr("Open the last run"), "")
        self._last_button.setToolTip(
            self.tr("Look at the run that was begun last, and go on with it. All runs: Ctrl+Shift+L")
        )
        self._last_button.clicked.connect(self._open_last)
        self._last_button.hide()
        column.addWidget(self._last_button)
        # Once a run is shown, it is the last one.
        self.record.run_started.connect(self._last_button.hide)
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

    @Slot(object)
    def offer_run(self, entry: RunEntry) -> None:
        if self.record.run is not None:
            return
        self._last = entry
        # A folder's name is a date, which says less than the preset.
        name = entry.preset if entry.preset and entry.name == entry.folder.name else entry.name
        steps = self.tr("{n} steps").format(n=words.count(entry.step))
        state = self.tr("training elsewhere") if entry.is_written else library_words.state(entry)
        self._last_button.show_lines(self.tr("Open the last run"), " · ".join([name, steps, state]))
        self._last_button.show()

    @Slot()
    def _open_last(self) -> None:
        if self._last is not None:
            self.run_asked.emit(self._last.folder)

    def _try(self, name: str) -> None:
        self.model.form.choose_preset(name)
        self.model.start(pause_at_first_alert=_fails(name))
