"""A menu of the marked steps of a run; one of them can be gone to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from gan_desktop.gui.look import words
from gan_desktop.gui.timeline.marks import Kind, TimeMark, tip

# The most of each kind that the menu lists.
MOST_PLACES = 12


class PlacesMenu(QMenu):
    """Lists what is marked when it opens: alerts, bookmarks, branch points, and the last changes of controls.

    Args:
        marks: gives the marks of now.

    Signals:
        step_asked: the step (int) that was chosen.
    """

    step_asked = Signal(int)

    def __init__(self, marks: Callable[[], Sequence[TimeMark]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline_places")
        self.setToolTipsVisible(True)
        self._marks = marks
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List what is marked now."""
        self.clear()
        headings = {
            Kind.ALERT: self.tr("Before an alert"),
            Kind.BOOKMARK: self.tr("Bookmarks"),
            Kind.BRANCH: self.tr("Where it branched"),
            Kind.INTERVENTION: self.tr("Changes"),
        }
        for kind, heading in headings.items():
            found = [mark for mark in self._marks() if mark.kind is kind][-MOST_PLACES:]
            if found:
                self.addAction(heading).setEnabled(False)
            for mark in found:
                self._add(mark)
        if self.isEmpty():
            self.addAction(self.tr("Nothing is marked yet")).setEnabled(False)

    def _add(self, mark: TimeMark) -> None:
        text = self.tr("{step}   {what}").format(step=words.count(mark.goal), what=mark.text)
        action = self.addAction(text.replace("&", "&&"))
        action.setToolTip(words.about(tip(mark)))
        action.triggered.connect(lambda: self.step_asked.emit(mark.goal))
