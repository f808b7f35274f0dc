"""A moment of the run that is looked at, and what was then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, Diagnosed
from gan_desktop.core.events import ControlChanged, Samples
from gan_desktop.core.history import History, StepsNotHeldError
from gan_desktop.core.interventions import ControlValue, current_controls
from gan_desktop.core.measured import Measured
from gan_desktop.core.views import KeptView, View


@dataclass(frozen=True)
class Moment:
    """The state of the run after `step` steps.

    Attributes:
        samples: the kept ones that are nearest; None if none are kept.
        controls: the live controls as step number `step` began, before what was changed at that very step.
        alerts: those that stood, as they were raised, the newest of each detector.
        figures: of the last step before; empty if there is none, or if it cannot be read.
        measured: what was measured last by then.
        lights: those kept nearest before; None if none are kept.
        views: the pictures of the networks' insides that were kept nearest before, as far as somebody has asked for
            them; None stands for those that are not kept.
    """

    step: int
    samples: Samples | None
    controls: dict[str, ControlValue]
    alerts: dict[str, Alert]
    figures: dict[str, float]
    measured: Measured | None
    lights: Diagnosed | None = None
    views: dict[View, KeptView | None] = field(default_factory=dict)


def controls_at(config: RunConfig, changes: Sequence[ControlChanged], step: int | None) -> dict[str, ControlValue]:
    """The live controls after `step` steps of a run that began with this config; None is after all changes.

    The changes are in their order.
    """
    made = len(changes) if step is None else bisect_left(changes, step, key=lambda change: change.step)
    return current_controls(config) | {change.key: change.value for change in changes[:made]}


def alerts_at(alerts: Iterable[tuple[Alert, int | None]], step: int) -> dict[str, Alert]:
    """The alerts that stood after `step` steps, by their detectors; each comes with the step at which it ended."""
    return {alert.detector: alert for alert, end in alerts if alert.step <= step and (end is None or step < end)}


def figures_at(history: History, step: int) -> dict[str, float]:
    """The figures of the last of `step` steps."""
    position = step - 1 - history.first_step
    if not 0 <= position < len(history):
        return {}
    try:
        return history.at(position)
    except StepsNotHeldError:
        return {}
