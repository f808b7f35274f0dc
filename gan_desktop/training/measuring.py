"""Measuring a run's fakes: when it is due, from which latents, and whether the condition to stop is met."""

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

# Where no condition asks for it, measuring takes at most this share of the time.
MEASURE_SHARE = 0.04
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

    With a condition every one of them is made, so that where the run ends depends on the run alone. Without one they
    are made as long as they are cheap.

    Args:
        config: the run's.
        measurer: of its data.
        latents: the same ones each time, shape (measurer.count, latent_dim), and shown to nobody.
    """

    def __init__(self, config: RunConfig, measurer: Measurer, latents: npt.NDArray[np.float32]) -> None:
        self.condition = condition_of(config)
        self._every = config.training.measure_every
        self._measurer = measurer
        self._latents = latents
        self._spent = 0.0
        self._last_step = -1
        self._values: dict[str, float] = {}

    def next_due(self, step: int, seconds: float) -> int | None:
        """The next step after `step` at which a block has to end; None where no measurement is wanted now.

        Args:
            seconds: what the run has taken so far.
        """
        if not self._is_wanted(seconds):
            return None
        return (step // self._every + 1) * self._every

    def is_due(self, step: int, seconds: float) -> bool:
        """Whether to measure now."""
        return step % self._every == 0 and step != self._last_step and self._is_wanted(seconds)

    def is_behind(self, step: int) -> bool:
        """Whether the generator after `step` steps has not been measured."""
        return step != self._last_step

    def _is_wanted(self, seconds: float) -> bool:
        return self.condition is not None or self._spent <= MEASURE_SHARE * seconds

    def measure(self, step: int, sample: Sample, averaged: Sample | None = None) -> Measured:
        """Measure the generator after `step` steps.

        Args:
            sample: makes fakes in data units from latents.
            averaged: the same with averaged weights, where they are kept.
        """
        started = time.perf_counter()
        measurer = self._measurer
        self._values, shares = self._measured(sample)
        undefined = {name: measurer.undefined(name) for name, value in self._values.items() if value != value}
        found = Measured(
            step=step,
            values=self._values,
            averaged=None if averaged is None else self._measured(averaged)[0],
            floors=measurer.floors(),
            unknown=measurer.unknown() | undefined,
            seconds=0.0,
            notes=measurer.notes(),
            most=measurer.most(),
            shares=shares,
            mode_names=measurer.reference.class_names,
            share_floors=measurer.share_floors(),
        )
        self._last_step = step
        seconds = time.perf_counter() - started
        self._spent += seconds
        return replace(found, seconds=seconds)

    def _measured(self, sample: Sample) -> tuple[dict[str, float], tuple[float, ...]]:
        """The metrics of fakes, and their shares of the modes."""
        if not self._measurer.known:
            return {}, ()
        latents = self._latents
        fakes = np.concatenate([sample(latents[start : start + CHUNK]) for start in range(0, len(latents), CHUNK)])
        return self._measurer.measure(fakes), self._measurer.shares(fakes)

    def reached(self, block: MetricsBlock) -> str:
        """The sentence that ends the run where the condition holds now, else nothing.

        Args:
            block: the last one; the condition is checked where it ends at a multiple of `measure_every`.
        """
        if self.condition is None or self._last_step != block.next_step:
            return ""
        values = self._values | block.last()
        return self.condition.reached(values) if self.condition.holds(values) else ""
