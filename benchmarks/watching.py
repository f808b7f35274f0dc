"""What watching costs, by kind, under the real window with its panels as they stand by default; and how it answers.

The shares are those that the window shows (`gan_desktop/core/watching.py`), averaged over the measurement. It begins
when the shares of the run's first seconds, in which everything is made for the first time, have faded. The painting is
checked against the processor's own account of the window's thread.
"""

from __future__ import annotations

import time
from collections import defaultdict
from statistics import mean

import numpy as np

from benchmarks.drivers import Windowed
from benchmarks.latency import timer_gaps
from benchmarks.report import Row, parser, show
from benchmarks.speed import ENDLESS
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.machine import usable_cores
from gan_desktop.core.presets import preset
from gan_desktop.core.watching import RECENT_SECONDS

PRESETS = ("digits", "ring", "tutorial-mnist", "dcgan-mnist", "wgan-gp", "cgan")
LOOK_SECONDS = 0.5


class Watcher:
    """Notes what the window says about watching, and what its thread computes meanwhile.

    Attributes:
        gaps: milliseconds between the ticks of a 16 ms timer.
        totals: the sum of all shares, in percent, at each look.
    """

    def __init__(self, window: Windowed) -> None:
        self._window = window
        self._shares: dict[str, list[float]] = defaultdict(list)
        self.totals: list[float] = []
        self.gaps: list[float] = []
        self._computed = 0.0
        self._seconds = 0.0

    def watch(self, seconds: float) -> None:
        """First what it costs, then how it answers: the timer costs something itself."""
        started, computed = time.perf_counter(), time.thread_time()
        while time.perf_counter() - started < seconds:
            self._window.spin(LOOK_SECONDS)
            self._look()
        self._seconds, self._computed = time.perf_counter() - started, time.thread_time() - computed
        self.gaps = timer_gaps(self._window, seconds)

    def _look(self) -> None:
        window = self._window.window
        progress = window.model.record.progress
        assert progress is not None
        shares = {**progress.watching, "painting": window.repainter.cost.share}
        for kind, share in shares.items():
            self._shares[kind].append(100 * share)
        self.totals.append(100 * sum(shares.values()))

    def rows(self, name: str) -> list[Row]:
        thread = 100 * self._computed / self._seconds / usable_cores()
        return [
            *(Row(f"{name}, {kind}", mean(shares), "%") for kind, shares in self._shares.items()),
            Row(f"{name}, the window's thread by the processor's account", thread, "%"),
            Row(f"{name}, all watching", mean(self.totals), "%", "<= 5"),
            Row(f"{name}, all watching, at its highest", max(self.totals), "%"),
            Row(f"{name}, 16 ms timer, p99 of the gap", float(np.percentile(self.gaps, 99)), "ms", "<= 40"),
        ]


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("presets", nargs="*", default=PRESETS, help="default: " + ", ".join(PRESETS))
    options.set_defaults(seconds=20.0, rounds=1)
    arguments = options.parse_args()
    rows: list[Row] = []
    for name in arguments.presets:
        window = Windowed(replace_keys(preset(name).config, ENDLESS))
        window.window.model.start_or_resume()
        window.spin(2 * RECENT_SECONDS)
        watcher = Watcher(window)
        watcher.watch(arguments.seconds * arguments.rounds)
        window.close()
        rows += watcher.rows(name)
    show("What watching costs", rows, arguments.json)


if __name__ == "__main__":
    main()
