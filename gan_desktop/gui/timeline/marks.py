"""The marks of a run's steps: kept samples, failures, changes of controls, bookmarks, and where branches begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.diagnosis import Alert, Level
from gan_desktop.gui.alerts.remedies import step_before
from gan_desktop.gui.alerts.spans import merge_alerts
from gan_desktop.gui.look import words
from gan_desktop.gui.run.continuing import ancestors_of
from gan_desktop.gui.run.interventions import merge_interventions
from gan_desktop.gui.run.record import RunRecord
from gan_desktop.recording.notes import Bookmark


class Kind(IntEnum):
    """What a mark is of. Where two would cover each other, the greater one is painted."""

    SAMPLES = 0
    INTERVENTION = 1
    BRANCH = 2
    BOOKMARK = 3
    ALERT = 4


@dataclass(frozen=True)
class TimeMark:
    """A mark at a step.

    Attributes:
        text: what it is, for people, without the step.
        goal: the step to which a click on it leads.
        level: the light of an alert.
    """

    kind: Kind
    step: int
    text: str
    goal: int
    level: Level = Level.UNKNOWN


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


def marks_of(record: RunRecord, bookmarks: Iterable[Bookmark]) -> list[TimeMark]:
    """All marks of the run that is shown, by their steps. Kept samples are many, and have a row of their own."""
    marks = [
        TimeMark(Kind.ALERT, int(span.first), span.text, step_back(record, int(span.first)), span.level)
        for span in merge_alerts(record.diagnosis.past_alerts)
    ]
    marks += [TimeMark(Kind.INTERVENTION, step, text, step) for step, text in merge_interventions(record.interventions)]
    for bookmark in bookmarks:
        note = bookmark.note or _tr("without a note")
        marks.append(TimeMark(Kind.BOOKMARK, bookmark.step, _tr("bookmark: {note}").format(note=note), bookmark.step))
    marks += [TimeMark(Kind.BRANCH, step, text, step) for step, text in branch_points(record)]
    return sorted(marks, key=lambda mark: (mark.step, mark.kind))


def branch_points(record: RunRecord) -> list[tuple[int, str]]:
    """Where the run that is shown branches from its parent, and that one from its own."""
    ancestors = () if record.run is None else ancestors_of(record.run)
    text = _tr("branch of {name}")
    return [(ancestor.step, text.format(name=ancestor.name or ancestor.folder.name)) for ancestor in ancestors]


def step_back(record: RunRecord, step: int) -> int:
    """The step to go back to before an alert of the run that is shown, which was raised at `step`."""
    return step_before(step, record.snapshots.steps(), record.first_step)


def tip(mark: TimeMark) -> str:
    """What a mark is, and where a click on it leads."""
    text = _tr("step {n}: {what}").format(n=words.count(mark.step), what=mark.text)
    if mark.goal == mark.step:
        return text
    return _tr("{what} (click: step {n}, before it)").format(what=text, n=words.count(mark.goal))


def alert_to_come(record: RunRecord) -> Alert | None:
    """The first alert after the moment that is looked at; None if there was none, or if what is now is shown."""
    moment = record.moment
    later = () if moment is None else [alert for alert, _ in record.diagnosis.past_alerts if alert.step > moment]
    return min(later, key=lambda alert: alert.step, default=None)


def newest_alert(alerts: Sequence[tuple[Alert, int | None]]) -> Alert | None:
    """The alert that a person is likely to be concerned with: the first of those that stand, else the last of all."""
    standing = [alert for alert, end in alerts if end is None]
    return standing[0] if standing else alerts[-1][0] if alerts else None
