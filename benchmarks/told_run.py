"""A run that is only reported: plausible events, given to the window's model by hand, without an engine."""

from __future__ import annotations

import numpy as np

from benchmarks.gan import FIGURES
from gan_desktop.core import commands
from gan_desktop.core.commands import CommandQueue
from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Emit
from gan_desktop.core.events import DataSummary, MetricsBlock, Progress, RunStarted, Samples, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.core.views import Surface
from gan_desktop.diagnosis.course import DataTraits
from gan_desktop.diagnosis.diagnostician import Diagnostician
from gan_desktop.gui.run.model import RunModel

# The figures of the ring of 8 Gaussians.
CENTRES = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1).astype(np.float32)
# Steps in a block, as in a run under the window.
BLOCK = 15


def quiet_engine(commands_: CommandQueue, emit: Emit) -> None:
    """An engine that says nothing."""
    emit(StatusChanged(Status.LOADING, 0))
    emit(StatusChanged(Status.READY, 0))
    while not isinstance(commands_.get(), commands.Quit):
        pass


class ToldRun:
    """Tells a model of a run on points or images, step by step, the same each time."""

    def __init__(self, model: RunModel, config: RunConfig) -> None:
        self._model = model
        self._config = config
        self._rng = np.random.default_rng(0)
        self._is_plane = config.data.name == "ring"
        self._step = 0
        self._diagnostician = Diagnostician(DataTraits("points" if self._is_plane else "images", 1797, 1.0), FIGURES)
        model.receive(StatusChanged(Status.READY, 0))
        model.receive(StatusChanged(Status.PREPARING, 0))
        model.receive(RunStarted(config, "told", self._data(), "CPU", None, 1_000_000, 10_000, 10_000))
        model.receive(StatusChanged(Status.TRAINING, 0))

    def _data(self) -> DataSummary:
        labels = np.arange(1000) % 8
        if self._is_plane:
            return DataSummary(
                "Ring", "points", (2,), 100_000, self._points(), CENTRES, 0.02, classes=8, real_labels=labels
            )
        real = self._rng.random((1000, 8, 8, 1)).astype(np.float32)
        return DataSummary("Digits", "images", (8, 8, 1), 1797, real, classes=8, real_labels=labels)

    def _points(self) -> np.ndarray:
        noise = self._rng.normal(0, 0.05, (1000, 2))
        return (CENTRES[np.arange(1000) % 8] + noise).astype(np.float32)

    def advance(self, steps: int) -> None:
        """Tell of this many steps: their figures in blocks, one picture, one diagnosis, the progress of each block."""
        model = self._model
        for start in range(0, steps, BLOCK if steps < 1000 else steps):
            taken = min(BLOCK if steps < 1000 else steps, steps - start)
            block = MetricsBlock(self._step, self._figures(taken), FIGURES)
            model.receive(block)
            for event in self._diagnostician.after_block(self._config, block):
                model.receive(event)
            self._step += taken
            model.receive(Progress(self._step, 1_000_000, 1.0, 10.0, 600.0, 100.0, 2**30, {"pictures": 0.01}))
        shape = (1000, 2) if self._is_plane else (64, 8, 8, 1)
        values = self._points() if self._is_plane else self._rng.random(shape).astype(np.float32)
        latents = np.zeros((len(values), self._config.latent.latent_dim), np.float32)
        model.receive(Samples(self._step, values, None, None, latents))
        if self._is_plane:
            limits = np.array([[-1.3, 1.3], [-1.3, 1.3]])
            logits = self._rng.normal(0, 0.1, (50, 50)).cumsum(axis=0).astype(np.float32)
            model.receive(Surface(self._step, limits, logits, optimal_unknown="it is not asked for"))

    def _figures(self, steps: int) -> np.ndarray:
        trend = 1 + 0.3 * np.sin(np.arange(self._step, self._step + steps) / 3000)
        noise = self._rng.normal(0, 0.1, (steps, len(FIGURES)))
        return (np.abs(trend[:, None] + noise)).astype(np.float32)
