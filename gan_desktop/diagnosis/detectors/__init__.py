"""Detectors of what goes wrong in training, one file each: classes registered with `detectors.register`.

The first paragraph of a class's docstring is its definition with its source; the window shows it. A threshold is a
class constant with the reason beside it. There are two for each quantity, one to raise the alert and a looser one to
keep it, so that it does not flicker. A false alarm is worse than a late one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gan_desktop.core.diagnosis import NOTHING, Alert, Evidence, Level, Sentence, Suggestion
from gan_desktop.diagnosis.course import Course
from gan_desktop.diagnosis.suggestions import possible

LooksAt = Literal["steps", "figures", "metrics"]


@dataclass(frozen=True)
class Finding:
    """What a detector sees: the figures that speak for an alert, and what they mean in one sentence."""

    message: Sentence
    evidence: tuple[Evidence, ...]


class Detector(ABC):
    """Looks at a run's course for one kind of failure. It keeps no state: the same course gives the same finding.

    Attributes:
        looks_at: "figures", every 50 steps; "steps", then and at each step that is `worth_a_look`; or "metrics",
            whenever they have been measured. A detector of figures or steps sees no measurement: a busy machine takes
            measurements in later than a quiet one, and alerts must not depend on that.
        aspect: the light (`core.registry.aspects`) that an alert turns.
        level: the level of the alert.
        weakens: whether a remedy may make a penalty weaker.
        sees_the_end: whether it is asked when a run ends because something is no longer finite.
    """

    looks_at: ClassVar[LooksAt]
    aspect: ClassVar[str]
    level: ClassVar[Level] = Level.BAD
    sees_the_end: ClassVar[bool] = False
    weakens: ClassVar[bool] = False

    @abstractmethod
    def look(self, course: Course, standing: Alert | None) -> Finding | None:
        """What speaks for an alert, or for keeping the one that is `standing`; None if the evidence is not enough.

        It is called only if `unknown` says nothing. A value that is missing or not a number is no evidence. An alert is
        raised if its evidence has held for some time. It is kept, with the current figures, as long as the newest
        figures still speak for it by looser thresholds.
        """

    def worth_a_look(self, course: Course, steps: int) -> Sequence[int]:
        """Steps among the newest `steps` at which `look` may find something, in order, by the number of steps done.

        Detectors that look at steps are asked with every block while no alert of theirs stands, so it has to be quick.
        """
        return ()

    @abstractmethod
    def ended(self, course: Course) -> Sentence:
        """What is different now that an alert has ended."""

    @abstractmethod
    def remedies(self, course: Course) -> Iterable[Suggestion]:
        """What may help by the current config, the best first: what is set already or refused is left out later."""

    def unknown(self, course: Course) -> Sentence:
        """Why this failure cannot be told here; nothing if it can."""
        return NOTHING

    def alert(self, name: str, course: Course, finding: Finding) -> Alert:
        """The alert that a finding calls for; `name` is the detector's."""
        return Alert(name, course.step, self.level, finding.message, finding.evidence, self.suggestions(course))

    def suggestions(self, course: Course) -> tuple[Suggestion, ...]:
        """What may help and can be done now."""
        return possible(course.config, self.remedies(course), self.weakens)
