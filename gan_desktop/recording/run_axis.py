"""Where the steps of a run lie on an axis that runs share: steps, epochs, or the time spent training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_desktop.core.config import RunConfig
from gan_desktop.core.past import Past, drawn_batches
from gan_desktop.recording.reader import RunRecord

Doubles = npt.NDArray[np.float64]


class Axis(StrEnum):
    """What curves are drawn over."""

    STEP = "step"
    EPOCH = "epoch"
    TIME = "time"


@dataclass(frozen=True, eq=False)
class Places:
    """Where the steps of one run lie: at some of them it is known, and between these it is a straight line."""

    steps: Doubles
    places: Doubles

    def of(self, steps: npt.NDArray[Any]) -> Doubles:
        """The place of each step on the axis."""
        return np.interp(steps, self.steps, self.places)

    def steps_at(self, places: npt.NDArray[Any]) -> Doubles:
        """The step at each place; the first and the last one beyond the ends."""
        return np.interp(places, self.places, self.steps)


def places_of(record: RunRecord, past: Past, config: RunConfig) -> dict[Axis, Places]:
    """The axes on which this run can be drawn. An epoch needs the size of the data, a time some time."""
    end = float(max(1, past.step))
    found = {Axis.STEP: Places(np.array([0.0, end]), np.array([0.0, end]))}
    samples = past.data.count if past.data is not None else int(record.facts.get("samples") or 0)
    if samples > 0:
        steps, batches = drawn_batches(past.interventions, past.step, config.training.d_steps)
        found[Axis.EPOCH] = Places(steps, batches * config.training.batch_size / samples)
    written = [(saved.step, saved.time) for saved in (*record.snapshots, *record.checkpoints)]
    if (times := training_times(written, past.step, past.seconds)) is not None:
        found[Axis.TIME] = times
    return found


def training_times(written: Iterable[tuple[int, float]], end: int, seconds: float) -> Places | None:
    """How many seconds had been spent training at each step; None where nothing is known of it.

    A run knows how long it has trained in all, without pauses, and when each sample and checkpoint was written. Between
    two of these, training took no longer than the clock says, and less where the run was paused or lay closed. So no
    step is given more than a time that is the same for all stretches, and this limit is chosen so that all stretches
    together last as long as the run has trained. A stretch without times, such as what a branch took over from its
    parent, goes at that limit.

    Args:
        written: steps, and when something was written after so many, in seconds of any clock.
        end: the last step.
        seconds: the time spent training.
    """
    if end <= 0 or seconds <= 0:
        return None
    steps, took = _stretches(written, end)
    lengths = np.diff(steps)
    per_step = took / lengths
    order = np.argsort(per_step)
    # At the limit of each stretch in turn: those before it take their own time, all others that limit.
    before = np.concatenate([[0.0], np.cumsum(took[order])[:-1]])
    left = np.cumsum(lengths[order][::-1])[::-1]
    with np.errstate(invalid="ignore"):
        limited = np.flatnonzero(before + per_step[order] * left >= seconds)
    if len(limited):
        first = limited[0]
        took = np.minimum(took, max(0.0, (seconds - before[first]) / left[first]) * lengths)
    elif (total := float(took.sum())) > 0:
        took = took * seconds / total
    return Places(steps, np.concatenate([[0.0], np.cumsum(took)]))


def _stretches(written: Iterable[tuple[int, float]], end: int) -> tuple[Doubles, Doubles]:
    """Steps from 0 to the end, and the seconds by the clock between each two; infinite where that is not known."""
    clock: dict[int, float] = {}
    newest = -1
    for step, time in sorted(written, key=lambda item: item[1]):
        # A run that went on from an earlier step comes by the same steps again.
        if newest < step <= end:
            clock[step] = time
            newest = step
    for step in (0, end):
        clock.setdefault(step, np.inf)
    steps = np.array(sorted(clock), np.float64)
    times = np.array([clock[int(step)] for step in steps])
    with np.errstate(invalid="ignore"):
        took = np.abs(np.diff(times))
    return steps, np.where(np.isfinite(took), took, np.inf)
