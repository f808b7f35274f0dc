"""Comparing and naming the form's config: what needs a new start, and what does not."""

from __future__ import annotations

from collections.abc import Mapping

from gan_desktop.core.config import RunConfig, live_keys
from gan_desktop.core.interventions import ControlValue, current_controls
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import presets

# What makes a run another experiment; seed, device, length and rates do not.
STRUCTURE = ("game", "data", "generator", "discriminator", "latent", "objective", "regularization")
# The name of an experiment that is no preset's.
CUSTOM = "custom"


def same_but_live(one: RunConfig, other: RunConfig) -> bool:
    """Whether two configs are equal but for what can change while a run is under way."""
    if one == other:
        return True
    left, right = one.model_dump(), other.model_dump()
    for key, section in live_keys().items():
        left[section].pop(key)
        right[section].pop(key)
    return left == right


def with_controls(config: RunConfig, controls: Mapping[str, ControlValue]) -> RunConfig:
    """The config with these values of live controls."""
    sections, kinds = live_keys(), current_controls(config)
    # Step counts are whole numbers in a config, whatever came over the queue.
    values = {f"{sections[key]}.{key}": type(kinds[key])(value) for key, value in controls.items() if key in kinds}
    return replace_keys(config, values) if values else config


def form_name(config: RunConfig, preset_name: str) -> str:
    """The name for the run folder: the preset's while the experiment is still its own, else `CUSTOM`."""
    chosen = presets().get(preset_name)
    if chosen is None:
        return CUSTOM
    same = all(getattr(chosen.config, section) == getattr(config, section) for section in STRUCTURE)
    return preset_name if same else CUSTOM
