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
        diagnosis: the latest lights and the alerts that stand, with the figures of now; None before. `past_alerts` are
            all that were raised in this run, as they were raised, each with the step at which it ended, None while it
            stands; `ended_alerts` what was said when one ended last, by its detector.
        aspect_history: the number that each aspect's small curve follows, by its name.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.diagnosis: Diagnosed | None = None
        self.past_alerts: list[tuple[Alert, int | None]] = []
        self.ended_alerts: dict[str, AlertEnded] = {}
        self.aspect_history: dict[str, MinMaxPyramid] = {}

    @property
    def alerts(self) -> dict[str, Alert]:
        """The alerts that stand, by their detector, as the latest diagnosis has them: one follows at once."""
        return {} if self.diagnosis is None else {alert.detector: alert for alert in self.diagnosis.alerts}

    def _clear_diagnosis(self) -> None:
        self.diagnosis = None
        self.past_alerts.clear()
        self.ended_alerts.clear()
        self.aspect_history.clear()

    def _on_diagnosed(self, event: Diagnosed) -> None:
        stood = self.alerts.keys()
        self.diagnosis = event
        for aspect in event.aspects:
            self.aspect_history.setdefault(aspect.name, MinMaxPyramid()).append(np.array([aspect.value]))
        self.diagnosed.emit(event)
        if self.alerts.keys() != stood:
            self.alerts_changed.emit()

    def _on_alert_raised(self, event: AlertRaised) -> None:
        self.past_alerts.append((event.alert, None))
        self.alerts_changed.emit()

    def _on_alert_ended(self, event: AlertEnded) -> None:
        self.ended_alerts[event.alert.detector] = event
        for place, (alert, end) in enumerate(self.past_alerts):
            if end is None and alert.detector == event.alert.detector:
                self.past_alerts[place] = alert, event.step
        self.alerts_changed.emit()
