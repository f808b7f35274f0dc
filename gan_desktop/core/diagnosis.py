"""The words of a diagnosis: levels, sentences with their figures, aspects of a run, and alerts with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from string import Formatter
from typing import Any

from gan_desktop.core.interventions import ControlValue
from gan_desktop.core.stop_condition import number_text


class Level(StrEnum):
    """A light: how one aspect of a run is."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sentence:
    """Words for people with the figures apart, so that they can be translated: `str()` is the English text.

    `template` has the names of `values` in braces, with their formats: "{modes:.0f} of {most:.0f} modes".
    """

    template: str
    values: Mapping[str, float | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return filled(self.template, self.values)


class _Filler(Formatter):
    """Writes a share as `37 %`, with the space that every other place has."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return f"{text[:-1]} %" if format_spec.endswith("%") else text


def filled(template: str, values: Mapping[str, float | str]) -> str:
    """The words of a sentence, or of its translation, with the figures put in."""
    return _Filler().vformat(template, (), values)


NOTHING = Sentence("")


@dataclass(frozen=True)
class Evidence:
    """A figure or metric that was compared with a threshold. If `value sign limit` holds, it speaks for an alert.

    Attributes:
        name: the name of a figure (`core.figures`), of a metric (`core.registry.metrics`), or of a quantity that
            `meaning` explains.
        floor: what real samples in place of fakes would give, if that is known.
        meaning: what the quantity is, if its name does not say.
    """

    name: str
    value: float
    sign: str
    limit: float
    floor: float | None = None
    meaning: Sentence = NOTHING

    def __str__(self) -> str:
        """The comparison in one line: `modes_covered = 3 < 6 (floor 8)`."""
        floor = "" if self.floor is None else f" (floor {self.floor:.4g})"
        return f"{self.name} = {self.value:.4g} {self.sign} {number_text(float(f'{self.limit:.4g}'))}{floor}"

    def plain(self) -> dict[str, Any]:
        """The evidence as JSON holds it; numbers that are not finite are null."""
        return {
            "name": self.name,
            "value": _finite(self.value),
            "sign": self.sign,
            "limit": _finite(self.limit),
            "floor": _finite(self.floor),
            "meaning": str(self.meaning),
        }


@dataclass(frozen=True)
class Suggestion:
    """Changes of live controls that one click makes together, and what they are for."""

    changes: tuple[tuple[str, ControlValue], ...]
    reason: Sentence

    def plain(self) -> dict[str, Any]:
        """The suggestion as JSON holds it."""
        return {"changes": dict(self.changes), "reason": str(self.reason)}


@dataclass(frozen=True)
class Alert:
    """A failure that a detector (`core.registry.detectors`) sees, with all of its evidence.

    Attributes:
        step: the step at which it was raised.
        level: `BAD`, or `WATCH` for what may pass.
        message: one sentence on what it means.
    """

    detector: str
    step: int
    level: Level
    message: Sentence
    evidence: tuple[Evidence, ...]
    suggestions: tuple[Suggestion, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The alert as JSON holds it."""
        return {
            "step": self.step,
            "detector": self.detector,
            "level": str(self.level),
            "message": str(self.message),
            "evidence": [evidence.plain() for evidence in self.evidence],
            "suggestions": [suggestion.plain() for suggestion in self.suggestions],
        }


@dataclass(frozen=True)
class Aspect:
    """One light of the diagnosis (`core.registry.aspects`): balance, diversity, quality, stability or gradients.

    Attributes:
        sentence: how it is, in one or two plain sentences.
        value: the number that its small curve follows; NaN where it is not known.
        rests_on: the figures behind the sentence.
        why: the definition with the live figures put in.
    """

    name: str
    level: Level
    sentence: Sentence
    value: float
    rests_on: tuple[Evidence, ...] = ()
    why: Sentence = NOTHING


@dataclass(frozen=True)
class AlertRaised:
    alert: Alert


@dataclass(frozen=True)
class AlertEnded:
    """The evidence has ended: `alert` is what was raised, `message` says what is different now."""

    step: int
    alert: Alert
    message: Sentence


@dataclass(frozen=True)
class Diagnosed:
    """All lights at a step, and the alerts that stand, with the current figures as evidence."""

    step: int
    aspects: tuple[Aspect, ...]
    alerts: tuple[Alert, ...] = ()


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
