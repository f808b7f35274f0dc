"""Alerts as spans of steps: a failure that comes and goes is one span, so that marks never clutter a plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.diagnosis import Alert
from gan_desktop.gui.alerts.words import detector_title
from gan_desktop.gui.plotting.overlay import Span
from gan_desktop.gui.run.interventions import is_soon_after


def merge_alerts(alerts: Sequence[tuple[Alert, int | None]]) -> list[Span]:
    """Each failure with its first and last step; one that is raised again soon after its end counts as going on."""
    spans: list[tuple[Span, int]] = []
    latest: dict[str, int] = {}
    for alert, end in alerts:
        place = latest.get(alert.detector)
        before = None if place is None else spans[place]
        if place is not None and before is not None and _goes_on(before[0].last, alert.step):
            span, times = before[0], before[1] + 1
            spans[place] = Span(span.first, end, _text(alert.detector, times), alert.level), times
        else:
            latest[alert.detector] = len(spans)
            spans.append((Span(alert.step, end, _text(alert.detector, 1), alert.level), 1))
    return [span for span, _ in spans]


def _goes_on(end: float | None, step: int) -> bool:
    return end is None or is_soon_after(int(end), step)


def _text(detector: str, times: int) -> str:
    title = detector_title(detector)
    if times == 1:
        return title
    return QCoreApplication.translate("Diagnosis", "{title} ×{n}").format(title=title, n=times)
