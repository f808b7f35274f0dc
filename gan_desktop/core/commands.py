"""What the window or the command line asks of the engine: immutable, put on a queue, drained between blocks."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from pathlib import Path

from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import ControlValue, Intervention
from gan_desktop.core.views import FloatArray, View


@dataclass(frozen=True)
class Start:
    """Begin a run. If one is under way, it is ended first.

    Attributes:
        config: what to train.
        name: the preset's name, which the run folder gets too; "custom" without a preset.
        out: the run folder (must not exist or be empty); None makes one in the user's data directory.
        paused: build the networks and show the untrained samples, but wait.
        schedule: interventions to make at given steps, as `--at` gives them.
        pause_at_first_alert: pause once, at the run's first alert, whatever `PauseOnAlert` says.
    """

    config: RunConfig
    name: str = "custom"
    out: Path | None = None
    paused: bool = False
    schedule: tuple[Intervention, ...] = ()
    pause_at_first_alert: bool = False


@dataclass(frozen=True)
class Pause:
    pass


@dataclass(frozen=True)
class Resume:
    pass


@dataclass(frozen=True)
class Step:
    """Run `count` steps, then pause."""

    count: int = 1


@dataclass(frozen=True)
class Set:
    """Change a live control (`core/interventions.py`) before the next step."""

    key: str
    value: ControlValue


@dataclass(frozen=True)
class NewLatents:
    """Draw another set of fixed latents for the samples; training is not touched."""


@dataclass(frozen=True)
class ShowClass:
    """Show samples of one class, or of every class if `label` is None; training is not touched."""

    label: int | None = None


@dataclass(frozen=True)
class Watch:
    """From here on, make only these pictures of the networks' insides, as often as their cost allows.

    `scores` asks for the discriminator's score of every shown sample.
    """

    views: frozenset[View]
    scores: bool = False


@dataclass(frozen=True)
class Inspect:
    """Look for the real samples nearest to the shown sample with this index."""

    index: int


@dataclass(frozen=True)
class Walk:
    """Show what the generator makes of these latents, shape (n, latent_dim), now and with every picture; None ends it.

    `labels`, shape (n,), are their classes if the GAN is conditional.
    """

    latents: FloatArray | None
    labels: tuple[int, ...] | None = None


@dataclass(frozen=True)
class NextUpdate:
    """Slow motion: show the next update within a step; after the last one the step is taken. Pauses first."""


@dataclass(frozen=True)
class PauseOnAlert:
    """Whether to pause when an alert is raised. It is off until it is asked for."""

    on: bool


@dataclass(frozen=True)
class SaveCheckpoint:
    pass


@dataclass(frozen=True)
class Stop:
    """End the run, checkpoint first."""


@dataclass(frozen=True)
class Quit:
    """End the run as Stop does, then leave the engine."""


Command = (
    Start
    | Pause
    | Resume
    | Step
    | Set
    | NewLatents
    | ShowClass
    | Watch
    | Inspect
    | Walk
    | NextUpdate
    | PauseOnAlert
    | SaveCheckpoint
    | Stop
    | Quit
)
CommandQueue = queue.SimpleQueue[Command]
