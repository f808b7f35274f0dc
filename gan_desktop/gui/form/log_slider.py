"""A slider over several decades of a positive number, or of the distance from a share to 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

# An arrow key changes the number by 2.3 %, a page key doubles or halves it.
POSITIONS_PER_DECADE = 100
PAGE = 30


@dataclass(frozen=True)
class LogScale:
    """Positions are hundredths of a decade, from `low` to `high`.

    If `to_one`, the distance to 1 is logarithmic: .9, .99, .999 are evenly spaced.
    """

    low: float
    high: float
    to_one: bool = False

    @property
    def positions(self) -> int:
        """The last position; the first is 0."""
        return round(abs(self._exponent(self.high) - self._exponent(self.low)) * POSITIONS_PER_DECADE)

    def _exponent(self, number: float) -> float:
        return log10(1 - number if self.to_one else number)

    def to_number(self, position: int) -> float:
        """The number at a position, to three significant digits: what the exact field can show."""
        distance = position / POSITIONS_PER_DECADE
        exponent = self._exponent(self.low) + (-distance if self.to_one else distance)
        number = float(f"{10**exponent:.2e}")
        # The last position may lie a little beyond the end.
        return min(round(1 - number, 9) if self.to_one else number, self.high)

    def to_position(self, number: float) -> int:
        """The nearest position; a number beyond the ends is at the end."""
        if number <= self.low:
            return 0
        if number >= self.high:
            return self.positions
        return round(abs(self._exponent(number) - self._exponent(self.low)) * POSITIONS_PER_DECADE)


LEARNING_RATES = LogScale(1e-6, 1.0)


class LogSlider(QSlider):
    """A number beyond the ends is shown at the end, and keeps its value."""

    def __init__(self, scale: LogScale, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.scale = scale
        self.setRange(0, scale.positions)
        self.setSingleStep(1)
        self.setPageStep(PAGE)

    def set_scale(self, scale: LogScale) -> None:
        """Reach between other ends, without telling that the handle moved. Show the number again afterwards."""
        blocked = self.blockSignals(True)
        self.scale = scale
        self.setRange(0, scale.positions)
        self.blockSignals(blocked)

    def number(self) -> float:
        return self.scale.to_number(self.value())

    def show_number(self, number: float) -> None:
        """Move the handle without telling that the person did."""
        blocked = self.blockSignals(True)
        self.setValue(self.scale.to_position(number))
        self.blockSignals(blocked)
