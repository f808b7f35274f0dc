"""Events of what is kept of a run, what cannot be, and how a replay goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


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
        compared_from: the first step whose figures could be compared: those before it are not in the record.
    """

    folder: Path
    steps: int
    digests: int
    parted: int | None
    weights_digest: str
    reasons: tuple[str, ...] = ()
    compared_from: int = 0


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
