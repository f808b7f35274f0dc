"""How a run's folder is opened: a new one for a run or a branch, or the one in which the run goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gan_desktop.core.commands import Continue, Start
from gan_desktop.core.interventions import Intervention
from gan_desktop.recording.run_folder import CHECKPOINTS
from gan_desktop.recording.store import Fact
from gan_desktop.recording.thinning import KeptCheckpoint, checkpoints_in
from gan_desktop.recording.writer_lock import WriterLock
from gan_desktop.training.engine.taking_up import TakenUp, run_id


@dataclass(frozen=True)
class Opening:
    """What is to be known of a run's folder before it is opened.

    Attributes:
        name: the preset's name.
        out: where a new folder is made; None for the user's data directory.
        facts: what the database is to know from the start.
        folder: the folder in which the run goes on; None makes a new one.
        goes_on_at: the step from which it goes on in there.
        kept: the checkpoints that are there.
        lock: that of the folder, if it is held already.
        begins_at: the first step of the run's own record, which is that of its parent for a branch.
    """

    name: str
    out: Path | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    folder: Path | None = None
    goes_on_at: int | None = None
    kept: tuple[KeptCheckpoint, ...] = ()
    begins_at: int = 0
    lock: WriterLock | None = None


def opening_of(start: Start) -> Opening:
    """A new folder, for a run from its first step on."""
    return Opening(start.name, start.out, _planned(start.schedule))


def branch_of(taken: TakenUp, command: Continue) -> Opening:
    """A new folder, for a branch."""
    facts = taken.record.facts
    name = command.name or str(facts.get("name", "custom"))
    parent: dict[str, Fact] = {
        "parent_id": run_id(taken.record),
        "parent_path": str(taken.record.folder),
        "parent_name": facts.get("name"),
        "parent_step": taken.step,
        "step": taken.step,
    }
    return Opening(name, command.out, parent, begins_at=taken.step)


def same_folder(taken: TakenUp, lock: WriterLock) -> Opening:
    """The folder of the run itself, which is locked."""
    record = taken.record
    return Opening(
        name=str(record.facts.get("name", "custom")),
        facts=_planned(taken.planned),
        folder=record.folder,
        goes_on_at=record.steps,
        kept=_kept_checkpoints(taken),
        begins_at=int(record.facts.get("parent_step") or 0),
        lock=lock,
    )


def _kept_checkpoints(taken: TakenUp) -> tuple[KeptCheckpoint, ...]:
    """The checkpoints that are there, up to the step from which the run goes on."""
    record = taken.record
    rate = float(record.facts.get("seconds") or 0.0) / max(1, record.steps)
    kept = checkpoints_in(record.folder / CHECKPOINTS, rate)
    return tuple(checkpoint for checkpoint in kept if checkpoint.step <= taken.step)


def _planned(schedule: Sequence[Intervention]) -> dict[str, Fact]:
    return {"schedule": json.dumps([asdict(change) for change in schedule])}
