"""Follows the run that is shown while another process trains it."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gan_desktop.core.errors import InputError
from gan_desktop.gui.run.opened import Opened
from gan_desktop.gui.run.state import RunState
from gan_desktop.recording.following import Follower, RewoundError

# Seconds between two looks: a step that is committed within half a second is seen within one.
LOOK = 0.4


class FollowingThread(QThread):
    """Looks at the run again and again, until it has ended or `leave` is called.

    Signals:
        found: a list of events, what is new.
        lost: why it cannot be followed any more, a sentence.
        rewound: it goes on from an earlier step, and has to be read anew.
    """

    found = Signal(list)
    lost = Signal(str)
    rewound = Signal()

    def __init__(self, follower: Follower, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("following_thread")
        self._follower = follower
        self._left = threading.Event()

    def leave(self) -> None:
        """Look no more; returns at once."""
        self._left.set()

    def run(self) -> None:
        while not self._follower.has_ended and not self._left.wait(LOOK):
            try:
                events = self._follower.poll()
            except RewoundError:
                self.rewound.emit()
                return
            except InputError as error:
                self.lost.emit(str(error))
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the person gets to see it
                self.lost.emit(f"{type(error).__name__}: {error}")
                return
            if events:
                self.found.emit(events)


class RunFollower(QObject):
    """Gives the model what is new of the run that is shown.

    Signals:
        lost: why the run cannot be followed any more, a sentence.
        rewound: the `Path` of a run that has to be read anew.
        ended: the run has ended; what has become of it is in the record.

    Attributes:
        threads: what is still to end before the program does.
    """

    lost = Signal(str)
    rewound = Signal(object)
    ended = Signal()

    def __init__(self, model: RunState, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._record = model, model.record
        self._thread: FollowingThread | None = None
        self.threads: list[FollowingThread] = []
        self._record.run_started.connect(self.leave)
        self._record.run_cleared.connect(self.leave)

    def follow(self, opened: Opened) -> None:
        """Follow the run that is shown, if somebody trains it."""
        self.leave()
        if opened.follower is None:
            return
        thread = FollowingThread(opened.follower, self)
        thread.found.connect(self._on_found)
        thread.lost.connect(self._on_lost)
        thread.rewound.connect(self._on_rewound)
        thread.finished.connect(self._on_ended)
        self._thread = thread
        self.threads.append(thread)
        thread.start()

    @Slot()
    def leave(self) -> None:
        """Follow no more; returns at once."""
        if self._thread is not None:
            self._thread.leave()
            self._thread = None

    @Slot(list)
    def _on_found(self, events: list[object]) -> None:
        if self.sender() is self._thread:
            self._model.take_followed(events)
            if self._record.writer is None:
                self.ended.emit()

    @Slot(str)
    def _on_lost(self, sentence: str) -> None:
        if self.sender() is self._thread:
            self.lost.emit(sentence)

    @Slot()
    def _on_rewound(self) -> None:
        run = self._record.run
        if self.sender() is self._thread and run is not None:
            self.rewound.emit(run.run_folder)

    @Slot()
    def _on_ended(self) -> None:
        thread = self.sender()
        assert isinstance(thread, FollowingThread)
        self.threads.remove(thread)
        if thread is self._thread:
            self._thread = None
        thread.deleteLater()
