"""Lockstep: sides that begin at one state and differ in one thing each, advanced together, and when they part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import MetricsBlock, Samples
from gan_desktop.core.interventions import ControlValue, Intervention
from gan_desktop.core.lockstep import Order, Side, SideState, check_difference, is_live
from gan_desktop.core.watching import HEADLESS_BUDGETS
from gan_desktop.recording.reader import read_run
from gan_desktop.training.assembly import check_data
from gan_desktop.training.checkpoint import Checkpoint, take_checkpoint
from gan_desktop.training.engine.recomputing import make_due
from gan_desktop.training.engine.taking_up import interventions_of
from gan_desktop.training.generating import trainer_at
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.samples import Showing


class Lockstep:
    """Two or more trainers that take the same steps.

    Args:
        first: side A, which stays as it is; from its state all others begin.
        sides: what each of the others has of its own.
        anew: whether it is at the beginning of a run that is not kept. Then a side is the run with such a config, and
            else a branch in which such controls are changed.

    Raises:
        InputError: a side cannot begin at this state.

    Attributes:
        begin: the step at which all of them begin.
        trainers: one for each side.
        parted: for each side, the first step after which its weights are not A's; None while they are equal.
    """

    def __init__(self, first: Trainer, sides: Sequence[Side], anew: bool = True) -> None:
        self.begin = first.step
        self.trainers = [first, *(_side(first, side, anew) for side in sides)]
        self.parted: list[int | None] = [None] * len(self.trainers)
        self._waiting: list[list[Intervention]] = [[], *(list(side.later) for side in sides)]
        shown = Showing(first, watched=False, cost=WatchCost(HEADLESS_BUDGETS))
        self._latents, self._labels = shown.latents, shown.labels
        for trainer in self.trainers:
            trainer.compile()

    @property
    def step(self) -> int:
        """The step at which the sides are; one that has diverged stands still before it."""
        return max(trainer.step for trainer in self.trainers)

    @property
    def is_over(self) -> bool:
        """Whether no side can go on, since none is finite any more."""
        return all(trainer.diverged for trainer in self.trainers)

    def advance(self, steps: int) -> list[MetricsBlock | None]:
        """Take `steps` steps on every side, or fewer, up to where a control of one is to change.

        Returns:
            The figures of each side; None of one that stands still.

        Raises:
            DataLostError: samples that are needed cannot be read any more.
        """
        for trainer, waiting in zip(self.trainers, self._waiting, strict=True):
            make_due(trainer, waiting)
        going = [place for place, trainer in enumerate(self.trainers) if not trainer.diverged]
        end = min([self.step + steps, *(self._waiting[place][0].step for place in going if self._waiting[place])])
        equal = [place for place, parted in enumerate(self.parted) if parted is None]
        before = {place: take_checkpoint(self.trainers[place]) for place in equal}
        blocks = [None if trainer.diverged else trainer.advance(end - trainer.step) for trainer in self.trainers]
        digest = self.trainers[0].weights_digest()
        for place in equal[1:]:
            if self.trainers[place].weights_digest() != digest:
                self.parted[place] = self._first_parting(place, before, end)
        return blocks

    def _first_parting(self, place: int, before: dict[int, Checkpoint], end: int) -> int:
        """The first step of a block after which a side's weights are not A's.

        Both go through the block again, step by step, and end where they were: steps are the same in any call.
        """
        pair = self.trainers[0], self.trainers[place]
        for trainer, kept in zip(pair, (before[0], before[place]), strict=True):
            trainer.restore(kept.arrays, kept.step, list(kept.interventions))
        found = end
        for step in range(before[0].step + 1, end):
            for trainer in pair:
                _advance_to(trainer, step)
            if pair[0].weights_digest() != pair[1].weights_digest():
                found = step
                break
        for trainer in pair:
            _advance_to(trainer, end)
        return found

    def set(self, place: int, key: str, value: ControlValue) -> None:
        """Change a live control of one side before the next step.

        Raises:
            InputError: it is not a live control, or the value is not allowed.
        """
        self.trainers[place].set(key, value)

    def states(self) -> tuple[SideState, ...]:
        """How each side is now."""
        return tuple(
            SideState(
                trainer.config,
                tuple(change for change in trainer.interventions if change.step >= self.begin),
                trainer.weights_digest(),
                parted,
                trainer.diverged,
            )
            for trainer, parted in zip(self.trainers, self.parted, strict=True)
        )

    def samples(self) -> tuple[Samples, ...]:
        """What each side makes of the same latents; with averaged weights as well where there are some."""
        latents, labels = self._latents, self._labels
        return tuple(
            Samples(
                trainer.step,
                trainer.sample(latents, labels),
                trainer.sample(latents, labels, averaged=True) if trainer.averages else None,
                labels,
            )
            for trainer in self.trainers
        )

    def close(self) -> None:
        """End the threads that read samples ahead."""
        for trainer in self.trainers:
            trainer.close()


def make_lockstep(order: Order, report: Callable[[float], None] = lambda share: None) -> Lockstep:
    """Build what an order asks for.

    Args:
        report: gets the share of the steps that are computed again to be where all sides begin.

    Raises:
        InputError: what they are to begin with cannot be had, or a side cannot begin there.
    """
    origin = order.origin
    first = Trainer(origin) if isinstance(origin, RunConfig) else _at_kept(origin, order.step, report)
    try:
        return Lockstep(first, order.sides, isinstance(origin, RunConfig))
    except BaseException:
        first.close()
        raise


def _at_kept(folder: Path, step: int | None, report: Callable[[float], None]) -> Trainer:
    """A kept run as a branch of it would begin; at its newest step also with what was changed there."""
    trainer = trainer_at(folder, step, report)
    if step is None:
        made = len(trainer.interventions)
        make_due(trainer, list(interventions_of(read_run(folder))[made:]))
    return trainer


def _side(first: Trainer, side: Side, anew: bool) -> Trainer:
    """A trainer at the state of A, with what the side has of its own; of a kept run, controls are changed in it."""
    check_difference(first.config, side.values)
    if side.later and side.later[0].step < first.step:
        raise InputError(f"step {side.later[0].step}: all sides begin at step {first.step}")
    begins = {path: value for path, value in side.values.items() if anew or not is_live(path)}
    config = check_difference(first.initial_config, begins)
    check_data(config, first.data)
    trainer = Trainer(config, first.data)
    trainer.restore(first.state_arrays(), first.step, first.interventions)
    for path, value in side.values.items():
        if path not in begins:
            trainer.set(path, value)
    return trainer


def _advance_to(trainer: Trainer, step: int) -> None:
    if trainer.step < step and not trainer.diverged:
        trainer.advance(step - trainer.step)
