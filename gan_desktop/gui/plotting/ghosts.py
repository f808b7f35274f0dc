"""Losses of other runs, drawn grey behind those of the run that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyqtgraph as pg

from gan_desktop.core.bins import BIN, Bins
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures
from gan_desktop.core.history import CHUNK, History
from gan_desktop.gui.plotting.curve import Curve

# The newest steps of a ghost that are held one by one; before them, its bins are enough.
EXACT_STEPS = 32 * CHUNK


@dataclass(frozen=True, eq=False)
class Ghost:
    """The losses of another run.

    Attributes:
        history: its figures; `losses_of` makes one that holds little.
        label: a word or two at the end of its curves.
        first: the step from which it is drawn: a branch shares what was before with its parent.
        is_parent: whether it is what the parent of the run that is shown did after the branch began.
    """

    history: History
    label: str
    first: int = 0
    is_parent: bool = False

    @property
    def end(self) -> int:
        """How many steps it has taken."""
        return self.history.first_step + len(self.history)


def losses_of(history: History) -> History:
    """A copy of the losses alone: single steps of the newest, bins of those before, and how to read the others."""
    names = [name for name, figure in history.figures.items() if figure.kind == "loss"]
    figures = Figures(*(history.figures[name] for name in names))
    copy = History(history.read_steps)
    begin = max(history.exact_first, (len(history) - EXACT_STEPS) // CHUNK * CHUNK, 0)
    if begin:
        columns = [history.figures.column(name) for name in names]
        before = history.bins.between(0, begin // BIN)
        copy.load(history.first_step, figures, Bins(*(part[columns] for part in before)))
    for start in range(begin, len(history), CHUNK):
        rows = history.values(names, start, min(start + CHUNK, len(history)))
        copy.append(MetricsBlock(history.first_step + start, rows, figures))
    return copy


@dataclass(frozen=True, eq=False)
class GhostCurves:
    """One ghost in a plot: a curve and an item for each network."""

    ghost: Ghost
    curves: Mapping[str, Curve]
    items: Mapping[str, pg.PlotCurveItem] = field(repr=False)


def curves_of(ghosts: Sequence[Ghost], figures: Mapping[str, str], smoothing: float) -> list[GhostCurves]:
    """The curves of those ghosts that report these figures, by the network of each."""
    found = []
    for ghost in ghosts:
        if set(figures.values()) <= ghost.history.figures.keys():
            curves = {network: Curve(figure, smoothing) for network, figure in figures.items()}
            for curve in curves.values():
                curve.catch_up(ghost.history)
            found.append(GhostCurves(ghost, curves, {name: pg.PlotCurveItem(connect="finite") for name in figures}))
    return found
