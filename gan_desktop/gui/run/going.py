"""What is said while a run is on its way to the step from which it, or a branch of it, goes on."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gan_desktop.gui.alerts.words import changes_text
from gan_desktop.gui.look import words
from gan_desktop.gui.run.continuing import controls_at
from gan_desktop.gui.run.state import RunState


def way_text(model: RunState) -> str:
    """What is done to get to the step, in a few words; empty if nothing is."""
    going, recomputing = model.going, model.record.recomputing
    step = "" if going is None else words.count(going.step)
    if recomputing is None:
        return _tr("Going to step {step}").format(step=step) if step else ""
    text = _tr("Recomputing {n} steps up to step {step}") if step else _tr("Recomputing {n} steps")
    return text.format(n=words.count(recomputing.steps), step=step)


def goal_sentence(model: RunState) -> str:
    """What happens at the step; empty if the run is on no such way."""
    going, run = model.going, model.record.run
    if going is None:
        return ""
    if not going.is_branch:
        return _tr("The run goes on there.")
    if not going.changes or run is None:
        return _tr("A branch begins there.")
    changes = changes_text(going.changes, controls_at(model.record, going.step))
    return _tr("A branch begins there, with {changes}.").format(changes=changes)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Going", text)
