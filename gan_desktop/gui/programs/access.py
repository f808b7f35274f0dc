"""Lets programs drive the run that is shown, from when the person asks for it until the window closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.core.errors import InputError
from gan_desktop.gui.programs.dialog import ProgramsDialog
from gan_desktop.gui.run.model import RunModel

if TYPE_CHECKING:
    from gan_desktop.serving.server import Server


class ProgramAccess(QObject):
    """Off at first, and never remembered.

    Args:
        window: the window that it belongs to.
        say: shows a sentence in the window.

    Signals:
        changed: it was turned on or off.
    """

    changed = Signal()

    def __init__(self, window: QWidget, model: RunModel, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._record, self._say = window, model.record, say
        self._server: Server | None = None
        self._record.run_started.connect(self._show_run)
        self._record.run_cleared.connect(self._show_run)

    @property
    def address(self) -> str:
        """Where programs find it; empty while it is off."""
        return "" if self._server is None else self._server.url

    @Slot()
    def open(self) -> None:
        """Turn it on, if it is off, and show how programs reach it."""
        from gan_desktop.serving.token import token_file

        if self._server is None:
            self._turn_on()
        if self._server is not None:
            dialog = ProgramsDialog(self._window, self._server.url, str(token_file()))
            dialog.turned_off.connect(self.turn_off)
            dialog.open()
        self.changed.emit()

    def _turn_on(self) -> None:
        from gan_desktop.serving.server import Server

        server = Server()
        try:
            server.start()
        except InputError as error:
            self._say(str(error))
            return
        self._server = server
        self._show_run()

    @Slot()
    def turn_off(self) -> None:
        """Close the endpoint; does nothing if it is off."""
        if self._server is not None:
            self._server.stop()
            self._server = None
            self.changed.emit()

    @Slot()
    def _show_run(self) -> None:
        if self._server is not None:
            run = self._record.run
            self._server.show(None if run is None else run.run_folder)
