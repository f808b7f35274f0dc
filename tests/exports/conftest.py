"""A run with something of everything, made up and without training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.diagnosis import Alert, AlertEnded, AlertRaised, Aspect, Diagnosed, Evidence, Level, Sentence
from gan_desktop.core.events import ControlChanged, MetricsBlock, Samples, StatusChanged
from gan_desktop.core.measured import Floor, Measured
from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import create_run_folder
from tests.gan import FIGURES

STEPS = 1200
# Words that would be markup if they were not written as text.
NASTY = "<b>& 'quoted' \u2192"


def figures() -> np.ndarray:
    """What each step reports; one loss is not finite."""
    values = np.random.default_rng(0).normal(1.0, 0.2, (STEPS, len(FIGURES))).astype(np.float32)
    values[700, FIGURES.column("g_loss")] = np.inf
    values[701, FIGURES.column("g_loss")] = np.nan
    return values


def measured(step: int, modes: float) -> Measured:
    return Measured(
        step,
        {"modes_covered": modes, "frechet_distance": 1 / (1 + modes)},
        {"modes_covered": modes},
        {"modes_covered": Floor(8.0, 0.0)},
        {"precision": NASTY},
        0.1,
    )


def make(out: Path, shape: tuple[int, ...] = (16, 8, 8, 1)) -> Path:
    """The folder of a run that has ended."""
    recorder = Recorder(create_run_folder(out, "ring", RunConfig()), RunConfig(), "ring")
    recorder.on_event(StatusChanged(Status.TRAINING, 0))
    values, rng = figures(), np.random.default_rng(1)
    alert = Alert("mode_collapse", 700, Level.BAD, Sentence(NASTY), (Evidence("modes_covered", 3, "<", 6, 8),))
    for step in range(0, STEPS, 100):
        recorder.on_event(Samples(step, rng.random(shape, dtype=np.float32)))
        recorder.on_event(measured(step, step // 150))
        if step == 500:
            recorder.on_event(ControlChanged(step, "g_learning_rate", 1e-2, 1e-3))
        if step == 700:
            recorder.on_event(AlertRaised(alert))
        recorder.on_event(MetricsBlock(step, values[step : step + 100], FIGURES))
    recorder.on_event(AlertEnded(900, alert, Sentence("over")))
    recorder.on_event(Diagnosed(STEPS, (Aspect("balance", Level.GOOD, Sentence(NASTY), 0.5),), ()))
    recorder.on_event(Samples(STEPS, rng.random(shape, dtype=np.float32)))
    recorder.on_event(StatusChanged(Status.FINISHED, STEPS))
    recorder.close(Status.FINISHED)
    return recorder.folder


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of images; nobody may change it."""
    return make(tmp_path_factory.mktemp("exported") / "images")


@pytest.fixture(scope="session")
def points_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of points; nobody may change it."""
    return make(tmp_path_factory.mktemp("exported") / "points", (64, 2))
