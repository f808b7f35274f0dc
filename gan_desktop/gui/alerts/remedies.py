"""What can be done about all alerts that stand, each thing once, and with one value wherever it is offered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gan_desktop.core.diagnosis import Alert, Suggestion
from gan_desktop.core.interventions import ControlValue
from gan_desktop.gui.alerts.words import changes_text, done_text, missing_changes

Changes = Sequence[tuple[str, ControlValue]]


@dataclass(frozen=True)
class Remedy:
    """A suggestion as it is offered.

    Attributes:
        missing: its changes that are not made yet.
        text: the changes in words, or that they are made.
    """

    suggestion: Suggestion
    missing: tuple[tuple[str, ControlValue], ...]
    text: str


def remedies(
    alerts: Iterable[Alert], controls: Mapping[str, ControlValue], cure: Changes = ()
) -> dict[str, list[Remedy]]:
    """What each alert offers, by its detector, without repeating an offer of its own or of an alert above.

    Args:
        controls: the live controls as they are asked for.
        cure: the changes that heal this run, which is one of a failure on demand. They were measured for just that
            failure, so a suggestion that changes the same control takes the cure's value.
    """
    offered: set[str] = set()
    found: dict[str, list[Remedy]] = {}
    for alert in alerts:
        mine = found[alert.detector] = []
        for suggestion in alert.suggestions:
            agreed = _agreed(suggestion, dict(cure))
            missing = tuple(missing_changes(agreed.changes, controls))
            text = changes_text(missing, controls) if missing else done_text(agreed)
            if text not in offered:
                offered.add(text)
                mine.append(Remedy(agreed, missing, text))
    return found


def _agreed(suggestion: Suggestion, cure: Mapping[str, ControlValue]) -> Suggestion:
    """The suggestion with the cure's values."""
    return replace(suggestion, changes=tuple((key, cure.get(key, value)) for key, value in suggestion.changes))


# How long before an alert a branch with its cure begins: what went wrong began before it could be seen.
STEPS_BEFORE, SHARE_BEFORE = 500, 0.1


def step_before(alert: Alert, sampled: Sequence[int]) -> int:
    """The step to go back to before an alert: one whose samples were kept, if there is such a one.

    Args:
        sampled: the steps of the samples that were kept, in their order.
    """
    latest = max(0, alert.step - max(STEPS_BEFORE, round(SHARE_BEFORE * alert.step)))
    place = bisect_right(sampled, latest)
    return sampled[place - 1] if place else latest
