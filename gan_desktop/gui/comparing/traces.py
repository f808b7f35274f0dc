"""What is drawn of one run: a figure of every step, or a metric where it was measured, over a common axis."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from gan_desktop.core.bins import BIN
from gan_desktop.core.history import History, StepsNotHeldError
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.pyramid import middles, stretch_size
from gan_desktop.gui.plotting.smoothing import Smoother
from gan_desktop.recording.comparing import ComparedRun
from gan_desktop.recording.run_axis import Places

# An average that keeps less of the value before it is none.
FORGOTTEN = 1e-3
Doubles = npt.NDArray[np.float64]


class Trace(Protocol):
    """The values of one run."""

    @property
    def ends(self) -> tuple[float, float]:
        """Where on the axis it begins and ends."""
        ...

    def between(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        """What lies between two places of the axis: places and values of about `most` points, NaN where it breaks."""
        ...

    def means(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        """The same with a single value at each place: what a stretch has on average."""
        ...


class FigureTrace:
    """A figure of every step. What is drawn costs as much as there are pixels, however long the run is."""

    def __init__(self, history: History, figure: str, places: Places, smoothing: float) -> None:
        self._places, self._history, self._first = places, history, history.first_step
        self._curve = Curve(figure, smoothing)
        self.catch_up()

    def catch_up(self) -> None:
        """Take the steps that have come since the last time."""
        self._curve.catch_up(self._history)

    @property
    def ends(self) -> tuple[float, float]:
        first, last = self._places.of(np.array([self._first, self._first + len(self._curve)]))
        return float(first), float(last)

    def between(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        first, last = self._within(left, right)
        curve = self._curve
        line = curve.smooth_line(first, last, most) if curve.smoothing else curve.raw_line(first, last, most)
        return self._places.of(line.x + self._first), line.y.astype(np.float64)

    def means(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        if self._curve.smoothing:
            return self.between(left, right, most)
        first, last = self._within(left, right)
        x, y = stretch_means(self._history, self._curve.figure, first, last, most)
        return self._places.of(x + self._first), y

    def _within(self, left: float, right: float) -> tuple[int, int]:
        """The positions between two places, and one beyond either, so that the line leaves the picture."""
        begin, end = self._places.steps_at(np.array([left, right])) - self._first
        return max(0, int(np.floor(begin)) - 1), min(len(self._curve), int(np.ceil(end)) + 2)


class MetricTrace:
    """A metric where it was measured. It is smoothed over as many steps as a figure would be."""

    def __init__(self, run: ComparedRun, metric: str, places: Places, smoothing: float) -> None:
        found = [(one.step, one.values[metric]) for one in run.past.measured if metric in one.values]
        steps, values = np.array(found, np.float64).reshape(-1, 2).T
        apart = float(np.median(np.diff(steps))) if len(steps) > 1 else 1.0
        self._x = places.of(steps)
        values[~np.isfinite(values)] = np.nan
        amount = smoothing ** max(1.0, apart)
        self._y = Smoother(amount if amount > FORGOTTEN else 0.0)(values).astype(np.float64)

    @property
    def ends(self) -> tuple[float, float]:
        return float(self._x[0]), float(self._x[-1])

    def between(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        return self._x, self._y

    def means(self, left: float, right: float, most: int) -> tuple[Doubles, Doubles]:
        return self._x, self._y


def stretch_means(history: History, figure: str, first: int, last: int, most: int) -> tuple[Doubles, Doubles]:
    """The mean of a figure in about `most` stretches between two positions: the middle of each, and its mean.

    Where a stretch is as long as a bin, bins are read; the few last steps that fill none are then left out.
    """
    size = stretch_size(first, last, most)
    start = first // size * size
    values = np.empty(0, np.float32)
    if size < BIN:
        try:
            values = history.values((figure,), start, last)[:, 0]
        except StepsNotHeldError:
            size = BIN
            start = first // BIN * BIN
    each = 1 if size < BIN else BIN
    if each == BIN:
        values = history.bins.between(start // BIN, -(-last // BIN)).mean[history.figures.column(figure)]
    rows = np.append(values.astype(np.float64), np.full(-len(values) % (size // each), np.nan)).reshape(
        -1, size // each
    )
    known = np.isfinite(rows)
    count = known.sum(axis=1)
    means = np.where(count > 0, np.where(known, rows, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    return middles(start, start + len(values) * each, size, len(rows)), means


def has(run: ComparedRun, name: str) -> bool:
    """Whether the run has a figure or a metric of that name."""
    history = run.past.history
    return (len(history) > 0 and name in history.figures) or any(name in one.values for one in run.past.measured)


def trace_of(run: ComparedRun, name: str, places: Places, smoothing: float) -> Trace:
    """A figure or a metric of a run that `has` it."""
    history = run.past.history
    if len(history) and name in history.figures:
        return FigureTrace(history, name, places, smoothing)
    return MetricTrace(run, name, places, smoothing)
