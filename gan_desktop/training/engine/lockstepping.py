"""A lockstep as the window drives it: commands in, events out, on the calling thread, until it is told to quit."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable

from gan_desktop.core.commands import Pause, Quit, Resume, Step
from gan_desktop.core.errors import InputError
from gan_desktop.core.lockstep import (
    LockstepCommand,
    LockstepEvent,
    LockstepFailed,
    LockstepMoves,
    LockstepPreparing,
    LockstepQueue,
    LockstepReady,
    Order,
    SideRefused,
    SidesAdvanced,
    SidesShown,
)
from gan_desktop.training.engine.pacing import WATCHED_SECONDS, Pace
from gan_desktop.training.lockstep import Lockstep, make_lockstep
from gan_desktop.training.watching.samples import SAMPLE_SECONDS

Tell = Callable[[LockstepEvent], None]


class _QuitError(Exception):
    """It is to end."""


def run_lockstep(order: Order, commands: LockstepQueue, tell: Tell) -> None:
    """Build the sides and wait; then do as the commands say. Whatever breaks it is told as `LockstepFailed`."""
    try:
        _Session(order, commands, tell).run()
    except _QuitError:
        pass
    except InputError as error:
        tell(LockstepFailed(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
        tell(LockstepFailed(f"{type(error).__name__}: {error}", traceback.format_exc()))


class _Session:
    def __init__(self, order: Order, commands: LockstepQueue, tell: Tell) -> None:
        self._order, self._commands, self._tell = order, commands, tell
        # How many steps are still to be taken before it waits: infinitely many while it goes on by itself.
        self._left = 0.0
        self._early: list[LockstepCommand] = []
        self._pace = Pace(WATCHED_SECONDS)
        self._shown = -1.0

    def run(self) -> None:
        self._tell(LockstepPreparing())
        lockstep = make_lockstep(self._order, self._on_the_way)
        try:
            self._tell(LockstepReady(lockstep.step, lockstep.trainers[0].data.summary()))
            self._show(lockstep)
            while True:
                self._take_commands(lockstep)
                if self._left > 0:
                    self._advance(lockstep)
        finally:
            lockstep.close()

    def _on_the_way(self, share: float) -> None:
        """Tell how far the preparation is; a Quit ends it, and what else was asked waits until all sides are there."""
        while not self._commands.empty():
            command = self._commands.get()
            if isinstance(command, Quit):
                raise _QuitError
            self._early.append(command)
        self._tell(LockstepPreparing(share))

    def _take_commands(self, lockstep: Lockstep) -> None:
        """Do what was asked; with nothing to do, wait for it."""
        for command in self._early:
            self._do(lockstep, command)
        self._early.clear()
        while self._left <= 0 or not self._commands.empty():
            self._do(lockstep, self._commands.get())

    def _do(self, lockstep: Lockstep, command: LockstepCommand) -> None:
        match command:
            case Quit():
                raise _QuitError
            case Pause():
                self._let(lockstep, 0)
            case Resume():
                self._let(lockstep, float("inf"))
            case Step(count):
                self._let(lockstep, count)
            case _:
                try:
                    lockstep.set(command.place, command.key, command.value)
                except InputError as error:
                    self._tell(SideRefused(command.place, str(error)))
                self._show(lockstep)

    def _let(self, lockstep: Lockstep, steps: float) -> None:
        """Take so many steps from here on, then wait."""
        self._left = 0 if lockstep.is_over else steps
        if not self._left:
            self._show(lockstep)
        self._tell(LockstepMoves(self._left > 0))

    def _advance(self, lockstep: Lockstep) -> None:
        began, before = time.perf_counter(), lockstep.step
        blocks = lockstep.advance(int(min(self._pace.steps, self._left)))
        taken = lockstep.step - before
        self._pace.took(taken, (time.perf_counter() - began) / len(lockstep.trainers))
        self._left -= taken
        self._tell(SidesAdvanced(lockstep.step, tuple(blocks)))
        if self._left <= 0 or lockstep.is_over:
            self._let(lockstep, 0)
        elif time.perf_counter() - self._shown > SAMPLE_SECONDS:
            self._show(lockstep)

    def _show(self, lockstep: Lockstep) -> None:
        self._tell(SidesShown(lockstep.step, lockstep.states(), lockstep.samples()))
        self._shown = time.perf_counter()
