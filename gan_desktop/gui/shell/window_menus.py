"""The window's menus: their actions, what these do, and which of them the run allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMainWindow

from gan_desktop.core.status import Status
from gan_desktop.gui.look.theme import ThemeMode
from gan_desktop.gui.plotting.plot_menu import fill_plots_menu
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.record import UNDER_WAY
from gan_desktop.gui.shell.actions import MENUS, fill_menus, make_actions
from gan_desktop.gui.shell.header import Header
from gan_desktop.gui.shell.theme_menu import add_theme_menu

# What the menu beside Start offers.
WAYS = ("continue", "more_steps", "start_anew")


class WindowMenus(QObject):
    """Makes the menus of a window.

    Args:
        handlers: what each action does, by its name.
        offered: those that panels offer; the action of a button is checked while the button is.

    Attributes:
        menus: the menus by their texts (`MENUS`).
        actions: every action by its object name.
    """

    def __init__(
        self,
        window: QMainWindow,
        model: RunModel,
        header: Header,
        handlers: Mapping[str, Callable[[], object]],
        offered: Mapping[str, Callable[[], object] | QAbstractButton],
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._header = window, model, header
        bar = window.menuBar()
        self.menus = {name: bar.addMenu(QCoreApplication.translate("Actions", name)) for name in MENUS}
        for menu in self.menus.values():
            menu.setToolTipsVisible(True)
        # Qt would pass the checked state along, but no handler takes it.
        self.actions = make_actions(window, {name: partial(_call, h) for name, h in handlers.items()})
        for name, does in offered.items():
            if isinstance(does, QAbstractButton):
                action = self.actions[f"{name}_action"]
                action.setChecked(does.isChecked())
                does.toggled.connect(action.setChecked)
        header.ways.addActions([self.actions[f"{name}_action"] for name in WAYS])
        record = model.record
        for signal in (model.state_changed, record.run_started, record.alerts_changed, model.replays.changed):
            signal.connect(self.show_state)
        self.show_state()

    def fill(
        self, panel_toggles: Sequence[QAction], set_theme: Callable[[ThemeMode], None]
    ) -> dict[ThemeMode, QAction]:
        """Put everything into the menus, once all plots are made. Returns the actions of the themes."""
        view = self.menus["&View"]
        for toggle in panel_toggles:
            view.addAction(toggle)
        view.addSeparator()
        fill_menus(self.menus, self.actions)
        fill_plots_menu(view.addMenu(self.tr("&Plots")), self._window)
        return add_theme_menu(view, set_theme)

    @Slot()
    def show_state(self) -> None:
        """Offer what the run allows."""
        record = self._model.record
        status, active = record.status, record.status in UNDER_WAY and not self._model.is_starting
        kept = record.run is not None and record.run.run_folder is not None
        enabled = {
            "save_checkpoint": active and status is not Status.PREPARING,
            "stop": active or self._model.replays.is_under_way,
            "replay": self._model.can_replay,
            "continue": self._model.can_go_on,
            "more_steps": self._header.more.button.isEnabled(),
            "before_alert": bool(record.diagnosis.past_alerts),
            "continue_from_here": self._model.can_branch,
            **dict.fromkeys(("bookmark", "lineage", "export_run", "generate"), kept),
            "new_latents": active,
            **dict.fromkeys(("step", "next_update", "slow_motion"), self._header.step_button.isEnabled()),
            "reset": self._header.reset_button.isEnabled(),
            "export_png": record.run is not None,
            "open_run_folder": record.run is not None,
        }
        for name, state in enabled.items():
            self.actions[f"{name}_action"].setEnabled(state)


def _call(handler: Callable[[], object], *_: object) -> None:
    handler()
