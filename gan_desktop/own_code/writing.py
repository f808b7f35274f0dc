"""Writes a run of own code into its folder, as the engine's recorder writes one of its own."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import RecordingError
from gan_desktop.core.events import (
    DataSummary,
    EngineError,
    Event,
    FloatArray,
    MetricsBlock,
    Progress,
    RunStarted,
    Samples,
    StatusChanged,
)
from gan_desktop.core.own_code import OWN_CODE, config_text, figures_named, figures_to_json
from gan_desktop.core.status import Status
from gan_desktop.recording.recorder import Recorder
from gan_desktop.recording.run_folder import create_run_folder

# Steps wait so long to be handed on together.
TOGETHER = 0.1


@dataclass(frozen=True)
class Beginning:
    """What is known of a run before its first step; `known` are the config keys that its code has told."""

    name: str
    out: Path | None
    config: RunConfig
    known: Mapping[str, Any]
    data: DataSummary
    total_steps: int | None


class Writer:
    """The record of a run, from its first step to its end. A full disk is told as a warning, and stops nothing.

    Raises:
        InputError, RecordingError: the folder cannot be made.
    """

    def __init__(self, beginning: Beginning, figures: list[str]) -> None:
        self._beginning, self._figures = beginning, figures_named(figures)
        text = config_text(beginning.known)
        facts = {"game": OWN_CODE, "config": text, "seed": None, "figures": figures_to_json(self._figures)}
        self.folder = create_run_folder(beginning.out, beginning.name, text)
        self._recorder = Recorder(self.folder, beginning.config, beginning.name, facts=facts, figures=self._figures)
        self._rows: list[list[float]] = []
        self._handed = self._began = time.monotonic()
        self._paused = 0.0
        self._warned = False
        self.step = 0
        self.tell(
            RunStarted(
                beginning.config, beginning.name, beginning.data, "own code", self.folder, beginning.total_steps, 0, 0
            )
        )
        self.tell_status(Status.TRAINING)

    @property
    def names(self) -> tuple[str, ...]:
        return self._figures.names

    def meaning(self, name: str) -> str:
        return self._figures[name].meaning

    def tell(self, event: Event) -> None:
        """Record an event, after the steps before it."""
        self._hand_on()
        self._recorder.on_event(event)

    def tell_status(self, status: Status, message: str = "") -> None:
        self.tell(StatusChanged(status, self.step, message))

    def add(self, row: Mapping[str, float]) -> None:
        """Take a step's figures; what is missing is not known."""
        self._rows.append([row.get(name, float("nan")) for name in self._figures])
        self.step += 1
        if time.monotonic() - self._handed >= TOGETHER:
            self._hand_on()

    def add_samples(self, samples: FloatArray, *, keep: bool = False) -> None:
        self.tell(Samples(self.step, samples))
        if keep:
            self._recorder.keep_samples()
            self._recorder.keep_up()

    def wait(self, seconds: float) -> None:
        """Stand still; that is no time of training."""
        time.sleep(seconds)
        self._paused += seconds
        self._recorder.keep_up()

    def _hand_on(self) -> None:
        self._handed = time.monotonic()
        if not self._rows:
            return
        block = MetricsBlock(self.step - len(self._rows), np.array(self._rows, np.float32), self._figures)
        self._rows.clear()
        self._recorder.on_event(block)
        seconds = self._handed - self._began - self._paused
        config, total = self._beginning.config, self._beginning.total_steps
        epoch = self.step * config.training.batch_size / self._beginning.data.count if self._beginning.data.count else 0
        self._recorder.on_event(Progress(self.step, total, epoch, seconds, 0.0, None, 0))
        if self._recorder.problem is not None and not self._warned:
            self._warned = True
            warnings.warn(f"the run is kept in memory for now: {self._recorder.problem}", stacklevel=2)

    def close(self, status: Status, message: str = "", error: BaseException | None = None) -> None:
        """Say how the run ended, and close its files."""
        if error is not None:
            self.tell(EngineError(message, "".join(traceback.format_exception(error))))
        self.tell_status(status, message)
        try:
            self._recorder.close(status)
        except RecordingError as problem:
            self._recorder.abandon()
            warnings.warn(f"the end of the run was not written: {problem}", stacklevel=2)
