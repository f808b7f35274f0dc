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


# How far one goes back before an alert: a failure has lasted for up to some thousand steps when it is told, and less in
# a young run. Half of the way back is before `fail-collapse` collapses, whose alert comes at step 1,250.
SHARE_BEFORE, MOST_BEFORE = 0.5, 1500


def step_before(step: int, sampled: Sequence[int], first: int = 0) -> int:
    """The step to go back to before an alert; one whose samples were kept, if there is one near.

    Args:
        step: where the alert was raised.
        sampled: the steps of the samples that were kept, in their order.
        first: the first step that there is.
    """
    back = min(MOST_BEFORE, round(SHARE_BEFORE * step))
    latest = max(first, step - back)
    place = bisect_right(sampled, latest)
    # Samples from long before do not show what was just before.
    return sampled[place - 1] if place and latest - sampled[place - 1] <= back / 2 else latest
