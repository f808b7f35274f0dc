"""The thread that training runs in: it hands commands to the engine and what the engine says to the window."""

from __future__ import annotations

import queue
import traceback

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gan_desktop.core.commands import Command, CommandQueue, Quit
from gan_desktop.core.engine import Engine
from gan_desktop.core.events import EngineError, Event, StatusChanged
from gan_desktop.core.leave_gate import LeaveGate
from gan_desktop.core.status import Status

# macOS gives secondary threads 512 KB, which tracing and XLA outgrow.
STACK_BYTES = 16 * 2**20


class TrainingThread(QThread):
    """Runs an engine until it quits. Everything the engine says goes out through one signal, in order.

    Signals:
        event_emitted: an event of `core.events`, sent from this thread. Connect it to a `@Slot` method of a QObject of
            the main thread; anything else would run here.

    Attributes:
        gate: whether the process may be left though the engine is busy.
    """

    event_emitted = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._commands: CommandQueue = queue.SimpleQueue()
        self.gate = LeaveGate()
        self._is_quitting = False
        self.finished.connect(self._revive)
        self.setObjectName("training_thread")
        self.setStackSize(STACK_BYTES)

    def send(self, command: Command) -> None:
        """Queue a command; the engine takes it between two blocks. Commands sent before the start wait for it."""
        self._commands.put(command)
        self._revive()

    @Slot()
    def _revive(self) -> None:
        """Call an engine that broke down again, for what is asked after that: a second start works."""
        if self.isFinished() and not self._is_quitting and not self._commands.empty():
            self.start()

    def run(self) -> None:
        try:
            self._engine(self._commands, self._emit)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
            message = f"{type(error).__name__}: {error}"
            self._emit(EngineError(message, traceback.format_exc()))
            self._emit(StatusChanged(Status.FAILED, 0, message))

    def _emit(self, event: Event) -> None:
        self.gate.hear(event)
        self.event_emitted.emit(event)

    def request_quit(self) -> None:
        """Ask the engine to end; returns at once."""
        self._is_quitting = True
        self.send(Quit())
        self.requestInterruption()

    def shutdown(self, milliseconds: int = 5000) -> bool:
        """Ask the engine to end, and wait this long at most. Returns whether the thread has ended."""
        if not self.isRunning():
            return True
        self.request_quit()
        return self.wait(milliseconds)
