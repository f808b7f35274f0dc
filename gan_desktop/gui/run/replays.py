"""Repeating the record of the run that is shown: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gan_desktop.core import commands, events
from gan_desktop.core.events import Event, Preparing, Recomputing, Replayed, ReplayEnded, Replaying
from gan_desktop.core.status import Status
from gan_desktop.gui.run.record import RunRecord

# What the engine says of a replay, which is not about the run that the record shows.
OF_REPLAY = (Preparing, Recomputing, Replaying, Replayed, ReplayEnded, events.CommandRefused)


class Replays(QObject):
    """The part of a `RunModel` that repeats records. The record of the run that is shown stays as it is.

    Signals:
        changed: a replay was asked for, is further, or is over.
        begun: Replaying: what is repeated, and what is known to differ here.
        done: Replayed: what came of it.
        given_up: the sentence that says why nothing came of it; empty if the person broke it off.

    Attributes:
        folder: the run folder whose record is repeated; None while none is.
        steps: how many steps it has, once that is known.
        fraction: the share of them that is done (0..1).
    """

    changed = Signal()
    begun = Signal(object)
    done = Signal(object)
    given_up = Signal(str)

    def __init__(self, record: RunRecord, send: Callable[[commands.Command], None], parent: QObject) -> None:
        super().__init__(parent)
        self._record, self._send = record, send
        self.folder: Path | None = None
        self.steps: int | None = None
        self.fraction = 0.0

    @property
    def is_under_way(self) -> bool:
        """Whether a replay was asked for that is not over."""
        return self.folder is not None

    def ask(self, folder: Path) -> None:
        """Have the record in a run folder repeated."""
        self.folder, self.steps, self.fraction = folder, None, 0.0
        self._send(commands.Replay(folder))
        self.changed.emit()

    def stop(self) -> None:
        """Break the replay off, if one is under way."""
        if self.is_under_way:
            self._send(commands.Stop())

    def receive(self, event: object) -> bool:
        """Take an event; returns whether it was about a replay."""
        if isinstance(event, events.StatusChanged) and event.status is Status.FAILED:
            self._end()  # the engine broke down, and nothing more comes
        if not self.is_under_way or not isinstance(event, OF_REPLAY):
            return False
        self._take(event)
        return True

    def _take(self, event: Event) -> None:
        match event:
            case Preparing():
                self._record.lose_networks()
            case Replaying(steps=steps):
                self._record.lose_networks()
                self.steps = steps
                self.begun.emit(event)
            case Recomputing(fraction=fraction):
                self.fraction = fraction
            case Replayed() if self._is_of_shown:
                self.done.emit(event)
            case events.CommandRefused(message):
                self.given_up.emit(message)
            case ReplayEnded(broken_off=broken_off):
                if broken_off and self._is_of_shown:
                    self.given_up.emit("")
                self._end()
                return
        self.changed.emit()

    @property
    def _is_of_shown(self) -> bool:
        """Whether the run that is repeated is the one that is shown; another may have been opened meanwhile."""
        run = self._record.run
        return run is not None and run.run_folder == self.folder

    def _end(self) -> None:
        if self.is_under_way:
            self.folder = self.steps = None
            self.changed.emit()
