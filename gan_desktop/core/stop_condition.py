"""When a run has reached what was wanted: conditions on metrics and figures, such as `modes_covered >= 8`."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gan_desktop.core import registry
from gan_desktop.core.errors import InputError, shown, suggest
from gan_desktop.core.numbers import how_to_write, number_of

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
FORM = "write NAME OPERATOR NUMBER, as in modes_covered >= 8, and join several with 'and'"


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number: 8, 0.5, 1e-05."""
    value = float(value)  # a whole number passes for a float
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True)
class Comparison:
    """One comparison of a named value with a limit."""

    name: str
    sign: str
    limit: float

    def __str__(self) -> str:
        return f"{self.name} {self.sign} {number_text(self.limit)}"

    def holds(self, values: Mapping[str, float]) -> bool:
        """Whether the value is there, is a number, and satisfies the comparison."""
        value = values.get(self.name, math.nan)
        return not math.isnan(value) and OPERATORS[self.sign](value, self.limit)


@dataclass(frozen=True)
class StopCondition:
    """Comparisons that must all hold. `str()` is its canonical text, which parses to an equal condition."""

    comparisons: tuple[Comparison, ...]

    def __str__(self) -> str:
        return " and ".join(str(comparison) for comparison in self.comparisons)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what is compared, each once."""
        return tuple(dict.fromkeys(comparison.name for comparison in self.comparisons))

    def holds(self, values: Mapping[str, float]) -> bool:
        """Whether all comparisons hold; one with a value that is missing or not a number does not."""
        return all(comparison.holds(values) for comparison in self.comparisons)

    def reached(self, values: Mapping[str, float]) -> str:
        """The sentence about values for which the condition holds."""
        found = " and ".join(f"{name} = {values[name]:.6g}" for name in self.names)
        return f"{found} reached the condition {self}"


def parse_condition(text: str) -> StopCondition:
    """Parse comparisons of metrics (`core.registry.metrics`) and figures (of `core.registry.games`), joined by `and`.

    Raises:
        InputError: one sentence that names the text, what is wrong with it, and the near miss.
    """
    parts = re.split(r"\band\b", text)
    return StopCondition(tuple(_comparison(part.strip(), text) for part in parts))


def _comparison(part: str, text: str) -> Comparison:
    found = re.fullmatch(r"([^<>=!]+)([<>=!]+)([^<>=!]+)", part)
    if found is None:
        where = "" if part == text.strip() else f" at {shown(part)}"
        raise _refusal(text, f"not a comparison{where}: {FORM}")
    name, sign, limit = (group.strip() for group in found.groups())
    figures = dict.fromkeys(figure for game in registry.games.values() for figure in game.value().figures)
    allowed = [*registry.metrics, *figures]
    if name not in allowed:
        raise _refusal(text, f"unknown metric or figure {shown(name)}: {suggest(name, allowed)}")
    if sign not in OPERATORS:
        raise _refusal(text, f"unknown operator {shown(sign)}: allowed: {', '.join(OPERATORS)}")
    number = number_of(limit)
    if number is None:
        raise _refusal(text, f"{shown(limit)} is not a finite number{how_to_write(limit)}")
    return Comparison(name, sign, number + 0.0)  # -0.0 is written as 0


def _refusal(text: str, reason: str) -> InputError:
    return InputError(f"the condition {shown(text)}: {reason}")
