"""Going back to random steps of a run: how long it takes, whether the state is the same, and what checkpoints cost.

A run is trained as under the window, with interventions. Then it is branched at random steps: a time is from asking to
the branch standing there. Beside that, headless training with checkpoints is compared with training without.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.drivers import Headless, in_turn
from benchmarks.report import Row, parser, show
from gan_desktop.core import commands, events
from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.core.status import Status

PRESETS = ("ring", "digits")
ENDLESS = {"training.steps": None, "training.epochs": None, "training.stop_when": None}


class Engine:
    """The engine as the window drives it, on a thread."""

    def __init__(self) -> None:
        from gan_desktop.training.engine.session import Session

        self.commands: commands.CommandQueue = queue.SimpleQueue()
        self._events: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
        session = Session(self.commands, self._events.put, watched=True)
        self._thread = threading.Thread(target=session.run)
        self._thread.start()

    def wait(self, kind: type, *statuses: Status) -> Any:
        while True:
            event = self._events.get(timeout=600)
            if isinstance(event, events.CommandRefused | events.EngineError):
                raise RuntimeError(event.message)
            if isinstance(event, kind) and (not statuses or getattr(event, "status", None) in statuses):
                return event

    def close(self) -> None:
        self.commands.put(commands.Quit())
        self._thread.join()


def trained(engine: Engine, config: RunConfig, out: Path, seconds: float) -> int:
    """Train for so long with a change of a rate now and then; returns how many steps that were."""
    engine.commands.put(commands.Start(replace_keys(config, ENDLESS), out=out))
    engine.wait(events.StatusChanged, Status.TRAINING)
    rate = config.optimizer.d_learning_rate
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(seconds / 10)
        rate *= 1.05
        engine.commands.put(commands.Set("d_learning_rate", rate))
    engine.commands.put(commands.Stop())
    ended: events.RunEnded = engine.wait(events.RunEnded)
    engine.wait(events.StatusChanged, Status.STOPPED)
    return ended.step


def rows_of(name: str, seconds: float, count: int, place: Path) -> list[Row]:
    engine, rng = Engine(), np.random.default_rng(0)
    run = place / name
    steps = trained(engine, preset(name).config, run, seconds)
    taken, recomputed, parted = [], [], 0
    for number, step in enumerate(rng.integers(1, steps, count).tolist()):
        started = time.perf_counter()
        out = place / f"{name}-{number}"
        engine.commands.put(commands.Continue(run, step, branch=True, out=out, paused=True))
        begun: events.RunStarted = engine.wait(events.RunStarted)
        engine.wait(events.StatusChanged, Status.PAUSED)
        taken.append(time.perf_counter() - started)
        assert begun.origin is not None
        recomputed.append(begun.origin.recomputed)
        parted += begun.origin.parted is not None
    engine.close()
    checkpoints = list((run / "checkpoints").iterdir())
    size = sum(path.stat().st_size for path in checkpoints) / 1e6
    return [
        Row(f"{name}, {steps:,} steps: to any step, p95", float(np.percentile(taken, 95)), "s", "<= 2"),
        Row(f"{name}: to any step, median", float(np.median(taken)), "s"),
        Row(f"{name}: to any step, longest", max(taken), "s"),
        Row(f"{name}: steps computed again, mean", float(np.mean(recomputed))),
        Row(f"{name}: of {count}, not identical to the record", parted, "", "<= 0"),
        Row(f"{name}: room of {len(checkpoints)} checkpoints", size, "MB"),
    ]


def cost_row(name: str, seconds: float, rounds: int) -> Row:
    """How much slower training is with checkpoints, in percent."""
    config = replace_keys(preset(name).config, ENDLESS)
    runs = {
        "with": Headless(config),
        "without": Headless(replace_keys(config, {"training.checkpoint_seconds": 0.0})),
    }
    rates = in_turn({key: (lambda run=run: run.measure(seconds)) for key, run in runs.items()}, rounds)
    for run in runs.values():
        run.close()
    ratios = [without / with_ for with_, without in zip(rates["with"], rates["without"], strict=True)]
    return Row(f"{name}, headless: slower with checkpoints", 100 * (float(np.median(ratios)) - 1), "%", "<= 2")


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--train", type=float, default=60.0, help="seconds of training before going back")
    options.add_argument("--count", type=int, default=40, help="to how many steps to go back")
    arguments = options.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        for name in PRESETS:
            rows += rows_of(name, arguments.train, arguments.count, Path(place))
    rows += [cost_row(name, max(6.0, arguments.seconds), arguments.rounds) for name in PRESETS]
    show("Going back", rows, arguments.json)


if __name__ == "__main__":
    main()
