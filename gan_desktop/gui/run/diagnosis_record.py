"""What the engine has said about how the run is, kept for whoever shows it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

import numpy as np

from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Aspect, Diagnosed, Level, Sentence
from gan_desktop.core.past import Past
from gan_desktop.core.registry import aspects
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid
from gan_desktop.gui.run.earlier import EarlierLights


class AspectCurve:
    """The number that the small curve of one light follows, with the steps at which it was told."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self.told = MinMaxPyramid()

    def add(self, step: int, value: float) -> None:
        self._steps.append(step)
        self.told.append(np.array([value]))

    def until(self, step: int | None) -> MinMaxPyramid:
        """The curve as it was after so many steps; None is now."""
        if step is None:
            return self.told
        curve = MinMaxPyramid()
        curve.append(self.told.values[: bisect_right(self._steps, step)])
        return curve


class DiagnosisRecord:
    """The part of a `RunRecord` that is about lights and alerts.

    Attributes:
        latest: the latest lights and the alerts that stand, with the figures of now; None before the first.
        past_alerts: all that were raised in this run, as they were raised, each with the step at which its end was
            told, None before that.
        ended_alerts: what was said when an alert ended last, by its detector.
        earlier: the lights at earlier steps.
        aspect_history: the small curve of each aspect, by its name.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.latest: Diagnosed | None = None
        self.earlier = EarlierLights()
        self.past_alerts: list[tuple[Alert, int | None]] = []
        self.ended_alerts: dict[str, AlertEnded] = {}
        self.aspect_history: defaultdict[str, AspectCurve] = defaultdict(AspectCurve)

    @property
    def alerts(self) -> dict[str, Alert]:
        """The alerts that stand, by their detector: the latest diagnosis says so, and nothing else.

        A diagnosis follows at once when an alert is raised or ends.
        """
        return {} if self.latest is None else {alert.detector: alert for alert in self.latest.alerts}

    def add(self, event: Diagnosed) -> None:
        self._show(event)
        self.earlier.add(event)

    def _show(self, event: Diagnosed) -> None:
        self.latest = event
        for aspect in event.aspects:
            self.aspect_history[aspect.name].add(event.step, aspect.value)

    def load(self, past: Past) -> None:
        """Take over what was recorded of a run; lights that were not kept are not known."""
        self.past_alerts = list(past.alerts)
        standing = tuple(alert for alert, end in past.alerts if end is None)
        unknown = Sentence("not kept with the run")
        lights = tuple(Aspect(name, Level.UNKNOWN, unknown, float("nan")) for name in aspects)
        self.earlier.load(past.lights_kept)
        for saved in past.lights_kept:
            if past.lights is None or saved.step < past.lights.step:  # the newest come as an event
                for name, value in saved.values.items():
                    self.aspect_history[name].add(saved.step, value)
        if past.lights is not None:
            self.add(past.lights)
        elif past.step:
            self._show(Diagnosed(past.step, lights, standing))

    def add_raised(self, event: AlertRaised) -> None:
        self.past_alerts.append((event.alert, None))

    def add_ended(self, event: AlertEnded) -> None:
        self.ended_alerts[event.alert.detector] = event
        for place, (alert, end) in enumerate(self.past_alerts):
            if end is None and alert.detector == event.alert.detector:
                self.past_alerts[place] = alert, event.step
