"""Figures: the numbers that every training step reports. The game declares which (`core.registry.games`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

# A loss is what a player minimises, or a part of it; a norm, how hard a player is pulled; a score, how judges judge.
FigureKind = Literal["loss", "norm", "score"]


@dataclass(frozen=True)
class Figure:
    """One number of each step.

    Attributes:
        name: its name in files, on the command line and in stop conditions.
        meaning: what it is, as a phrase that can follow "the".
        player: the player whose update reports it.
    """

    name: str
    meaning: str
    player: str
    kind: FigureKind


class MissingFigureError(KeyError):
    """A figure was asked for that the game does not report; `figure` is its name."""

    def __init__(self, figure: str) -> None:
        super().__init__(figure)
        self.figure = figure


def backward(name: str) -> str:
    """The name of the backward pair's figure, in a game of two pairs, for the forward pair's figure `name`."""
    role, _, rest = name.partition("_")
    return f"{role}_back_{rest}" if role in ("d", "g") else f"back_{name}"


class Figures(Mapping[str, Figure]):
    """The figures of one game by name, in the order of the columns of a metrics block."""

    def __init__(self, *figures: Figure) -> None:
        self._figures = {figure.name: figure for figure in figures}
        self._columns = {name: column for column, name in enumerate(self._figures)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._figures)

    def column(self, name: str) -> int:
        """The place of a figure. Raises MissingFigureError if the game has no such figure."""
        if name not in self._columns:
            raise MissingFigureError(name)
        return self._columns[name]

    def of(self, player: str) -> tuple[str, ...]:
        """The names of the figures that one player's update reports."""
        return tuple(figure.name for figure in self.values() if figure.player == player)

    def __getitem__(self, name: str) -> Figure:
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)
