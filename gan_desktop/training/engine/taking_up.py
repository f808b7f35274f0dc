"""Taking up a run that was kept: which checkpoint to load, and which interventions to repeat, to be at a step again.

    the newest whole checkpoint before the step  +  the recorded steps after it, computed again  =  the same run

Nothing here trains: see `engine/run.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gan_desktop
from gan_desktop.core.autopilot import SECTION as AUTOPILOT
from gan_desktop.core.autopilot import rules_of
from gan_desktop.core.commands import LENGTH_KEYS, Continue
from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.interventions import Intervention, check_control, config_after
from gan_desktop.core.keys import dump_config, replace_keys
from gan_desktop.core.machine import Machine, differences, machine_from
from gan_desktop.core.plain import validated
from gan_desktop.core.status import Status
from gan_desktop.recording.reader import RunRecord, read_run
from gan_desktop.recording.run_folder import CHECKPOINTS
from gan_desktop.training.checkpoint import Checkpoint, read_checkpoint


@dataclass(frozen=True)
class TakenUp:
    """A kept run that is to go on.

    Attributes:
        record: what was recorded of it.
        config: the config that it began with, with another length if that was asked for.
        step: the step from which it goes on.
        checkpoint: what to load; None to begin anew.
        repeated: the interventions to make again on the way from the checkpoint to the step.
        planned: interventions that are still to come, because they were planned or are asked for now.
        cut: whether what was recorded after the step is to be forgotten, since the run goes on otherwise.
        reasons: a sentence on each checkpoint that cannot be used.
    """

    record: RunRecord
    config: RunConfig
    step: int
    checkpoint: Checkpoint | None
    repeated: tuple[Intervention, ...]
    planned: tuple[Intervention, ...]
    cut: bool = False
    reasons: tuple[str, ...] = field(default=())

    @property
    def start(self) -> int:
        """The step from which steps are computed again."""
        return 0 if self.checkpoint is None else self.checkpoint.step

    @property
    def interventions_before(self) -> int:
        """How many interventions had been made when the checkpoint was taken."""
        return 0 if self.checkpoint is None else len(self.checkpoint.interventions)


def take_up(command: Continue) -> TakenUp:
    """What it takes to go on with a run as the command says.

    Raises:
        InputError: the folder holds no run, the step is not one of its steps, the run cannot go on from there, or
            something that is asked for cannot change.
    """
    record = read_run(command.folder)
    record.check_ours()
    config = _with_length(record.config(), command)
    last = record.steps
    step = last if command.step is None else command.step
    if not 0 <= step <= last:
        raise InputError(f"step {step}: {record.folder} has steps 0 to {last}")
    if step < last and not command.branch:
        raise InputError(
            f"step {step}: the run itself goes on from its last step, {last}; from there on, make a branch"
        )
    diverged = not command.branch and record.facts.get("status") == Status.DIVERGED
    if diverged and not command.changes:
        raise InputError(
            f"{record.folder} diverged after {last} steps, and would again: change something, or make a branch from "
            "an earlier step"
        )
    known = interventions_of(record)
    done = tuple(change for change in known if change.step < step or (change.step == step and not command.branch))
    reasons: list[str] = []
    checkpoint = next(_whole_checkpoints(record, step, done, reasons), None)
    before = 0 if checkpoint is None else len(checkpoint.interventions)
    if diverged:
        # The last steps led to where it cannot go on from.
        step = 0 if checkpoint is None else checkpoint.step
        done = done[:before]
    repeated = done[before:]
    planned = _asked(command, config_after(config, done), step)
    if not command.branch:
        planned += (*(change for change in known if change.step > last), *_plan(record, step))
    return TakenUp(record, config, step, checkpoint, repeated, planned, diverged, tuple(reasons))


def _with_length(config: RunConfig, command: Continue) -> RunConfig:
    for key in command.length:
        if key not in LENGTH_KEYS:
            raise InputError(f"'{key}' cannot change when a run goes on", key)
    if not command.length:
        return config
    pinned = {f"{AUTOPILOT}.{key}": value for rule in rules_of(config).values() for key, value in rule.pinned().items()}
    return replace_keys(config, pinned | dict(command.length))


def _asked(command: Continue, config: RunConfig, step: int) -> tuple[Intervention, ...]:
    """The changes that are asked for: at the step from which the run goes on, or later."""
    changes = []
    for change in sorted(command.changes, key=lambda change: max(step, change.step)):
        name, config = check_control(config, change.key, change.value)
        changes.append(replace(change, step=max(step, change.step), key=name))
    return tuple(changes)


def _plan(record: RunRecord, step: int) -> tuple[Intervention, ...]:
    """The interventions that the run began with (`--at`) and that are still to come."""
    text = record.facts.get("schedule")
    try:
        planned = [validated(Intervention, plain) for plain in json.loads(str(text))] if text else []
    except ValueError as error:
        raise InputError(f"the plan of {record.folder} cannot be read: {error}") from None
    made = {(change.step, change.key) for change in record.interventions}
    return tuple(change for change in planned if change.step >= step and (change.step, change.key) not in made)


def interventions_of(record: RunRecord) -> tuple[Intervention, ...]:
    """All interventions that are known, in order.

    A crash may have cost the last ones in the database that a checkpoint still has; a rescue by an older program, the
    first ones.
    """
    known: tuple[Intervention, ...] = record.interventions
    for path in reversed(_checkpoint_files(record.folder)):
        if step_of(path) <= record.steps and not record.begins_late:
            break
        try:
            checkpoint = read_checkpoint(path)
        except InputError:
            continue
        made = checkpoint.interventions
        if _is_of(record, checkpoint) and len(made) > len(known) and _begins_or_ends_with(made, known):
            known = made
        if step_of(path) <= record.steps:
            break
    return known


def _begins_or_ends_with(made: Sequence[Intervention], known: Sequence[Intervention]) -> bool:
    return _same(made[: len(known)], known) or _same(made[len(made) - len(known) :], known)


def _whole_checkpoints(
    record: RunRecord, step: int, done: Sequence[Intervention], reasons: list[str]
) -> Iterator[Checkpoint]:
    """The checkpoints of this run up to `step`, the newest first.

    `reasons` gets a sentence on each that is damaged, or of another run.
    """
    for path in reversed(_checkpoint_files(record.folder)):
        if step_of(path) > step:
            continue
        try:
            checkpoint = read_checkpoint(path)
        except InputError as error:
            reasons.append(str(error))
            continue
        if not _is_of(record, checkpoint):
            reasons.append(f"{path} is a checkpoint of another run")
            continue
        # A checkpoint may be of the moment after an intervention at this very step, which a branch does without.
        made = checkpoint.interventions
        if checkpoint.step <= step and _same(made, done[: len(made)]):
            yield checkpoint


def _is_of(record: RunRecord, checkpoint: Checkpoint) -> bool:
    """Whether a checkpoint is of this run: it began alike, and has the digest that was recorded, if one was."""
    return _origin_of(checkpoint.config) == _origin_of(record.config()) and checkpoint.digest == record.digests.get(
        checkpoint.step, checkpoint.digest
    )


def _origin_of(config: RunConfig) -> dict[str, Any]:
    """All that decides how a run begins. How long it is to be, which its rules may rest on, may change later."""
    return dump_config(config) | {"training": config.training.seed, AUTOPILOT: None}


def _same(made: Sequence[Intervention], recorded: Sequence[Intervention]) -> bool:
    return [(change.step, change.key, change.value) for change in made] == [
        (change.step, change.key, change.value) for change in recorded
    ]


def _checkpoint_files(folder: Path) -> list[Path]:
    """The files of checkpoints, in the order of their steps."""
    return sorted((folder / CHECKPOINTS).glob("step_*.npz"), key=step_of)


def step_of(path: Path) -> int:
    """The step in the name of a checkpoint's file; -1 if there is none."""
    digits = path.stem.removeprefix("step_")
    return int(digits) if digits.isascii() and digits.isdigit() else -1


def run_id(record: RunRecord) -> str:
    """What a run is told by; the place of a run of an older program, which has no id of its own."""
    return str(record.facts.get("id") or record.folder)


def machine_reasons(record: RunRecord, now: Machine) -> tuple[str, ...]:
    """A sentence on each thing in which this program and machine differ from those that trained the run."""
    reasons = []
    version = record.facts.get("version")
    if version != gan_desktop.__version__:
        reasons.append(f"GAN Desktop differs: {version} then, {gan_desktop.__version__} now")
    try:
        then = machine_from(json.loads(str(record.facts["machine"])))
    except (KeyError, ValueError):
        return (*reasons, "it is not known on which machine the run was trained")
    return (*reasons, *differences(then, now))
