"""The commands that list what can be chosen: presets, data sets, devices."""

from __future__ import annotations

import sys
from typing import Any

import typer

from gan_desktop.arguments import AsJson, show
from gan_desktop.core.machine import distributions_note
from gan_desktop.core.presets import presets
from gan_desktop.core.registry import Entry, datasets

application = typer.Typer()


@application.command("presets")
def list_presets(as_json: AsJson = False) -> int:
    """List the presets, each with its lesson."""
    rows = [
        {"name": p.name, "title": p.title, "lesson": p.lesson, "game": p.config.game.name} for p in presets().values()
    ]
    return show(rows, as_json)


@application.command("datasets")
def list_datasets(as_json: AsJson = False) -> int:
    """List the data sets and the config keys that each takes."""
    rows = [
        {"name": entry.name, "title": entry.title, "description": entry.description, "options": options_of(entry)}
        for entry in datasets.values()
    ]
    return show(rows, as_json)


def options_of(entry: Entry[object]) -> dict[str, Any]:
    """Option names and defaults of a registered thing."""
    return {name: field.default for name, field in entry.options.model_fields.items()}


@application.command("devices")
def list_devices_command(as_json: AsJson = False) -> int:
    """List the devices that can train here."""
    from gan_desktop.training import devices

    rows = [{"name": device.name, "title": device.title} for device in devices.list_devices()]
    for note in (devices.gpu_note(), distributions_note()):
        if note and not as_json:
            sys.stderr.write(f"{note}\n")
    return show(rows, as_json)
