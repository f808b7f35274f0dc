"""Run folders that tests make without training: figures that are made up, and a picture."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import MetricsBlock, Samples, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import DATABASE, create_run_folder
from gan_desktop.recording.store import Fact
from tests.gan import FIGURES

POINTS = np.linspace(-1, 1, 64, dtype=np.float32).reshape(32, 2)


def begun(
    out: Path | None = None,
    preset: str = "ring",
    steps: int = 10,
    alerts: int = 0,
    config: RunConfig | None = None,
) -> Recorder:
    """A run that this process is writing."""
    config = config or RunConfig()
    recorder = Recorder(create_run_folder(out, preset, config), config, preset)
    recorder.on_event(StatusChanged(Status.TRAINING, 0))
    if steps:
        recorder.on_event(MetricsBlock(0, np.zeros((steps, len(FIGURES)), np.float32), FIGURES))
        recorder.on_event(Samples(steps, POINTS))
    for step in range(alerts):
        recorder.add_alert(step, "collapse", "3 of 8 modes are made", {})
    recorder.on_event(StatusChanged(Status.TRAINING, steps))
    recorder.flush()
    return recorder


def made_run(
    out: Path | None = None,
    preset: str = "ring",
    steps: int = 10,
    status: Status = Status.FINISHED,
    alerts: int = 0,
    **facts: Fact,
) -> Path:
    """The folder of a run that has ended; `facts` are written into its database."""
    recorder = begun(out, preset, steps, alerts)
    recorder.on_event(StatusChanged(status, steps))
    recorder.close(status)
    set_facts(recorder.folder, **facts)
    return recorder.folder


def set_facts(folder: Path, **facts: Fact) -> None:
    """Write facts into the database of a run that nobody writes."""
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", facts.items())


def add_interventions(folder: Path, *rows: tuple[int, str, float, float, str]) -> None:
    """Write interventions into the database of a run that nobody writes: step, key, value, previous, author."""
    insert = "INSERT INTO interventions (step, key, value, previous, author) VALUES (?, ?, ?, ?, ?)"
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.executemany(insert, rows)


def killed_run(out: Path | None = None, steps: int = 10) -> Path:
    """The folder of a run whose process was killed."""
    recorder = begun(out, steps=steps)
    recorder._lock.leave()
    recorder._store.abandon()
    recorder._log_file.close()
    return recorder.folder
