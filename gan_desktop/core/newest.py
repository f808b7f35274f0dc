"""The newest rows of a table that grows at its end: what is older than a bound is forgotten, a piece at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
# Rows that are made room for, and forgotten, at a time.
PIECE = 65536


class NewestRows:
    """Holds at least the newest `most` rows that were appended, and at most a piece more.

    Args:
        width: how many columns there are.
        first: the number of the first row.
    """

    def __init__(self, width: int, most: int, first: int = 0) -> None:
        self._width, self._most = width, most
        self._pieces: list[Floats] = []
        self.first = self.end = first

    def append(self, rows: npt.NDArray[np.floating]) -> None:
        """Add rows, shape (n, width), at the end."""
        done = 0
        while done < len(rows):
            place = (self.end - self.first) % PIECE
            if place == 0:
                # Pages that are not written yet take no memory: a short run pays for its own rows alone.
                self._pieces.append(np.empty((PIECE, self._width), np.float32))
            taken = min(PIECE - place, len(rows) - done)
            self._pieces[-1][place : place + taken] = rows[done : done + taken]
            done, self.end = done + taken, self.end + taken
            if self.end - self.first >= self._most + PIECE:
                del self._pieces[0]
                self.first += PIECE

    def between(self, first: int, last: int, columns: Sequence[int]) -> Floats:
        """The rows from `first` to before `last`, all of which are held, shape (rows, len(columns)); a copy."""
        parts = []
        for number in range((first - self.first) // PIECE, -(-(last - self.first) // PIECE)):
            start = self.first + number * PIECE
            parts.append(self._pieces[number][max(first - start, 0) : last - start, columns])
        return np.concatenate(parts) if parts else np.empty((0, len(columns)), np.float32)

    def cut(self, end: int) -> None:
        """Forget the rows from `end` on, the number of a row that is held or the end."""
        del self._pieces[-(-(end - self.first) // PIECE) :]
        self.end = end
        if self._pieces:
            # What is appended next must not be seen in a frozen copy.
            self._pieces[-1] = self._pieces[-1].copy()

    def frozen(self) -> NewestRows:
        """The rows as they are now, whatever is appended here; nothing may be appended there."""
        copy = NewestRows(self._width, self._most, self.first)
        copy._pieces, copy.end = list(self._pieces), self.end
        return copy
