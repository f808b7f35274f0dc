"""Diagnoses as an engine would make them, for windows without one."""

from __future__ import annotations

from gan_desktop.core.diagnosis import (
    Alert,
    AlertEnded,
    AlertRaised,
    Aspect,
    Diagnosed,
    Evidence,
    Level,
    Sentence,
    Suggestion,
)
from gan_desktop.gui.run.model import RunModel

NAMES = ("balance", "diversity", "quality", "stability", "gradients")


def evidence(value: float = 3.0) -> tuple[Evidence, ...]:
    return (
        Evidence("modes_covered", value, "<", 6.0, 8.0),
        Evidence("top_share", 0.61, ">", 0.5, meaning=Sentence("The share of the mode with the most samples.")),
    )


def collapse(step: int = 1250, value: float = 3.0, suggestions: tuple[Suggestion, ...] | None = None) -> Alert:
    """Mode collapse, raised at a step, with two suggestions of which the second has two changes."""
    if suggestions is None:
        suggestions = (
            Suggestion((("r1_weight", 1.0),), Sentence("R1 keeps D from chasing G.")),
            Suggestion((("d_steps", 2), ("d_learning_rate", 2e-4)), Sentence("A slower D leaves G time.")),
        )
    message = Sentence("The generator makes {n:.0f} of {most:.0f} modes.", {"n": value, "most": 8.0})
    return Alert("mode_collapse", step, Level.BAD, message, evidence(value), suggestions)


def oscillation(step: int = 500) -> Alert:
    """A failure to be watched, without suggestions."""
    return Alert("oscillation", step, Level.WATCH, Sentence("Both losses go round."), ())


def ended(alert: Alert, step: int) -> AlertEnded:
    return AlertEnded(step, alert, Sentence("It has ended."))


def tell_raised(model: RunModel, *alerts: Alert) -> None:
    """Raise alerts; the diagnosis that follows has them besides the standing ones, as an engine says it."""
    for alert in alerts:
        model.receive(AlertRaised(alert))
    standing = model.record.diagnosis.alerts | {alert.detector: alert for alert in alerts}
    model.receive(diagnosed(alerts[-1].step, *standing.values()))


def tell_ended(model: RunModel, alert: Alert, step: int) -> None:
    """End an alert; the diagnosis that follows is without it."""
    model.receive(ended(alert, step))
    model.receive(
        diagnosed(step, *(each for each in model.record.diagnosis.alerts.values() if each.detector != alert.detector))
    )


def diagnosed(step: int, *alerts: Alert, modes: float = 8.0, said: Sentence | None = None) -> Diagnosed:
    """Five lights: the one of diversity follows `modes` and says `said`, the one of gradients is not known."""
    level = Level.GOOD if modes == 8 else Level.BAD
    said = said or Sentence("{n:.0f} of {most:.0f} modes are covered.", {"n": modes, "most": 8.0})
    why = Sentence("A mode is covered where a sample is near it: {n:.0f} are.", {"n": modes})
    known = {
        "balance": Aspect("balance", Level.GOOD, Sentence("Neither network is winning."), 0.6),
        "diversity": Aspect("diversity", level, said, modes, evidence(modes), why),
        "quality": Aspect("quality", Level.WATCH, Sentence("Half of the samples are near a mode."), 0.5),
        "stability": Aspect("stability", Level.GOOD, Sentence("The losses tremble about a level."), 0.1),
        "gradients": Aspect(
            "gradients", Level.UNKNOWN, Sentence("It takes 1,000 steps to compare with."), float("nan")
        ),
    }
    return Diagnosed(step, tuple(known[name] for name in NAMES), alerts)
