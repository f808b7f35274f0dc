"""What exports read of a run, each in one place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, FloatArray, Samples
from gan_desktop.core.interventions import HAND, value_text
from gan_desktop.core.past import Past, SavedSamples


def samples_at(past: Past, step: int | None) -> Samples:
    """The samples that were kept last at or before a step; of the end, if it is None.

    Raises:
        InputError: none were kept so early, or the run never was at that step.
    """
    if not past.samples:
        raise InputError("no samples of this run were kept")
    if step is None:
        return past.samples[-1].load()
    if not 0 <= step <= past.step:
        raise InputError(f"--step {step}: the run has steps 0 to {past.step}", "--step")
    place = bisect_right([saved.step for saved in past.samples], step)
    if not place:
        raise InputError(f"--step {step}: the first samples that were kept are those of step {past.samples[0].step}")
    return past.samples[place - 1].load()


def evenly(past: Past, most: int) -> Sequence[SavedSamples]:
    """At most so many of the samples that were kept. Counted from the end: the last ones are those that matter."""
    stride = max(1, -(-len(past.samples) // most))
    return past.samples[::-1][::stride][::-1]


def real_points(past: Past) -> FloatArray | None:
    """The real samples that stand behind the fakes in a picture of points; None for images."""
    data = past.data
    return data.real if data is not None and data.real.ndim == 2 and len(data.real) else None


def change_text(change: ControlChanged) -> str:
    """A change of a control in a few words."""
    before, after = (value_text(value) for value in (change.previous, change.value))
    who = "" if change.author == HAND else f" ({change.author})"
    return f"{change.key} {before} → {after}{who}"
