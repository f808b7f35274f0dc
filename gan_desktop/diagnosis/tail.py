"""A table that grows at its end and forgets its beginning."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Means = npt.NDArray[np.float64]


class Tail:
    """The newest rows of a table that grows at its end: at least `kept` rows, at most twice as many."""

    def __init__(self, kept: int, columns: int) -> None:
        self._kept = kept
        self._rows = np.empty((2 * kept, columns))
        self._held = 0
        self.end = 0  # how many rows there have been

    def append(self, rows: npt.NDArray[np.floating]) -> None:
        rows = rows[-self._kept :]
        if self._held + len(rows) > len(self._rows):
            stay = self._kept - len(rows)
            self._rows[:stay] = self._rows[self._held - stay : self._held]
            self._held = stay
        self._rows[self._held : self._held + len(rows)] = rows
        self._held += len(rows)
        self.end += len(rows)

    def newest(self) -> Means:
        """The rows that it is sure to keep."""
        return self._rows[max(0, self._held - self._kept) : self._held]

    def restore(self, rows: npt.NDArray[np.floating], end: int) -> None:
        """Hold what `newest` gave when there had been `end` rows."""
        self._held, self.end = 0, end - len(rows)
        self.append(rows)

    def between(self, start: int, end: int) -> Means:
        """Rows number `start` to `end - 1`, without the forgotten ones."""
        shift = self._held - self.end
        return self._rows[max(0, start + shift) : max(0, end + shift)]
