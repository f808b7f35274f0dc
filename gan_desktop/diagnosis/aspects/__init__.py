"""Aspects of a run, one light each, one file each: classes registered with `aspects.register`.

The first paragraph of a class's docstring says what the light is about; the window shows it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence
from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.diagnosis.course import Course


@dataclass(frozen=True)
class Reason:
    """One thing that keeps a light from being good."""

    sentence: Sentence
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reading:
    """How one aspect is, by the figures and metrics alone; see `core.diagnosis.Aspect`."""

    level: Level
    sentence: Sentence
    value: float = float("nan")
    rests_on: tuple[Evidence, ...] = ()
    why: Sentence = NOTHING

    @classmethod
    def of(
        cls, reasons: Sequence[Reason], good: Sentence, value: float, why: Sentence, rests_on: tuple[Evidence, ...]
    ) -> Reading:
        """A light to be watched, in the words of the first of `reasons`; a good one if there are none.

        Args:
            good: what a good light says, and `rests_on` what that rests on.
        """
        if not reasons:
            return cls(Level.GOOD, good, value, rests_on, why)
        evidence = tuple(evidence for reason in reasons for evidence in reason.evidence)
        return cls(Level.WATCH, reasons[0].sentence, value, evidence, why)


@dataclass(frozen=True)
class Past:
    """An alert that has ended, and the step at which it did."""

    alert: Alert
    ended: int


class AspectOfRun(ABC):
    """Reads one light off a run's course. It keeps no state."""

    @abstractmethod
    def read(self, course: Course, past: Mapping[str, Past]) -> Reading:
        """How it is now. If that cannot be known, the level is UNKNOWN and the sentence says why.

        Args:
            past: the last alert of each detector that has raised one, unless that alert still stands.
        """


# Before this step every run looks bad, and figures say nothing.
EARLY_STEPS = 200


def too_early(course: Course) -> Reading | None:
    """The reading of a run that is too young to be judged; None if it is old enough."""
    if course.age >= EARLY_STEPS:
        return None
    template = QT_TRANSLATE_NOOP("Diagnosis", "Too early to tell: step {step:,.0f}.")
    return Reading(Level.UNKNOWN, Sentence(template, {"step": float(course.step)}))


def over(course: Course, *figures: str) -> Reading | None:
    """The reading if the run has diverged, or if one of these figures is no longer a number; else None.

    Nothing good is said then, whatever the steps before were like.
    """
    if course.diverged:
        template = QT_TRANSLATE_NOOP("Diagnosis", "The run has diverged and is over.")
        return Reading(Level.BAD, Sentence(template))
    for figure in figures:
        newest = course.means(figure, 1)
        if len(newest) and not isfinite(newest[-1]):
            template = QT_TRANSLATE_NOOP("Diagnosis", "{figure} is no longer a number.")
            return Reading(Level.BAD, Sentence(template, {"figure": figure}))
    return None
