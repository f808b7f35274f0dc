"""The differences of sides, in the words of the window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.config import RunConfig
from gan_desktop.core.fields import KeyInfo
from gan_desktop.core.keys import key_info
from gan_desktop.core.lockstep import allowed_paths
from gan_desktop.gui.form.key_titles import key_title
from gan_desktop.gui.look import words


def offered_keys(config: RunConfig) -> list[KeyInfo]:
    """The keys in which a side can differ, in their order."""
    return [key_info(config, path) for path in allowed_paths(config)]


def value_at(config: RunConfig, path: str) -> Any:
    """The value of a `section.key`."""
    section, _, key = path.partition(".")
    return getattr(getattr(config, section), key)


def differing(one: RunConfig, other: RunConfig) -> list[KeyInfo]:
    """The keys in which a side differs from A."""
    return [info for info in offered_keys(one) if value_at(one, info.path) != value_at(other, info.path)]


def difference_text(one: RunConfig, other: RunConfig) -> str:
    """What a side has of its own: "R1 penalty 1, D steps 2"; that it has nothing, where that is so."""
    texts = list(_texts(other, differing(one, other)))
    return ", ".join(texts) or QCoreApplication.translate("Lockstep", "as A")


def _texts(config: RunConfig, infos: Iterable[KeyInfo]) -> Iterable[str]:
    for info in infos:
        yield f"{key_title(info)} {words.key_value(info, value_at(config, info.path))}"
