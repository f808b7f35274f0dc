"""The modes of a mixture while they are drawn: where they are, and which one is selected."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

# What the data set `mixture` takes.
MOST_MODES = 100
FARTHEST = 100.0
# Decimals that are kept: what a pointer adds beyond them means nothing.
DECIMALS = 3

Place = tuple[float, float]


def kept(place: Place) -> Place:
    """The place as it is kept: within reach, and rounded."""
    x, y = (round(min(max(value, -FARTHEST), FARTHEST), DECIMALS) + 0.0 for value in place)
    return x, y


class Modes:
    """At most `MOST_MODES` places.

    Attributes:
        places: (x, y) of each.
        selected: the index of the one that keys move, None if there is none.
    """

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self.places = [kept(place) for place in places][:MOST_MODES]
        self.selected: int | None = len(self.places) - 1 if self.places else None

    @property
    def is_full(self) -> bool:
        return len(self.places) >= MOST_MODES

    @property
    def selected_place(self) -> Place | None:
        """Where the selected one is."""
        return None if self.selected is None else self.places[self.selected]

    def array(self) -> npt.NDArray[np.float64]:
        """The places, shape (n, 2)."""
        return np.array(self.places, np.float64).reshape(-1, 2)

    def add(self, place: Place) -> bool:
        """Add one and select it. Returns whether there was room."""
        if self.is_full:
            return False
        self.places.append(kept(place))
        self.selected = len(self.places) - 1
        return True

    def move(self, place: Place) -> None:
        """Move the selected one."""
        if self.selected is not None:
            self.places[self.selected] = kept(place)

    def nudge(self, x: float, y: float) -> None:
        """Move the selected one by this much."""
        place = self.selected_place
        if place is not None:
            self.move((place[0] + x, place[1] + y))

    def remove(self) -> None:
        """Remove the selected one, and select the one that came before it."""
        if self.selected is None:
            return
        del self.places[self.selected]
        self.selected = max(0, self.selected - 1) if self.places else None

    def clear(self) -> None:
        """Remove all."""
        self.places.clear()
        self.selected = None

    def select_next(self, by: int) -> None:
        """Select the one that comes `by` later, around the end."""
        if self.places:
            self.selected = ((self.selected or 0) + by) % len(self.places)
