"""The `lockstep` command: sides from one state, advanced together in a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError, named, printable
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.interventions import config_after
from gan_desktop.core.lockstep import NAMES, Order, Side, parse_side
from gan_desktop.core.numbers import finite
from gan_desktop.process import BrokenOffError, breakable
from gan_desktop.progress import ProgressLine
from gan_desktop.recording.library import find_run
from gan_desktop.recording.reader import read_run
from gan_desktop.terminal import EXIT_ERROR, EXIT_OK, print_error

if TYPE_CHECKING:
    from gan_desktop.training.lockstep import Lockstep

FIGURES = ("d_loss", "g_loss")


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        origin: the folder of a run, or the config to begin with.
        config: that of A.
        step: of a run, where to begin; None for its end.
        begin: the number of that step.
        texts: what B, C and D have of their own; empty for nothing.
        count: how many steps to take.
    """

    origin: Path | RunConfig
    config: RunConfig
    step: int | None
    begin: int
    texts: Sequence[Sequence[str]]
    count: int


def kept_origin(run: str, step: int | None) -> tuple[Path, RunConfig, int]:
    """The folder of a run, its config as it was after so many steps or at its end, and the number of that step.

    Raises:
        InputError: there is no such run, it cannot be read, or it has no such step.
    """
    entry = find_run(run)
    entry.check_readable()
    record = read_run(entry.folder)
    if step is not None and step > record.steps:
        raise InputError(f"--step {step}: run {named(entry.name)} has steps 0 to {record.steps}", "--step")
    made = [change for change in record.interventions if step is None or change.step < step]
    return entry.folder, config_after(record.config(), made), record.steps if step is None else step


def lockstep_in_terminal(wish: Wish, as_json: bool) -> int:
    """Advance all sides, with a progress bar on stderr, and print the digest of each and when it parted from A.

    Raises:
        InputError: one sentence; nothing has been trained.
    """
    sides = _sides(wish)
    with breakable() as asked, ProgressLine("loading TensorFlow") as line:

        def report(done: int, total: float, doing: str) -> None:
            if asked.is_set():
                raise BrokenOffError
            line.show(doing, done, total, f"{done:,} of {total:,.0f}", f"{doing}: {done:,} of {total:,.0f}")

        try:
            result = _advance(wish, sides, report)
        except BrokenOffError:
            print_error("broken off; nothing is kept of a lockstep")
            return EXIT_ERROR
    if as_json:
        print(json.dumps(result))
    else:
        _print(result)
    return EXIT_OK


def _sides(wish: Wish) -> list[Side]:
    """B, and C and D if they have something of their own."""
    count = max((place for place, texts in enumerate(wish.texts) if texts), default=0) + 1
    for place in range(count - 1):
        if not wish.texts[place]:
            raise InputError(f"--{NAMES[count].lower()} is given, but not --{NAMES[place + 1].lower()}")
    options = [f"--{NAMES[place + 1].lower()}" for place in range(count)]
    sides = [parse_side(texts, wish.config, option) for texts, option in zip(wish.texts, options, strict=False)]
    for side, option in zip(sides, options, strict=True):
        _check_steps(side, option, wish)
    return sides


def _check_steps(side: Side, option: str, wish: Wish) -> None:
    """Refuse changes at steps that are not taken."""
    end = wish.begin + wish.count
    for change in side.later:
        if not wish.begin <= change.step < end:
            what = f"{option} {change.step}:{change.key}={change.value}"
            raise InputError(f"{what}: not within the steps that are taken, {wish.begin} to {end - 1}", option)


def _advance(wish: Wish, sides: Sequence[Side], report: Callable[[int, float, str], None]) -> dict[str, Any]:
    """Take the steps; returns what `--json` prints."""
    from gan_desktop.training.engine.pacing import HEADLESS_SECONDS, Pace
    from gan_desktop.training.lockstep import make_lockstep

    order = Order(wish.origin, wish.step, sides)
    lockstep = make_lockstep(order, lambda share: report(int(100 * share), 100, "computing earlier steps again, %"))
    try:
        pace, begin = Pace(HEADLESS_SECONDS), lockstep.step
        last: list[MetricsBlock | None] = [None] * len(lockstep.trainers)
        while (done := lockstep.step - begin) < wish.count and not lockstep.is_over:
            report(done, wish.count, "advancing")
            began = time.perf_counter()
            blocks = lockstep.advance(min(pace.steps, wish.count - done))
            pace.took(max(1, lockstep.step - begin - done), time.perf_counter() - began)
            last = [new or old for new, old in zip(blocks, last, strict=True)]
        return {"begin": begin, "step": lockstep.step, "sides": _outcome(lockstep, sides, last)}
    finally:
        lockstep.close()


def _outcome(lockstep: Lockstep, sides: Sequence[Side], last: Sequence[MetricsBlock | None]) -> list[dict[str, Any]]:
    found = []
    for place, state in enumerate(lockstep.states()):
        side = sides[place - 1] if place else Side()
        figures = {} if (block := last[place]) is None else block.last()
        found.append(
            {
                "name": NAMES[place],
                "differs": dict(side.values),
                "later": [{"step": change.step, "key": change.key, "value": change.value} for change in side.later],
                "step": lockstep.trainers[place].step,
                "parted": state.parted,
                "diverged": state.diverged,
                "weights_digest": state.digest,
                "figures": {name: finite(figures.get(name)) for name in FIGURES},
            }
        )
    return found


def _print(result: dict[str, Any]) -> None:
    """Print a line for each side: its digest, and whether and when it parted from A."""
    for side in result["sides"]:
        differs = [f"{key} = {value}" for key, value in side["differs"].items()]
        differs += [f"{change['key']} = {change['value']} from step {change['step']:,} on" for change in side["later"]]
        if side["name"] == NAMES[0]:
            verdict = "as it is"
        else:
            verdict = "equal" if side["parted"] is None else f"parted at step {side['parted']:,}"
        ended = f"; no longer finite after {side['step']:,} steps" if side["diverged"] else ""
        print(printable(f"{side['name']}  {side['weights_digest']}  {verdict}{ended}  {', '.join(differs)}").rstrip())
    with suppress(OSError):
        sys.stderr.write(f"steps {result['begin']:,} to {result['step']:,}\n")
