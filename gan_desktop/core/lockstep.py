"""Lockstep: two to four sides from one state, with one difference each, advanced together. Words that both sides share.

All sides begin at the same weights, moments and step, with the same data and, unless that is the difference, the same
batches and latents. So a side can differ in live controls, and in the few other keys of which such a state knows
nothing.
"""

from __future__ import annotations

import queue
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gan_desktop.core.commands import Pause, Quit, Resume, Step
from gan_desktop.core.config import RunConfig, live_keys
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import DataSummary, MetricsBlock, Samples
from gan_desktop.core.interventions import ControlValue, Intervention, playable_keys, schedule_interventions
from gan_desktop.core.keys import parse_assignments, replace_keys

NAMES = "ABCD"
FEWEST, MOST = 2, len(NAMES)
SEED = "training.seed"
# What can differ besides live controls: neither the shape of the state nor the data depend on it.
ELSE_ALLOWED = (
    SEED,
    "training.batch_size",
    "training.updates",
    "objective.d_loss_halves",
    "latent.latent_distribution",
)


@dataclass(frozen=True)
class Side:
    """What a side has of its own; nothing, if it is to be equal to A.

    Attributes:
        values: `{"section.key": value}`, from the beginning on.
        later: live controls that change at later steps.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    later: tuple[Intervention, ...] = ()


@dataclass(frozen=True)
class Order:
    """A lockstep that is asked for.

    Attributes:
        origin: the folder of a run, or a config to begin with at step 0.
        step: of a run, the step from which all sides go on; None for the newest that is kept.
        sides: B, C and D, as many as there are to be. A is as the run or the config is.
    """

    origin: Path | RunConfig
    step: int | None
    sides: Sequence[Side]


def is_live(path: str) -> bool:
    """Whether a `section.key` is a live control."""
    section, _, key = path.partition(".")
    return live_keys().get(key) == section


def allowed_paths(config: RunConfig) -> list[str]:
    """Every `section.key` in which a side can differ."""
    return [*(f"{live_keys()[key]}.{key}" for key in playable_keys(config)), *ELSE_ALLOWED]


def check_difference(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """The config of a side that differs from `config` in these values.

    Raises:
        InputError: sides that begin at one state cannot differ in a key, or a value is not allowed.
    """
    allowed = allowed_paths(config)
    for path in values:
        if path not in allowed:
            keys = ", ".join(path.partition(".")[2] for path in allowed)
            raise InputError(
                f"'{path}' cannot differ in lockstep, whose sides begin at one state; what can: {keys}", path
            )
    return replace_keys(config, values)


def parse_side(texts: Sequence[str], config: RunConfig, option: str) -> Side:
    """Parse a side's differences: `KEY=VALUE` from the beginning on, `STEP:KEY=VALUE` from a later step on.

    Args:
        config: that of A.
        option: what gave the texts, for messages.

    Raises:
        InputError: a text is neither, or `check_difference` refuses it.
    """
    later = [text for text in texts if re.match(r"[^=]*:", text)]
    values = parse_assignments([text for text in texts if text not in later], config, option)
    return Side(values, schedule_interventions(later, check_difference(config, values), option))


# What can be asked of a lockstep that is under way, besides `Pause`, `Resume`, `Step` and `Quit`.


@dataclass(frozen=True)
class SetSide:
    """Change a live control of one side (0 is A) before the next step."""

    place: int
    key: str
    value: ControlValue


LockstepCommand = Pause | Resume | Step | Quit | SetSide
LockstepQueue = queue.SimpleQueue[LockstepCommand]


# What it says.


@dataclass(frozen=True)
class SideState:
    """How a side is.

    Attributes:
        config: with its live controls as they are now.
        changes: of live controls, from the step at which all sides begin.
        digest: of its weights.
        parted: the first step after which its weights are not A's; None while they are equal.
        diverged: whether it is no longer finite, and stands still.
    """

    config: RunConfig
    changes: tuple[Intervention, ...]
    digest: str
    parted: int | None
    diverged: bool


@dataclass(frozen=True)
class LockstepPreparing:
    """It is being prepared; `share` is how much of the steps before its beginning is done, None if there are none."""

    share: float | None = None


@dataclass(frozen=True)
class LockstepReady:
    """All sides are built and wait at `step`, after so many steps of their common past."""

    step: int
    data: DataSummary


@dataclass(frozen=True)
class SidesAdvanced:
    """The figures of the same steps on each side; None of a side that stands still."""

    step: int
    blocks: tuple[MetricsBlock | None, ...]


@dataclass(frozen=True)
class SidesShown:
    """How all sides are after `step` steps, and what they make of the same latents."""

    step: int
    states: tuple[SideState, ...]
    samples: tuple[Samples, ...]


@dataclass(frozen=True)
class LockstepMoves:
    """Whether it goes on by itself."""

    moves: bool


@dataclass(frozen=True)
class SideRefused:
    """A change of a live control was not allowed; `sentence` says why."""

    place: int
    sentence: str


@dataclass(frozen=True)
class LockstepFailed:
    """It has ended. `details` is the traceback, empty if a sentence says it all."""

    sentence: str
    details: str = ""


LockstepEvent = (
    LockstepPreparing | LockstepReady | SidesAdvanced | SidesShown | LockstepMoves | SideRefused | LockstepFailed
)
# What runs one: it takes commands from the queue and tells what happens, on the calling thread, until `Quit`.
LockstepEngine = Callable[[Order, LockstepQueue, Callable[[LockstepEvent], None]], None]
