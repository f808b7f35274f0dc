"""The `compare` command: several runs beside each other, in a terminal or as JSON. Qt is not imported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import isfinite, nan
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gan_desktop.core.errors import InputError, named, printable, shortened
from gan_desktop.core.interventions import value_text
from gan_desktop.core.measured import Floor
from gan_desktop.core.registry import detectors, metrics
from gan_desktop.recording.comparing import ComparedRun, Outcome, differing, grouped, outcomes, read_compared
from gan_desktop.recording.library import find_run
from gan_desktop.terminal import EXIT_OK

# The most characters of a cell.
WIDEST = 60


def compare_in_terminal(meant: Sequence[str], as_json: bool) -> int:
    """Print what tells runs apart, and what became of each.

    Raises:
        InputError: one sentence; a run cannot be read, or there are fewer than two.
    """
    entries = {entry.folder.absolute(): entry for entry in map(find_run, meant)}
    if len(entries) < 2:
        what = "the same run twice" if len(meant) > 1 else f"only {named(meant[0])}" if meant else "no run"
        raise InputError(f"compare: {what} is given; name at least two runs")
    runs = [read_compared(entry.folder) for entry in entries.values()]
    if as_json:
        print(json.dumps(plain(runs)))
    else:
        print_tables(runs)
    return EXIT_OK


def plain(runs: Sequence[ComparedRun]) -> dict[str, Any]:
    """The object that `--json` prints. In all lists, the runs are in the same order."""
    groups = {place: number for number, group in enumerate(grouped(runs)) for place in group}
    return {
        "runs": [_run(run) | {"group": groups[place]} for place, run in enumerate(runs)],
        "differs": differing(runs),
        "metrics": {name: [_outcome(one) for one in row] for name, row in outcomes(runs).items()},
        "alerts": [
            [{"detector": alert.detector, "step": alert.step, "end": end} for alert, end in run.past.alerts]
            for run in runs
        ],
    }


def _run(run: ComparedRun) -> dict[str, Any]:
    entry = run.entry
    return {
        "name": entry.name,
        "folder": str(entry.folder),
        "id": entry.id,
        "preset": entry.preset,
        "status": entry.status,
        "steps": run.past.step,
        "seconds": run.past.seconds,
        "seed": run.seed,
        "parent": None if entry.parent is None else {"id": entry.parent.id, "step": entry.parent.step},
        "interventions": [
            {"step": change.step, "key": change.key, "value": change.value, "author": change.author}
            for change in run.past.interventions
        ],
        "gap": run.past.gap,
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {"end": one.end, "best": one.best, "best_step": one.best_step, "floor": _floor(one.floor)}


def _floor(floor: Floor | None) -> dict[str, float] | None:
    if floor is None or not isfinite(floor.mean):
        return None
    return {"mean": floor.mean, "deviation": floor.deviation if isfinite(floor.deviation) else 0.0}


# For people.


def print_tables(runs: Sequence[ComparedRun]) -> None:
    """Print the runs, and then, beside each other, what differs, the metrics and the alerts."""
    console = Console()
    # Not cut where it goes into a file.
    console = console if console.is_terminal else Console(width=max(120, 40 * (len(runs) + 1)))
    letters = [f"[{number}]" for number in range(1, len(runs) + 1)]
    groups = grouped(runs)
    by_group = {place: number for number, group in enumerate(groups, start=1) for place in group}
    rows = [
        (
            letter,
            run.entry.name,
            run.entry.status,
            f"{run.past.step:,}",
            f"{run.past.seconds:,.0f} s",
            "–" if run.seed is None else str(run.seed),
        )
        + ((f"{by_group[place]}",) if len(groups) < len(runs) else ())
        for place, (letter, run) in enumerate(zip(letters, runs, strict=True))
    ]
    heads = ("", "run", "state", "steps", "trained", "seed", "group")
    _print(console, "", heads[: len(rows[0])], rows)
    _print(console, "What differs", ("key", *letters), _differences(runs))
    _print(console, "Metrics: at the end, and at their best", ("metric", *letters, "real samples"), _metrics(runs))
    _print(console, "Alerts", ("alert", *letters), _alerts(runs))
    for letter, run in zip(letters, runs, strict=True):
        if run.past.gap:
            console.print(Text(printable(f"{letter} {run.past.gap}")))


def _print(console: Console, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; where it has no rows, that there is nothing."""
    rows = list(rows)
    if title:
        console.print(Text(f"\n{title}" if rows else f"\n{title}: nothing", style="bold"))
    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        # What a damaged file holds may have anything, and is no markup.
        table.add_row(*(Text(shortened(cell, WIDEST)) for cell in row))
    console.print(table)


def cell(value: Any) -> str:
    """A value of a config as people read it; a dash where a run has no such key."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    # Every digit of a whole number: seeds are told apart by their last.
    return value_text(value) if isinstance(value, float) else str(value)


def changes_text(run: ComparedRun) -> str:
    """The changes made while a run trained, the last few of them."""
    changes = [
        f"{change.key} = {value_text(change.value)} at {change.step:,}" for change in run.past.interventions[-3:]
    ]
    more = len(run.past.interventions) - len(changes)
    return "; ".join([*([f"{more:,} before"] if more else []), *changes]) or "–"


def _differences(runs: Sequence[ComparedRun]) -> list[tuple[str, ...]]:
    rows = [(key, *map(cell, values)) for key, values in differing(runs).items()]
    if len({run.recipe[1] for run in runs}) > 1:
        rows.append(("changed while it trained", *map(changes_text, runs)))
    return rows


def _metrics(runs: Sequence[ComparedRun]) -> list[tuple[str, ...]]:
    """A row for each metric that some run has; what real samples give is told of each run where their data differ."""
    floors_differ = any(key.startswith("data.") for key in differing(runs))
    rows = []
    for name, row in outcomes(runs).items():
        if name not in metrics:
            rows.append((name, *(cell(one.end) for one in row), ""))
        elif any(one.best is not None for one in row):
            floors = [floor_text(name, one.floor) for one in row]
            floor = " | ".join(floors) if floors_differ else next(filter(None, floors), "")
            rows.append((metrics[name].title, *(outcome_text(name, one) for one in row), floor))
    return rows


def outcome_text(name: str, one: Outcome) -> str:
    """A metric at the end and at its best: `5, 8 at 750`; a dash where it was never known."""
    if one.best is None:
        return "–"
    text = metrics[name].value.text
    return f"{text(nan if one.end is None else one.end)}, {text(one.best)} at {one.best_step:,}"


def floor_text(name: str, floor: Floor | None) -> str:
    """What real samples give; empty if it is not known."""
    return (
        "" if floor is None or not isfinite(floor.mean) else metrics[name].value.floor_text(floor.mean, floor.deviation)
    )


def _alerts(runs: Sequence[ComparedRun]) -> list[tuple[str, ...]]:
    names = dict.fromkeys(alert.detector for run in runs for alert, _ in run.past.alerts)
    return [(detectors.title(name), *(alerts_text(run, name) for run in runs)) for name in names]


def alerts_text(run: ComparedRun, detector: str) -> str:
    """When a detector warned: `1,250 to 1,400; 2,000 on`."""
    spans = [
        f"{alert.step:,} {'on' if end is None else f'to {end:,}'}"
        for alert, end in run.past.alerts
        if alert.detector == detector
    ]
    return "; ".join(spans) or "–"
