"""What a script cannot express, said of the config key that asks for it."""

from __future__ import annotations

from typing import Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, shown


def refuse(config: RunConfig, path: str, why: str = "a script cannot express it") -> InputError:
    """The sentence that names a key and its value."""
    section, _, key = path.partition(".")
    value: Any = getattr(getattr(config, section), key)
    text = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else shown(value)
    return InputError(f"{path} = {text}: {why}", path)
