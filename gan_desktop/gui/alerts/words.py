"""What a diagnosis says, in the words that people read: levels, evidence, alerts and what is suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from gan_desktop.core import registry
from gan_desktop.core.diagnosis import Alert, Evidence, Level, Suggestion
from gan_desktop.core.fields import live_fields
from gan_desktop.core.interventions import ControlValue, is_same
from gan_desktop.core.stop_condition import number_text
from gan_desktop.gui.look import words
from gan_desktop.gui.run.interventions import short_text

# What people write for a comparison.
SIGNS = {">=": "≥", "<=": "≤", "==": "="}


def level_word(level: Level) -> str:
    """A word for a light, so that it is never colour alone."""
    return {
        Level.GOOD: QCoreApplication.translate("Diagnosis", "good"),
        Level.WATCH: QCoreApplication.translate("Diagnosis", "watch"),
        Level.BAD: QCoreApplication.translate("Diagnosis", "bad"),
        Level.UNKNOWN: QCoreApplication.translate("Diagnosis", "not known"),
    }[level]


def detector_title(name: str) -> str:
    """The failure that a detector finds, in a word or two; its name, if a run of elsewhere has one that is not here."""
    return words.config_text(registry.detectors.title(name))


def message_text(alert: Alert) -> str:
    """The sentence below a heading that names the failure already."""
    said, named = words.sentence(alert.message), f"{detector_title(alert.detector)}: "
    rest = said.removeprefix(named)
    # A figure keeps its name as it is written: d_loss.
    return rest if rest is said or "_" in rest.partition(" ")[0] else f"{rest[:1].upper()}{rest[1:]}"


def quantity(name: str) -> str:
    """What was compared, as people call it: a metric by its title, all else by its name, as in "D accuracy"."""
    if name in registry.metrics:
        return QCoreApplication.translate("Quality", registry.metrics[name].title)
    return f"{name[:1].upper()}{name[1:]}".replace("_", " ")


def explained(evidence: Evidence) -> str:
    """What the quantity is: its own words, the metric's definition, or the figure's."""
    if evidence.meaning.template:
        return words.sentence(evidence.meaning)
    if evidence.name in registry.metrics:
        return QCoreApplication.translate("Quality", registry.metrics[evidence.name].description)
    games = (game.value().figures for game in registry.games.values())
    return words.config_text(
        next((figures[evidence.name].meaning for figures in games if evidence.name in figures), "")
    )


def value_text(name: str, value: float) -> str:
    """A value as its metric is written, any other with three digits."""
    if name in registry.metrics:
        return registry.metrics[name].value.text(value)
    if value != value:
        return "–"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"


def limit_text(name: str, limit: float) -> str:
    """A threshold, written as the values that are compared with it."""
    return value_text(name, limit) if name in registry.metrics else number_text(float(f"{limit:.4g}"))


def threshold_text(evidence: Evidence) -> str:
    """A threshold, as in "< 6", written as its metric is: "< 80.0 %"."""
    return f"{SIGNS.get(evidence.sign, evidence.sign)} {limit_text(evidence.name, evidence.limit)}"


def evidence_text(evidence: Evidence) -> str:
    """A piece of evidence, as in "Modes covered 3 < 6 (perfect: 8)"."""
    text = f"{quantity(evidence.name)} {value_text(evidence.name, evidence.value)} {threshold_text(evidence)}"
    if evidence.floor is None:
        return text
    floor = value_text(evidence.name, evidence.floor)
    return QCoreApplication.translate("Diagnosis", "{evidence} (perfect: {floor})").format(evidence=text, floor=floor)


def since_text(step: int) -> str:
    return QCoreApplication.translate("Diagnosis", "since step {n}").format(n=words.count(step))


def past_text(alert: Alert, end: int | None) -> str:
    """An alert that has ended, as in "Mode collapse, steps 1,250 to 2,400"."""
    title, first = detector_title(alert.detector), words.count(alert.step)
    if end is None:
        return QCoreApplication.translate("Diagnosis", "{title}, since step {first}").format(title=title, first=first)
    return QCoreApplication.translate("Diagnosis", "{title}, steps {first} to {last}").format(
        title=title, first=first, last=words.count(end)
    )


def missing_changes(
    changes: Sequence[tuple[str, ControlValue]], controls: Mapping[str, ControlValue]
) -> list[tuple[str, ControlValue]]:
    """The changes that would change something: the others are made already."""
    return [(key, value) for key, value in changes if not is_same(controls[key], value)]


def changes_text(changes: Sequence[tuple[str, ControlValue]], controls: Mapping[str, ControlValue]) -> str:
    """The changes with the values that they replace: "R1 penalty off → 1, D steps 5 → 1"."""
    text = ", ".join(short_text(key, controls[key], value) for key, value in changes)
    # A line may break anywhere but at the arrow.
    return text.replace(" → ", "\u00a0→\u00a0")


def done_text(suggestion: Suggestion) -> str:
    """A suggestion that has been followed: "Done: R1 penalty 1"."""
    infos = live_fields()
    parts = [
        f"{words.config_text(infos[key].title)} {words.control_value(infos[key], value)}"
        for key, value in suggestion.changes
    ]
    return QCoreApplication.translate("Diagnosis", "Done: {changes}").format(changes=", ".join(parts))
