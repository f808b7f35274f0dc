"""Ten million steps of history: opening, drawing and scrubbing them, the memory they take, and what recording costs.

A made database takes the place of a run of days. The same steps are then told to the real window as a run under way,
whose old steps are read from that database. Recording is measured in a headless run of `ring`.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.gan import FIGURES
from benchmarks.report import Row, parser, show
from benchmarks.speed import ENDLESS
from gan_desktop.core import events
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import dump_toml, preset
from gan_desktop.core.status import Status

BLOCK = 4096
OPENINGS, MOVES, REPAINTS = 7, 200, 200
# Views of a scrub move: from all steps down to this many about a random one.
CLOSEST = 100


def noisy_block(first_step: int, steps: int, rng: np.random.Generator) -> events.MetricsBlock:
    """Losses that look like a GAN's: a slow drift under strong noise."""
    drift = 1 + 0.3 * np.sin(first_step / 1e5)
    values = rng.normal(drift, 0.3, (steps, len(FIGURES))).astype(np.float32)
    return events.MetricsBlock(first_step, values, FIGURES)


def make_run(folder: Path, steps: int) -> None:
    """Write a run of so many steps as the recorder does."""
    from gan_desktop.recording.run_folder import DATABASE
    from gan_desktop.recording.store import MOST_STEPS, Fact, RunStore

    config, rng = preset("ring").config, np.random.default_rng(0)
    facts: dict[str, Fact] = {"name": "ring", "config": dump_toml(config), "status": str(Status.FINISHED)}
    store = RunStore(folder / DATABASE, FIGURES, facts)
    for first in range(0, steps, MOST_STEPS):
        store.add_figures(noisy_block(first, min(MOST_STEPS, steps - first), rng))
        store.flush()
    store.close()


def seconds_of(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


class Window:
    """The real window with an engine that does nothing: the events are told from here."""

    def __init__(self) -> None:
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from benchmarks.told_run import quiet_engine
        from gan_desktop.app import services
        from gan_desktop.gui.shell.application import create_application
        from gan_desktop.gui.shell.main_window import MainWindow

        self.application = create_application(["benchmark"])
        self.window = MainWindow(quiet_engine, services=services())
        self.window.resize(1440, 900)
        self.window.show()
        self.application.processEvents()
        self.model = self.window.model
        self.panel: Any = self.window.panel("losses")
        self.figures: Any = self.window.panel("figures")

    def begin(self, folder: Path) -> None:
        """Tell of a run that begins in a folder."""
        from benchmarks.told_run import ToldRun

        told = ToldRun(self.model, preset("ring").config)
        assert self.model.record.run is not None
        self.model.receive(replace(self.model.record.run, run_folder=folder))
        del told

    def tell(self, steps: int, rng: np.random.Generator) -> None:
        for first in range(0, steps, BLOCK):
            self.model.receive(noisy_block(first, min(BLOCK, steps - first), rng))
            if first % (64 * BLOCK) == 0:
                self.application.processEvents()
        self.draw()

    def draw(self) -> None:
        self.panel.refresh()
        self.panel.view.viewport().repaint()

    def scrub(self, history: Any, steps: int, rng: np.random.Generator) -> list[float]:
        """Milliseconds of each move: all figures of a random step, and the plot drawn about it."""
        view, costs = self.panel.view, []
        for _ in range(MOVES):
            position = int(rng.integers(steps))
            width = int(np.exp(rng.uniform(np.log(CLOSEST), np.log(steps))))

            def move(position: int = position, width: int = width) -> None:
                history.at(position)
                view.following = False
                view._box.setXRange(position - width / 2, position + width / 2, padding=0)
                view.redraw()
                view.viewport().repaint()

            costs.append(1000 * seconds_of(move))
        view.follow()
        return costs


def window_rows(folder: Path, steps: int) -> list[Row]:
    from gan_desktop.recording.reader import read_run

    name, rng = f"{steps:,} steps", np.random.default_rng(1)
    window, process = Window(), psutil.Process()
    before = process.memory_info().rss
    opened = read_run(folder)
    window.panel.view.show_history(opened.history)
    window.application.processEvents()
    rows = [Row(f"{name}, opened and drawn: memory above the start", (process.memory_info().rss - before) / 1e6, "MB")]
    rows[0] = replace(rows[0], target="<= 200")
    openings = [seconds_of(lambda: read_run(folder)) for _ in range(OPENINGS)]
    rows.append(Row(f"{name}, opening, median", float(np.median(openings)), "s", "<= 1"))
    moves = window.scrub(opened.history, steps, rng)
    rows += [
        Row(f"{name}, opened: a move, p95", float(np.percentile(moves, 95)), "ms", "<= 50"),
        Row(f"{name}, opened: a move, median", float(np.median(moves)), "ms"),
    ]
    del opened
    window.begin(folder)
    window.tell(steps, rng)
    used = (process.memory_info().rss - before) / 1e6
    repaints = []
    for number in range(REPAINTS):
        window.model.receive(noisy_block(steps + number * 25, 25, rng))
        repaints.append(1000 * seconds_of(window.draw))
    moves = window.scrub(window.model.record.history, steps, rng)
    window.window.close()
    return [
        *rows,
        Row(f"{name}, told: memory above the start", used, "MB", "<= 200"),
        Row(f"{name}, told: a repaint, p95", float(np.percentile(repaints, 95)), "ms", "<= 20"),
        Row(f"{name}, told: a move, p95", float(np.percentile(moves, 95)), "ms", "<= 50"),
    ]


def recording_share(seconds: float) -> float:
    """The share of a headless run's time that figures take to be recorded, in percent."""
    from benchmarks.drivers import Headless
    from gan_desktop.recording.store import RunStore

    taken = [0.0]

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                taken[0] += time.perf_counter() - started

        return wrapper

    kept = RunStore.add_figures, RunStore.flush
    RunStore.add_figures, RunStore.flush = timed(kept[0]), timed(kept[1])  # type: ignore[method-assign]
    try:
        run = Headless(replace_keys(preset("ring").config, ENDLESS))
        run.measure(1.0)  # what is made in the first second is not counted
        taken[0] = 0.0
        lasted = seconds_of(lambda: run.measure(seconds))
        share = 100 * taken[0] / lasted
        run.close()
    finally:
        RunStore.add_figures, RunStore.flush = kept  # type: ignore[method-assign]
    return share


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--steps", type=int, default=10_000_000)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = seconds_of(lambda: make_run(Path(folder), arguments.steps))
        rows = window_rows(Path(folder), arguments.steps)
        rows.append(Row("writing the made database", 1e6 * made / arguments.steps, "us/step"))
    shares = [recording_share(arguments.seconds) for _ in range(arguments.rounds)]
    rows.append(Row("ring headless, time that recording takes", float(np.median(shares)), "%", "<= 2"))
    show("A long history", rows, arguments.json)


if __name__ == "__main__":
    main()
