"""Measuring a run's fakes: when it is due, from which latents, on which thread, and whether the run is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray, Measured, MetricsBlock
from gan_desktop.core.stop_condition import StopCondition, parse_condition
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.side_work import GiveWay, SideWork
from gan_desktop.training.watch_cost import WatchCost

# Fakes made in one call: their number does not change what they are, but how much memory a network takes.
CHUNK = 1000

Sample = Callable[[npt.NDArray[np.float32]], FloatArray]


def make_measurer(data: DataSet, config: RunConfig) -> Measurer:
    """What measures fakes of these data, with its floors.

    Raises:
        InputError: `training.stop_when` is about a metric that cannot be known of them.
    """
    known = data.labels, data.centres, data.sigma, data.channel_classes, data.class_names or ()
    measurer = Measurer(Reference.of(data.kind, data.samples, *known, data.held_out, data.held_out_labels))
    condition = condition_of(config)
    unknown = measurer.unknown()
    for name in condition.names if condition else ():
        if name in unknown:
            message = f"training.stop_when = '{condition}': {name} cannot be known here: {unknown[name]}"
            raise InputError(message, "training.stop_when")
    measurer.floors()
    return measurer


def condition_of(config: RunConfig) -> StopCondition | None:
    """When the run is to end before its last step."""
    return None if config.training.stop_when is None else parse_condition(config.training.stop_when)


class Measuring:
    """One run's measurements: at multiples of `measure_every`, and at the end.

    Without a condition they are made as often as can be afforded, beside training: fakes are sampled between two
    blocks, and measured on another thread while training goes on. With a condition every one of them is made at once,
    so that where the run ends depends on the run alone.

    Args:
        config: the run's.
        measurer: of its data.
        latents: the same ones each time, shape (measurer.count, latent_dim), and shown to nobody.
        cost: the account of what measuring takes.
    """

    def __init__(
        self, config: RunConfig, measurer: Measurer, latents: npt.NDArray[np.float32], cost: WatchCost
    ) -> None:
        self.condition = condition_of(config)
        self._every = config.training.measure_every
        self._measurer = measurer
        self._latents = latents
        self._cost = cost
        self._last_step = -1
        self._values: dict[str, float] = {}
        self._work: SideWork[Measured] | None = None

    def next_due(self, step: int) -> int | None:
        """The next step after `step` at which a block has to end; None where no measurement is wanted now."""
        return (step // self._every + 1) * self._every if self._is_wanted() else None

    def is_due(self, step: int) -> bool:
        """Whether to measure now."""
        return step % self._every == 0 and step != self._last_step and self._is_wanted()

    def is_behind(self, step: int) -> bool:
        """Whether the generator after `step` steps has not been measured."""
        return step != self._last_step

    def _is_wanted(self) -> bool:
        return self.condition is not None or (self._work is None and self._cost.is_affordable("metrics"))

    def measure(self, step: int, sample: Sample, averaged: Sample | None = None) -> Measured:
        """Measure the generator after `step` steps, now.

        Args:
            sample: makes fakes in data units from latents.
            averaged: the same with averaged weights, where they are kept.
        """
        with self._cost.spending("metrics"):
            found = self._prepare(step, sample, averaged)(lambda: None)
        self._values = found.values
        return found

    def begin(self, step: int, sample: Sample, averaged: Sample | None = None) -> None:
        """Sample fakes of the generator after `step` steps now, and measure them beside what comes next.

        Args:
            sample: as `measure` has it.
            averaged: likewise.
        """
        with self._cost.spending("metrics"):
            self._work = SideWork(self._prepare(step, sample, averaged), "measuring")

    def take(self) -> Measured | None:
        """What was measured beside training, once, if it is done.

        Raises:
            Exception: whatever went wrong there.
        """
        return self.finish() if self._work is not None and self._work.is_done else None

    def finish(self) -> Measured | None:
        """As `take`, but where a measurement is under way, wait for it."""
        work, self._work = self._work, None
        if work is None:
            return None
        try:
            with self._cost.spending("metrics"):
                return work.result()
        finally:
            self._cost.spent_aside("metrics", work.processor_seconds)

    def close(self) -> None:
        """End a measurement that is under way; nobody hears of it."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()

    def _prepare(self, step: int, sample: Sample, averaged: Sample | None) -> Callable[[GiveWay], Measured]:
        """Make the fakes, and a function that measures them."""
        self._last_step = step
        started = time.perf_counter()
        fakes = self._fakes(sample)
        of_average = None if averaged is None else self._fakes(averaged)
        sampling = time.perf_counter() - started
        return lambda give_way: self._measured(step, fakes, of_average, sampling, give_way)

    def _fakes(self, sample: Sample) -> FloatArray | None:
        """Fakes from the latents; None where nothing can be known of them."""
        if not self._measurer.known:
            return None
        latents = self._latents
        return np.concatenate([sample(latents[start : start + CHUNK]) for start in range(0, len(latents), CHUNK)])

    def _measured(
        self, step: int, fakes: FloatArray | None, of_average: FloatArray | None, sampling: float, give_way: GiveWay
    ) -> Measured:
        """All that is known of the fakes, which took `sampling` seconds to make. On any thread."""
        started = time.perf_counter()
        measurer = self._measurer
        values = {} if fakes is None else measurer.measure(fakes, give_way)
        undefined = {name: measurer.undefined(name) for name, value in values.items() if value != value}
        found = Measured(
            step=step,
            values=values,
            averaged=None if of_average is None else measurer.measure(of_average, give_way),
            floors=measurer.floors(),
            unknown=measurer.unknown() | undefined,
            seconds=0.0,
            notes=measurer.notes(),
            most=measurer.most(),
            shares=() if fakes is None else measurer.shares(fakes),
            mode_names=measurer.reference.class_names,
            count=measurer.count,
            share_floors=measurer.share_floors(),
        )
        return replace(found, seconds=sampling + time.perf_counter() - started)

    def reached(self, block: MetricsBlock) -> str:
        """The sentence that ends the run where the condition holds now, else nothing.

        Args:
            block: the last one; the condition is checked where it ends at a multiple of `measure_every`.
        """
        if self.condition is None or self._last_step != block.next_step:
            return ""
        values = self._values | block.last()
        return self.condition.reached(values) if self.condition.holds(values) else ""
