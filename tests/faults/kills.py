"""Kills a process at random moments and looks at what it leaves: `python -m tests.faults.kills --count 50`.

The process trains and thins its checkpoints, goes on with a run, makes branches of one, or deletes runs. For each kill
it tells how many seconds of figures were lost, how many of weights, and whether everything else is right: the database
is whole, the newest checkpoint loads with its digest, the run is told as interrupted, and the next start in the same
place leaves no temporary file. Then the run goes on, and its record is replayed: every figure and every digest of what
was before and after the kill has to be that of one run from the start.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
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

from gan_desktop.core import commands, events
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import load_config
from gan_desktop.core.status import FINAL, Status
from gan_desktop.recording.leftovers import clear_leftovers
from gan_desktop.recording.past import read_kept_run
from gan_desktop.recording.reader import read_run
from tests.tiny import write_tiny
from tests.training.driving import Driver

# Does as the command line does, and says after each block what time it is and how many steps are done.
CHILD = """
import queue, random, shutil, sys, time
from pathlib import Path
from gan_desktop.core import commands, events
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import load_config
from gan_desktop.core.status import Status
from gan_desktop.training.engine.session import Session

deed, config_file, out, interval, watched = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]
config = replace_keys(load_config(config_file).config, {"training.steps": None,
    "training.checkpoint_seconds": float(interval), "training.checkpoint_megabytes": 0.5})
asked = queue.SimpleQueue()
moves = random.Random(out.name)
branches = 0

def go_on():
    global branches
    branches += 1
    asked.put(commands.Continue(out, moves.randrange(1, 200), branch=True, more=moves.randrange(5, 60),
        out=out.with_name(f"{out.name}-branch-{branches}")))

def hear(event):
    if isinstance(event, (events.MetricsBlock, events.StatusChanged)):
        step = event.next_step if isinstance(event, events.MetricsBlock) else event.step
        print(time.time(), event.status if isinstance(event, events.StatusChanged) else "block", step, flush=True)
        if deed != "delete" and moves.random() < 0.2 and isinstance(event, events.MetricsBlock):
            asked.put(commands.Set("d_learning_rate", moves.choice([1e-3, 2e-3, 3e-3])))
    if deed == "branch" and isinstance(event, events.StatusChanged) and event.status is Status.PAUSED:
        go_on()

if deed == "delete":
    from gan_desktop.recording.removal import delete_run
    from gan_desktop.recording.run_entry import read_entry
    print(time.time(), "block", 0, flush=True)
    for number in range(10**6):
        copy, half = out.with_name(f"{out.name}-copy-{number}"), out.with_name("half a copy")
        shutil.copytree(out, half)
        half.rename(copy)
        delete_run(read_entry(copy), permanently=True)
        print(time.time(), "block", 0, flush=True)
elif deed == "branch":
    go_on()
elif deed == "resume":
    asked.put(commands.Continue(out, length={"training.steps": None}))
else:
    asked.put(commands.Start(config, out=out))
Session(asked, hear, watched=watched == "watched").run()
"""
# What is killed in turn.
DEEDS = ("train", "resume", "branch", "delete")
# Steps that a run goes on for when it is examined.
MORE = 30


@dataclass
class Killed:
    """What one kill left.

    Attributes:
        deed: what was under way.
        seconds: how long.
        figures_lost, weights_lost: seconds of training before the kill of which there is nothing.
        faults: a sentence for everything that is wrong.
    """

    deed: str
    seconds: float
    steps: int
    figures_lost: float
    weights_lost: float
    faults: list[str] = field(default_factory=list)


@contextmanager
def process(deed: str, config: Path, out: Path, interval: float, watched: bool) -> Iterator[subprocess.Popen[str]]:
    """The process; killed at the end."""
    how = "watched" if watched else "headless"
    command = [sys.executable, "-c", CHILD, deed, str(config), str(out), str(interval), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def kill_once(
    place: Path,
    after: float,
    interval: float = 2.0,
    watched: bool = False,
    deed: str = "train",
    again: Again | None = None,
) -> Killed:
    """Do a deed in `place`, kill the process so many seconds after its first block, and look.

    Args:
        place: a folder.
        after: seconds.
        interval: between checkpoints.
        watched: whether the engine runs as under the window.
        deed: one of DEEDS.
        again: goes on with what is left, and replays it; None to leave that out.
    """
    place.mkdir(exist_ok=True)
    config, out = write_tiny(place), place / f"run-{time.time_ns()}"
    if deed != "train":
        assert again is not None
        again.trained(config, out, interval)
    told: list[tuple[float, int]] = []
    with process(deed, config, out, interval, watched) as child:
        assert child.stdout is not None
        lines = iter(child.stdout)
        began = next(line for line in lines if " block " in line)
        told.append((float(began.split()[0]), int(began.split()[2])))
        timer = threading.Timer(after, os.kill, (child.pid, getattr(signal, "SIGKILL", signal.SIGTERM)))
        timer.start()
        told += [(float(words[0]), int(words[2])) for words in map(str.split, lines) if len(words) == 3]
        timer.join()
    seconds = told[-1][0] - told[0][0]
    killed = examined(out, told) if deed == "train" else Killed(deed, seconds, told[-1][1], 0.0, 0.0)
    clear_leftovers(out.parent)
    names = (".tmp", "run.lock")
    killed.faults += [f"{path} is left" for path in out.parent.rglob("*") if path.name.endswith(names)]
    for folder in sorted(path.parent for path in place.glob(f"{out.name}*/run.sqlite")):
        killed.faults += whole_fault(folder)
        if again is not None:
            killed.faults += again.fault_of(folder)
    for left in (*place.glob(f"{out.name}*"), *place.glob("half a copy")):
        shutil.rmtree(left)
    return killed


def whole_fault(folder: Path) -> list[str]:
    """What is wrong with a run that is opened and not gone on with."""
    faults = []
    try:
        record = read_kept_run(folder).record
    except InputError as error:
        return [str(error)]
    if record.facts["status"] not in FINAL:
        faults.append(f"{folder.name} is told as {record.facts['status']}")
    with closing(sqlite3.connect(folder / "run.sqlite")) as database:
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            faults.append("the database is not whole")
    faults += [f"{saved.path} is not there" for saved in record.checkpoints if not (folder / saved.path).is_file()]
    newest = max((folder / "checkpoints").glob("step_*.npz"), default=None)
    return faults + (fault_of_checkpoint(newest) if newest is not None else [])


class Again:
    """Goes on with what is left and replays it, in one session of this process."""

    def __init__(self) -> None:
        self._driver = Driver(watched=False)

    def trained(self, config: Path, out: Path, interval: float) -> None:
        """A run of 200 steps, for what is killed to go on with."""
        changed = replace_keys(
            load_config(config).config, {"training.steps": 200, "training.checkpoint_seconds": interval}
        )
        self._driver.send(commands.Start(changed, out=out))
        self._driver.wait_status(Status.FINISHED)

    def fault_of(self, folder: Path) -> list[str]:
        """Go on with a run for some steps, and replay all of it."""
        steps = read_run(folder).steps
        self._driver.send(commands.Continue(folder, length={"training.steps": steps + MORE}))
        ended = self._driver.wait((events.RunEnded, events.CommandRefused, events.EngineError))
        if not isinstance(ended, events.RunEnded):
            return [f"it cannot go on: {ended.message}"]
        self._driver.wait_status(Status.FINISHED)
        self._driver.send(commands.Replay(folder))
        replayed = self._driver.wait((events.Replayed, events.CommandRefused, events.EngineError))
        if not isinstance(replayed, events.Replayed):
            return [f"it cannot be replayed: {replayed.message}"]
        self._driver.wait(events.ReplayEnded)
        if replayed.parted is not None or replayed.steps != steps + MORE:
            return [f"its replay parts at step {replayed.parted} of {steps + MORE}"]
        return [] if replayed.weights_digest == ended.weights_digest else ["its digest is another"]

    def close(self) -> None:
        self._driver.quit()


def examined(out: Path, told: list[tuple[float, int]]) -> Killed:
    """What there is of a run that has told of these times and steps."""
    record = read_run(out)
    end, steps = told[-1]
    killed = Killed("train", end - told[0][0], steps, 0.0, 0.0)
    killed.figures_lost = end - reached_at(told, len(record.history))
    if killed.figures_lost > 1.0:
        killed.faults.append(f"figures of {killed.figures_lost:.2f} s are lost")
    if record.facts["status"] != "interrupted":
        killed.faults.append(f"it is told as {record.facts['status']}")
    newest = max((out / "checkpoints").glob("step_*.npz"), default=None)
    killed.weights_lost = end - (reached_at(told, step_in(newest)) if newest else told[0][0])
    return killed


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
    parser.add_argument("--longest", type=float, default=6.0, help="seconds, at most, before a kill")
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between checkpoints")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    results: list[Killed] = []
    print("  kill  deed     after s     steps  figures lost s  weights lost s  wrong", flush=True)
    again = Again()
    with tempfile.TemporaryDirectory() as place:
        for number in range(asked.count):
            deed = DEEDS[number % len(DEEDS)]
            after = moments.uniform(0, asked.longest)
            killed = kill_once(Path(place), after, asked.interval, number % 8 >= 4, deed, again)
            results.append(killed)
            figures = f"{killed.seconds:9.1f} {killed.steps:9} {killed.figures_lost:15.2f} {killed.weights_lost:15.2f}"
            print(f"{number + 1:6}  {deed:7}{figures}  {'; '.join(killed.faults) or 'nothing'}", flush=True)
    again.close()
    wrong = sum(bool(killed.faults) for killed in results)
    figures_lost = max(killed.figures_lost for killed in results)
    weights_lost = max(killed.weights_lost for killed in results)
    print(f"{wrong} of {len(results)} left something wrong")
    print(f"at most {figures_lost:.2f} s of figures and {weights_lost:.2f} s of weights were lost")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
