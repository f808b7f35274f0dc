"""What can be done with a run: the actions, and the live settings with their types, limits and values of now."""

from __future__ import annotations

from typing import Any

from gan_desktop.core.fields import KeyInfo, Kind, live_fields
from gan_desktop.core.interventions import playable_keys
from gan_desktop.recording.run_view import RunView

SAYS = {
    "set": "change a live setting before the next step",
    "pause": "wait after the step that is being computed",
    "resume": "go on",
    "sample-now": "make samples of the step at which the run is",
    "stop": "end the run, with a last checkpoint",
}
TYPES = {Kind.COUNT: "integer", Kind.NUMBER: "number", Kind.CHOICE: "string"}


def describe(view: RunView | None) -> dict[str, Any]:
    """The actions, and the settings that the run has and that mean something in its game; none if there is no run."""
    settings = []
    if view is not None:
        values, fields = view.controls, live_fields()
        keys = [key for key in playable_keys(view.config) if key in values]
        settings = [{**_setting(fields[key]), "value": values[key]} for key in keys]
    return {"actions": [{"action": name, "does": says} for name, says in SAYS.items()], "settings": settings}


def _setting(info: KeyInfo) -> dict[str, Any]:
    known = {
        "key": info.key,
        "path": info.path,
        "title": info.title,
        "description": info.description,
        "type": TYPES[info.kind],
        "minimum": info.least,
        "maximum": info.most,
        "above": info.above,
        "below": info.below,
        "usual": info.usual,
        "unit": info.unit or None,
        "choices": [choice.value for choice in info.choices] or None,
    }
    return {name: value for name, value in known.items() if value is not None}
