"""Measuring and diagnosing one run while it trains: fakes are measured at their steps, and alerts are reported."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertRaised
from gan_desktop.core.events import Event, MetricsBlock
from gan_desktop.core.history import History
from gan_desktop.core.measured import Measured
from gan_desktop.diagnosis.course import BIN, Course, DataTraits, Memory
from gan_desktop.diagnosis.diagnostician import Diagnostician, Told
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.data.dataset import DataSet, Scaling
from gan_desktop.training.random_streams import Stream
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.measuring import Asked, Measuring, Sample, ask

# Steps in a block when a diagnosis is taken up from figures.
RELIVED = 10_000
# Seconds. If a command is carried out so much later, a person does not notice.
MOMENT = 0.02


def data_traits(data: DataSet, scaling: Scaling, reference: Reference) -> DataTraits:
    """What the diagnosis has to know of the data that a run is trained on."""
    flat = reference.samples.reshape(len(reference.samples), -1).astype(np.float64)
    spread = scaling.factor * float(np.sqrt(flat.var(axis=0).sum()))
    return DataTraits(data.kind, len(data), spread)


def asked_of(trainer: Trainer, count: int) -> Asked:
    """What the measured fakes of a run are made from."""
    latents = trainer.latents(count, stream=Stream.METRIC_LATENTS)
    return ask(latents, trainer.data) if trainer.classes else Asked(latents)


class Diagnosing:
    """One run's measurements and alerts, both functions of the run alone.

    Args:
        trainer: the run's.
        measurer: measures fakes against the run's data.
        traits: what the diagnosis has to know of the data.
        cost: the account of what this takes.
        tell: gets every event.
        show: gets what is only shown and is no part of the run.
        pauses_once: whether the run is to pause at its first alert.

    Attributes:
        pauses_on_alert: whether it is to pause at every alert.
        at_once: whether every measurement is made at once, because what the run does next depends on it.
    """

    def __init__(
        self,
        trainer: Trainer,
        measurer: Measurer,
        traits: DataTraits,
        cost: WatchCost,
        tell: Callable[[Event], None],
        show: Callable[[Event], None],
        pauses_once: bool = False,
    ) -> None:
        self.pauses_on_alert = self.at_once = False
        self._pauses_once = pauses_once
        self._alerts: list[Alert] = []
        self._trainer = trainer
        self._cost = cost
        self._tell, self._show = tell, show
        self._measuring = Measuring(trainer.config, measurer, asked_of(trainer, measurer.count), cost)
        self._diagnostician = Diagnostician(traits, trainer.config.game.figures)

    @property
    def pauses_at_next_alert(self) -> bool:
        """Whether to pause at the very step of the next alert, for which measurements are made at once."""
        return self.pauses_on_alert or self._pauses_once

    def take_alerts(self) -> list[Alert]:
        """Take the alerts raised since somebody last took them. Whoever has seen one has seen the first."""
        alerts, self._alerts = self._alerts, []
        self._pauses_once = self._pauses_once and not alerts
        return alerts

    def next_due(self, step: int) -> int:
        """The next step after `step` at which a block has to end."""
        due = self._measuring.next_due(step)
        # Detectors look at the end of each bin, and a pause there has to come before the next step.
        return min(due, (step // BIN + 1) * BIN) if self.pauses_at_next_alert else due

    def may_advance(self) -> bool:
        """Whether the next step may be taken: not before the measurement that is due at this step has its fakes.

        It waits only a moment for the measurement before that one, so that commands are taken meanwhile.
        """
        if self._measuring.is_due(self._trainer.step):
            if not self.is_free_soon():
                return False
            self.make_due()
        return True

    def is_free_soon(self) -> bool:
        """Wait a moment for the measurement under way; returns whether none is under way any more."""
        return self._measuring.is_free(MOMENT)

    def after_block(self, block: MetricsBlock) -> None:
        """Report what the block's figures say."""
        with self._cost.spending("diagnosis"):
            told = self._diagnostician.after_block(self._trainer.config, block, self._trainer.diverged)
        self._tell_all(told)

    def make_due(self) -> None:
        """Report the measurement that is done; make the one that is due, or begin it if none is under way."""
        self._tell_measured(self._measuring.take())
        if self._measuring.is_due(self._trainer.step) and self._measuring.is_free():
            if self._measuring.condition is None and not (self.at_once or self.pauses_at_next_alert):
                self._measuring.begin(*self._now())
            else:
                self.measure()

    def measure(self) -> None:
        """Measure the generator as it is, and report that."""
        self._tell_measured(self._measuring.measure(*self._now()))

    def settle(self) -> None:
        """Wait for what is still being measured; report it and the present diagnosis, since no next block will."""
        self._tell_measured(self._measuring.finish())
        if self._measuring.is_due(self._trainer.step) and not self._trainer.diverged:
            self.measure()
        self._tell_all(self._diagnostician.now(self._trainer.config))

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is under way."""
        return not self._measuring.is_free()

    def course(self, config: RunConfig, measured: bool) -> Course:
        """The run so far, under this config; `measured` says whether measurements are seen, which may come late."""
        return self._diagnostician.course(config, measured)

    @property
    def standing(self) -> tuple[Alert, ...]:
        """The alerts that stand, as they were raised, in the order of their steps."""
        return self._diagnostician.standing

    def memory(self) -> Memory:
        """What it knows of the run so far, for `recall`; a measurement under way is waited for and reported first."""
        self._tell_measured(self._measuring.finish())
        plain, arrays = self._diagnostician.memory()
        return Memory(plain | {"measured": self._measuring.last_step}, arrays)

    def recall(self, memory: Memory) -> None:
        """Take up the diagnosis of a run where `memory` was asked for.

        Raises:
            ValueError: it does not fit.
        """
        self._diagnostician.recall(memory, self._trainer.config)
        self._measuring.go_on_after(int(memory.plain["measured"]))

    def relive(self, history: History, step: int) -> None:
        """Take up the diagnosis of a run whose checkpoint has none: from its figures, without its measurements.

        It begins where the record begins, which is later than the run if the record was rescued.
        """
        begin = min(history.first_step, step) if len(history) else step
        self._diagnostician.begin_at(begin)
        for first in range(begin, step, RELIVED):
            block = history.block(first, min(first + RELIVED, step))
            self._diagnostician.after_block(self._trainer.config, block)

    def tell_lights(self) -> None:
        """Report the lights as they are."""
        self._tell_all([self._diagnostician.lights(self._trainer.config)])

    @property
    def is_behind(self) -> bool:
        """Whether the metrics that were shown last are of an earlier step."""
        return not self._trainer.diverged and not self._measuring.is_shown(self._trainer.step)

    def catch_up(self) -> None:
        """While the run stands still: measure it at this step, only to show that. Returns after a moment."""
        step, _, sample, averaged = self._now()
        measured = self._measuring.measure_aside(step, sample, averaged, MOMENT)
        if measured is not None:
            self._show(measured)

    def go_on(self) -> None:
        """Drop what was measured only to be shown: the run goes on."""
        self._measuring.drop_aside()

    def measure_last(self) -> None:
        """Settle, and measure the generator at the run's end, unless that was done."""
        self.settle()
        trainer = self._trainer
        if trainer.step > 0 and not trainer.diverged and self._measuring.is_behind(trainer.step):
            self.measure()

    def reached(self, block: MetricsBlock) -> str:
        """The sentence that ends the run if its condition to stop holds now, else an empty text."""
        return self._measuring.reached(block)

    def close(self) -> None:
        """End a measurement that is under way; nobody hears of it."""
        self._measuring.close()

    def _now(self) -> tuple[int, RunConfig, Sample, Sample | None]:
        trainer = self._trainer
        averaged = partial(trainer.sample, averaged=True) if trainer.averages else None
        return trainer.step, trainer.config, trainer.sample, averaged

    def _tell_measured(self, measured: Measured | None) -> None:
        if measured is not None:
            self._tell(measured)
            with self._cost.spending("diagnosis"):
                told = self._diagnostician.after_measured(self._measuring.config, measured, self._trainer.config)
            self._tell_all(told)

    def _tell_all(self, told: list[Told]) -> None:
        for event in told:
            self._tell(event)
            if isinstance(event, AlertRaised):
                self._alerts.append(event.alert)
