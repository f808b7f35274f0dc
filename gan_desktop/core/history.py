"""The figures of every step so far, in one growing array: what plots are drawn from and warnings rest on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures


class History:
    """Every step's figures as float32, appended in blocks; memory at most doubles while it grows.

    A million steps of nine figures take 36 MB, at most 72 MB with the room kept for growth.

    Attributes:
        figures: the figures that are held for each step; none before the first block.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.figures = Figures()
        self._values: npt.NDArray[np.float32] = np.empty((1024, 0), np.float32)
        self._length = 0
        self.first_step = 0

    def __len__(self) -> int:
        """How many steps are held."""
        return self._length

    def append(self, block: MetricsBlock) -> None:
        """Add a block.

        Raises:
            ValueError: the block does not follow what is held.
        """
        if self._length == 0:
            self.first_step, self.figures = block.first_step, block.figures
            self._values = np.empty((1024, len(self.figures)), np.float32)
        elif block.first_step != self.first_step + self._length:
            raise ValueError(f"block starts at step {block.first_step}, expected {self.first_step + self._length}")
        needed = self._length + len(block.values)
        if needed > len(self._values):
            grown = np.empty((max(needed, len(self._values) * 2), self._values.shape[1]), np.float32)
            grown[: self._length] = self._values[: self._length]
            self._values = grown
        self._values[self._length : needed] = block.values
        self._length = needed

    def block(self, first: int, last: int) -> MetricsBlock:
        """Steps number `first` to `last - 1`, of which all are held; a copy."""
        rows = self._values[first - self.first_step : last - self.first_step].copy()
        return MetricsBlock(first, rows, self.figures)

    def column(self, figure: str) -> npt.NDArray[np.float32]:
        """A view of one figure over all steps, shape (len(self),); valid until the next append.

        Raises:
            KeyError: steps are held that do not report it.
        """
        if self._length == 0:
            return np.empty(0, np.float32)
        return self._values[: self._length, self.figures.column(figure)]

    def steps(self) -> npt.NDArray[np.int64]:
        """The step numbers, shape (len(self),)."""
        return np.arange(self.first_step, self.first_step + self._length)
