"""Asks the engine what becomes of latents: as soon as they change, but never for the next before it has answered."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gan_desktop.core.events import FloatArray
from gan_desktop.core.views import Walked
from gan_desktop.gui.run.model import RunModel

DEBOUNCE_MS = 30


class Walker(QObject):
    """Keeps one request under way, and after its answer asks for what is wanted by then.

    Signals:
        answered: what was asked for has come.
    """

    answered = Signal()

    def __init__(self, model: RunModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._wanted: tuple[FloatArray, tuple[int, ...] | None] | None = None
        self._asked: FloatArray | None = None
        self._is_stale = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._ask)
        model.record.view_arrived.connect(self._on_view)
        model.state_changed.connect(self._ask_soon)
        model.refused.connect(self._on_refused)
        model.record.run_started.connect(self._on_run_started)
        model.record.run_cleared.connect(self._on_run_started)

    def want(self, latents: FloatArray, labels: tuple[int, ...] | None) -> None:
        """Have these latents shown, shape (n, latent_dim), soon."""
        self._wanted, self._is_stale = (latents, labels), True
        self._ask_soon()

    @Slot()
    def _ask_soon(self) -> None:
        if self._is_stale and self._asked is None and self._model.can_look and not self._timer.isActive():
            self._timer.start()

    def end(self) -> None:
        """Have nothing shown any more."""
        self._timer.stop()
        if self._wanted is not None and self._model.can_look:
            self._model.looks.walk(None)
        self._wanted, self._asked, self._is_stale = None, None, False

    @Slot()
    def _ask(self) -> None:
        if self._wanted is not None and self._model.can_look:
            latents, labels = self._wanted
            self._asked, self._is_stale = latents, False
            self._model.looks.walk(latents, labels)

    @Slot(object)
    def _on_view(self, event: object) -> None:
        if isinstance(event, Walked) and self._asked is not None and np.array_equal(event.latents, self._asked):
            self._asked = None
            self.answered.emit()
            if self._is_stale:
                self._ask()

    @Slot()
    def _on_refused(self) -> None:
        """Stop waiting: the refusal may have been of this request, and then no answer comes."""
        self._asked = None

    @Slot()
    def _on_run_started(self) -> None:
        """The new run knows nothing of what was asked of the last one."""
        self._timer.stop()
        self._wanted, self._asked, self._is_stale = None, None, False
