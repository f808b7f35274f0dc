"""Following a run that another process trains: what it costs the run, and how late a new step is seen.

A headless run is trained in turn with nobody looking on and while another process follows it, which looks as often as
the window does. That process notes how long after its commit a step is seen: it compares the step that it sees with the
steps that the run had reached before.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.drivers import Headless, in_turn
from benchmarks.report import Row, parser, show
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset

PRESETS = ("ring", "digits")
ENDLESS = {"training.steps": None, "training.epochs": None, "training.stop_when": None}
# The other process: it looks until its input ends, and prints the step that it sees with the time.
FOLLOW = """
import json, sys, threading, time
from pathlib import Path
from gan_desktop.gui.run.following import LOOK
from gan_desktop.recording.following import Follower
from gan_desktop.recording.past import read_past
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
follower = Follower(*read_past(Path(sys.argv[1])))
print("[]", flush=True)
while not ended.wait(LOOK):
    steps = [event.next_step for event in follower.poll() if hasattr(event, "next_step")]
    if steps:
        print(json.dumps([steps[-1], time.time()]), flush=True)
"""


class Onlooker:
    """The other process, from its first look to `close`."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FOLLOW, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def close(self) -> list[tuple[int, float]]:
        """The steps that it has seen, each with the time."""
        out, _ = self._process.communicate()
        return [tuple(json.loads(line)) for line in out.splitlines()]


class Reached:
    """Notes when the run reached which step."""

    def __init__(self, run: Headless) -> None:
        self._run, self._ended = run, threading.Event()
        self.steps: list[tuple[float, int]] = []
        self._thread = threading.Thread(target=self._note)
        self._thread.start()

    def _note(self) -> None:
        while not self._ended.wait(0.02):
            self.steps.append((time.time(), self._run.counter.steps))

    def close(self) -> None:
        self._ended.set()
        self._thread.join()

    def time_of(self, step: int) -> float:
        """When the run had gone beyond that step: from then on an onlooker is behind."""
        return next((moment for moment, reached in self.steps if reached > step), float("nan"))


def rows_of(name: str, seconds: float, rounds: int) -> list[Row]:
    config = replace_keys(preset(name).config, ENDLESS)
    run = Headless(config)
    late: list[float] = []

    def followed() -> float:
        onlooker, reached = Onlooker(run.folder), Reached(run)
        rate = run.measure(seconds)
        reached.close()
        for (before, _), (_, seen) in zip(pairs := onlooker.close(), pairs[1:], strict=False):
            # The first step after `before` was not seen until the next look.
            late.append(seen - reached.time_of(before))
        return rate

    rates = in_turn({"alone": lambda: run.measure(seconds), "followed": followed}, rounds)
    run.close()
    ratios = [alone / with_ for alone, with_ in zip(rates["alone"], rates["followed"], strict=True)]
    known = [value for value in late if np.isfinite(value)]
    return [
        Row(f"{name}, headless: slower while followed", 100 * (float(np.median(ratios)) - 1), "%", "<= 1"),
        Row(f"{name}: a new step is seen after, p95", float(np.percentile(known, 95)), "s", "<= 1"),
    ]


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows = [row for name in PRESETS for row in rows_of(name, max(5.0, arguments.seconds), arguments.rounds)]
    show("Following a run", rows, arguments.json)


if __name__ == "__main__":
    main()
