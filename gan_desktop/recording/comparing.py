"""Several kept runs beside each other: what differs in their configs, their metrics, alerts and groups of seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from gan_desktop.core.keys import dump_config
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.own_code import OWN_CODE
from gan_desktop.core.past import Past
from gan_desktop.core.registry import metrics
from gan_desktop.recording.past import DAMAGE, read_past
from gan_desktop.recording.reader import unreadable
from gan_desktop.recording.run_axis import Axis, Places, places_of
from gan_desktop.recording.run_entry import RunEntry, read_entry
from gan_desktop.recording.run_folder import DATABASE

SEED = "training.seed"


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """A run among others.

    Attributes:
        entry: what lists show of it: its name, status, preset and folder.
        config: what it began with, by `section.key`.
        past: what was recorded of it; a branch has its ancestors' record before its own.
        places: the axes that it can be drawn over.
    """

    entry: RunEntry
    config: Mapping[str, Any] = field(repr=False)
    past: Past = field(repr=False)
    places: Mapping[Axis, Places] = field(repr=False)

    @property
    def seed(self) -> Any:
        """The seed of everything that is random in it."""
        return self.config.get(SEED)

    @property
    def recipe(self) -> tuple[Any, ...]:
        """All that decides on its course but the seed: its config, and the changes made while it trained."""
        config = {key: value for key, value in self.config.items() if key != SEED}
        changes = tuple((change.step, change.key, change.value) for change in self.past.interventions)
        return config, changes


@dataclass(frozen=True)
class Outcome:
    """What became of one metric in a run; None where it is not known.

    Attributes:
        end: its value at the last measurement that has it.
        best: its best value, after `best_step` steps. Of a metric of another program, it is not known which is best.
        floor: what real samples gave in place of fakes.
    """

    end: float | None = None
    best: float | None = None
    best_step: int | None = None
    floor: Floor | None = None


def read_compared(folder: Path) -> ComparedRun:
    """Read a run to be compared.

    Raises:
        InputError: one sentence; it cannot be read as a run.
    """
    entry = read_entry(folder)
    entry.check_readable()
    record, past = read_past(folder)
    config = record.config()
    flat = {f"{section}.{key}": value for section, keys in dump_config(config).items() for key, value in keys.items()}
    if record.is_own_code:
        flat = {key: flat[key] for key in record.known(flat)} | {"game.name": OWN_CODE}
    try:
        return ComparedRun(entry, flat, past, places_of(record, past, config))
    except DAMAGE as error:
        raise unreadable(folder / DATABASE, error) from None


def differing(runs: Sequence[ComparedRun]) -> dict[str, list[Any]]:
    """The config keys that are not the same in all runs, with the value in each; None where a run has no such key."""
    keys = dict.fromkeys(key for run in runs for key in run.config)
    rows = {key: [run.config.get(key) for run in runs] for key in keys}
    return {key: values for key, values in rows.items() if any(value != values[0] for value in values)}


def grouped(runs: Sequence[ComparedRun]) -> list[list[int]]:
    """The places of the runs in groups, in the order of the first of each.

    Runs of a group differ in nothing but `training.seed`: the changes made while they trained are the same, too.
    """
    groups: list[list[int]] = []
    for place, run in enumerate(runs):
        group = next((group for group in groups if runs[group[0]].recipe == run.recipe), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return groups


def outcomes(runs: Sequence[ComparedRun]) -> dict[str, list[Outcome]]:
    """What became of each metric in each run, in the order in which people read them; unknown ones come last."""
    found = dict.fromkeys(name for run in runs for one in run.past.measured for name in one.values)
    known = sorted((name for name in found if name in metrics), key=lambda name: metrics[name].value.order)
    better = {name: metrics[name].value.higher_is_better for name in known}
    return {
        name: [outcome(run.past.measured, name, better.get(name)) for run in runs]
        for name in dict.fromkeys([*known, *found])
    }


def outcome(measured: Sequence[Measured], name: str, higher_is_better: bool | None) -> Outcome:
    """What became of a metric.

    Args:
        measured: all measurements of a run.
        higher_is_better: which way improvement lies; None if that is not known.
    """
    found = [(one.step, one.values[name]) for one in measured if name in one.values]
    finite = [(step, value) for step, value in found if isfinite(value)]
    end = found[-1][1] if found and isfinite(found[-1][1]) else None
    floor = next((one.floors[name] for one in reversed(measured) if name in one.floors), None)
    if not finite or higher_is_better is None:
        return Outcome(end, floor=floor)
    choose: Callable[..., tuple[int, float]] = max if higher_is_better else min
    best_step, best = choose(finite, key=lambda item: item[1])
    return Outcome(end, best, best_step, floor)
