"""The choice of the pair of players whose figures are shown, in a game of two pairs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot

from gan_desktop.core.figures import Figures, backward
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.widgets.segments import SegmentedChoice

FORWARD, BACK = "forward", "back"


def _tr(text: str) -> str:
    return QCoreApplication.translate("PairChoice", text)


class PairChoice(SegmentedChoice):
    """The way from x to y, or the way back; hidden if there is only one, which is then taken."""

    def __init__(self, object_name: str, model: RunModel) -> None:
        there = _tr("Figures of G, which makes y of x, and of the judge of y")
        back = _tr("Figures of F, which makes x of y, and of the judge of x")
        choices = ((FORWARD, _tr("x → y"), there), (BACK, _tr("y → x"), back))
        super().__init__(object_name, _tr("Pair of players"), choices)
        self._model = model
        for signal in (model.form.config_changed, model.record.run_started, model.record.run_cleared):
            signal.connect(self._offer)
        self._offer()

    @property
    def figures(self) -> Figures:
        """What the game reports: the run's if there is one, else the next run's."""
        config = self._model.form.config if self._model.record.run is None else self._model.record.run.config
        return config.game.figures

    def name(self, figure: str) -> str:
        """The name that a figure of a pair has for the pair that is taken."""
        return backward(figure) if self.value == BACK else figure

    @Slot()
    def _offer(self) -> None:
        has_two = backward("d_loss") in self.figures
        self.setVisible(has_two)
        if not has_two:
            self.button(FORWARD).setChecked(True)
