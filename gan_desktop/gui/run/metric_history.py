"""Every metric's values in the run so far, for small curves of any length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gan_desktop.core.measured import Measured
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid

# So many measurements are kept whole, evenly spread over the run.
MOST_KEPT = 2048


class MetricHistory:
    """A curve for each metric, and another for the same metric of the averaged weights. Unknown values are missing."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._curves: dict[tuple[str, bool], MinMaxPyramid] = {}
        self._length = 0
        self._steps: list[int] = []
        # What was measured besides the values, by its place among all measurements.
        self._kept: dict[int, Measured] = {}
        self._stride = 1

    def __len__(self) -> int:
        """The number of measurements."""
        return self._length

    def add(self, event: Measured) -> None:
        self.extend((event,))

    def extend(self, earlier: Sequence[Measured]) -> None:
        """Add measurements, many at once if a kept run brings them with it."""
        for averaged in (False, True):
            rows = [(event.averaged or {}) if averaged else event.values for event in earlier]
            for name in dict.fromkeys(name for row in rows for name in row):
                curve = self.curve(name, averaged)
                missing = [np.nan] * (self._length - len(curve))
                curve.append(np.array([*missing, *(row.get(name, np.nan) for row in rows)]))
        for event in earlier:
            if self._length % self._stride == 0:
                self._kept[self._length] = event
            self._length += 1
            self._steps.append(event.step)
        while len(self._kept) > MOST_KEPT:
            self._stride *= 2
            self._kept = {place: kept for place, kept in self._kept.items() if place % self._stride == 0}

    def before(self, step: int) -> Measured | None:
        """What was measured last within the first `step` steps.

        The values are those of that very step. All else may be of a measurement a little earlier, since of a long run
        not all is kept.
        """
        place = bisect_right(self._steps, step) - 1
        if place < 0:
            return None
        kept = self._kept[place - place % self._stride]
        if kept.step == self._steps[place]:
            return kept
        values = {name: self._value(name, False, place) for name in kept.values}
        averaged = kept.averaged and {name: self._value(name, True, place) for name in kept.averaged}
        return replace(kept, step=self._steps[place], values=values, averaged=averaged)

    def _value(self, name: str, averaged: bool, place: int) -> float:
        curve = self.curve(name, averaged)
        return float(curve.values[place]) if place < len(curve) else float("nan")

    def table(self) -> dict[str, np.ndarray]:
        """The steps, and each metric's values at them, NaN if unknown; `averaged_` marks the averaged weights' ones."""
        table = {"step": np.array(self._steps, np.int64)}
        for (name, averaged), curve in sorted(self._curves.items()):
            if len(curve):
                missing = np.full(self._length - len(curve), np.nan)
                table[f"averaged_{name}" if averaged else name] = np.concatenate([curve.values, missing])
        return table

    def curve(self, name: str, averaged: bool = False) -> MinMaxPyramid:
        """The values of one metric in the order in which they came, empty if there are none."""
        return self._curves.setdefault((name, averaged), MinMaxPyramid())
