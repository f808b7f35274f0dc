"""What the menu of the losses offers for the step under the pointer: to look at it, and to go on from it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from gan_desktop.gui.look import words
from gan_desktop.gui.plotting.loss_view import LossView
from gan_desktop.gui.plotting.plot_menu import PlotMenu
from gan_desktop.gui.run.model import RunModel


class StepsMenu(QObject):
    """Two entries at the top of the menu; they are of the moment that is looked at where no step is pointed at."""

    def __init__(self, model: RunModel, view: LossView, plot_menu: PlotMenu) -> None:
        super().__init__(plot_menu)
        self._model, self._view = model, view
        self._step: int | None = None
        self.look_action = QAction(self)
        self.look_action.setObjectName("look_at_step_action")
        self.look_action.setToolTip(self.tr("Show samples, figures, alerts and controls as they were at this step"))
        self.look_action.triggered.connect(self._look)
        self.branch_action = QAction(self)
        self.branch_action.setObjectName("continue_from_step_action")
        self.branch_action.setToolTip(self.tr("Begin a branch at this step; it waits there. This run is kept as it is"))
        self.branch_action.triggered.connect(self._branch)
        gap = QAction(self)
        gap.setSeparator(True)
        plot_menu.menu.insertActions(plot_menu.copy_action, [self.look_action, self.branch_action, gap])
        plot_menu.menu.setToolTipsVisible(True)
        plot_menu.menu.aboutToShow.connect(self.show_state)
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Name the step, and offer what can be done with it."""
        record, pointed = self._model.record, self._view.pointed_step
        self._step = record.moment if pointed is None else pointed
        step = "" if self._step is None else words.count(self._step)
        self.look_action.setText(self.tr("&Look at Step {n}").format(n=step) if step else self.tr("&Look at This Step"))
        text = self.tr("Continue from Step {n}, as a &Branch").format(n=step)
        self.branch_action.setText(text if step else self.tr("Continue from This Step, as a &Branch"))
        self.look_action.setEnabled(bool(step) and self._step != record.moment)
        self.branch_action.setEnabled(bool(step) and self._model.can_branch)

    @Slot()
    def _look(self) -> None:
        self._model.record.look_at(self._step)

    @Slot()
    def _branch(self) -> None:
        self._model.continue_run(step=self._step, branch=True, paused=True)
