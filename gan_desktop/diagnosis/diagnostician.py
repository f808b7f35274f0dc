"""The diagnosis of one run: alerts that are raised and end, and the lights, from its figures and measurements."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Aspect, Diagnosed, Level, Sentence
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import Figures, MissingFigureError
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.measured import Measured
from gan_desktop.core.plain import from_json, to_json
from gan_desktop.core.registry import aspects, detectors
from gan_desktop.diagnosis.aspects import AspectOfRun, Past, Reading
from gan_desktop.diagnosis.course import BIN, Course, DataTraits, Memory, Records
from gan_desktop.diagnosis.detectors import Detector, Finding, LooksAt

Told = AlertRaised | AlertEnded | Diagnosed

# Lights change no faster than a person reads them; with every measurement and alert they are sent anyway.
LIGHTS_SECONDS = 0.5
SEVERITY = {Level.UNKNOWN: 0, Level.GOOD: 1, Level.WATCH: 2, Level.BAD: 3}


class Diagnostician:
    """Takes each block and each measurement of one run, and answers with what there is to say.

    Alerts depend on the figures of every step and on the measurements alone: not on how steps were cut into blocks, nor
    on how many blocks came before a measurement was done. Detectors of figures look at every multiple of 50 steps, and
    detectors of steps between these as well. Detectors of metrics look at each measurement, with the figures and the
    config of its step, which may be a while ago.

    Args:
        data: what the run is trained on.
        figures: what its steps report.
        clock: a clock in seconds; it decides when the lights are sent.
    """

    def __init__(self, data: DataTraits, figures: Figures, clock: Callable[[], float] = time.monotonic) -> None:
        self._records = Records(data, figures)
        self._diverged = False
        self._detectors: dict[str, Detector] = {name: entry.value() for name, entry in detectors.items()}
        self._aspects: dict[str, AspectOfRun] = {name: entry.value() for name, entry in aspects.items()}
        self._standing: dict[str, Alert] = {}  # as they were raised
        self._today: dict[str, Alert] = {}  # the same with the current figures
        self._suggested: dict[str, RunConfig] = {}  # the config that the suggestions are made for
        self._past: dict[str, Past] = {}
        self._clock = clock
        self._next_lights = clock()
        self._lights_step = 0  # the step that the lights were last sent for

    def begin_at(self, step: int) -> None:
        """Know nothing of the steps before this one, which comes next."""
        self._records.begin_at(step)

    def after_block(self, config: RunConfig, block: MetricsBlock, diverged: bool = False) -> list[Told]:
        """What there is to say after a block. `config` is the one that it ran under.

        Args:
            diverged: whether the block's last step is the run's last, because something is no longer finite.
        """
        told: list[Told] = []
        seen = block.first_step
        for step in self._records.append(config, block):
            told += self._check_steps(config, seen, step)
            seen = step
            if step % BIN == 0:
                told += self._check(self._records.at(config, step, measured=False), "steps", "figures")
        if diverged:
            self._diverged = True
            told += self._check_end(self._records.at(config, block.next_step, diverged=True, measured=False))
        if told or self._clock() >= self._next_lights:
            told.append(self.lights(config))
        return told

    def after_measured(self, config: RunConfig, measured: Measured, now: RunConfig | None = None) -> list[Told]:
        """What there is to say after a measurement.

        Args:
            config: the config of the step that was measured.
            now: the current config, if it is another.
        """
        self._records.add(measured)
        told = self._check(self._records.at(config, measured.step), "metrics")
        return [*told, self.lights(now or config)]

    def memory(self) -> Memory:
        """All that it knows of the run so far, for `recall`."""
        plain, arrays = self._records.memory()
        alerts = {
            "standing": [to_json(alert) for alert in self._standing.values()],
            "today": [to_json(alert) for alert in self._today.values()],
            "past": [[to_json(past.alert), past.ended] for past in self._past.values()],
        }
        return Memory(plain | alerts, arrays)

    def recall(self, memory: Memory, config: RunConfig) -> None:
        """Know what `memory` gave, in a run that goes by `config`.

        Raises:
            ValueError: it does not fit.
        """
        self._records.recall(memory, config)
        try:
            standing, today = (
                {alert.detector: alert for alert in (from_json(Alert, text) for text in memory.plain[key])}
                for key in ("standing", "today")
            )
            past = [Past(from_json(Alert, text), int(ended)) for text, ended in memory.plain["past"]]
        except (KeyError, TypeError) as error:
            raise ValueError(f"not the memory of a diagnosis: {error}") from None
        # A detector that another version had can no longer say when its alert ends.
        self._standing = {name: alert for name, alert in standing.items() if name in self._detectors and name in today}
        self._today = {name: today[name] for name in self._standing}
        self._past = {ended.alert.detector: ended for ended in past}

    def course(self, config: RunConfig, measured: bool) -> Course:
        """The run so far, under this config; `measured` says whether measurements are seen."""
        return self._records.at(config, self._records.steps.end, self._diverged, measured)

    @property
    def standing(self) -> tuple[Alert, ...]:
        """The alerts that stand, as they were raised, in the order of their steps."""
        return tuple(sorted(self._standing.values(), key=lambda alert: (alert.step, alert.detector)))

    def now(self, config: RunConfig) -> list[Told]:
        """The lights and the alerts with the current figures, if they were last sent for an earlier step."""
        return [self.lights(config)] if self._records.steps.end > self._lights_step else []

    def _check(self, course: Course, *looks_at: LooksAt) -> list[Told]:
        told: list[Told] = []
        with self._unsound():
            for name, detector in self._detectors.items():
                if detector.looks_at in looks_at:
                    told += self._ask(name, detector, course)
        return told

    def _check_steps(self, config: RunConfig, first: int, end: int) -> list[Told]:
        """Ask the detectors of steps about steps number `first` to `end - 1`, each until it has raised an alert."""
        told: list[Told] = []
        with self._unsound():
            for name, detector in self._detectors.items():
                if detector.looks_at != "steps" or name in self._standing:
                    continue
                for step in self._worth_a_look(detector, self._records.at(config, end, measured=False), end - first):
                    told += self._ask(name, detector, self._records.at(config, step, measured=False))
                    if name in self._standing:
                        break
        return told

    @staticmethod
    def _worth_a_look(detector: Detector, course: Course, steps: int) -> Sequence[int]:
        try:
            return detector.worth_a_look(course, steps)
        except MissingFigureError:
            return ()

    @staticmethod
    def _unsound() -> np.errstate:
        """Allow figures that are not finite, as in a run that diverges: what they give is NaN, which is no evidence."""
        return np.errstate(invalid="ignore", over="ignore", divide="ignore")

    def _ask(self, name: str, detector: Detector, course: Course) -> list[Told]:
        standing = self._standing.get(name)
        try:
            unknown = detector.unknown(course)
            finding = None if unknown.template else detector.look(course, standing)
        except MissingFigureError as missing:
            unknown, finding = not_reported(missing), None
        if finding is not None:
            return self._note(name, detector, course, finding)
        if standing is None:
            return []
        return [
            self._end(name, AlertEnded(course.step, standing, unknown if unknown.template else detector.ended(course)))
        ]

    def _note(self, name: str, detector: Detector, course: Course, finding: Finding) -> list[Told]:
        """Raise an alert, or keep it with the current figures."""
        if name in self._standing:
            self._today[name] = replace(self._today[name], message=finding.message, evidence=finding.evidence)
            return []
        alert = detector.alert(name, course, finding)
        self._standing[name] = self._today[name] = alert
        self._suggested[name] = course.config
        self._past.pop(name, None)
        return [AlertRaised(alert)]

    def _end(self, name: str, ended: AlertEnded) -> AlertEnded:
        self._past[name] = Past(self._standing.pop(name), ended.step)
        self._today.pop(name)
        self._suggested.pop(name, None)
        return ended

    def _check_end(self, course: Course) -> list[Told]:
        """Let an alert that the run may end give way to one that it has ended: it cannot go on."""
        told: list[Told] = []
        for name, detector in self._detectors.items():
            if detector.sees_the_end:
                if name in self._standing:
                    told.append(self._end(name, AlertEnded(course.step, self._standing[name], detector.ended(course))))
                told += self._ask(name, detector, course)
        return told

    def lights(self, config: RunConfig) -> Diagnosed:
        """All lights as they are now, and the alerts that stand."""
        self._next_lights, self._lights_step = self._clock() + LIGHTS_SECONDS, self._records.steps.end
        course = self._records.at(config, self._records.steps.end, self._diverged)
        with self._unsound():
            self._suggest(course)
            lights = tuple(self._light(name, aspect, course) for name, aspect in self._aspects.items())
        return Diagnosed(course.step, lights, tuple(self._today.values()))

    def _suggest(self, course: Course) -> None:
        """Let the alerts that stand suggest what can be done now."""
        for name, alert in self._today.items():
            if self._suggested.get(name) is not course.config:
                self._suggested[name] = course.config
                self._today[name] = replace(alert, suggestions=self._detectors[name].suggestions(course))

    def _light(self, name: str, aspect: AspectOfRun, course: Course) -> Aspect:
        """The light as the aspect reads it, or as an alert that belongs to it says, if that is at least as bad."""
        try:
            reading = aspect.read(course, self._past)
        except MissingFigureError as missing:
            reading = Reading(Level.UNKNOWN, not_reported(missing))
        level, sentence, rests_on = reading.level, reading.sentence, reading.rests_on
        for detector, alert in self._today.items():
            if self._detectors[detector].aspect == name and SEVERITY[alert.level] >= SEVERITY[level]:
                level, sentence, rests_on = alert.level, alert.message, (*alert.evidence, *reading.rests_on)
        return Aspect(name, level, sentence, reading.value, rests_on, reading.why)


def not_reported(missing: MissingFigureError) -> Sentence:
    """The sentence about something that rests on a figure which the game does not report."""
    template = QT_TRANSLATE_NOOP("Diagnosis", "It cannot be known in this game, which does not report {figure}.")
    return Sentence(template, {"figure": missing.figure})
