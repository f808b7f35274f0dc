"""Exponential smoothing of a curve that arrives in blocks, without a loop over its steps."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

BLOCK = 128
# What a slider offers, in even steps for the eye: each about halves how fast the average forgets.
SMOOTHINGS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
DEFAULT_SMOOTHING = 4
Doubles = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def _powers(decay: float) -> tuple[Doubles, Doubles]:
    """decay ** (i - j) below the diagonal of a (BLOCK, BLOCK) matrix, and decay ** (i + 1)."""
    exponent = np.arange(BLOCK)[:, None] - np.arange(BLOCK)[None, :]
    matrix = np.where(exponent >= 0, np.power(decay, np.maximum(exponent, 0)), 0.0)
    return matrix, np.power(decay, np.arange(1, BLOCK + 1))


def recurrence(inputs: Doubles, decay: float, state: float) -> Doubles:
    """y[t] = decay * y[t - 1] + inputs[t] with y[-1] = state.

    Blocks are solved at once as a matrix product; what one carries into the next is the same recurrence again, over
    the blocks, so a million steps take three levels.
    """
    matrix, powers = _powers(decay)
    blocks, rest = divmod(len(inputs), BLOCK)
    result = np.empty(len(inputs))
    if blocks:
        own = inputs[: blocks * BLOCK].reshape(blocks, BLOCK) @ matrix.T
        ends = recurrence(own[:, -1], decay**BLOCK, state)
        carried = np.concatenate([[state], ends[:-1]])
        result[: blocks * BLOCK] = (own + carried[:, None] * powers).ravel()
        state = float(ends[-1])
    if rest:
        result[blocks * BLOCK :] = matrix[:rest, :rest] @ inputs[blocks * BLOCK :] + powers[:rest] * state
    return result


class Smoother:
    """An exponential moving average: each value keeps `amount` of the one before. It starts at the first value.

    Values that are not finite are missing: the average holds, and the result is NaN there.

    Where only the means of n values at a time are known, `amount ** n` in place of `amount` gives the average after
    each n: exactly if the n values are alike, else as if they came in another order, which is less than what the curve
    does within these n.

    Args:
        amount: from 0 to below 1.
        before: the average so far, to go on from there.
    """

    def __init__(self, amount: float, before: float | None = None) -> None:
        self.amount = amount
        self._state = before

    def __call__(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """The next values smoothed."""
        if not len(values) or self.amount == 0:
            return values.astype(np.float32)
        finite = np.isfinite(values)
        known = values[finite].astype(np.float64)
        if not len(known):
            return np.full(len(values), np.nan, np.float32)
        state = self._state if self._state is not None else float(known[0])
        smoothed = np.full(len(values), np.nan)
        smoothed[finite] = recurrence((1 - self.amount) * known, self.amount, state)
        self._state = float(smoothed[finite][-1])
        return smoothed.astype(np.float32)
