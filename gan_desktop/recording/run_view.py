"""What is to be said of a run at this moment, kept up to date by the events that follow it."""

from __future__ import annotations

from typing import Any

from gan_desktop.core.diagnosis import AlertEnded, AlertRaised
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import ControlChanged, Event, MetricsBlock, Progress, StatusChanged
from gan_desktop.core.interventions import (
    ControlValue,
    check_control,
    config_after,
    control_path,
    current_controls,
)
from gan_desktop.core.measured import Measured
from gan_desktop.core.numbers import finite
from gan_desktop.core.past import Past, epoch_at
from gan_desktop.core.status import Status
from gan_desktop.recording.reader import RunRecord
from gan_desktop.recording.writer_lock import is_written, writer_of


class RunView:
    """A run as it is now; `take` what is new of it.

    Attributes:
        config: with all changes that were made.
    """

    def __init__(self, name: str, record: RunRecord, past: Past) -> None:
        count = 0 if past.data is None else past.data.count
        self.name, self.folder = name, record.folder
        self.config = config_after(record.config(), past.interventions)
        self.status = Status(str(record.facts.get("status", Status.TRAINING)))
        self.step, self.seconds = past.step, past.seconds
        self._known = [name for name in current_controls(self.config) if record.known([control_path(name)])]
        self._total = record.facts.get("total_steps")
        self._epoch = epoch_at(record.config(), past.interventions, count, past.step) if count else None
        self._figures = past.history.at(len(past.history) - 1) if len(past.history) else {}
        self._metrics = dict(past.measured[-1].values) if past.measured else {}
        self._alerts = {(alert.detector, alert.step): alert for alert, ended in past.alerts if ended is None}

    def take(self, event: Event) -> None:
        """Take in what has happened."""
        match event:
            case StatusChanged(status, step):
                self.status, self.step = status, max(self.step, step)
            case ControlChanged():
                _, self.config = check_control(self.config, event.key, event.value)
            case MetricsBlock():
                self.step, self._figures = event.next_step, event.last()
            case Progress():
                self._epoch, self.seconds = event.epoch, event.seconds
            case Measured():
                self._metrics = dict(event.values)
            case AlertRaised(alert):
                self._alerts[alert.detector, alert.step] = alert
            case AlertEnded(alert=alert):
                self._alerts.pop((alert.detector, alert.step), None)

    @property
    def controls(self) -> dict[str, ControlValue]:
        """The live controls that it has: all of them, unless its code is somebody's own."""
        values = current_controls(self.config)
        return {name: values[name] for name in self._known}

    def check_known(self, name: str) -> None:
        """Refuse a control that somebody's own code has not given out of hand.

        Raises:
            InputError: says which it has.
        """
        if name not in self._known:
            given = ", ".join(self._known) or "none"
            raise InputError(f"'{name}' is not a control of this run, whose own code has given: {given}", name)

    @property
    def is_trained(self) -> bool:
        """Whether some process trains it now."""
        return is_written(self.folder)

    def plain(self) -> dict[str, Any]:
        """All of it, as JSON holds it."""
        return {
            "run": str(self.folder),
            "name": self.name,
            "status": str(self.status),
            "writer": writer_of(self.folder) if self.is_trained else "",
            "step": self.step,
            "total_steps": self._total,
            "epoch": None if self._epoch is None else round(self._epoch, 3),
            "seconds": self.seconds,
            "figures": {name: finite(value) for name, value in self._figures.items()},
            "metrics": {name: finite(value) for name, value in self._metrics.items()},
            "controls": self.controls,
            "alerts": [f"{alert.detector}: {alert.message}" for alert in self._alerts.values()],
        }
