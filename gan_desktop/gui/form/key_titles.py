"""Sentences about config keys with the names that people see: "Batch = 97" in place of "training.batch_size = 97"."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from gan_desktop.core.config import NetworkConfig, sections
from gan_desktop.core.fields import KeyInfo, every_field
from gan_desktop.gui.look import words

# A path, or a key that is written without its section; not what stands in quotes or is part of a file's name.
PATH = re.compile(r"(?<![\w./'\"])([a-z]+)\.([a-z_0-9]+)(?![\w./])")
KEY = re.compile(r"(?<![\w./'\"=])([a-z]+(?:_[a-z0-9]+)+)(?![\w./'\"])")


def key_title(info: KeyInfo) -> str:
    """The title of a key's field. A network's key has a twin in the other network, so its title names the network."""
    title = words.config_text(info.title)
    if not issubclass(sections()[info.section], NetworkConfig):
        return title
    networks = {
        "generator": QCoreApplication.translate("KeyTitles", "Generator, {title}"),
        "discriminator": QCoreApplication.translate("KeyTitles", "Discriminator, {title}"),
    }
    return networks.get(info.section, "{title}").format(title=title)


def in_titles(sentence: str) -> str:
    """The sentence with each key that it names by the title of its field."""
    fields = every_field()
    by_key: dict[str, list[KeyInfo]] = {}
    for info in fields.values():
        by_key.setdefault(info.key, []).append(info)

    def of_path(found: re.Match[str]) -> str:
        info = fields.get(found[0])
        return found[0] if info is None else key_title(info)

    def of_key(found: re.Match[str]) -> str:
        infos = by_key.get(found[0], [])
        return key_title(infos[0]) if len(infos) == 1 else found[0]

    return KEY.sub(of_key, PATH.sub(of_path, sentence))
