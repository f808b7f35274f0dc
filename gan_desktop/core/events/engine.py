"""Events of what the engine is doing, and what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass, field

from gan_desktop.core.status import Status


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
class EngineError:
    """Something went wrong in the training thread; the engine goes on and takes commands."""

    message: str
    traceback: str = field(repr=False)
