"""Compiling ahead: once a watched run is under way, what a cure would need is compiled while it trains.

Turning on a penalty while training then takes effect in the next block, as moving a slider does. Without it the run
would stand still for the seconds that compiling takes.
"""

from __future__ import annotations

from gan_desktop.training.engine.side_work import SideWork
from gan_desktop.training.trainer import Trainer

# How long a run trains first: the first steps are what the person waits for, and short runs never need it.
AFTER_SECONDS = 2.0
# The name of the threads that compile.
COMPILING = "compiling ahead"


class CompilingAhead:
    """What compiles ahead in one session, for one trainer after another."""

    def __init__(self) -> None:
        self._trainer: Trainer | None = None
        self._works: list[SideWork[None]] = []

    def after(self, trainer: Trainer, seconds: float) -> None:
        """Begin, once for each trainer, when it has trained for long enough."""
        if trainer is self._trainer or seconds < AFTER_SECONDS:
            return
        self._trainer = trainer
        self._works = [work for work in self._works if not work.is_done]
        self._works.append(SideWork(lambda give_way: trainer.compile_any(), COMPILING))

    def finish(self) -> None:
        """Wait for what has begun: XLA cannot be interrupted, and a process must not end within it.

        An error is passed over: the run meets the same one when it needs the block, and reports it then.
        """
        for work in self._works:
            work.wait(None)
        self._works, self._trainer = [], None
