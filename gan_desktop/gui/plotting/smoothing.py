"""Exponential smoothing of a curve that arrives in blocks, without a loop over its steps."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

BLOCK = 128
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
        before: the average so far, to go on from there; it also stands for a last value, should one be missing next.
    """

    def __init__(self, amount: float, before: float | None = None) -> None:
        self.amount = amount
        self._state = before
        self._last = before or 0.0

    def __call__(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """The next values smoothed."""
        if not len(values) or self.amount == 0:
            return values.astype(np.float32)
        finite = np.isfinite(values)
        if not finite.any():
            return np.full(len(values), np.nan, np.float32)
        filled = self._fill(values.astype(np.float64), finite)
        state = self._state if self._state is not None else float(filled[0])
        smoothed = recurrence((1 - self.amount) * filled, self.amount, state)
        self._state, self._last = float(smoothed[-1]), float(filled[-1])
        return np.where(finite, smoothed, np.nan).astype(np.float32)

    def _fill(self, values: Doubles, finite: npt.NDArray[np.bool_]) -> Doubles:
        """Missing values replaced by the last one before them (the first one there is, at the very start)."""
        if finite.all():
            return values
        last_finite = np.maximum.accumulate(np.where(finite, np.arange(len(values)), -1))
        before = self._last if self._state is not None else values[np.argmax(finite)]
        return np.where(last_finite >= 0, values[np.maximum(last_finite, 0)], before)
