"""Going on with a kept run: its state is computed again, and what was recorded of it is told before anything else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.engine import Emit
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Event, Origin
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Ancestor, Past
from gan_desktop.core.registry import detectors
from gan_desktop.recording.notes import change_notes
from gan_desktop.recording.past import read_past
from gan_desktop.training.engine.keeping import Keeping
from gan_desktop.training.engine.recomputing import Known, Report, load, recompute
from gan_desktop.training.engine.taking_up import TakenUp, machine_reasons, run_id
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.diagnosing import Diagnosing


@dataclass
class Resumption:
    """One run that is taken up.

    Args:
        taken: what to take up.
        is_branch: whether a new run begins there.
        report: gets the share of the steps that are computed again, now and then, and may raise to break it off.
    """

    taken: TakenUp
    is_branch: bool
    report: Report

    def __post_init__(self) -> None:
        self._known = Known(self.taken.record, self.taken.step if self.is_branch else None)
        self._is_noted = False
        self._is_retold = False  # whether the steps that were computed again are recorded anew

    def take_up(self, trainer: Trainer, diagnosing: Diagnosing, tell: Emit) -> Origin:
        """Bring trainer and diagnosis to the step from which the run goes on; `tell` gets what is told on the way.

        Raises:
            InputError: the checkpoint does not fit, or the run is no longer finite at that step.
        """
        taken, record = self.taken, self.taken.record
        load(trainer, diagnosing, taken)
        parted = recompute(trainer, diagnosing, taken, tell, self.report)
        recorded = record.digests.get(taken.step)
        if parted is None and recorded is not None and recorded != trainer.weights_digest():
            parted = taken.step - 1  # its figures are those of the record, and the weights after it are not
        total = trainer.total_steps()
        if total is not None and total <= trainer.step:
            raise InputError(
                f"{record.folder} would end at step {total}, and goes on from step {trainer.step}: it has to be longer",
                "training.steps",
            )
        # A record of two machines that differ would be the record of no run.
        self._is_retold = not self.is_branch and (taken.cut or parted is not None)
        return Origin(
            folder=record.folder,
            step=taken.step,
            parent=run_id(record) if self.is_branch else "",
            name=str(record.facts.get("name", "")),
            checkpoint=taken.start,
            parted=parted,
            reasons=(*machine_reasons(record, trainer.machine), *taken.reasons),
        )

    def past(self, keeping: Keeping) -> Past:
        """What was recorded up to the step, once the run's folder is open.

        Raises:
            InputError, RecordingError: it cannot be read or, if it is to be recorded anew, not be written.
        """
        folder, taken = self.taken.record.folder, self.taken
        if self._is_retold:
            keeping.forget_from(taken.start, taken.interventions_before)
        elif not self.is_branch and taken.step % taken.config.training.measure_every:
            keeping.forget_end(taken.step, [name for name in detectors if detectors[name].value.looks_at == "metrics"])
        record, past = read_past(folder, taken.start if self._is_retold else taken.step)
        if not self.is_branch:
            self._known = Known(record)
        else:
            parent = Ancestor(folder, str(record.facts.get("name", "")), run_id(record), taken.step)
            past = replace(past, ancestors=(parent, *past.ancestors))
        return past

    def note_branch(self, folder: Path) -> None:
        """Bookmark the step in the parent, once the branch has taken a step of its own."""
        if not self.is_branch or self._is_noted:
            return
        self._is_noted = True
        with suppress(InputError):  # the parent may be read only, and the branch does not need it
            change_notes(
                self.taken.record.folder, lambda notes: notes.with_bookmark(self.taken.step, f"branch {folder.name}")
            )

    def is_known(self, event: Event) -> bool:
        """Whether an event was recorded before."""
        return self._known.has(event)

    def untold(self, events: list[Event]) -> list[Event]:
        """Those of the events on the way to the step that are still to be told; what was recorded is no longer new."""
        if self._is_retold:
            return events
        return [event for event in events if isinstance(event, Measured | AlertRaised | AlertEnded)]
