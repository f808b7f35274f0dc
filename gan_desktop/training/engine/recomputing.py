"""Computing recorded steps again, from a checkpoint to the step at which a run goes on, and comparing every figure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, Event, MetricsBlock
from gan_desktop.core.history import History
from gan_desktop.core.interventions import Intervention
from gan_desktop.core.measured import Measured
from gan_desktop.recording.reader import RunRecord
from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace
from gan_desktop.training.engine.taking_up import TakenUp
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.diagnosing import Diagnosing

Report = Callable[[float], None]


class Known:
    """What was recorded of measurements and alerts: it is not recorded twice.

    Args:
        record: the run's or, for a branch, its parent's.
        until: the step at which a branch begins: what came later in its parent is not its own. None for all.
    """

    def __init__(self, record: RunRecord, until: int | None = None) -> None:
        def is_own(step: int | None) -> bool:
            return step is not None and (until is None or step <= until)

        self._measured = {value.step for value in record.metrics if is_own(value.step)}
        self._raised = {(alert.detector, alert.step) for alert in record.alerts if is_own(alert.step)}
        self._ended = {(alert.detector, alert.step) for alert in record.alerts if is_own(alert.ended)}

    def has(self, event: Event) -> bool:
        match event:
            case Measured(step=step, aside=False):
                return step in self._measured
            case AlertRaised(alert):
                return (alert.detector, alert.step) in self._raised
            case AlertEnded(alert=alert):
                return (alert.detector, alert.step) in self._ended
        return False


def load(trainer: Trainer, diagnosing: Diagnosing, taken: TakenUp) -> None:
    """Bring trainer and diagnosis to where the checkpoint was taken; without one they are at step 0 and stay there.

    Raises:
        InputError: the checkpoint does not fit.
    """
    checkpoint = taken.checkpoint
    if checkpoint is None:
        diagnosing.measure()
        return
    trainer.restore(checkpoint.arrays, checkpoint.step, list(checkpoint.interventions))
    if checkpoint.diagnosis is None:
        diagnosing.relive(taken.record.history, checkpoint.step)
        return
    try:
        diagnosing.recall(checkpoint.diagnosis)
    except ValueError as error:
        raise InputError(f"the checkpoint of step {checkpoint.step} cannot be used: {error}") from None


def recompute(trainer: Trainer, diagnosing: Diagnosing, taken: TakenUp, tell: Emit, report: Report) -> int | None:
    """Take the steps from the checkpoint to where the run goes on, with the interventions that were recorded.

    Args:
        trainer: at the checkpoint.
        diagnosing: at the checkpoint; it sees all that it saw then.
        taken: the run.
        tell: gets all that was told when these steps were taken the first time.
        report: gets the share of the steps that are done, now and then, and may raise to break it off.

    Returns:
        The first step whose figures differ from what was recorded; None if all are the same.

    Raises:
        InputError: the run is no longer finite before it comes to that step.
    """
    pace, waiting = Pace(HEADLESS_SECONDS), list(taken.repeated)
    start, parted = trainer.step, None
    while trainer.step < taken.step:
        while not diagnosing.may_advance():
            pass  # it waits a moment itself
        block = repeat(trainer, pace, waiting, (diagnosing.next_due(trainer.step), taken.step), tell)
        if trainer.diverged:
            raise InputError(f"step {taken.step}: the run was no longer finite by then; go on from an earlier step")
        parted = parted if parted is not None else first_difference(block, taken.record.history)
        tell(block)
        diagnosing.after_block(block)
        diagnosing.make_due()
        report((trainer.step - start) / (taken.step - start))
    make_due(trainer, waiting, tell)
    return parted


def repeat(
    trainer: Trainer, pace: Pace, waiting: list[Intervention], ends: Iterable[int], tell: Emit = lambda event: None
) -> MetricsBlock:
    """Make the interventions that are due, and take one block of steps as they were taken the first time.

    It ends where the next intervention is due, at the first of `ends`, or when the pace says so.
    """
    make_due(trainer, waiting, tell)
    until = min([trainer.step + pace.steps, *ends, *(change.step for change in waiting[:1])])
    began = time.perf_counter()
    block = trainer.advance(max(1, until - trainer.step))
    pace.took(len(block), time.perf_counter() - began)
    return block


def make_due(trainer: Trainer, waiting: list[Intervention], tell: Emit = lambda event: None) -> None:
    """Make the interventions that are due, as they were made the first time, and take them from the list."""
    while waiting and waiting[0].step <= trainer.step:
        change = waiting.pop(0)
        made = trainer.set(change.key, change.value, change.author)
        assert made.previous is not None
        tell(ControlChanged(made.step, made.key, made.value, made.previous, made.author))


def first_difference(block: MetricsBlock, history: History) -> int | None:
    """The first step of a block whose figures differ from those in a history; None if all that it has are the same.

    Figures that were not recorded are NaN there, and agree with all.
    """
    first = max(block.first_step, history.first_step)
    last = min(block.next_step, history.first_step + len(history))
    if last <= first:
        return None
    recorded = history.block(first, last).values
    computed = block.values[first - block.first_step : last - block.first_step]
    differs = ((recorded != computed) & ~np.isnan(recorded)).any(axis=1)
    return first + int(np.argmax(differs)) if differs.any() else None
