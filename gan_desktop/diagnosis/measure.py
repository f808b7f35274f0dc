"""All metrics of a set of fakes at once, beside what as many real samples would give."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from gan_desktop.core.events import FloatArray, Floor
from gan_desktop.diagnosis.features import one_thread
from gan_desktop.diagnosis.metrics import Metric, in_order
from gan_desktop.diagnosis.modes import mode_shares, modes_unknown
from gan_desktop.diagnosis.reference import Labels, Reference

# As in the papers: 2,500 points (PacGAN, Lin et al. 2018). Images are dearer, and have fewer modes.
COUNTS = {"points": 2500, "images": 1000}
# So that a mode is not missed by chance; at most as many as are drawn for the 1,000 modes of stacked digits.
FAKES_PER_MODE = 10
LARGEST_COUNT = 26_000
SHOWN_MODES = 100
# How often real samples are drawn for a floor, and how many in all, which limits what it costs.
DRAWS = 10
FEWEST_DRAWS = 3
DRAWN_IN_ALL = 25_000


def default_count(reference: Reference) -> int:
    """How many fakes to measure."""
    return min(max(COUNTS[reference.kind], FAKES_PER_MODE * reference.modes), LARGEST_COUNT)


class Measurer:
    """Measures fakes by every registered metric that can be known.

    Args:
        reference: the real samples.
        count: how many fakes are measured at a time; None is `default_count`.
    """

    def __init__(self, reference: Reference, count: int | None = None) -> None:
        self.reference = reference
        self.count = default_count(reference) if count is None else count
        self._metrics: dict[str, Metric] = {name: entry.value() for name, entry in in_order().items()}

    @cached_property
    def _unknown(self) -> dict[str, str]:
        reasons = {name: metric.unknown(self.reference, self.count) for name, metric in self._metrics.items()}
        return {name: reason for name, reason in reasons.items() if reason}

    @cached_property
    def _real(self) -> tuple[list[dict[str, float]], list[tuple[float, ...]]]:
        """The metrics and the shares of the modes of real samples in place of fakes, of each of several draws."""
        if len(self.reference.held_out) == 0:
            return [], []
        draws = min(DRAWS, max(FEWEST_DRAWS, DRAWN_IN_ALL // self.count))
        values, shares = [], []
        for number in range(draws):
            real = _unchanging(self.reference.draw(self.count, number, draws))
            with one_thread():
                values.append({name: self._metrics[name].measure_real(real, self.reference) for name in self.known})
            shares.append(self.shares(real))
        return values, shares

    @cached_property
    def _floors(self) -> dict[str, Floor]:
        found = self._real[0]
        return {name: _floor([values[name] for values in found]) for name in self.known} if found else {}

    @cached_property
    def _share_floors(self) -> tuple[tuple[float, float], ...]:
        floors = (_floor(list(shares)) for shares in zip(*self._real[1], strict=True))
        return tuple((floor.mean, floor.deviation) for floor in floors)

    @property
    def known(self) -> list[str]:
        """The metrics that `measure` gives."""
        return [name for name in self._metrics if name not in self._unknown]

    def unknown(self) -> dict[str, str]:
        """Why each metric that cannot be known cannot."""
        return dict(self._unknown)

    def undefined(self, name: str) -> str:
        """Why a known metric was not a number."""
        return self._metrics[name].undefined

    def notes(self) -> dict[str, str]:
        """What should be read beside the values."""
        notes = {name: self._metrics[name].note(self.reference, self.count) for name in self.known}
        return {name: note for name, note in notes.items() if note}

    def most(self) -> dict[str, float]:
        """The largest value of each metric that has one worth showing."""
        largest = {name: self._metrics[name].most(self.reference) for name in self.known}
        return {name: value for name, value in largest.items() if value is not None}

    def floors(self) -> dict[str, Floor]:
        """What real samples give in place of fakes: measured once, over several draws."""
        return dict(self._floors)

    def share_floors(self) -> tuple[tuple[float, float], ...]:
        """The mean and the standard deviation of each mode's share of real samples; empty as `shares` is."""
        return self._share_floors

    def shares(self, fakes: FloatArray) -> tuple[float, ...]:
        """The share of `fakes` in each mode; empty where modes are not known, or too many to be looked at."""
        reference = self.reference
        if not 0 < reference.modes <= SHOWN_MODES or modes_unknown(reference):
            return ()
        return tuple(mode_shares(fakes, reference).tolist())

    def measure(
        self, fakes: FloatArray, asked: Labels | None = None, give_way: Callable[[], None] = lambda: None
    ) -> dict[str, float]:
        """Every known metric of `fakes`, shape (n, *sample_shape) in data units; NaN where they leave it undefined.

        Args:
            asked: the class that each was asked for, shape (n,); None where the GAN is not conditional.
            give_way: called before each metric; what it raises ends the measurement.
        """
        unchanging = _unchanging(fakes)
        values = {}
        for name in self.known:
            give_way()
            with one_thread():
                values[name] = self._metrics[name].measure(unchanging, self.reference, asked)
        return values


def _unchanging(samples: FloatArray) -> FloatArray:
    """The same samples, not to be written to: metrics may keep what they computed of an array that cannot change."""
    view = samples.view()
    view.flags.writeable = False
    return view


def _floor(values: list[float]) -> Floor:
    finite = np.array([value for value in values if np.isfinite(value)])
    if len(finite) < 2:
        return Floor(float("nan"), float("nan"))
    return Floor(float(finite.mean()), float(finite.std(ddof=1)))
