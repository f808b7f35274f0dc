"""What was recorded of a run up to a step: all that a window needs to show it, without the networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, Diagnosed
from gan_desktop.core.events import ControlChanged, DataSummary, Samples
from gan_desktop.core.history import History
from gan_desktop.core.measured import Measured
from gan_desktop.core.views import KeptView, View


@dataclass(frozen=True)
class Ancestor:
    """A run of which another one is a branch.

    Attributes:
        folder: its run folder; it may have been moved or deleted.
        name: what it was called.
        id: what tells it from every other run.
        step: the step at which the branch begins.
    """

    folder: Path
    name: str
    id: str
    step: int


@dataclass(frozen=True)
class SavedSamples:
    """Samples that were kept, by their step; `load` reads them, and raises InputError if they cannot be read."""

    step: int
    load: Callable[[], Samples] = field(repr=False)


@dataclass(frozen=True)
class SavedView:
    """A picture of the networks' insides that was kept; `load` reads it, and raises InputError if it cannot be read."""

    step: int
    kind: View
    load: Callable[[], KeptView] = field(repr=False)


@dataclass(frozen=True)
class SavedLights:
    """The lights at a step; `load` reads them, and raises InputError if they cannot be read.

    `values` are the numbers that their small curves follow, by aspect, as far as they are known.
    """

    step: int
    load: Callable[[], Diagnosed] = field(repr=False)
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """A run as far as it was recorded. A branch has its ancestors' record before its own.

    Attributes:
        step: how many steps had been taken.
        history: the figures of every step.
        interventions: in their order.
        alerts: all that were raised, each with the step at which it ended, None if it still stands.
        measured: what was measured, in the order of the steps.
        samples: what was kept of the samples, in the order of the steps.
        views: what was kept of the networks' insides, in the order of the steps.
        lights: the lights as they were last; None if they were not kept.
        lights_kept: the lights at earlier steps, in their order.
        data: what the run was trained on; None if that was not kept.
        ancestors: the parent, its parent, and so on.
        gap: a sentence on what is missing, such as the figures of an ancestor that has gone; else empty.
        seconds: the time spent training.
        checkpoints: the steps of the checkpoints that are there, each with the digest of its weights.
    """

    step: int
    history: History
    interventions: tuple[ControlChanged, ...] = ()
    alerts: tuple[tuple[Alert, int | None], ...] = ()
    measured: tuple[Measured, ...] = ()
    samples: tuple[SavedSamples, ...] = ()
    views: tuple[SavedView, ...] = ()
    lights: Diagnosed | None = None
    lights_kept: tuple[SavedLights, ...] = ()
    data: DataSummary | None = None
    ancestors: tuple[Ancestor, ...] = ()
    gap: str = ""
    seconds: float = 0.0
    checkpoints: tuple[tuple[int, str], ...] = ()


def drawn_batches(
    changes: Iterable[ControlChanged], step: int, d_steps: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How many batches of real samples a run draws: steps from 0 to `step`, and the batches before each.

    Each step draws one for every update of D, and at least one. Between two of these steps it is a straight line.

    Args:
        d_steps: the updates of D in a step, as the run began; `changes` may change it.
    """
    steps, batches, each = [0], [0], d_steps
    for change in changes:
        if change.key == "d_steps" and change.step <= step:
            if change.step > steps[-1]:
                batches.append(batches[-1] + (change.step - steps[-1]) * max(1, each))
                steps.append(change.step)
            each = int(change.value)
    if step > steps[-1]:
        batches.append(batches[-1] + (step - steps[-1]) * max(1, each))
        steps.append(step)
    return np.array(steps, np.float64), np.array(batches, np.float64)


def epoch_at(config: RunConfig, changes: Iterable[ControlChanged], count: int, step: int) -> float:
    """How often each of `count` real samples was seen in `step` steps of a run that began with this config.

    It is 0 if it is not known how many there are.
    """
    if not count:
        return 0.0
    _, batches = drawn_batches(changes, step, config.training.d_steps)
    return float(batches[-1]) * config.training.batch_size / count
