"""Trainers that outlive a test, so that what many tests train is traced once. A trainer is with one run at a time."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import families
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.trainer import Trainer

# They say when a run ends, and are in nothing that is traced.
ENDS = {"training.steps": 1, "training.epochs": None, "training.stop_when": None}

_idle: defaultdict[str, list[Trainer]] = defaultdict(list)


class TrainerPool:
    """Makes trainers for one test, or lends one that an earlier test gave back, if it fits."""

    def __init__(self) -> None:
        self._lent: list[tuple[str, Trainer]] = []

    def lend(self, config: RunConfig, data: DataSet | None = None) -> Trainer:
        """Like `Trainer(config, data)`: a trainer at step 0 of that very config."""
        if config.data.path is not None or data is None or not isinstance(data.samples, np.ndarray):
            return Trainer(config, data)  # other files may stand there by now
        # With XLA, the last bits differ from a graph's.
        key = (
            f"{replace_keys(config, ENDS).model_dump_json()} {[entry.value.jit_compile for entry in families.values()]}"
        )
        if _idle[key]:
            trainer = _idle[key].pop()
            trainer.initial_config = config
            trainer.reset()
        else:
            trainer = Trainer(config, data)
        self._lent.append((key, trainer))
        return trainer

    def take_back(self) -> None:
        """Take the trainers back: the test is over."""
        for key, trainer in self._lent:
            _idle[key].append(trainer)
        self._lent.clear()
