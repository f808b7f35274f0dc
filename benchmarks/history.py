"""A million steps of history in the real window: what a repaint of the loss plot costs, and what memory it takes."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import psutil

from benchmarks.gan import FIGURES
from benchmarks.report import Row, parser, show
from gan_desktop.core import events
from gan_desktop.core.commands import CommandQueue, Quit
from gan_desktop.core.engine import Emit
from gan_desktop.core.status import Status

STEPS = 1_000_000
BLOCK = 1000
REPAINTS = 200


def idle_engine(commands: CommandQueue, emit: Emit) -> None:
    """An engine that does nothing: the events are fed from here."""
    while not isinstance(commands.get(), Quit):
        pass


def noisy_block(first_step: int, steps: int, rng: np.random.Generator) -> events.MetricsBlock:
    """Losses that look like a GAN's: a slow drift under strong noise."""
    drift = 1 + 0.3 * np.sin(first_step / 1e5)
    values = rng.normal(drift, 0.3, (steps, len(FIGURES))).astype(np.float32)
    return events.MetricsBlock(first_step, values, FIGURES)


def main() -> None:
    arguments = parser(__doc__ or "").parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from gan_desktop.app import preview_data
    from gan_desktop.gui.shell.application import create_application
    from gan_desktop.gui.shell.main_window import MainWindow

    application = create_application(["benchmark"])
    window = MainWindow(idle_engine, preview=preview_data)
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    process, rng = psutil.Process(), np.random.default_rng(0)
    before = process.memory_info().rss
    window.model.receive(events.StatusChanged(Status.READY, 0))
    for first_step in range(0, STEPS, BLOCK):
        window.model.receive(noisy_block(first_step, BLOCK, rng))
        if first_step % (50 * BLOCK) == 0:
            application.processEvents()
    panel: Any = window.panel("losses")
    panel.refresh()
    application.processEvents()
    costs = []
    for repaint in range(REPAINTS):
        window.model.receive(noisy_block(STEPS + repaint * 25, 25, rng))
        started = time.perf_counter()
        panel.refresh()
        panel.view.viewport().repaint()
        costs.append((time.perf_counter() - started) * 1000)
    used = (process.memory_info().rss - before) / 1e6
    rows = [
        Row("loss plot, repaint with 1,000,000 steps, p95", float(np.percentile(costs, 95)), "ms", "<= 20"),
        Row("loss plot, repaint with 1,000,000 steps, median", float(np.median(costs)), "ms"),
        Row("memory above the start", used, "MB", "<= 250"),
    ]
    window.close()
    show("A million steps in the window", rows, arguments.json)


if __name__ == "__main__":
    main()
