"""What stands in a panel of controls while a moment of the past is looked at: of which step they are, and ways on."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.continuing import ancestors_of
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.widgets.style import describe, link_button, paragraph


class ThenNote(QWidget):
    """One sentence and two links; it is hidden while what is now is shown.

    Args:
        name: the panel's, which the names of its controls begin with.
    """

    def __init__(self, model: RunModel, name: str) -> None:
        super().__init__()
        self._model, self._record = model, model.record
        self.text = paragraph()
        self.text.setObjectName(f"{name}_then_text")
        self.branch_button = link_button(self.tr("Continue from here"))
        describe(
            self.branch_button,
            f"{name}_continue_button",
            self.tr("Continue from here"),
            self.tr("Begin a branch at this step; it waits there, so that these controls can be changed"),
        )
        self.live_button = link_button(self.tr("Back to live"))
        describe(self.live_button, f"{name}_live_button", self.tr("Back to live"), self.tr("Show what is now again"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.branch_button)
        row.addWidget(self.live_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text)
        column.addLayout(row)
        self.branch_button.clicked.connect(self._continue)
        self.live_button.clicked.connect(self._go_live)
        self._record.moment_changed.connect(self.show_state)
        model.state_changed.connect(self.show_state)
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Say of which step the values are."""
        step = self._record.moment
        self.setVisible(step is not None)
        self.branch_button.setVisible(self._model.can_branch)
        if step is not None:
            self.text.setText(self.tr("As they were at step {n}.").format(n=words.count(step)))

    @Slot()
    def _continue(self) -> None:
        self._model.continue_run(step=self._record.moment, branch=True, paused=True)

    @Slot()
    def _go_live(self) -> None:
        self._record.look_at(None)


def waiting_branch(model: RunModel) -> int | None:
    """The step at which the branch that is shown waits for its first step of its own; None if it does not."""
    run = model.record.run
    if run is None or model.record.status is not Status.PAUSED or model.is_starting:
        return None
    ancestors = ancestors_of(run)
    return ancestors[0].step if ancestors and ancestors[0].step == model.record.step else None
