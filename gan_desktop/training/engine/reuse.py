"""Which runs can be trained by one compiled trainer, one after the other."""

from __future__ import annotations

from typing import Any

from gan_desktop.core.autopilot import SECTION
from gan_desktop.core.config import RunConfig, live_keys

# These keys say when a run ends, is measured and is saved; nothing of that is compiled, nor are live controls
# and rules.
COURSE_KEYS = ("steps", "epochs", "measure_every", "stop_when", "checkpoint_seconds", "checkpoint_megabytes")


def trains_alike(one: RunConfig, other: RunConfig) -> bool:
    """Whether one config's trainer can train the other, if it starts anew with the other's live controls."""
    return one == other or _compiled_part(one) == _compiled_part(other)


def _compiled_part(config: RunConfig) -> dict[str, Any]:
    parts = config.model_dump()
    for key, section in live_keys().items():
        parts[section].pop(key)
    parts.pop(SECTION)
    for key in COURSE_KEYS:
        parts["training"].pop(key)
    return parts
