"""The figures of every step as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.csv_tables import CSV_ROWS, Table, csv_pieces, table_length
from gan_desktop.core.errors import InputError
from gan_desktop.core.exporting import Format, Order
from gan_desktop.core.history import History, StepsNotHeldError
from gan_desktop.core.registry import exports
from gan_desktop.recording.past import read_past


@exports.register("csv", title="Figures of every step, as CSV", facts=Format(6, ".csv"))
def write_figures_csv(order: Order) -> None:
    """A line for each step with its number and its figures: losses, gradient norms and scores."""
    _, past = read_past(order.run)
    write_csv(order, figures_of(past.history))


def write_csv(order: Order, table: Table) -> None:
    """Write a table, and tell how far it has come.

    Raises:
        InputError: rows cannot be read.
    """
    length = max(1, table_length(table))
    try:
        with order.out.open("wb") as file:
            for number, piece in enumerate(csv_pieces(table), start=1):
                file.write(piece)
                order.progress(min(1.0, number * CSV_ROWS / length))
    except StepsNotHeldError as error:
        raise InputError(f"not all steps of {order.run} can be read: {error}") from None


def figures_of(history: History) -> Table:
    """The number of every step and its figures, read when they are asked for.

    Raises:
        InputError: there is no step.
    """
    if not len(history):
        raise InputError("no step of this run was recorded")
    steps = {"step": _Column(history, "")}
    return steps | {name: _Column(history, name) for name in history.figures.names}


class _Column:
    """One figure of every step, or the steps' numbers if the name is empty."""

    def __init__(self, history: History, name: str) -> None:
        self._history, self._name = history, name

    def __len__(self) -> int:
        return len(self._history)

    def __getitem__(self, rows: slice, /) -> Sequence[Any] | npt.NDArray[Any]:
        first, last, _ = rows.indices(len(self))
        if not self._name:
            return np.arange(self._history.first_step + first, self._history.first_step + last)
        return self._history.values((self._name,), first, last)[:, 0]
