"""Events of the course of a run: where it begins, its figures, its changes, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events.samples import DataSummary, FloatArray
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import HAND, ControlValue
from gan_desktop.core.machine import Machine
from gan_desktop.core.status import Status

if TYPE_CHECKING:
    from gan_desktop.core.past import Past


@dataclass(frozen=True)
class Origin:
    """Where a run that did not begin at step 0 goes on from.

    Attributes:
        folder: the run folder whose record it continues: its own or, for a branch, its parent's.
        step: how many steps had been taken.
        parent: the id of the parent; empty if the run goes on in its own folder.
        name: the name of the run in `folder`.
        checkpoint: the step of the checkpoint that was loaded; 0 if the run was begun anew.
        parted: the first of the steps computed since then whose figures differ from what was recorded; None if all
            are the same, to the last bit.
        reasons: a sentence on each thing in which program and machine differ from those that trained the run, and on
            each checkpoint that could not be used.
    """

    folder: Path
    step: int
    parent: str = ""
    name: str = ""
    checkpoint: int = 0
    parted: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def recomputed(self) -> int:
        """How many steps were computed again."""
        return self.step - self.checkpoint


@dataclass(frozen=True)
class RunStarted:
    """A run was built.

    Attributes:
        total_steps: None when it goes on until it is stopped.
        machine: what its weights depend on besides config, seed and interventions.
        notes: what the preparation adds to the log, such as a kept program that had to be compiled anew.
        origin: where the run goes on from, if it did not begin at step 0.
        past: all that was recorded of it before that step.
        own_code: whether a person's own code trains it, so that nothing but the record is known here.
    """

    config: RunConfig
    name: str
    data: DataSummary
    device: str
    run_folder: Path | None
    total_steps: int | None
    generator_parameters: int
    discriminator_parameters: int
    machine: Machine | None = None
    notes: tuple[str, ...] = ()
    origin: Origin | None = None
    past: Past | None = None
    own_code: bool = False


@dataclass(frozen=True)
class MetricsBlock:
    """The figures of every step of one compiled call.

    Attributes:
        first_step: the number of the first step in the block, from 0.
        values: shape (steps, len(figures)).
        figures: what the columns are.
    """

    first_step: int
    values: FloatArray
    figures: Figures

    def __len__(self) -> int:
        return len(self.values)

    @property
    def next_step(self) -> int:
        """How many steps the run has taken after this block."""
        return self.first_step + len(self.values)

    def column(self, figure: str) -> FloatArray:
        """One figure of each step, shape (steps,)."""
        return self.values[:, self.figures.column(figure)]

    def last(self) -> dict[str, float]:
        """The last step's figures by name."""
        return dict(zip(self.figures, self.values[-1].tolist(), strict=True))


@dataclass(frozen=True)
class Progress:
    """Sent with every metrics block, after it.

    Attributes:
        step: steps taken so far.
        epoch: real samples seen over samples in the data set.
        seconds: time spent training, pauses excluded.
        steps_per_second: over the last second or so.
        remaining_seconds: None when the end is not known.
        memory: the resident memory of the process, in bytes.
        watching: for each kind of watching, the share of the machine's time that the engine spends on it; see
            `training.watch_cost`.
    """

    step: int
    total_steps: int | None
    epoch: float
    seconds: float
    steps_per_second: float
    remaining_seconds: float | None
    memory: int
    watching: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ControlChanged:
    """The engine confirms a live control: `value` is used from step number `step` on.

    `author` says who has changed it (`core/interventions.py`).
    """

    step: int
    key: str
    value: ControlValue
    previous: ControlValue
    author: str = HAND


@dataclass(frozen=True)
class RuleSuspended:
    """Somebody else has set a control that a rule of the autopilot sets: from here on the rule leaves it alone.

    `author` is who has set it, as an intervention has it.
    """

    step: int
    rule: str
    key: str
    author: str = ""


@dataclass(frozen=True)
class RunEnded:
    """The run takes no further step; sent before the final status.

    Attributes:
        seconds: the time spent training, pauses and compilation excluded; `steps_per_second` is over all of it.
        weights_digest: SHA-256 of every variable of both networks; two runs are equal if and only if their digests are.
    """

    status: Status
    step: int
    epoch: float
    seconds: float
    steps_per_second: float
    weights_digest: str
    message: str = ""
