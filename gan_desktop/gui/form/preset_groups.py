"""The presets in groups with headings, so that people find what they look for in a list of fifty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.marking import QT_TRANSLATE_NOOP
from gan_desktop.core.presets import Preset


def _named(prefix: str) -> Callable[[Preset], bool]:
    return lambda preset: preset.name.startswith(prefix)


def _ordered(first: int, last: int) -> Callable[[Preset], bool]:
    return lambda preset: first <= preset.order < last


# Each preset is in the first group that takes it. Names say what is a tutorial, a failure or a cure; the rest is told
# by the place that `order` gives it.
GROUPS: Sequence[tuple[str, Callable[[Preset], bool]]] = (
    (QT_TRANSLATE_NOOP("Presets", "To begin with"), _ordered(0, 40)),
    (QT_TRANSLATE_NOOP("Presets", "Failures"), _named("fail-")),
    (QT_TRANSLATE_NOOP("Presets", "Failures, healed"), _named("heal-")),
    (QT_TRANSLATE_NOOP("Presets", "Autopilot"), _named("autopilot-")),
    (QT_TRANSLATE_NOOP("Presets", "Tutorials"), _named("tutorial-")),
    (QT_TRANSLATE_NOOP("Presets", "Remedies"), _named("remedy-")),
    (QT_TRANSLATE_NOOP("Presets", "Objectives and penalties"), _ordered(100, 200)),
    (QT_TRANSLATE_NOOP("Presets", "Networks and data"), _ordered(200, 300)),
    (QT_TRANSLATE_NOOP("Presets", "Points of other shapes"), _ordered(400, 500)),
    (QT_TRANSLATE_NOOP("Presets", "Other games"), _ordered(500, 600)),
    (QT_TRANSLATE_NOOP("Presets", "Others"), lambda preset: True),
)


def grouped(presets: Iterable[Preset]) -> list[tuple[str, list[Preset]]]:
    """The title of each group and what is in it; empty groups are left out."""
    members: list[list[Preset]] = [[] for _ in GROUPS]
    for preset in presets:
        members[next(place for place, (_, takes) in enumerate(GROUPS) if takes(preset))].append(preset)
    titles = [QCoreApplication.translate("Presets", title) for title, _ in GROUPS]
    return [(title, found) for title, found in zip(titles, members, strict=True) if found]
