"""Kills a training process at random moments and looks at what it leaves: `python -m tests.faults.kills --count 50`.

For each kill it tells how many seconds of figures were lost, how many of weights, and whether everything else is
right: the database is whole, the newest checkpoint loads with its digest, the run is told as interrupted, and the next
start in the same place leaves no temporary file.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gan_desktop.core.errors import InputError
from gan_desktop.recording.leftovers import clear_leftovers
from gan_desktop.recording.reader import read_run
from tests.tiny import write_tiny

# Trains as the command line does, and says after each block what time it is and how many steps are done.
CHILD = """
import queue, sys, time
from pathlib import Path
from gan_desktop.core import commands, events
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import load_config
from gan_desktop.training.engine.session import Session

config = replace_keys(load_config(Path(sys.argv[1])).config,
    {"training.steps": None, "training.checkpoint_seconds": float(sys.argv[3])})
asked = queue.SimpleQueue()
asked.put(commands.Start(config, out=Path(sys.argv[2])))

def hear(event):
    if isinstance(event, (events.MetricsBlock, events.StatusChanged)):
        step = event.next_step if isinstance(event, events.MetricsBlock) else event.step
        print(time.time(), event.status if isinstance(event, events.StatusChanged) else "block", step, flush=True)

Session(asked, hear, watched=sys.argv[4] == "watched").run()
"""


@dataclass
class Killed:
    """What one kill left.

    Attributes:
        seconds: how long the run had trained.
        figures_lost, weights_lost: seconds of training before the kill of which there is nothing.
        faults: a sentence for everything that is wrong.
    """

    seconds: float
    steps: int
    figures_lost: float
    weights_lost: float
    faults: list[str] = field(default_factory=list)


@contextmanager
def training(config: Path, out: Path, interval: float, watched: bool) -> Iterator[subprocess.Popen[str]]:
    """The process; killed at the end."""
    command = [sys.executable, "-c", CHILD, str(config), str(out), str(interval), "watched" if watched else "headless"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def kill_once(place: Path, after: float, interval: float = 2.0, watched: bool = False) -> Killed:
    """Train into a new folder in `place`, kill the process so many seconds after its first block, and look."""
    place.mkdir(exist_ok=True)
    config, out = write_tiny(place), place / f"run-{time.time_ns()}"
    told: list[tuple[float, int]] = []
    with training(config, out, interval, watched) as process:
        assert process.stdout is not None
        lines = iter(process.stdout)
        began = next(line for line in lines if " block " in line)
        told.append((float(began.split()[0]), int(began.split()[2])))
        timer = threading.Timer(after, os.kill, (process.pid, getattr(signal, "SIGKILL", signal.SIGTERM)))
        timer.start()
        told += [(float(words[0]), int(words[2])) for words in map(str.split, lines) if len(words) == 3]
        timer.join()
    return examined(out, told, interval)


def examined(out: Path, told: list[tuple[float, int]], interval: float) -> Killed:
    """What there is of a run that has told of these times and steps."""
    record = read_run(out)
    end, steps = told[-1]
    killed = Killed(end - told[0][0], steps, 0.0, 0.0)
    killed.figures_lost = end - reached_at(told, len(record.history))
    if killed.figures_lost > 1.0:
        killed.faults.append(f"figures of {killed.figures_lost:.2f} s are lost")
    if record.facts["status"] != "interrupted":
        killed.faults.append(f"it is told as {record.facts['status']}")
    with closing(sqlite3.connect(out / "run.sqlite")) as database:
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            killed.faults.append("the database is not whole")
    killed.faults += [f"{saved.path} is not there" for saved in record.checkpoints if not (out / saved.path).is_file()]
    newest = max((out / "checkpoints").glob("step_*.npz"), default=None)
    killed.weights_lost = end - (reached_at(told, step_in(newest)) if newest else told[0][0])
    # Of the time that one takes to be written, the process says nothing.
    if killed.weights_lost > interval + writing_seconds(interval):
        killed.faults.append(f"weights of {killed.weights_lost:.1f} s are lost")
    if newest is not None:
        killed.faults += fault_of_checkpoint(newest)
    clear_leftovers(out.parent)
    killed.faults += [f"{path} is left" for path in out.parent.rglob("*") if path.name.endswith((".tmp", "run.lock"))]
    return killed


def writing_seconds(interval: float) -> float:
    """How much later than its interval a checkpoint of a tiny network may be whole."""
    return max(1.0, 0.1 * interval)


def step_in(checkpoint: Path) -> int:
    return int(checkpoint.stem.removeprefix("step_"))


def reached_at(told: list[tuple[float, int]], steps: int) -> float:
    """When so many steps were done."""
    return max((moment for moment, step in told if step <= steps), default=told[0][0])


def fault_of_checkpoint(path: Path) -> list[str]:
    """Why it cannot be gone on from, if so; loading compares its digest with the one that was written."""
    from gan_desktop.training.checkpoint import load_checkpoint

    try:
        trainer = load_checkpoint(path)
    except InputError as error:
        return [str(error)]
    return [] if trainer.step == step_in(path) else [f"{path} is of step {trainer.step}"]


def main() -> None:
    """Kill as often as asked for, and print a row for each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="how often")
    parser.add_argument("--longest", type=float, default=15.0, help="seconds of training, at most, before a kill")
    parser.add_argument("--interval", type=float, default=5.0, help="seconds between checkpoints by time")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    results: list[Killed] = []
    print("  kill  trained s     steps  figures lost s  weights lost s  wrong", flush=True)
    with tempfile.TemporaryDirectory() as place:
        for number in range(asked.count):
            killed = kill_once(Path(place), moments.uniform(0, asked.longest), asked.interval, watched=number % 2 == 1)
            results.append(killed)
            figures = f"{killed.seconds:9.1f} {killed.steps:9} {killed.figures_lost:15.2f} {killed.weights_lost:15.2f}"
            print(f"{number + 1:6} {figures}  {'; '.join(killed.faults) or 'nothing'}", flush=True)
    wrong = sum(bool(killed.faults) for killed in results)
    figures_lost = max(killed.figures_lost for killed in results)
    weights_lost = max(killed.weights_lost for killed in results)
    print(f"{wrong} of {len(results)} left something wrong")
    print(f"at most {figures_lost:.2f} s of figures and {weights_lost:.2f} s of weights were lost")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
