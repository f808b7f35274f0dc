"""What the engine tells the world: immutable, holding NumPy arrays and plain numbers, never tensors.

The sender never writes to an event's arrays again, and no receiver may write to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import AlertEnded, AlertRaised, Diagnosed
from gan_desktop.core.figures import Figures
from gan_desktop.core.interventions import HAND, ControlValue
from gan_desktop.core.machine import Machine
from gan_desktop.core.measured import Measured
from gan_desktop.core.status import Status
from gan_desktop.core.views import Arrows, Inspected, Layers, Manifold, Scores, Surface, UpdateShown, Walked

if TYPE_CHECKING:
    from gan_desktop.core.past import Past

FloatArray = npt.NDArray[np.float32]
SampleKind = Literal["images", "points"]


@dataclass(frozen=True)
class Device:
    """A device that can train: `name` as configs have it (`CPU`, `GPU:0`), `title` for people."""

    name: str
    title: str


@dataclass(frozen=True)
class EngineReady:
    """TensorFlow is loaded. If no GPU was found, `gpu_note` says what it takes to have one on this system."""

    devices: tuple[Device, ...]
    seconds: float
    gpu_note: str = ""


@dataclass(frozen=True)
class StatusChanged:
    status: Status
    step: int
    message: str = ""


@dataclass(frozen=True)
class Preparing:
    """What the preparation is doing, such as a download; `fraction` (0..1) is None if it cannot be known."""

    message: str
    fraction: float | None = None


@dataclass(frozen=True)
class Recomputing:
    """A run that goes on computes recorded steps again: so many in all, of which the `fraction` (0..1) is done."""

    steps: int
    fraction: float


@dataclass(frozen=True)
class RunOpening:
    """The preparation is over and the run folder is about to be made: from here on the run has something to keep."""


@dataclass(frozen=True)
class StepCompiling:
    """What was turned on needs another training step, which is compiled now: the run stands still for some seconds."""


@dataclass(frozen=True)
class DataSummary:
    """What was loaded.

    Attributes:
        title: one line for people; it says so if the data are not what was asked for (digits in place of MNIST).
        kind: images of shape (height, width, channels), or points of shape (2,) or (1,).
        count: how many real samples there are.
        real: some of them in data units, shape (n, *sample_shape): images in 0..1.
        centres: the true modes of a mixture, shape (modes, 2); `sigma` is each mode's standard deviation, and `weights`
            are their shares if these are not equal, shape (modes,).
        notes: what people should know, such as files that could not be read; a sentence each.
        classes: how many classes the labels tell apart, 0 without labels.
        class_names: a name for each class, if they have names.
        real_labels: the classes of `real`, shape (n,), or None.
        spread: the root of the mean squared distance of real samples from their mean, as the discriminator sees them;
            None if it is not known.
        unreadable: how many files could not be read and were left out.
        source: some samples of the source, in a game that translates; if the data are paired, these are the samples
            that `real` belong to.
    """

    title: str
    kind: SampleKind
    sample_shape: tuple[int, ...]
    count: int
    real: FloatArray
    centres: FloatArray | None = None
    sigma: float | None = None
    notes: tuple[str, ...] = ()
    classes: int = 0
    class_names: tuple[str, ...] | None = None
    real_labels: npt.NDArray[np.int64] | None = None
    weights: npt.NDArray[np.float64] | None = None
    spread: float | None = None
    unreadable: int = 0
    source: FloatArray | None = None


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


# The name of the column with what the maker makes, in every game that translates.
MADE = "made"


@dataclass(frozen=True)
class Picture:
    """One column of the sample grid.

    Attributes:
        name: what the game calls it, `MADE` if it is the maker's own; `title` is for people.
        values: shape (n, *shape): one for each of the samples.
        group: columns of one group belong together; each group begins with samples of its own.
    """

    name: str
    title: str
    values: FloatArray
    group: int = 0


@dataclass(frozen=True)
class Samples:
    """Generated samples from the fixed latents, in data units: (n, height, width, channels) in 0..1, (n, 2) or (n, 1).

    Attributes:
        averaged: what the averaged generator makes of the same latents, or None if there is no average.
        labels: the class that was asked for, sample by sample, shape (n,), or None if the GAN is not conditional.
        latents: what they were made from, shape (n, latent_dim); None for samples that were kept from earlier.
        scores: sigmoid of the discriminator's logit of each of `values`, shape (n,), if that was asked for; None if
            it judges packs.
        pictures: the columns of the sample grid in a game that translates, in data units and in their order: what each
            of `values` was made from, `values` themselves, and what they are to be compared with.
    """

    step: int
    values: FloatArray
    averaged: FloatArray | None = None
    labels: npt.NDArray[np.int32] | None = None
    latents: FloatArray | None = None
    scores: FloatArray | None = None
    pictures: tuple[Picture, ...] = ()


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
    """Somebody else has set a control that a rule of the autopilot sets: from here on the rule leaves it alone."""

    step: int
    rule: str
    key: str


@dataclass(frozen=True)
class CommandRefused:
    """A command could not be carried out; nothing changed.

    Attributes:
        key: the config key at fault, if there is one.
        asked: the key that was to be changed, which need not be the one at fault.
        of_start: whether a start was refused; a run that was under way then goes on.
    """

    message: str
    key: str | None = None
    asked: str | None = None
    of_start: bool = False

    @property
    def place(self) -> str | None:
        """The key beside which a person looks for the message: the one that they touched."""
        return self.asked or self.key


@dataclass(frozen=True)
class CheckpointSaved:
    """A checkpoint was saved, with the digest of its weights. `by_time`: the person has not asked for it.

    `kept` is how many checkpoints the run has now, and `bytes` how much room they take.
    """

    step: int
    path: Path
    by_time: bool = False
    digest: str = ""
    kept: int = 1
    bytes: int = 0


@dataclass(frozen=True)
class CheckpointRemoved:
    """A checkpoint is about to be removed: there are others near it, and room is short.

    `reason` is a sentence on why, if it is not what checkpoints may take.
    """

    step: int
    path: Path
    reason: str = ""


@dataclass(frozen=True)
class DigestTaken:
    """The digest of the weights after `step` steps, for a replay to compare with."""

    step: int
    digest: str


@dataclass(frozen=True)
class Replaying:
    """The record of a run, of so many steps, is about to be repeated.

    `reasons` has a sentence on each thing in which program and machine differ from those that trained the run.
    """

    folder: Path
    steps: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replayed:
    """The record of a run was repeated, up to its end or to the step at which it parted.

    Attributes:
        folder: the run folder.
        steps: how many steps were repeated.
        digests: how many digests of the weights were compared.
        parted: the first step whose figures, or the weights after it, differ from what was recorded; None if all agree.
        weights_digest: that of the weights at the end.
        reasons: as of `Replaying`.
    """

    folder: Path
    steps: int
    digests: int
    parted: int | None
    weights_digest: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplayEnded:
    """Nothing is repeated any more: the result was told before, or a refusal, or an error will be.

    `broken_off`: a later command came before there was a result.
    """

    folder: Path
    broken_off: bool = False


@dataclass(frozen=True)
class RecordingChanged:
    """The run folder cannot be written, or can be again if `problem` is empty; each is sent once. Training goes on."""

    problem: str
    details: str = field(default="", repr=False)


@dataclass(frozen=True)
class NotKept:
    """A run has ended, and something of it could not be kept in its folder; sent before the final status.

    Attributes:
        problem: one sentence, without the full stop.
        rescue: the folder in which it is kept instead; None if that could not be done either.
    """

    problem: str
    rescue: Path | None
    details: str = field(default="", repr=False)

    @property
    def sentence(self) -> str:
        """The problem and the place of the rescue in one English sentence."""
        return f"{self.problem}; what it did not take is kept in {self.rescue}" if self.rescue else self.problem


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


@dataclass(frozen=True)
class EngineError:
    """Something went wrong in the training thread; the engine goes on and takes commands."""

    message: str
    traceback: str = field(repr=False)


Event = (
    EngineReady
    | StatusChanged
    | Preparing
    | Recomputing
    | RunOpening
    | StepCompiling
    | RunStarted
    | MetricsBlock
    | Progress
    | Samples
    | Measured
    | ControlChanged
    | RuleSuspended
    | CommandRefused
    | CheckpointSaved
    | CheckpointRemoved
    | DigestTaken
    | Replaying
    | Replayed
    | ReplayEnded
    | RecordingChanged
    | NotKept
    | RunEnded
    | EngineError
    | AlertRaised
    | AlertEnded
    | Diagnosed
    | Surface
    | Manifold
    | Arrows
    | Layers
    | Scores
    | Walked
    | Inspected
    | UpdateShown
)
