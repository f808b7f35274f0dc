"""What the engine has said about how the run is, kept for whoever shows it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Diagnosed
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid
from gan_desktop.gui.run.signals import RunSignals


class DiagnosisRecord(RunSignals):
    """The part of `RunRecord` that is about lights and alerts.

    Attributes:
        diagnosis: the latest lights; None before. `alerts` are those that stand, by their detector, with the figures of
            now; `past_alerts` all that were raised in this run, as they were raised, each with the step at which it
            ended, None while it stands; `ended_alerts` what was said when one ended last, by its detector.
        aspect_history: the number that each aspect's small curve follows, by its name.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.diagnosis: Diagnosed | None = None
        self.alerts: dict[str, Alert] = {}
        self.past_alerts: list[tuple[Alert, int | None]] = []
        self.ended_alerts: dict[str, AlertEnded] = {}
        self.aspect_history: dict[str, MinMaxPyramid] = {}

    def _clear_diagnosis(self) -> None:
        self.diagnosis = None
        self.alerts.clear()
        self.past_alerts.clear()
        self.ended_alerts.clear()
        self.aspect_history.clear()

    def _on_diagnosed(self, event: Diagnosed) -> None:
        self.diagnosis = event
        for alert in event.alerts:
            self.alerts[alert.detector] = alert
        for aspect in event.aspects:
            self.aspect_history.setdefault(aspect.name, MinMaxPyramid()).append(np.array([aspect.value]))
        self.diagnosed.emit(event)

    def _on_alert_raised(self, event: AlertRaised) -> None:
        self.alerts[event.alert.detector] = event.alert
        self.past_alerts.append((event.alert, None))
        self.alerts_changed.emit()

    def _on_alert_ended(self, event: AlertEnded) -> None:
        self.alerts.pop(event.alert.detector, None)
        self.ended_alerts[event.alert.detector] = event
        for place, (alert, end) in enumerate(self.past_alerts):
            if end is None and alert.detector == event.alert.detector:
                self.past_alerts[place] = alert, event.step
        self.alerts_changed.emit()
