"""Measuring a run's fakes: when it is due, from which latents, on which thread, and whether the run is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import FloatArray, MetricsBlock
from gan_desktop.core.measured import Measured
from gan_desktop.core.stop_condition import StopCondition, parse_condition
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Labels, Reference, Sources
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.derived import bicubic
from gan_desktop.training.data.given import given
from gan_desktop.training.engine.side_work import GiveWay, SideWork
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.watching.cost import WatchCost

# Fakes made in one call. The number does not change the fakes, only how much memory a network takes.
CHUNK = 1000

Sample = Callable[[FloatArray, Labels | None], FloatArray]


class Asked(NamedTuple):
    """What the measured fakes are made from; these fakes are shown to nobody.

    Attributes:
        latents: shape (count, latent_dim).
        labels: the class that each fake is asked for, shape (count,), in mixed order; None without classes.
    """

    latents: FloatArray
    labels: Labels | None = None


def ask(latents: FloatArray, data: DataSet) -> Asked:
    """Ask for classes as often as the data have them, in an order that is the same every time.

    Metrics compare some of the fakes, so each part of them has to have its share of every class.

    Args:
        latents: shape (count, latent_dim).
        data: what a conditional GAN is trained on.
    """
    counts = np.bincount(data.labels) if data.labels is not None else np.ones(1)
    # By the largest remainders: the shares are as near to the data's as whole numbers can be.
    places = (np.arange(len(latents)) + 0.5) / len(latents) * counts.sum()
    labels = np.searchsorted(np.cumsum(counts), places, side="right")
    return Asked(latents, np.random.default_rng(0).permutation(labels))


def in_parts(sample: Sample, latents: FloatArray, labels: Labels | None) -> FloatArray:
    """Fakes of all latents, at most `CHUNK` of them made in one call."""
    # Even parts: if a network has few outputs, TensorFlow multiplies 500 rows many times as slowly as 800.
    parts = np.array_split(np.arange(len(latents)), max(1, -(-len(latents) // CHUNK)))
    return np.concatenate([sample(latents[part], None if labels is None else labels[part]) for part in parts])


def make_measurer(data: DataSet, config: RunConfig) -> Measurer:
    """Make what measures fakes against these data, with its floors.

    Raises:
        InputError: `training.stop_when` is about a metric that cannot be known of them.
    """
    known = data.labels, data.centres, data.sigma, data.channel_classes, data.class_names or ()
    fresh = data.held_out, data.held_out_labels
    conditional = config.data.conditional
    reference = Reference.of(data.kind, data.samples, *known, *fresh, data.weights, conditional)
    measurer = Measurer(reference)
    sources = sources_of(data, config, measurer.count)
    if sources is not None:
        measurer = Measurer(replace(reference, sources=sources), measurer.count)
    check_condition(measurer, config)
    measurer.floors()
    return measurer


def sources_of(data: DataSet, config: RunConfig, count: int) -> Sources | None:
    """What is known of the samples whose translations are measured; None if the game translates nothing."""
    if data.source is None or not config.game.translates:
        return None
    measured = given(data, count, config.training.seed, 0, Stream.METRIC_LATENTS)
    labels = measured.labels
    if labels is not None and data.labels is not None:
        # Counted as the reference counts them: from 0, without gaps.
        held_out = data.labels if data.held_out_labels is None else data.held_out_labels
        labels = np.searchsorted(np.unique(np.concatenate([data.labels, held_out])), labels)
    target = measured.target if data.paired else None
    smaller = target is not None and data.kind == "images" and measured.source.shape[1] < target.shape[1]
    enlarged = bicubic(measured.source, *data.sample_shape[:2]) if smaller else None
    return Sources(labels, target, enlarged)


def check_condition(measurer: Measurer, config: RunConfig) -> None:
    """Raise InputError if `training.stop_when` is about a metric that cannot be known of the measurer's data."""
    condition = condition_of(config)
    unknown = measurer.unknown()
    for name in condition.names if condition else ():
        if name in unknown:
            message = f"training.stop_when = '{condition}': {name} cannot be known here: {unknown[name]}"
            raise InputError(message, "training.stop_when")


def condition_of(config: RunConfig) -> StopCondition | None:
    """The condition that ends the run before its last step; None without one."""
    return None if config.training.stop_when is None else parse_condition(config.training.stop_when)


class Measuring:
    """One run's measurements: at every multiple of `measure_every`, and at the end, however busy the machine is.

    Usually they are made beside training: fakes are sampled between two blocks, and measured on another thread while
    training goes on. A measurement that is under way is finished before the next begins. So what is measured, and the
    alerts that rest on it, depend on the run alone. With a condition to stop, every measurement is made at once.

    If the run stands still at another step, it is measured there too, aside: to be shown, and for nothing else.

    Args:
        config: the run's.
        measurer: measures fakes against the run's data.
        asked: what fakes are made from, the same each time.
        cost: the account of what measuring takes.

    Attributes:
        config: the config under which the last sampled fakes were made.
    """

    def __init__(self, config: RunConfig, measurer: Measurer, asked: Asked, cost: WatchCost) -> None:
        self.condition = condition_of(config)
        self.config = config
        self._every = config.training.measure_every
        self._measurer = measurer
        self._asked = asked
        self._cost = cost
        self._last_step = -1
        self._values: dict[str, float] = {}
        self._work: SideWork[Measured] | None = None
        self._aside: SideWork[Measured] | None = None
        self._aside_step = -1

    @property
    def last_step(self) -> int:
        """The step that was measured last, or is being measured; -1 before the first."""
        return self._last_step

    def go_on_after(self, step: int) -> None:
        """Take up a run that was measured last at `step`."""
        self._last_step = step

    def next_due(self, step: int) -> int:
        """The next step after `step` at which a block has to end."""
        return (step // self._every + 1) * self._every

    def is_due(self, step: int) -> bool:
        """Whether to measure now."""
        return step % self._every == 0 and step != self._last_step

    def is_behind(self, step: int) -> bool:
        """Whether the generator after `step` steps has not been measured."""
        return step != self._last_step

    def measure(self, step: int, config: RunConfig, sample: Sample, averaged: Sample | None = None) -> Measured:
        """Measure the generator after `step` steps, now.

        Args:
            config: the config that the last step ran under.
            sample: makes fakes in data units from latents and the classes asked for.
            averaged: the same with averaged weights, if they are kept.
        """
        self.drop_aside()
        self._last_step, self.config = step, config
        with self._cost.spending("metrics"):
            found = self._prepare(step, sample, averaged)(lambda: None)
        self._values = found.values
        return found

    def begin(self, step: int, config: RunConfig, sample: Sample, averaged: Sample | None = None) -> None:
        """Sample fakes of the generator after `step` steps now, and measure them while training goes on.

        Args:
            config: as for `measure`.
            sample: as for `measure`.
            averaged: as for `measure`.

        Raises:
            RuntimeError: one is under way; `finish` it first.
        """
        if self._work is not None:
            raise RuntimeError("a measurement is under way")
        self.drop_aside()
        self._last_step, self.config = step, config
        with self._cost.spending("metrics"):
            self._work = SideWork(self._prepare(step, sample, averaged), "measuring")

    def take(self) -> Measured | None:
        """What was measured beside training, once, if it is done.

        Raises:
            Exception: whatever went wrong there.
        """
        return self.finish() if self._work is not None and self._work.is_done else None

    def is_free(self, seconds: float = 0.0) -> bool:
        """Whether no measurement is under way; waits for one at most `seconds`."""
        return self._work is None or self._work.wait(seconds)

    def finish(self) -> Measured | None:
        """Take what was measured, as `take` does, but wait for a measurement that is under way."""
        work, self._work = self._work, None
        if work is None:
            return None
        try:
            with self._cost.spending("metrics"):
                return work.result()
        finally:
            self._cost.spent_aside("metrics", work.processor_seconds)

    def is_shown(self, step: int) -> bool:
        """Whether the generator after `step` steps has been measured and shown, as part of the run or aside."""
        return step in (self._last_step, self._aside_step) and self._aside is None

    def measure_aside(self, step: int, sample: Sample, averaged: Sample | None, seconds: float) -> Measured | None:
        """Measure the generator of a run that stands still: the first call begins, and each waits at most `seconds`.

        Returns:
            What was measured, once, when it is done.

        Raises:
            Exception: whatever went wrong there.
        """
        if self._aside is None:
            self._aside_step = step
            self._aside = SideWork(self._prepare(step, sample, averaged), "measuring aside")
        if not self._aside.wait(seconds):
            return None
        work, self._aside = self._aside, None
        return replace(work.result(), aside=True)

    def drop_aside(self) -> None:
        """Drop what is measured aside: the run goes on, and it is not of its state any more."""
        work, self._aside = self._aside, None
        if work is not None:
            self._aside_step = -1
            work.cancel()

    def close(self) -> None:
        """End a measurement that is under way; nobody hears of it."""
        self.drop_aside()
        work, self._work = self._work, None
        if work is not None:
            work.cancel()

    def _prepare(self, step: int, sample: Sample, averaged: Sample | None) -> Callable[[GiveWay], Measured]:
        """Make the fakes, and a function that measures them."""
        started = time.perf_counter()
        fakes = self._fakes(sample)
        of_average = None if averaged is None else self._fakes(averaged)
        sampling = time.perf_counter() - started
        return lambda give_way: self._measured(step, fakes, of_average, sampling, give_way)

    def _fakes(self, sample: Sample) -> FloatArray | None:
        """Fakes from the latents; None if nothing can be known of them."""
        if not self._measurer.known:
            return None
        return in_parts(sample, *self._asked)

    def _measured(
        self, step: int, fakes: FloatArray | None, of_average: FloatArray | None, sampling: float, give_way: GiveWay
    ) -> Measured:
        """All that is known of the fakes, which took `sampling` seconds to make. On any thread."""
        started = time.perf_counter()
        measurer, labels = self._measurer, self._asked.labels
        found = measurer.measured(step, fakes, labels, give_way)
        averaged = None if of_average is None else measurer.measure(of_average, labels, give_way)
        return replace(found, averaged=averaged, seconds=sampling + time.perf_counter() - started)

    def reached(self, block: MetricsBlock) -> str:
        """The sentence that ends the run if the condition holds now, else an empty text.

        Args:
            block: the last one; the condition is checked if it ends at a multiple of `measure_every`.
        """
        if self.condition is None or self._last_step != block.next_step:
            return ""
        values = self._values | block.last()
        return self.condition.reached(values) if self.condition.holds(values) else ""
