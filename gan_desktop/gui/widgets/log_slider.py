"""A slider over learning rates: logarithmic, from 1e-6 to 1."""

from __future__ import annotations

from math import log10

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

SMALLEST_EXPONENT = -6
DECADES = 6
# An arrow key changes the rate by 2.3 %, a page key doubles or halves it.
POSITIONS_PER_DECADE = 100
PAGE = 30


class LogSlider(QSlider):
    """Positions are hundredths of a decade. A rate beyond the ends is shown at the end, and keeps its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, DECADES * POSITIONS_PER_DECADE)
        self.setSingleStep(1)
        self.setPageStep(PAGE)

    @staticmethod
    def to_rate(position: int) -> float:
        """The rate at a position, to three significant digits: what the exact field can show."""
        return float(f"{10 ** (SMALLEST_EXPONENT + position / POSITIONS_PER_DECADE):.2e}")

    @staticmethod
    def to_position(rate: float) -> int:
        """The nearest position, within the slider's range."""
        position = round((log10(rate) - SMALLEST_EXPONENT) * POSITIONS_PER_DECADE)
        return min(max(position, 0), DECADES * POSITIONS_PER_DECADE)

    def rate(self) -> float:
        return self.to_rate(self.value())

    def show_rate(self, rate: float) -> None:
        """Move the handle without saying that the person did."""
        blocked = self.blockSignals(True)
        self.setValue(self.to_position(rate))
        self.blockSignals(blocked)
