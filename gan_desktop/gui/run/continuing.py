"""Going on with the run that is shown: whether it can, from which folder, and with which controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_desktop.core import commands
from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import RunStarted
from gan_desktop.core.interventions import ControlValue, Intervention, current_controls
from gan_desktop.core.past import Ancestor
from gan_desktop.core.status import Status
from gan_desktop.gui.form.config import with_controls
from gan_desktop.gui.run import moment
from gan_desktop.gui.run.record import RunRecord

# What a run that reached its end goes on with: no end.
NO_END: Mapping[str, Any] = {"training.steps": None, "training.epochs": None, "training.stop_when": None}
# What ended so goes on from its last step; what diverged would diverge again.
CAN_GO_ON = (Status.INTERRUPTED, Status.STOPPED, Status.FINISHED, Status.FAILED)


@dataclass(frozen=True)
class Going:
    """A step to which the run that is shown is on its way, since it, or a branch of it, is to go on from there.

    Attributes:
        changes: what is changed there, by short names.
    """

    step: int
    is_branch: bool
    changes: tuple[tuple[str, ControlValue], ...]


def going(record: RunRecord, command: commands.Continue) -> Going:
    """Where a command that was sent leads the run that is shown."""
    step = record.step if command.step is None else command.step
    changes = tuple((change.key.rpartition(".")[2], change.value) for change in command.changes)
    return Going(step, command.branch, changes)


def is_kept(record: RunRecord) -> bool:
    """Whether the run that is shown has a folder from which it, or a branch of it, can go on here.

    A run that has taken no step leaves no folder, and one of own code nothing to go on with.
    """
    has_steps = len(record.history) > 0 or (record.progress is not None and record.progress.step > 0)
    has_folder = record.run is not None and record.run.run_folder is not None
    return has_steps and has_folder and record.writer is None and not record.is_own_code


def can_go_on(record: RunRecord) -> bool:
    """Whether the run that is shown has ended and can go on from its last step."""
    return is_kept(record) and record.status in CAN_GO_ON


def controls_at(record: RunRecord, step: int | None = None) -> dict[str, ControlValue]:
    """The live controls of the run that is shown as a branch from a step has them, or as they are at its end."""
    assert record.run is not None
    return moment.controls_at(record.run.config, record.interventions, step)


def controls_of(run: RunStarted) -> dict[str, ControlValue]:
    """The live controls of a run that begins, or goes on with its past."""
    past = () if run.past is None else run.past.interventions
    return current_controls(run.config) | {change.key: change.value for change in past}


def continuation(
    record: RunRecord,
    step: int | None,
    branch: bool,
    changes: Iterable[Intervention],
    name: str | None,
    more: int | None,
    paused: bool = False,
) -> tuple[commands.Continue, RunConfig]:
    """The command that goes on with the run that is shown, and the config that it goes on with."""
    run = record.run
    assert run is not None
    assert run.run_folder is not None
    made = tuple(changes)
    last = 0 if record.progress is None else record.progress.step
    at_end = step is None or step >= last
    is_complete = record.status is Status.FINISHED or (run.total_steps is not None and last >= run.total_steps)
    folder = folder_at(run, step)
    length = NO_END if at_end and is_complete else {}
    command = commands.Continue(folder, step, branch, name, None, made, length, more, paused)
    controls = controls_at(record, step) | {change.key.rpartition(".")[2]: change.value for change in made}
    return command, with_controls(run.config, controls)


def ancestors_of(run: RunStarted) -> tuple[Ancestor, ...]:
    """The runs of which the run is a branch, its parent first."""
    earlier = () if run.past is None else run.past.ancestors
    origin = run.origin
    if origin is None or not origin.parent or (earlier and earlier[0].id == origin.parent):
        return earlier
    return Ancestor(origin.folder, origin.name, origin.parent, origin.step), *earlier


def folder_at(run: RunStarted, step: int | None) -> Path:
    """The folder that holds the checkpoints near a step: for a step before a branch began, its parent's."""
    assert run.run_folder is not None
    folder = run.run_folder
    for ancestor in ancestors_of(run):
        if step is None or step >= ancestor.step or not ancestor.folder.is_dir():
            break
        folder = ancestor.folder
    return folder
