"""Trainers and measurers that outlive a test, so that what many train is traced and measured once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Generic, TypeVar

import numpy as np

from gan_desktop.core.config import RunConfig
from gan_desktop.core.registry import families
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.training.controls import uses_of
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.engine.reuse import trains_alike
from gan_desktop.training.engine.session import Session
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching.measuring import check_condition, make_measurer

Thing = TypeVar("Thing")


@dataclass(eq=False)
class Pooled(Generic[Thing]):
    """What one test or session at a time has, and the configs that it was made and used for."""

    thing: Thing
    config: RunConfig
    uses_xla: bool
    user: int = 0


class Shelf(Generic[Thing]):
    """Lends things of one kind, each made for a config, to the threads that use them."""

    def __init__(self) -> None:
        self._idle: list[Pooled[Thing]] = []
        self._lent: list[Pooled[Thing]] = []

    def lend(self, config: RunConfig, make: Callable[[], Thing]) -> Thing:
        """An idle thing that was made for such a config, if there is one."""
        # XLA computes other last bits than a graph does.
        uses_xla = bool(families["mlp"].value.jit_compile)
        fit = [one for one in self._idle if one.uses_xla == uses_xla and trains_alike(one.config, config)]
        if fit:
            # Best the one that takes the same steps: another would compile them.
            pooled = max(fit, key=lambda one: uses_of(one.config) == uses_of(config))
            self._idle.remove(pooled)
        else:
            pooled = Pooled(make(), config, uses_xla)
        pooled.config, pooled.user = config, threading.get_ident()
        self._lent.append(pooled)
        return pooled.thing

    def take_back(self) -> None:
        """Take back what this thread has."""
        here = threading.get_ident()
        self._idle += [pooled for pooled in self._lent if pooled.user == here]
        self._lent = [pooled for pooled in self._lent if pooled.user != here]


_trainers: Shelf[Trainer] = Shelf()
_measurers: Shelf[Measurer] = Shelf()


def _may_change(config: RunConfig, data: DataSet) -> bool:
    """Whether a data set of this config may be another one the next time: other files may stand there by then."""
    return config.data.path is not None or not isinstance(data.samples, np.ndarray)


def lend_trainer(config: RunConfig, data: DataSet | None = None) -> Trainer:
    """Like `Trainer(config, data)`: a trainer at step 0 of that very config."""
    if config.data.path is not None or (data is not None and _may_change(config, data)):
        return Trainer(config, data)
    trainer = _trainers.lend(config, lambda: Trainer(config, data))
    trainer.initial_config = config
    trainer.reset()
    return trainer


def lend_measurer(data: DataSet, config: RunConfig) -> Measurer:
    """Like `make_measurer(data, config)`."""
    if _may_change(config, data):
        return make_measurer(data, config)
    measurer = _measurers.lend(config, lambda: make_measurer(data, config))
    check_condition(measurer, config)
    return measurer


def take_back() -> None:
    """Take back what this thread has: its session or test is over."""
    _trainers.take_back()
    _measurers.take_back()


def giving_back(run: Callable[[Session], None]) -> Callable[[Session], None]:
    """`Session.run`, at whose end what the session has comes back."""

    @wraps(run)
    def run_and_give_back(session: Session) -> None:
        try:
            run(session)
        finally:
            take_back()

    return run_and_give_back
