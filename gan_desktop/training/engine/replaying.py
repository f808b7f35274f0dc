"""Repeating the record of a run from its config on, in memory alone, and comparing every figure and every digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import Replayed
from gan_desktop.core.history import History
from gan_desktop.core.interventions import Intervention
from gan_desktop.recording.past import read_past
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace
from gan_desktop.training.engine.recomputing import Report, first_difference, repeat
from gan_desktop.training.engine.taking_up import interventions_of
from gan_desktop.training.trainer import Trainer


@dataclass(frozen=True)
class Recorded:
    """What is to be repeated.

    Attributes:
        record: the run's own record.
        config: the config that it began with.
        interventions: all of them; a branch has its ancestors' among its own.
        history: the figures of every step, those of a branch's ancestors first, if these are there.
        digests: the digest of the weights after some steps.
    """

    record: RunRecord
    config: RunConfig
    interventions: Sequence[Intervention]
    history: History
    digests: dict[int, str]

    @property
    def steps(self) -> int:
        return self.record.steps


def recorded(folder: Path) -> Recorded:
    """What is to be repeated of the run in a folder.

    Raises:
        InputError: there is no run in it.
    """
    record, past = read_past(folder)
    record.check_ours()
    digests = dict(record.digests)
    for ancestor in past.ancestors if not past.gap else ():
        of_parent = read_run(ancestor.folder).digests
        digests |= {step: digest for step, digest in of_parent.items() if step <= ancestor.step}
    return Recorded(record, record.config(), interventions_of(record), past.history, digests)


def replay(trainer: Trainer, what: Recorded, reasons: tuple[str, ...], report: Report) -> Replayed:
    """Repeat a run up to its last step, or to the first that differs.

    Args:
        trainer: at step 0, for the run's config.
        what: the run.
        reasons: what is known to differ from the machine that trained it.
        report: gets the share of the steps that are done, now and then, and may raise to break it off.
    """
    pace, waiting, compared, parted = Pace(HEADLESS_SECONDS), list(what.interventions), 0, None
    ends_of_digests = sorted(step for step in what.digests if step > 0)
    while trainer.step < what.steps and parted is None and not trainer.diverged:
        next_digest = [step for step in ends_of_digests if step > trainer.step][:1]
        block = repeat(trainer, pace, waiting, (what.steps, *next_digest))
        parted = first_difference(block, what.history)
        if parted is None and trainer.step in what.digests:
            compared += 1
            if trainer.weights_digest() != what.digests[trainer.step]:
                parted = trainer.step - 1
        report(trainer.step / max(1, what.steps))
    if parted is None and trainer.step < what.steps:
        parted = trainer.step - 1  # it is no longer finite here, and was there
    first = what.history.first_step if len(what.history) else trainer.step
    return Replayed(what.record.folder, trainer.step, compared, parted, trainer.weights_digest(), reasons, first)
