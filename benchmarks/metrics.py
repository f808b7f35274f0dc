"""What measuring costs: each metric of as many fakes as a run measures, and the noise floors that a run begins with.

Processor time on one thread, in milliseconds, of real samples in place of fakes: the median over rounds. A metric's own
figure is what it adds to the metrics before it, because what several of them need is computed once.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from benchmarks.report import Row, parser, show
from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import FloatArray
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import datasets
from gan_desktop.diagnosis.features import one_thread
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.metrics import in_order
from gan_desktop.training.data.dataset import DataRequest
from gan_desktop.training.watching.measuring import make_measurer

DATA: dict[str, dict[str, object]] = {
    "ring": {"data.name": "ring"},
    "digits": {"data.name": "digits"},
    "digits of 28 x 28": {"data.name": "digits", "data.image_size": 28},
    "digits, asked for": {"data.name": "digits", "data.conditional": True},
}
# The target for a whole measurement: one every second is then 5 % of the time.
MOST_MS = 50


def measurer_of(changes: dict[str, object]) -> Measurer:
    config = replace_keys(RunConfig(), changes)
    data = datasets[config.data.name].value(DataRequest(config.data.options))
    return make_measurer(data, config)


def unchanging(samples: FloatArray) -> FloatArray:
    """A copy that nobody writes to, which has the metrics remember what they computed of it."""
    copied = samples.copy()
    copied.flags.writeable = False
    return copied


def costs(measurer: Measurer, rounds: int) -> dict[str, float]:
    """Milliseconds of each metric that is known, in their order."""
    found: dict[str, list[float]] = {name: [] for name in measurer.known}
    for number in range(rounds):
        drawn, labels = measurer.reference.draw(measurer.count, number % 2, 2)
        fakes, asked = unchanging(drawn), labels if measurer.reference.conditional else None
        with one_thread():
            for name, times in found.items():
                metric = in_order()[name].value()
                started = time.process_time()
                metric.measure(fakes, measurer.reference, asked)
                times.append(1000 * (time.process_time() - started))
    return {name: median(times) for name, times in found.items()}


def rows_of(title: str, changes: dict[str, object], rounds: int) -> list[Row]:
    started = time.process_time()
    measurer = measurer_of(changes)
    prepared = 1000 * (time.process_time() - started)
    rows = [Row(f"{title}: {name}", value, "ms") for name, value in costs(measurer, rounds).items()]
    total = float(np.sum([row.value for row in rows]))
    return [
        *rows,
        Row(f"{title}: all of them", total, "ms", f"<= {MOST_MS}"),
        Row(f"{title}: loading and floors", prepared, "ms"),
    ]


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    rows = [row for title, changes in DATA.items() for row in rows_of(title, changes, 3 * arguments.rounds)]
    show("Metrics", rows, arguments.json)


if __name__ == "__main__":
    main()
