"""What the window or the command line asks of the engine: immutable, put on a queue, drained between blocks."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import HAND, ControlValue, Intervention
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


# What may be changed of the config when a run goes on: it says when the run ends and is saved, and changes no weight.
LENGTH_KEYS = (
    "training.steps",
    "training.epochs",
    "training.stop_when",
    "training.checkpoint_seconds",
    "training.checkpoint_megabytes",
)


@dataclass(frozen=True)
class Continue:
    """Go on with a run that was kept: in its own folder, or as a branch in a new one. A run under way is ended first.

    The newest whole checkpoint before the step is loaded, and the steps after it are computed again, with the
    interventions that were recorded.

    Attributes:
        folder: the run folder.
        step: the step from which it goes on; None for its last one. From an earlier step only a branch goes on.
        branch: whether a new run begins there, whose parent is this one.
        name: the branch's name; None for its parent's.
        out: the branch's folder (must not exist or be empty); None makes one in the user's data directory.
        changes: interventions to make: at once, or at their steps if these are still to come.
        length: keys that say when a run ends or is saved, such as `training.steps`, if they are to be others from here
            on (LENGTH_KEYS).
        more: run so many steps, then pause; None for no pause.
        paused: wait at the step, rather than go on.
    """

    folder: Path
    step: int | None = None
    branch: bool = False
    name: str | None = None
    out: Path | None = None
    changes: tuple[Intervention, ...] = ()
    length: Mapping[str, Any] = field(default_factory=dict)
    more: int | None = None
    paused: bool = False


@dataclass(frozen=True)
class Replay:
    """Repeat the record of a run, in memory alone, and report whether every figure and digest is the same."""

    folder: Path


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
    author: str = HAND


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
class SampleNow:
    """Make samples of the step at which the run is, and keep them with a picture."""


@dataclass(frozen=True)
class Tell:
    """Call a function once all that was asked before has been carried out; it must return at once."""

    done: Callable[[], None]


@dataclass(frozen=True)
class Stop:
    """End the run, checkpoint first."""


@dataclass(frozen=True)
class Quit:
    """End the run as Stop does, then leave the engine."""


Command = (
    Start
    | Continue
    | Replay
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
    | SampleNow
    | Tell
    | Stop
    | Quit
)
CommandQueue = queue.SimpleQueue[Command]
