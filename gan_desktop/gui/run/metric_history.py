"""Every metric's values in the run so far, for small curves of any length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gan_desktop.core.measured import Measured
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid


class MetricHistory:
    """A curve for each metric, and another for the same metric of the averaged weights. Unknown values are missing."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._curves: dict[tuple[str, bool], MinMaxPyramid] = {}
        self._length = 0
        self._steps: list[int] = []

    def __len__(self) -> int:
        """The number of measurements."""
        return self._length

    def add(self, event: Measured) -> None:
        for averaged, values in ((False, event.values), (True, event.averaged or {})):
            for name, value in values.items():
                curve = self.curve(name, averaged)
                missing = self._length - len(curve)
                curve.append(np.array([*[np.nan] * missing, value]))
        self._length += 1
        self._steps.append(event.step)

    def extend(self, earlier: Sequence[Measured]) -> None:
        """Add many measurements at once: what a kept run brings with it."""
        for averaged in (False, True):
            rows = [(event.averaged or {}) if averaged else event.values for event in earlier]
            for name in dict.fromkeys(name for row in rows for name in row):
                curve = self.curve(name, averaged)
                missing = [np.nan] * (self._length - len(curve))
                curve.append(np.array([*missing, *(row.get(name, np.nan) for row in rows)]))
        self._length += len(earlier)
        self._steps += [event.step for event in earlier]

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
