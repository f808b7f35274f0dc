"""Plug-ins: what other installed packages add to the registries, without a change to this one.

A package names its modules as entry points of the group `gan_desktop.plugins`. The name of an entry point is a kind,
its value the module that registers things of that kind. A registry imports the modules of its kind at the first look,
after its own. A plug-in that fails is left out, and one sentence says so: the program goes on without it.
"""

from __future__ import annotations

import importlib
import logging
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from gan_desktop.core.errors import named, one_line, suggest

GROUP = "gan_desktop.plugins"
# The nouns of the registries, as the names of entry points have them.
KINDS = (
    "aspect",
    "data_set",
    "degradation",
    "detector",
    "export",
    "game",
    "metric",
    "network_family",
    "objective",
    "optimizer",
    "panel",
    "penalty",
    "rule",
    "term",
)

_log = logging.getLogger(__name__)
# Sentences about what is left out, in order, and the modules that could not be imported.
_problems: list[str] = []
_failed: set[str] = set()


def problems() -> tuple[str, ...]:
    """A sentence about each thing left out so far: a registry knows what it holds once somebody has looked at it."""
    return tuple(_problems)


def report(sentence: str) -> None:
    """Keep a sentence for whoever asks, and write it to the log, which is stderr if nobody listens."""
    _problems.append(one_line(sentence))
    _log.warning("%s", _problems[-1])


def packages() -> tuple[str, ...]:
    """The packages that have entry points here, each with its version."""
    owners = (f"{point.dist.name} {point.dist.version}" for point in _installed() if point.dist is not None)
    return tuple(dict.fromkeys(owners))


def import_all(kind: str) -> None:
    """Import the modules of a kind, package by package. Never raises."""
    for point in _installed():
        if point.name == kind and point.value not in _failed:
            try:
                importlib.import_module(point.value)
            except (Exception, SystemExit) as error:  # noqa: BLE001  whatever it is, the program goes on
                _failed.add(point.value)
                report(f"{_title(point)} is left out: {type(error).__name__}: {str(error).rstrip('.')}.")


def has_failed(module: str) -> bool:
    """Whether the module failed, or lies in one that did: nothing that it had registered by then is to be used."""
    return any(module == failed or module.startswith(f"{failed}.") for failed in _failed)


def check_kind(module: str, kind: str) -> None:
    """Refuse things of a kind that a plug-in's entry points do not name: luck would decide when they are found.

    Raises:
        ValueError: the entry points do not name that kind.
    """
    kinds = {point.name for point in _installed() if point.value == module}
    if kinds and kind not in kinds:
        raise ValueError(f"{module} registers a {kind}, and no entry point of that name is in its group {GROUP}")


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """The entry points of all packages, in the order of the packages' names. Names that are no kind are reported."""
    found = sorted(entry_points(group=GROUP), key=lambda point: (_owner(point), point.name, point.value))
    for point in found:
        if point.name not in KINDS:
            problem = f"its entry point {named(point.name)} is no kind of plug-in: {suggest(point.name, KINDS)}"
            report(f"{_title(point)} is left out: {problem}{'' if problem.endswith('?') else '.'}")
    return tuple(found)


def _title(point: EntryPoint) -> str:
    return f"The plug-in {named(_owner(point))} ({named(point.value)})"


def _owner(point: EntryPoint) -> str:
    """The name of the package that an entry point belongs to."""
    return point.dist.name if point.dist is not None else point.value
