"""Which values of pixels are black and white: read off their type and the range in use, and said in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# If the highest value is at most this, whole numbers and floats are too dark to be of 0 to 255: a tenth, and a half.
DARK_WHOLE, DARK_FLOATS = 25, 127
# Floats whose highest value is at most this are too dark to be of 0 to 1.
DARK_UNIT = 0.1
# The lowest value of floats of -1 to 1 is at most this.
NEAR_MINUS_1 = -0.5
BYTE, TWO_BYTES = 255, 65535


@dataclass(frozen=True)
class Levels:
    """The values of white and of black, and what people should know of them, a sentence or nothing."""

    white: float
    black: float = 0.0
    note: str = ""


EIGHT_BITS = Levels(BYTE)


@dataclass(frozen=True)
class Range:
    """The lowest and the highest value in use; if there are no values, the lowest is above the highest."""

    low: float = np.inf
    high: float = -np.inf

    def __or__(self, other: Range) -> Range:
        return Range(min(self.low, other.low), max(self.high, other.high))

    def __str__(self) -> str:
        if self.low >= 0:
            return f"values up to {_number(self.high)}"
        return f"values from {_number(self.low)} to {_number(self.high)}"

    @classmethod
    def of(cls, values: npt.NDArray[np.generic]) -> Range:
        return cls(float(values.min()), float(values.max())) if values.size else cls()


def levels_of(used: Range, kind: str, subject: str) -> Levels:
    """What is black and what is white in pixels that use that range.

    Whole numbers are taken as 0 to 255 or 0 to 65,535, and floats as 0 to 1, -1 to 1 or 0 to 255, if that leaves no
    image nearly black or nearly without contrast. All others are scaled by the range in use.

    Args:
        used: over all images, so that brightness among them is kept.
        kind: NumPy's letter: b, i, u or f.
        subject: begins the note, before "values up to 4,095": "16-bit images use".
    """
    low, high = used.low, used.high
    if kind == "b":
        return Levels(1, note=f"{subject} True and False: white and black.")
    if low >= 0 and high == 0:
        return EIGHT_BITS
    if kind in "iu":
        if low >= 0 and DARK_WHOLE < high <= BYTE:
            return EIGHT_BITS
        if 0 <= low <= high / 2 and TWO_BYTES // 2 < high <= TWO_BYTES:
            return Levels(TWO_BYTES)
    elif low >= 0 and DARK_UNIT < high <= 1:
        return Levels(1)
    elif -1 <= low <= NEAR_MINUS_1 and 0 <= high <= 1:
        return Levels(1, -1, f"{subject} {used}: -1 is black, 1 is white.")
    elif low >= 0 and DARK_FLOATS < high <= BYTE:
        return Levels(BYTE, note=f"{subject} {used}: 0 is black, 255 is white.")
    return _in_use(used, subject)


def _in_use(used: Range, subject: str) -> Levels:
    """Black is 0, or the lowest value if that is negative or most of the range would stay empty."""
    if 0 <= used.low <= used.high / 2:
        return Levels(used.high, note=f"{subject} {used}: scaled by that.")
    white = used.high if used.high > used.low else used.low + 1
    between = f"values from {_number(used.low)} to {_number(used.high)}"
    return Levels(white, used.low, f"{subject} {between}: the lowest is black, the highest white.")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"
