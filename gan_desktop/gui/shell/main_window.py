"""The main window: it makes the thread, the model, the panels and the menus, and ends them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QEventLoop, Qt, QThread, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMainWindow, QVBoxLayout, QWidget

from gan_desktop.core.config import RunConfig
from gan_desktop.core.engine import Engine
from gan_desktop.core.events import EngineError, NotKept
from gan_desktop.gui.exporting.opener import RunExporter
from gan_desktop.gui.exporting.script import ScriptCopier
from gan_desktop.gui.library.opener import LibraryOpener
from gan_desktop.gui.lockstep.opener import LockstepOpener
from gan_desktop.gui.look.theme import Theme, ThemeMode
from gan_desktop.gui.own_data.opening import DataOpener
from gan_desktop.gui.panel import Panel, PanelContext
from gan_desktop.gui.programs.access import ProgramAccess
from gan_desktop.gui.repaint import Repainter
from gan_desktop.gui.run.model import RunModel
from gan_desktop.gui.run.training_thread import TrainingThread
from gan_desktop.gui.samples.slow_motion import SlowMotion
from gan_desktop.gui.services import Services
from gan_desktop.gui.shell import dialogs
from gan_desktop.gui.shell.about import AboutDialog
from gan_desktop.gui.shell.actions import shortcut_rows
from gan_desktop.gui.shell.docks import Docks
from gan_desktop.gui.shell.footer import Footer
from gan_desktop.gui.shell.header import Header
from gan_desktop.gui.shell.notice import NoticeBar
from gan_desktop.gui.shell.notifying import Notifier
from gan_desktop.gui.shell.placing import fit_on_screen
from gan_desktop.gui.shell.replaying import Replayer
from gan_desktop.gui.shell.run_keys import RunKeys
from gan_desktop.gui.shell.run_opening import RunOpener
from gan_desktop.gui.shell.settings import Settings
from gan_desktop.gui.shell.window_menus import WindowMenus
from gan_desktop.gui.widgets.style import scrolling

DEFAULT_SIZE = (1440, 900)
EDGE = 12
# Closing usually takes a block and a checkpoint; loading TensorFlow cannot be broken off.
SAY_CLOSING_AFTER = 1.0
WAIT_MS = 20
# How long a thread has to hear that it is to end. After that it is abandoned, if nothing is lost with it.
LISTEN_SECONDS = 0.5


class MainWindow(QMainWindow):
    """The window over one engine.

    Args:
        engine: what trains; called in `training_thread`, which starts once the window has been painted.
        config: what the form shows at first; None is the default preset's.
        services: what else it needs of others.
        leave: ends the process; None if the process goes on without the window.

    Signals:
        closed: the window is closed and its threads have ended.

    Attributes:
        model: the `RunModel`, through which everything goes; its `record` is what the engine has said.
        training_thread: the `TrainingThread`. Closing the window stops it.
        docks: the panels in their docks.
        actions_by_name: every action of the menus.
    """

    closed = Signal()

    def __init__(
        self,
        engine: Engine,
        config: RunConfig | None = None,
        *,
        services: Services,
        leave: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(self.tr("GAN Desktop"))
        self._leave = leave
        self._is_closing = False
        self._has_started_engine = False
        self.run_keys = RunKeys(self)
        self.settings = Settings(self)
        self.training_thread = TrainingThread(engine, self)
        self.model = RunModel(self.training_thread.send, config, self)
        self.training_thread.event_emitted.connect(self.model.receive)
        self.theme = Theme(self)
        self.repainter = Repainter(self)
        self._lay_out(PanelContext(self.model, self.theme, self.repainter, self.settings))
        self.data = DataOpener(self, self.model, self.theme, services.preview, self.notice.say)
        self.library = LibraryOpener(self, self.theme, self.notice.say)
        self.runs = RunOpener(self, self.model, self.notice.say)
        self.exporter = RunExporter(self, self.model, self.notice.say, services.generate)
        self.programs = ProgramAccess(self, self.model, self.notice.say)
        self.lockstep = LockstepOpener(self, self.model, self.theme, services.lockstep)
        self.script_copier = ScriptCopier(self, self.model, services.script, self.notice.say)
        self._openers = self.data, self.library, self.runs, self.exporter, self.lockstep
        self.library.open_asked.connect(self.runs.open)
        self.library.changed.connect(self.runs.take_name)
        self.replayer = Replayer(self.model, self.notice, partial(self.docks.raise_panel, "timeline"), self)
        self.data.run_asked.connect(self.runs.open)
        self.notice.place_asked.connect(self.show_place)
        self.notifier = Notifier(self, self.model, self.settings)
        self._make_menus()
        self.actions_by_name["notify_action"].setChecked(self.notifier.is_on)
        self.programs.changed.connect(self._show_programs)
        self.footer.programs_button.clicked.connect(self.programs.open)
        self.notice.before_asked.connect(self.actions_by_name["before_alert_action"].trigger)
        self.replayer.stop_with(self.actions_by_name["stop_action"])
        self._restore()
        self.model.record.engine_failed.connect(self._on_engine_error)
        self.model.record.not_kept.connect(self._on_not_kept)
        self.model.way_back_asked.connect(self._lead_back)
        for signal in (self.model.record.run_started, self.model.record.run_cleared, self.model.record.renamed):
            signal.connect(self._show_title)
        application = QApplication.instance()
        assert application is not None
        # Whatever ends the application, the thread is not destroyed while it runs.
        application.aboutToQuit.connect(self.stop_engine)

    def _lay_out(self, context: PanelContext) -> None:
        self.header = Header(context)
        self.notice = NoticeBar(self.model)
        self.slow_motion = SlowMotion(context)
        self.footer = Footer(context)
        self._dock_area = QMainWindow()
        self._dock_area.setObjectName("dock_area")
        self._dock_area.setWindowFlags(Qt.WindowType.Widget)
        self.docks = Docks(self._dock_area, context)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(EDGE, 2, EDGE, 0)
        column.setSpacing(6)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.slow_motion)
        # Where the screen is too small for all panels, they scroll together.
        self._scroll = scrolling(self._dock_area, both_ways=True)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.footer)
        self.setCentralWidget(central)

    # Menus.

    def _make_menus(self) -> None:
        offered = self._offered_by_panels()
        handlers: dict[str, Callable[[], object]] = {
            "open_folder": self.data.choose_folder,
            "open_file": self.data.choose_file,
            "draw_mixture": self.data.draw_mixture,
            "open_run": self.runs.choose,
            "import_run": self.runs.choose_packed,
            "library": self.library.open,
            "save_checkpoint": self.model.save_checkpoint,
            "export_png": self.export_png,
            "export_run": self.exporter.open,
            "generate": self.exporter.generate,
            "copy_script": self.script_copier.copy,
            "open_run_folder": self.open_run_folder,
            "quit": self.close,
            "toggle": self.slow_motion.toggle_training,
            "step": self.model.step_once,
            "next_update": self.slow_motion.next_update,
            "slow_motion": self.slow_motion.toggle,
            "reset": self.model.reset,
            "continue": self.model.go_on,
            "more_steps": self.header.more.run,
            "start_anew": self.model.start,
            "stop": self.model.stop,
            "replay": self.model.replay,
            "lockstep": self.lockstep.ask,
            "new_latents": self.model.looks.new_latents,
            "programs": self.programs.open,
            "notify": self.notifier.toggle,
            "reset_layout": self.reset_layout,
            "shortcuts": self.show_shortcuts,
            "about": self.show_about,
            **{name: does.click if isinstance(does, QAbstractButton) else does for name, does in offered.items()},
        }
        self.window_menus = WindowMenus(self, self.model, self.header, handlers, offered)
        self.menus, self.actions_by_name = self.window_menus.menus, self.window_menus.actions
        self.slow_motion.follow_switches(self.header.slow_motion_button, self.actions_by_name["slow_motion_action"])
        toggles = [dock.toggleViewAction() for dock in self.docks.docks.values()]
        self.theme_actions = self.window_menus.fill(toggles, self.set_theme)

    def _offered_by_panels(self) -> dict[str, Callable[[], object] | QAbstractButton]:
        """Answer what panels ask for, and collect what they do for the menus."""
        shown = [dock.panel for dock in self.docks.docks.values()]
        offered: dict[str, Callable[[], object] | QAbstractButton] = {}
        for panel in shown:
            panel.own_images_asked.connect(self.data.choose_folder)
            panel.draw_asked.connect(self.data.draw_mixture)
            panel.run_asked.connect(self.runs.open)
            self.runs.last_found.connect(panel.offer_run)
            for other in shown:
                panel.mode_pointed.connect(other.point_at)
            offered.update(panel.menu_actions())
        return offered

    @Slot()
    def _show_title(self) -> None:
        """Name the run that is open."""
        name, title = self.model.record.run_name, self.tr("GAN Desktop")
        shown = name if self.model.record.run is not None else ""
        self.setWindowTitle(f"{shown} – {title}" if shown else title)

    @Slot()
    def _show_programs(self) -> None:
        """Show whether programs may drive."""
        self.actions_by_name["programs_action"].setChecked(bool(self.programs.address))
        self.footer.show_programs(self.programs.address)

    @Slot()
    def _lead_back(self) -> None:
        """Bring the timeline into view: a run that diverged goes on from an earlier step only."""
        self.docks.raise_panel("timeline")
        self.notice.say(
            self.tr("From its last step the run would diverge again: choose an earlier one on the timeline, and go on.")
        )

    @Slot()
    def export_png(self) -> None:
        """Export from the view of samples that is shown."""
        for dock in self.docks.docks.values():
            if dock.panel.export is not None and not dock.isHidden():
                dock.panel.export()
                return

    @Slot()
    def show_shortcuts(self) -> None:
        """List every shortcut."""
        dialogs.show_shortcuts(self, shortcut_rows(self.actions_by_name))

    @Slot()
    def show_about(self) -> None:
        """Say what this is and what it runs on."""
        AboutDialog(self, self.model.record, self.settings).open()

    @Slot()
    def open_run_folder(self) -> None:
        """Show the run's folder in the system's file manager, or say why not."""
        run = self.model.record.run
        folder = None if run is None else run.run_folder
        if folder is None:
            self.notice.say(self.tr("This run has no folder."))
        elif not folder.is_dir():
            self.notice.say(self.tr("The run's folder is not there: {path}").format(path=folder))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notice.say(self.tr("No file manager opens the run's folder: {path}").format(path=folder))

    def panel(self, name: str) -> Panel:
        """The panel registered under that name."""
        return self.docks.panel(name)

    def set_theme(self, mode: ThemeMode) -> None:
        """Be light, dark, or like the system, and remember it."""
        self.settings.set("theme", mode.value)
        self.theme_actions[mode].setChecked(True)
        self.theme.set_mode(mode)

    @Slot(str)
    def show_place(self, key: str) -> None:
        """Lead to the field of a config key, wherever it is."""
        for dock in self.docks.docks.values():
            if dock.panel.go_to(key):
                dock.show()
                dock.raise_()
                return

    # Layout.

    def _restore(self) -> None:
        """Take up the remembered theme and layout; whatever is wrong with them, the default will do."""
        stored = self.settings.get("theme", ThemeMode.SYSTEM.value)
        self.set_theme(ThemeMode(stored) if stored in tuple(ThemeMode) else ThemeMode.SYSTEM)
        layout = self.settings.layout()
        fits = layout is not None and self.restoreGeometry(layout[0])
        if not fits:
            self.resize(*DEFAULT_SIZE)
        fit_on_screen(self)
        self.docks.restore(layout[1] if fits and layout is not None else None)

    @Slot()
    def reset_layout(self) -> None:
        """Put all panels back."""
        self.settings.forget_layout()
        self.docks.arrange()

    # The life of the window.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.data.watch(self.windowHandle())
        QTimer.singleShot(0, self.docks.settle)
        self.repainter.wake()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint and not self._has_started_engine:
            # TensorFlow's import holds the interpreter for seconds: the window is painted before it begins.
            self._has_started_engine = True
            self.runs.look_for_last()
            QTimer.singleShot(0, self.start_engine)
        elif kind == QEvent.Type.WindowStateChange:
            self.repainter.wake()
        elif kind == QEvent.Type.ShortcutOverride and self.run_keys.are_widgets(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus on Tab. Qt also calls this when the focused widget is disabled or hidden."""
        if self.run_keys.has_lost_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        moved = super().focusNextPrevChild(forward)
        self.run_keys.on_tab()
        return moved

    @Slot()
    def start_engine(self) -> None:
        """Start the training thread, once; showing the window does it."""
        self._has_started_engine = True
        if not self._is_closing and not self.training_thread.isRunning():
            self.training_thread.start()

    @Slot()
    def stop_engine(self) -> None:
        """End every thread and wait for it."""
        self._cancel_side_work()
        while not self.training_thread.shutdown():
            pass
        for thread in self._side_threads():
            thread.wait()
        for dock in self.docks.docks.values():
            dock.panel.finish()

    @Slot(object)
    def _on_engine_error(self, event: EngineError) -> None:
        if not self._is_closing:
            dialogs.show_error(self, event)

    @Slot(object)
    def _on_not_kept(self, event: NotKept) -> None:
        # Whoever closes the window is told on stderr: nothing is open any more.
        if self._is_closing:
            with suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(f"gan-desktop: {event.sentence}\n")
        else:
            dialogs.show_not_kept(self, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once, end the thread, and go only when it has ended: a running QThread must not be destroyed."""
        if self._is_closing:
            event.ignore()
            return
        self._is_closing = True
        self.settings.set_layout(self.saveGeometry(), self._dock_area.saveState())
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.hide()
        self.settings.save()
        self._wait_for_threads()
        super().closeEvent(event)
        self.closed.emit()

    def _running_threads(self) -> list[QThread]:
        return [thread for thread in (self.training_thread, *self._side_threads()) if thread.isRunning()]

    def _side_threads(self) -> list[QThread]:
        """What reads and writes beside the training."""
        openers = *self._openers, self.library.comparer
        return [thread for opener in openers for thread in opener.threads]

    def _cancel_side_work(self) -> None:
        """Have all of it end soon; returns at once."""
        self.programs.turn_off()
        for opener in self._openers:
            opener.cancel()

    def _wait_for_threads(self) -> None:
        self._cancel_side_work()
        if self.training_thread.isRunning():
            self.training_thread.request_quit()
        began = time.monotonic()
        farewell: QLabel | None = None
        while not all(thread.wait(WAIT_MS) for thread in self._running_threads()):
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            passed = time.monotonic() - began
            if self._leave is not None and passed > LISTEN_SECONDS:
                self.training_thread.gate.leave(self._leave)
            if farewell is None and passed > SAY_CLOSING_AFTER:
                farewell = self._say_closing()
        if farewell is not None:
            farewell.close()
            farewell.deleteLater()

    def _say_closing(self) -> QLabel:
        return dialogs.show_closing(self)
