"""Figures of many steps as a table to save: its rows are read and smoothed as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from gan_desktop.core.csv_tables import Column, Table
from gan_desktop.core.history import History
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.pyramid import Floats, finite_or_nan
from gan_desktop.gui.plotting.smoothing import Smoother


class FigureColumn:
    """One figure of the steps at positions `first` to before `last`."""

    def __init__(self, history: History, figure: str, first: int, last: int) -> None:
        self._history, self._figure, self._first, self._last = history, figure, first, last

    def __len__(self) -> int:
        return self._last - self._first

    def __getitem__(self, rows: slice) -> Floats:
        """The values of rows that follow each other.

        Raises:
            StepsNotHeldError: they cannot be read.
        """
        start, stop, _ = rows.indices(len(self))
        return self._history.values((self._figure,), self._first + start, self._first + stop)[:, 0]


class SmoothedColumn(FigureColumn):
    """The same smoothed, for rows that are asked for in order; from row 0 on it begins again."""

    def __init__(self, history: History, curve: Curve, first: int, last: int) -> None:
        super().__init__(history, curve.figure, first, last)
        begin, self._before = curve.smoother_before(first)
        # The steps before the first row that the average begins with.
        self._lead = FigureColumn(history, curve.figure, begin, first)
        self._smoother: Smoother = self._before

    def __getitem__(self, rows: slice) -> Floats:
        if rows.start in (None, 0):
            self._smoother = copy(self._before)
            self._smoother(finite_or_nan(self._lead[:]))
        return self._smoother(finite_or_nan(super().__getitem__(rows)))


def figure_table(
    history: History, length: int, figures: Sequence[str] = (), smoothed: Sequence[Curve] = (), first: int = 0
) -> Table:
    """Figures as they are, and curves smoothed, of the steps at positions `first` to before `length`, as they are now.

    It may be read in another thread.
    """
    kept = history.frozen()
    steps: dict[str, Column] = {"step": range(kept.first_step + first, kept.first_step + length)}
    raw: dict[str, Column] = {name: FigureColumn(kept, name, first, length) for name in figures}
    smooth = {f"{curve.figure}_smoothed": SmoothedColumn(kept, curve, first, length) for curve in smoothed}
    return steps | raw | smooth
