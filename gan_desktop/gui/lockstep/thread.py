"""Runs a lockstep while the window goes on."""

from __future__ import annotations

import queue

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gan_desktop.core.commands import Quit
from gan_desktop.core.lockstep import LockstepCommand, LockstepEngine, LockstepQueue, Order
from gan_desktop.gui.run.training_thread import STACK_BYTES


class LockstepThread(QThread):
    """Hands commands to a lockstep, and what it says to its window.

    Signals: connect it to slots of objects of the main thread, anything else would run in this one.
        told: a `LockstepEvent`.
    """

    told = Signal(object)

    def __init__(self, engine: LockstepEngine, order: Order, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("lockstep_thread")
        self.setStackSize(STACK_BYTES)
        self._engine, self._order = engine, order
        self._commands: LockstepQueue = queue.SimpleQueue()

    @Slot(object)
    def send(self, command: LockstepCommand) -> None:
        """Queue a command; it is taken between two blocks of steps."""
        self._commands.put(command)

    @Slot()
    def cancel(self) -> None:
        """Ask it to end; returns at once."""
        self.send(Quit())

    def run(self) -> None:
        self._engine(self._order, self._commands, self.told.emit)
