"""All metrics of a set of fakes at once, beside what the same number of real samples would give."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from gan_desktop.core.events import FloatArray
from gan_desktop.core.measured import WITHIN_CLASSES, Floor, Measured
from gan_desktop.diagnosis.features import one_thread
from gan_desktop.diagnosis.metrics import Metric, in_order
from gan_desktop.diagnosis.modes import SHOWN_MODES, mode_leaks, mode_shares, modes_unknown, territory_shares
from gan_desktop.diagnosis.reference import Labels, Reference
from gan_desktop.diagnosis.within_classes import within_classes

# The papers take 2,500 points (PacGAN, Lin et al. 2018). Images cost more, and have fewer modes.
COUNTS = {"points": 2500, "images": 1000}
# Enough fakes that no mode is missed by chance; but at most as many as are drawn for the 1,000 modes of stacked digits,
# and for the sake of a rare mode at most FOR_RARE_MODES times as many as without it.
FAKES_PER_MODE = 10
LARGEST_COUNT = 26_000
FOR_RARE_MODES = 3
# How often real samples are drawn for a floor, and how many in all, which limits the cost.
DRAWS = 10
FEWEST_DRAWS = 3
DRAWN_IN_ALL = 25_000


def default_count(reference: Reference) -> int:
    """How many fakes to measure."""
    usual = max(COUNTS[reference.kind], FAKES_PER_MODE * reference.modes)
    rarest = float(reference.mode_weights.min(initial=1.0))
    wanted = min(FAKES_PER_MODE / rarest, FOR_RARE_MODES * usual) if rarest > 0 else usual
    return min(max(usual, int(wanted)), LARGEST_COUNT)


class _Real(NamedTuple):
    """What several draws of real samples give in place of fakes, one entry for each draw."""

    values: list[dict[str, float]]
    shares: list[tuple[float, ...]]
    territories: list[tuple[float, ...]]
    by_class: list[dict[str, tuple[float, ...]]]


class Measurer:
    """Measures fakes by every registered metric that can be known.

    Args:
        reference: the real samples.
        count: how many fakes are measured at a time; None means `default_count`.
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
    def _reasons(self) -> dict[str, str]:
        """Why metrics that people would look for here are unknown."""
        translates = self.reference.sources is not None
        asked = {name for name, metric in self._metrics.items() if translates or not metric.of_translations}
        return {name: reason for name, reason in self._unknown.items() if name in asked}

    @cached_property
    def _real(self) -> _Real:
        found = _Real([], [], [], [])
        if len(self.reference.held_out) == 0:
            return found
        draws = min(DRAWS, max(FEWEST_DRAWS, DRAWN_IN_ALL // self.count))
        for number in range(draws):
            samples, labels = self.reference.draw(self.count, number, draws)
            real, asked = _unchanging(samples), labels if self.reference.conditional else None
            with one_thread():
                measured = {name: self._metrics[name].measure_real(real, self.reference, asked) for name in self.known}
            found.values.append(measured)
            found.shares.append(self.shares(real))
            found.territories.append(self.territories(real))
            found.by_class.append(self.by_class(real, asked))
        return found

    @cached_property
    def _floors(self) -> dict[str, Floor]:
        found = self._real.values
        return {name: _floor([values[name] for values in found]) for name in self.known} if found else {}

    @cached_property
    def _share_floors(self) -> tuple[tuple[float, float], ...]:
        return tuple((floor.mean, floor.deviation) for floor in _floors(self._real.shares))

    @cached_property
    def _territory_floors(self) -> tuple[float, ...]:
        return tuple(floor.mean for floor in _floors(self._real.territories))

    @cached_property
    def _class_floors(self) -> dict[str, tuple[Floor, ...]]:
        names = self._real.by_class[0] if self._real.by_class else {}
        return {name: _floors([found[name] for found in self._real.by_class]) for name in names}

    @cached_property
    def _share_leaks(self) -> tuple[float, ...]:
        return tuple(mode_leaks(self.reference).tolist()) if self._looks_at_modes else ()

    @cached_property
    def _looks_at_modes(self) -> bool:
        return 0 < self.reference.modes <= SHOWN_MODES and not modes_unknown(self.reference)

    @property
    def known(self) -> list[str]:
        """The metrics that `measure` gives."""
        return [name for name in self._metrics if name not in self._unknown]

    def unknown(self) -> dict[str, str]:
        """Why metrics cannot be known, for each that cannot."""
        return dict(self._unknown)

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
        """The share of `fakes` in each mode; empty if the modes are not known, or too many to be looked at."""
        return tuple(mode_shares(fakes, self.reference).tolist()) if self._looks_at_modes else ()

    def territories(self, fakes: FloatArray) -> tuple[float, ...]:
        """The share of `fakes` that is nearest to each mode; empty as `shares` is."""
        return tuple(territory_shares(fakes, self.reference).tolist()) if self._looks_at_modes else ()

    def by_class(self, fakes: FloatArray, asked: Labels | None = None) -> dict[str, tuple[float, ...]]:
        """Figures within each class (`core.measured.WITHIN_CLASSES`); empty if there are none to be looked at."""
        if "class_diversity" in self._unknown:
            return {}
        found = within_classes(fakes, self.reference, asked)
        return {name: tuple(getattr(found, name).tolist()) for name in WITHIN_CLASSES}

    def measured(
        self,
        step: int,
        fakes: FloatArray | None,
        asked: Labels | None = None,
        give_way: Callable[[], None] = lambda: None,
    ) -> Measured:
        """All that is known about the fakes after `step` steps; without fakes, why nothing is."""
        started = time.perf_counter()
        values: dict[str, float] = {}
        of_modes: dict[str, Any] = {}
        if fakes is not None:
            fakes = _unchanging(fakes)
            values = self.measure(fakes, asked, give_way)
            with one_thread():
                of_modes = {
                    "shares": self.shares(fakes),
                    "territories": self.territories(fakes),
                    "by_class": self.by_class(fakes, asked),
                }
        undefined = {name: self._metrics[name].undefined for name, value in values.items() if value != value}
        return Measured(
            step=step,
            values=values,
            averaged=None,
            floors=dict(self._floors),
            unknown=self._reasons | undefined,
            seconds=time.perf_counter() - started,
            notes=self.notes(),
            most=self.most(),
            mode_names=self.reference.class_names,
            count=self.count,
            share_floors=self._share_floors,
            share_leaks=self._share_leaks,
            territory_floors=self._territory_floors,
            class_floors=self._class_floors,
            asked=self.reference.conditional,
            **of_modes,
        )

    def measure(
        self, fakes: FloatArray, asked: Labels | None = None, give_way: Callable[[], None] = lambda: None
    ) -> dict[str, float]:
        """Every known metric of `fakes`, shape (n, *sample_shape) in data units; NaN if they leave it undefined.

        Args:
            asked: the class that each was asked for, shape (n,); None if the GAN is not conditional.
            give_way: called before each metric; what it raises ends the measurement.
        """
        unchanging = fakes if not fakes.flags.writeable else _unchanging(fakes)
        values = {}
        for name in self.known:
            give_way()
            with one_thread():
                values[name] = self._metrics[name].measure(unchanging, self.reference, asked)
        return values


def _unchanging(samples: FloatArray) -> FloatArray:
    """The same samples in an array that cannot be written to: metrics may keep what they compute from such an array."""
    view = samples.view()
    view.flags.writeable = False
    return view


def _floors(draws: list[tuple[float, ...]]) -> tuple[Floor, ...]:
    """The floors of several figures, each of which every draw has."""
    return tuple(_floor(list(values)) for values in zip(*draws, strict=True))


def _floor(values: list[float]) -> Floor:
    finite = np.array([value for value in values if np.isfinite(value)])
    if len(finite) < 2:
        return Floor(float("nan"), float("nan"))
    return Floor(float(finite.mean()), float(finite.std(ddof=1)))
