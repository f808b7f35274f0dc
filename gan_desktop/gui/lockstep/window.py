"""The window of a lockstep: its sides' curves over each other, their samples and digests side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gan_desktop.core import lockstep
from gan_desktop.core.commands import Pause, Resume, Step
from gan_desktop.core.events import EngineError
from gan_desktop.core.history import History
from gan_desktop.gui.lockstep.change_row import ChangeRow
from gan_desktop.gui.lockstep.controls import LockstepControls
from gan_desktop.gui.lockstep.curves import SideCurves, offer_figures
from gan_desktop.gui.lockstep.side_view import SideView
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Colors, Theme
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.shell import dialogs
from gan_desktop.gui.shell.placing import resize_on_screen
from gan_desktop.gui.widgets.style import MessageLabel, describe, label

SIZE, SMALLEST = QSize(1180, 780), QSize(720, 560)
# How often what has come is drawn.
REPAINT_MS = 100


class LockstepWindow(QDialog):
    """Shows what a lockstep says, and asks it for more.

    Args:
        count: how many sides there are.
        title: where they begin.
        has_run: whether that is a step of a run.

    Signals:
        asked: a `LockstepCommand`.
        branch_asked: the step at which all sides begin, what is changed from there on in a side that is to be kept, and
            how many steps it has taken.
    """

    asked = Signal(object)
    branch_asked = Signal(int, object, int)

    def __init__(self, parent: QWidget, theme: Theme, count: int, title: str, has_run: bool) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("lockstep_window")
        self.setWindowTitle(self.tr("Lockstep – {title}").format(title=title))
        self._title, self._theme = title, theme
        self.histories = [History() for _ in range(count)]
        self.shown: lockstep.SidesShown | None = None
        self._begin, self._step, self.is_moving = 0, 0, False
        # The side that is to go on as a branch, once all stand still.
        self._kept: int | None = None
        self._make(count, has_run)
        self._lay_out()
        self._add_keys()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REPAINT_MS)
        self._timer.timeout.connect(self._repaint)
        theme.changed.connect(self.set_colors)
        self._answers: dict[type, Callable[[Any], None]] = {
            lockstep.LockstepPreparing: self._on_preparing,
            lockstep.LockstepReady: self._on_ready,
            lockstep.SidesAdvanced: self._on_advanced,
            lockstep.SidesShown: self._on_shown,
            lockstep.LockstepMoves: self._on_moves,
            lockstep.SideRefused: lambda event: self.change.refuse(event.sentence),
            lockstep.LockstepFailed: self._on_failed,
        }
        self.setMinimumSize(SMALLEST)
        # Not a field: Space and Right are for all sides.
        self.curves.setFocus()
        resize_on_screen(self, SIZE)

    def _make(self, count: int, has_run: bool) -> None:
        colors = self._theme.colors
        self.controls = LockstepControls(colors)
        self.curves = SideCurves(colors, self.histories)
        tip = self.tr("Wheel or drag to look closer, double-click to see all; + and − and Home by keyboard.")
        describe(self.curves, "lockstep_plot", self.tr("Curves of the sides"), tip)
        self.plot_menu = PlotMenu(self, self.curves, table=self.curves.table, reset=self.curves.show_all)
        self.sides = [SideView(place, colors) for place in range(count)]
        self.change = ChangeRow(has_run)
        self.message = MessageLabel()
        self.message.setObjectName("lockstep_message")
        self.caption = label(wrap=True)
        self.caption.setObjectName("lockstep_caption")
        self.controls.play.connect(self.toggle)
        self.controls.step.connect(lambda: self.asked.emit(Step()))
        self.controls.run.connect(lambda steps: self.asked.emit(Step(steps)))
        self.controls.changed.connect(self._repaint)
        self.controls.log_check.toggled.connect(self.curves.set_log)
        self.change.asked.connect(self.asked)
        self.change.branch_asked.connect(self._ask_branch)

    def _lay_out(self) -> None:
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for side in self.sides:
            row.addWidget(side, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.curves)
        split.addWidget(beside)
        # The more sides there are, the narrower and so the lower are their samples.
        split.setStretchFactor(0, len(self.sides))
        split.setStretchFactor(1, lockstep.MOST)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for widget in (self.controls, self.message, self.caption):
            column.addWidget(widget)
        column.addWidget(split, 1)
        column.addWidget(self.change)

    def _add_keys(self) -> None:
        for text, keys, does in (
            (self.tr("Play or Pause"), "Space", self.toggle),
            (self.tr("Single Step"), "Right", self.controls.step_button.click),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, does=does: does())
            self.addAction(action)

    @Slot()
    def toggle(self) -> None:
        """Go on, or pause."""
        if self.controls.play_button.isEnabled():
            self.asked.emit(Pause() if self.is_moving else Resume())

    @Slot(int)
    def _ask_branch(self, place: int) -> None:
        """Ask that a side goes on as a branch, at the step at which all sides come to stand."""
        self._kept = place
        self.asked.emit(Pause())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc pauses what moves, since nothing of it is kept, and closes what stands still."""
        if event.key() == Qt.Key.Key_Escape and self.is_moving:
            self.asked.emit(Pause())
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def set_colors(self, colors: Colors) -> None:
        """Be painted in other colours."""
        self.controls.set_colors(colors)
        self.curves.set_colors(colors)
        for side in self.sides:
            side.set_colors(colors)

    # What it says.

    @Slot(object)
    def receive(self, event: object) -> None:
        """Take a `LockstepEvent`."""
        self._answers[type(event)](event)

    def _on_preparing(self, event: lockstep.LockstepPreparing) -> None:
        text = self.tr("{title}: building the sides…").format(title=self._title)
        if event.share is not None:
            text = self.tr("{title}: computing earlier steps again, {n}…").format(
                title=self._title, n=words.percentage(event.share)
            )
        self.caption.setText(text)

    def _on_ready(self, event: lockstep.LockstepReady) -> None:
        self._begin = self._step = event.step
        begin = self.tr("{title}. All sides begin at step {n}; the autopilot does not act, and nothing is kept.")
        self.caption.setText(begin.format(title=self._title, n=words.count(event.step)))
        for side in self.sides:
            side.show_data(event.data)
        self.controls.show_state(ready=True, moving=False)

    def _on_advanced(self, event: lockstep.SidesAdvanced) -> None:
        self._step = event.step
        for history, block in zip(self.histories, event.blocks, strict=True):
            if block is not None:
                history.append(block)
        self._ask_repaint()

    def _on_shown(self, event: lockstep.SidesShown) -> None:
        self.shown, self._step = event, event.step
        self.change.show_states(event.states)
        self._ask_repaint()

    def _on_moves(self, event: lockstep.LockstepMoves) -> None:
        self.is_moving = event.moves
        self.controls.show_state(ready=True, moving=event.moves)
        if self._kept is not None and self.shown is not None and not event.moves:
            place, self._kept = self._kept, None
            self.branch_asked.emit(self._begin, self.shown.states[place].changes, self.shown.step - self._begin)
        self._ask_repaint()

    def _on_failed(self, event: lockstep.LockstepFailed) -> None:
        self.controls.show_state(ready=False, moving=False)
        self.change.setEnabled(False)
        self.message.show_message(event.sentence)
        if event.details:
            dialogs.show_error(self, EngineError(event.sentence, event.details))

    # What is shown.

    def _ask_repaint(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _repaint(self) -> None:
        offer_figures(self.controls.figure_box, self.histories[0])
        if self.controls.figure:
            self.curves.show_figure(self.controls.figure, self.controls.amount)
        self.controls.show_step(self._step, self.is_moving)
        if self.shown is None:
            return
        self.curves.show_partings(self.shown.states)
        first = self.shown.states[0].config
        for side, state, samples in zip(self.sides, self.shown.states, self.shown.samples, strict=True):
            side.show_state(state, first)
            side.show_samples(samples)

    # What the menu of the plot asks for.

    def name_of_plot(self, plot: str) -> str:
        """The name of a file with the plot."""
        return f"lockstep-{self.controls.figure or plot}"

    def refuse(self, sentence: str) -> None:
        """Say why a file could not be written."""
        self.message.show_message(sentence)
