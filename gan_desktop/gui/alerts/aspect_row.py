"""One aspect of a run: its light, its title, a sentence, and the small curve of the number behind it."""

from __future__ import annotations

from math import nan

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gan_desktop.core.diagnosis import Level
from gan_desktop.core.registry import Entry
from gan_desktop.gui.alerts.light import Light
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid
from gan_desktop.gui.widgets.sparkline import Sparkline
from gan_desktop.gui.widgets.style import describe, label, link_button, paragraph

SPACING, CLOSE_SPACING = 7, 4


class AspectRow(QWidget):
    """Shows what the diagnosis says of one aspect.

    Signals:
        why_asked: the person wants to know what it rests on.
    """

    why_asked = Signal()

    def __init__(self, entry: Entry[object]) -> None:
        super().__init__()
        self.name, self.title = entry.name, words.config_text(entry.title)
        description = self._description = words.config_text(entry.description)
        self.light = Light(self.title, f"{self.name}_light")
        self.sentence = paragraph()
        describe(self.sentence, f"{self.name}_sentence", self.title, description)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.curve = Sparkline()
        about = self.tr("{title}, so far").format(title=self.title)
        describe(self.curve, f"{self.name}_aspect_curve", about, about)
        self.why = link_button(self.tr("Why?"))
        about = self.tr("Why: {title}").format(title=self.title)
        describe(self.why, f"{self.name}_why_button", about, self.tr("What it means, and the figures behind it"))
        self.why.clicked.connect(self.why_asked)
        self.heading = label(self.title, "strong")
        self.heading.setToolTip(description)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.light, 0, 0)
        grid.addWidget(self.heading, 0, 1)
        grid.addWidget(self.curve, 0, 2)
        grid.addWidget(self.why, 0, 3)
        grid.addWidget(self.sentence, 1, 1, 1, 3)

    def set_colors(self, colors: Colors) -> None:
        self.light.set_colors(colors)
        self.curve.set_colors(colors.muted, colors.muted, colors.muted)

    def set_close(self, is_close: bool) -> None:
        """Take little room: leave out the curve, and shorten the way to the explanation."""
        self._grid.setHorizontalSpacing(CLOSE_SPACING if is_close else SPACING)
        self.curve.setVisible(not is_close)
        self.why.setText(self.tr("?") if is_close else self.tr("Why?"))

    def show_aspect(self, level: Level, sentence: str, history: MinMaxPyramid, brief: bool = False) -> None:
        """Show how it is; `brief` leaves the sentence to the tool tip of the light."""
        self.sentence.setVisible(not brief)
        self.heading.setToolTip(words.about(sentence, self._description) if brief else self._description)
        self.light.show_level(level)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(f"{self.light.accessibleName()}. {self.sentence.text()}")
        self.curve.show_curves([history], nan)
