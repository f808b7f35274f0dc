"""What would have helped: an alert's suggestion, taken at a step of the past as a branch."""

from __future__ import annotations

from collections.abc import Iterable

from gan_desktop.core.diagnosis import Alert
from gan_desktop.core.interventions import CURE, ControlValue, Intervention
from gan_desktop.gui.alerts.heal_button import cure_changes
from gan_desktop.gui.alerts.remedies import Remedy, remedies
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.record import RunRecord


def remedy_at(record: RunRecord, alert: Alert) -> Remedy | None:
    """The first suggestion of the alert that changes something at the moment that is looked at."""
    if record.then is None:
        return None
    offered = remedies([alert], record.then.controls, cure_changes(record))[alert.detector]
    return next((remedy for remedy in offered if remedy.missing), None)


def heal_from(model: RunModel, step: int, detector: str, remedy: Remedy | None) -> None:
    """Begin a branch at a step in which a suggestion is followed; it does not wait."""
    if remedy is not None:
        model.continue_run(step=step, branch=True, changes=cure_of(step, detector, remedy.missing))


def cure_of(step: int, detector: str, changes: Iterable[tuple[str, ControlValue]]) -> tuple[Intervention, ...]:
    """The changes as interventions that say what they are against."""
    return tuple(Intervention(step, key, value, author=f"{CURE}:{detector}") for key, value in changes)
