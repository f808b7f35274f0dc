"""Asks for a lockstep, opens its window, and waits for what is still to end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QWidget

from gan_desktop.core.interventions import Intervention
from gan_desktop.core.lockstep import LockstepEngine, Order
from gan_desktop.core.status import Status
from gan_desktop.gui.alerts.remedies import remedies
from gan_desktop.gui.form.config import with_controls
from gan_desktop.gui.lockstep.dialog import LockstepDialog, Start
from gan_desktop.gui.lockstep.thread import LockstepThread
from gan_desktop.gui.lockstep.window import LockstepWindow
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import Theme
from gan_desktop.gui.run.continuing import controls_at, folder_at
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.widgets.side_threads import KeepsThreads


class LockstepOpener(KeepsThreads):
    """Each lockstep has a window and a thread of its own.

    Args:
        window: the window that they belong to.
        engine: what advances the sides.
    """

    def __init__(self, window: QWidget, model: RunModel, theme: Theme, engine: LockstepEngine) -> None:
        super().__init__(window)
        self._window, self._model, self._theme, self._engine = window, model, theme, engine

    @Slot()
    def ask(self) -> LockstepDialog:
        """Ask where to begin and in what the sides differ."""
        dialog = LockstepDialog(self._window, self.starts())
        dialog.chosen.connect(self.open)
        dialog.open()
        return dialog

    def starts(self) -> list[Start]:
        """Where a lockstep can begin: at the step of the run that is shown, and anew with what the form says."""
        record, found = self._model.record, []
        run = record.run
        if run is not None and run.run_folder is not None and self._model.can_branch:
            controls = controls_at(record, record.moment)
            moment = record.moment
            title = _tr("{run}, newest step") if moment is None else _tr("{run}, step {n}")
            title = title.format(run=record.run_name, n=words.count(moment or 0))
            cures = [
                (remedy.text, dict(remedy.missing))
                for offered in remedies(record.shown_alerts.values(), controls).values()
                for remedy in offered
                if remedy.missing
            ]
            found.append(Start(title, folder_at(run, moment), with_controls(run.config, controls), moment, cures))
        form = self._model.form
        return [*found, Start(_tr("{name}, anew").format(name=form.name), form.config, form.config)]

    @Slot(object, str)
    def open(self, order: Order, title: str) -> LockstepWindow:
        """Show the sides and begin to build them. A run that trains is paused, so that it does not slow them down."""
        if self._model.record.status is Status.TRAINING:
            self._model.pause()
        opened = LockstepWindow(self._window, self._theme, 1 + len(order.sides), title, isinstance(order.origin, Path))
        opened.branch_asked.connect(partial(self._branch, opened, order))
        thread = LockstepThread(self._engine, order, self)
        thread.told.connect(opened.receive)
        opened.asked.connect(thread.send)
        opened.finished.connect(thread.cancel)
        self.keep(thread)
        thread.start()
        opened.show()
        opened.activateWindow()
        return opened

    def _branch(
        self, opened: LockstepWindow, order: Order, begin: int, changes: Sequence[Intervention], more: int
    ) -> None:
        """Let a side go on in the main window: a branch of its run with the same changes has the same weights."""
        run = self._model.record.run
        is_shown = run is not None and run.run_folder is not None and folder_at(run, order.step) == order.origin
        if not is_shown or not self._model.continue_run(begin, True, changes, more=more or None, paused=not more):
            opened.refuse(_tr("The main window has to show the run from which all sides begin: open it there first."))
            return
        self._window.activateWindow()

    def cancel(self) -> None:
        """Advance nothing any more; returns at once."""
        for thread in self.threads:
            thread.cancel()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Lockstep", text)
