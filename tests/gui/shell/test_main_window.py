"""The window as a whole: what is in it, starting, closing at any moment, layout, theme, errors."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gan_desktop.core import commands, plugins
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import (
    CheckpointSaved,
    CommandRefused,
    NotKept,
    Preparing,
    RecordingChanged,
    RuleSuspended,
    StepCompiling,
)
from gan_desktop.core.interventions import HAND
from gan_desktop.core.registry import Entry, Options
from gan_desktop.core.status import Status
from gan_desktop.gui.look.theme import DARK, LIGHT, ThemeMode
from gan_desktop.gui.panel import Area, Panel, PanelContext, panels
from gan_desktop.gui.repaint import PaintCost
from gan_desktop.gui.shell.actions import ACTIONS
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import MakeWindow, fake_services
from tests.gui.fake_engine import FakeEngine
from tests.gui.fake_preview import FakePreview
from tests.gui.panels.test_quality import measured
from tests.patience import SECONDS

CONTRACT = [
    "start_button",
    "pause_button",
    "step_button",
    "reset_button",
    "preset_box",
    "dataset_box",
    "objective_box",
    "device_box",
    "seed_spin",
    "d_learning_rate_slider",
    "g_learning_rate_slider",
    "link_rates_check",
    "step_ratio_slider",
    "d_steps_spin",
    "g_steps_spin",
    "loss_plot",
    "sample_grid",
    "scatter_view",
    "diagnosis_panel",
    "timeline_slider",
    "progress_bar",
    "status_label",
]
CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def find(window: MainWindow, name: str) -> QWidget:
    widget = window.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def click(window: MainWindow, name: str) -> None:
    QTest.mouseClick(find(window, name), Qt.MouseButton.LeftButton)


def test_contract_names_are_there_once(window: MainWindow) -> None:
    for name in CONTRACT:
        assert find(window, name).accessibleName(), name
        assert len(window.findChildren(QWidget, name)) == 1, name


def test_every_control_is_named_and_explained(window: MainWindow) -> None:
    internal = {
        "qt_spinbox_lineedit",
        "qt_dockwidget_closebutton",
        "qt_dockwidget_floatbutton",
        "qt_menubar_ext_button",
    }
    controls = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and widget.objectName() not in internal
        and not widget.objectName().startswith("ScrollRight")
        and not widget.objectName().startswith("ScrollLeft")
    ]
    assert len(controls) > 25
    for widget in controls:
        about = (type(widget).__name__, widget.objectName())
        assert widget.objectName(), about
        assert widget.accessibleName(), about
        assert widget.toolTip(), about
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, about


def test_every_panel_has_a_dock_and_a_place_in_the_view_menu(window: MainWindow) -> None:
    for name in panels:
        dock = window.docks.docks[name]
        assert dock.windowTitle() == panels[name].title
        assert panels[name].description
        assert dock.toggleViewAction() in window.menus["&View"].actions()
        assert dock.features() & dock.DockWidgetFeature.DockWidgetMovable


@pytest.mark.parametrize("data", ["digits", "ring"])
def test_every_panel_survives_a_run(window: MainWindow, qtbot: QtBot, data: str) -> None:
    """Each panel shown, hidden, floated, and brought up to date by hand while a run goes on."""
    window.model.form.edit({"data.name": data})
    window.model.start()
    for dock in window.docks.docks.values():
        dock.hide()
        dock.show()
        dock.setFloating(True)
        dock.panel.refresh()
        dock.setFloating(False)
        steps = len(window.model.record.history)
        qtbot.waitUntil(lambda steps=steps: len(window.model.record.history) > steps)
        dock.panel.refresh()


def test_start_pause_step_resume_reset(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    model = window.model
    click(window, "start_button")
    qtbot.waitUntil(lambda: len(model.record.history) > 40)
    assert find(window, "pause_button").isVisible()
    assert not find(window, "start_button").isVisible()
    click(window, "pause_button")
    qtbot.waitUntil(lambda: model.record.status is Status.PAUSED)
    assert find(window, "start_button").isVisible()
    paused_at = len(model.record.history)
    click(window, "step_button")
    qtbot.waitUntil(lambda: len(model.record.history) == paused_at + 1 and model.record.status is Status.PAUSED)
    click(window, "start_button")
    qtbot.waitUntil(lambda: len(model.record.history) > paused_at + 1)
    assert isinstance(engine.seen[-1], commands.Resume)
    click(window, "reset_button")
    qtbot.waitUntil(lambda: len(model.record.history) == 0 and model.record.status is Status.PAUSED)
    first, again = (command for command in engine.seen if isinstance(command, commands.Start))
    assert again.config == first.config
    assert again.paused


def test_step_without_a_run_builds_one(window: MainWindow, qtbot: QtBot) -> None:
    click(window, "step_button")
    qtbot.waitUntil(lambda: len(window.model.record.history) == 1 and window.model.record.status is Status.PAUSED)


def test_start_uses_the_edited_form(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    window.findChild(QAbstractSpinBox, "seed_spin").setValue(41)  # type: ignore[attr-defined]
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.model.record.run is not None)
    assert window.model.record.run is not None
    assert window.model.record.run.config.training.seed == 41


def test_finished_run_can_be_started_again(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.model.form.edit({"training.steps": 40})
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.model.record.status is Status.FINISHED)
    runs = []
    window.model.record.run_started.connect(runs.append)
    click(window, "start_button")
    qtbot.waitUntil(lambda: bool(runs) and window.model.record.status is Status.FINISHED)
    assert len(window.model.record.history) == 40


def test_what_watching_costs_is_shown(training: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaintCost, "share", 0.0154)
    label = training.header.status_label
    training.resize(1440, 900)
    training.header.refresh()
    assert "· watching 3 % ·" in label.text().replace("&nbsp;", " ").replace("  ", " ")
    parts = "samples 0.4 %, metrics 1.1 %, views of the networks 0.0 %, painting the window 1.5 %"
    assert parts in label.toolTip()
    training.model.pause()
    qtbot.waitUntil(lambda: training.model.record.status is Status.PAUSED)
    assert "watching" not in label.text()
    assert "painting" not in label.toolTip()


def test_it_says_that_a_run_waits_for_what_was_turned_on(training: MainWindow, qtbot: QtBot) -> None:
    progress = training.model.record.progress
    training.model.pause()
    qtbot.waitUntil(lambda: training.model.record.status is Status.PAUSED)
    training.model.receive(StepCompiling())
    assert "compiling what was turned on" in training.header.status_label.text().replace("&nbsp;", " ")
    training.model.receive(progress)
    assert "compiling" not in training.header.status_label.text()


def test_space_toggles_and_right_steps(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    steps = len(window.model.record.history)
    QTest.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(window.model.record.history) == steps + 1)


def test_every_action_is_in_a_menu_with_a_tip(window: MainWindow) -> None:
    in_menus = {action for menu in window.menus.values() for action in menu.actions()}
    shortcuts = [action.shortcut().toString() for action in window.actions_by_name.values()]
    shortcuts = [text for text in shortcuts if text]
    assert len(shortcuts) == len(set(shortcuts))
    for info in ACTIONS:
        action = window.actions_by_name[info.name]
        assert action in in_menus
        assert action.toolTip()
    assert {"Ctrl+O", "Ctrl+D", "Ctrl+S", "Ctrl+E"} <= set(shortcuts)


@pytest.mark.parametrize("name", ["shortcuts_action", "about_action"])
def test_help_opens_without_stopping_the_window(window: MainWindow, name: str) -> None:
    window.actions_by_name[name].trigger()
    box = window.findChild(QDialog, name.replace("action", "dialog"))
    assert box is not None
    assert box.isVisible()
    box.close()


def test_notes_on_the_data_are_said_once_when_a_run_starts(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.notes = ("16-bit images use values up to 4,095: scaled by that.", "Another.")
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert window.notice.isVisible()
    assert window.notice.text.text() == "16-bit images use values up to 4,095: scaled by that. Another."
    window.model.pause()
    qtbot.waitUntil(lambda: window.model.record.status is Status.PAUSED)
    window.model.start_or_resume()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert not window.notice.isVisible()


def test_a_plugin_that_failed_is_said_when_a_run_starts(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "The plug-in 'more' ('more') is left out: ImportError: no such module."
    monkeypatch.setattr(plugins, "_problems", [sentence])
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert window.notice.isVisible()
    assert window.notice.text.text() == sentence


def test_a_notice_of_what_was_refused_goes_once_something_else_is_done(training: MainWindow) -> None:
    training.model.receive(CommandRefused("sample 70: allowed: 0 to 63"))
    assert training.notice.text.text() == "sample 70: allowed: 0 to 63"
    training.model.form.edit({"training.seed": 7})
    assert training.notice.isHidden()


def test_checkpoint_is_announced(training: MainWindow, qtbot: QtBot) -> None:
    training.actions_by_name["save_checkpoint_action"].trigger()
    qtbot.waitUntil(training.notice.isVisible)
    assert "Checkpoint of step" in training.notice.text.text()


def test_a_checkpoint_by_time_is_not_announced_as_the_one_that_was_asked_for(training: MainWindow) -> None:
    training.model.wants_checkpoint = True
    training.model.receive(CheckpointSaved(7, Path("by-time"), by_time=True))
    assert not training.notice.isVisible()
    assert training.model.wants_checkpoint
    training.model.receive(CheckpointSaved(8, Path("asked-for")))
    assert training.notice.text.text() == "Checkpoint of step 8 saved: asked-for"
    assert not training.model.wants_checkpoint


def test_what_cannot_be_written_is_said_and_what_was_not_kept_has_details(training: MainWindow) -> None:
    training.model.receive(RecordingChanged("run.sqlite could not be written: it is full", "Traceback ..."))
    assert training.notice.text.text().startswith("run.sqlite could not be written: it is full. Training goes on;")
    training.model.receive(RecordingChanged(""))
    assert training.notice.text.text() == "The run folder can be written again."
    training.model.receive(NotKept("run.sqlite could not be written: it is full", Path("rescued"), "Traceback ..."))
    box = training.findChild(QMessageBox, "not_kept_dialog")
    assert box.text() == "run.sqlite could not be written: it is full"
    assert box.informativeText() == "What the run folder did not take is kept in rescued"
    assert box.detailedText() == "Traceback ..."
    box.close()


def test_rules_that_a_move_suspends_are_named_together(training: MainWindow) -> None:
    for rule in ("schedule", "take_cures"):
        training.model.receive(RuleSuspended(1200, rule, "d_learning_rate"))
    assert training.notice.text.text() == " ".join(
        f"The rule “{title}” no longer sets D learning rate: something else set it at step 1,200."
        for title in ("Schedule", "Take cures")
    )
    training.model.receive(RuleSuspended(1300, "skip_d", "d_steps", HAND))
    assert training.notice.text.text() == "The rule “Skip D” no longer sets D steps: you set it by hand at step 1,300."


@pytest.mark.parametrize("status", ["loading", "ready", "preparing", "training", "paused", "diverged", "failed"])
def test_close_at_any_moment(make_window: MakeWindow, engine: FakeEngine, qtbot: QtBot, status: str) -> None:
    gate = threading.Event()
    if status == "loading":
        engine.load = lambda: gate.wait(0.3) and None
        window = make_window(wait=False)
        qtbot.waitUntil(window.training_thread.isRunning)
    else:
        engine.diverge_at = 30 if status == "diverged" else None
        if status == "failed":
            engine.fail_start.append(RuntimeError("no memory"))
        window = make_window()
        if status != "ready":
            window.model.start()
        if status == "paused":
            window.model.pause()
        if status not in ("ready", "preparing"):
            qtbot.waitUntil(lambda: window.model.record.status.value == status)
    window.close()
    assert window.training_thread.isFinished()
    assert not window.isVisible()


def test_close_before_it_was_ever_shown(engine: FakeEngine, preview: FakePreview) -> None:
    window = MainWindow(engine, services=fake_services(preview))
    window.close()
    assert not window.training_thread.isRunning()
    window.deleteLater()


def test_closing_says_so_when_it_takes_long(
    make_window: MakeWindow, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("gan_desktop.gui.shell.main_window.SAY_CLOSING_AFTER", 0.0)
    said = threading.Event()
    original = MainWindow._say_closing
    monkeypatch.setattr(MainWindow, "_say_closing", lambda self: said.set() or original(self))
    engine.load = lambda: said.wait() and None
    window = make_window(wait=False)
    qtbot.waitUntil(window.training_thread.isRunning)
    window.close()
    assert said.is_set()
    assert window.training_thread.isFinished()


def test_closing_leaves_an_engine_that_has_nothing_to_keep(
    make_window: MakeWindow, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("gan_desktop.gui.shell.main_window.LISTEN_SECONDS", 0.0)
    left = threading.Event()
    engine.load = lambda: left.wait() and None
    window = make_window(wait=False, leave=left.set)
    qtbot.waitUntil(window.training_thread.isRunning)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert left.is_set()


def test_closing_does_not_leave_a_run(make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr("gan_desktop.gui.shell.main_window.LISTEN_SECONDS", 0.0)
    monkeypatch.setattr("gan_desktop.gui.shell.main_window.SAY_CLOSING_AFTER", 0.0)
    left: list[bool] = []
    waited = threading.Event()
    original = MainWindow._say_closing
    monkeypatch.setattr(MainWindow, "_say_closing", lambda self: waited.set() or original(self))
    # A block takes until the window has waited.
    monkeypatch.setattr("tests.gui.fake_engine._FakeRun.advance", lambda self: waited.wait())
    window = make_window(leave=lambda: left.append(True))
    window.model.start()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert waited.is_set()
    assert not left


def test_error_shows_and_a_second_start_works(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.fail_start.append(RuntimeError("out of memory"))
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "error_dialog") is not None)
    box = window.findChild(QMessageBox, "error_dialog")
    assert "out of memory" in box.text()
    assert "Traceback" in box.detailedText()
    assert "out of memory" in window.notice.text.text()
    box.close()
    click(window, "start_button")
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)
    assert not window.notice.isVisible()


def test_exception_that_escapes_the_engine_is_shown(make_window: MakeWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    def broken() -> None:
        raise OSError("libtensorflow is missing")

    engine.load = broken
    window = make_window(wait=False)
    qtbot.waitUntil(lambda: window.model.record.status is Status.FAILED)
    box = window.findChild(QMessageBox, "error_dialog")
    assert "libtensorflow is missing" in box.text()
    box.close()
    engine.load = lambda: None
    click(window, "start_button")
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)


def test_divergence_is_said_in_plain_words(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.diverge_at = 50
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.model.record.status is Status.DIVERGED)
    assert "no longer finite at step" in window.notice.text.text()
    window.panel("losses").refresh()


def test_loading_is_visible(make_window: MakeWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()
    engine.load = lambda: gate.wait(5) and None
    window = make_window(wait=False)
    assert "loading TensorFlow" in window.header.status_label.text().replace("&nbsp;", " ")
    assert window.footer.bar.maximum() == 0
    # A start that is asked for now is kept, and done once.
    click(window, "start_button")
    assert not window.header.start_button.isEnabled()
    gate.set()
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)
    assert sum(isinstance(command, commands.Start) for command in engine.seen) == 1


def test_points_take_the_place_of_images(window: MainWindow, qtbot: QtBot) -> None:
    docks = window.docks.docks
    assert docks["samples"].isVisible()
    window.model.form.edit({"data.name": "ring"})
    click(window, "start_button")
    qtbot.waitUntil(docks["scatter"].isVisible)
    assert not docks["samples"].isVisible()
    window.model.form.edit({"data.name": "digits"})
    window.model.start()
    qtbot.waitUntil(docks["samples"].isVisible)
    assert not docks["scatter"].isVisible()


def test_a_layout_kept_beside_points_shows_images_when_images_are_trained(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.docks.show_kind("points")
    window.close()
    again = make_window()
    docks = again.docks.docks
    assert docks["samples"].isHidden()
    again.model.start()
    qtbot.waitUntil(lambda: not docks["samples"].isHidden())
    assert docks["scatter"].isHidden()


def test_layout_is_remembered_and_reset(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.docks.docks["figures"].hide()
    window.close()
    again = make_window()
    assert again.docks.docks["figures"].isHidden()
    again.actions_by_name["reset_layout_action"].trigger()
    assert again.docks.docks["figures"].isVisible()


def test_a_layout_that_was_kept_has_its_widths_and_no_stray_tabs(make_window: MakeWindow, qtbot: QtBot) -> None:
    """The layout is read before the window has its size, and takes effect when the window is shown."""
    window = make_window()
    docks = window.docks

    def widths() -> list[int]:
        return [docks.docks[name].width() for name in ("what_trains", "losses", "live_controls")]

    window.resize(1440, 900)
    QApplication.processEvents()
    kept, state = widths(), window._dock_area.saveState()
    window.resize(1024, 700)
    QApplication.processEvents()
    docks.restore(state)
    window.resize(1440, 900)
    QApplication.processEvents()
    docks.settle()
    qtbot.waitUntil(lambda: widths() == kept)
    tabs = [
        tuple(bar.tabText(place) for place in range(bar.count()))
        for bar in window.findChildren(QTabBar)
        if bar.isVisible() and bar.count() > 1
    ]
    assert ("Losses", "Scores", "Layers", "Phase") in tabs
    assert len(tabs) == len(set(tabs))


@pytest.mark.parametrize("content", [b"", b"\x00\xff garbage", b"[layout]\nversion=1\nstate=1\ngeometry=2\n"])
def test_corrupt_settings_never_block_a_start(make_window: MakeWindow, content: bytes) -> None:
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "gan-desktop", "window")
    path = Path(settings.fileName())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content + b"\n[losses]\nsmoothing=many\nlog=perhaps\n[General]\ntheme=plaid\n")
    window = make_window()
    assert window.docks.docks["losses"].isVisible()


def test_layout_of_another_version_is_forgotten(make_window: MakeWindow) -> None:
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "gan-desktop", "window")
    settings.setValue("layout/version", 0)
    settings.setValue("layout/state", b"old")
    settings.sync()
    assert make_window().docks.docks["losses"].isVisible()


class Helpful(Panel):
    """A panel as somebody might add it: it asks for everything, and does something for a menu."""

    area = Area.RIGHT
    order = 99

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        self.pointed_at: list[int | None] = []
        self.zoomed = 0

    def menu_actions(self) -> dict[str, Callable[[], object]]:
        return {"zoom_in": self.zoom}

    def zoom(self) -> None:
        self.zoomed += 1

    def point_at(self, mode: int | None) -> None:
        self.pointed_at.append(mode)


def test_the_window_answers_a_panel_that_it_does_not_know(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(panels)
    monkeypatch.setitem(panels._entries, "helpful", Entry("helpful", "Helpful", "It helps.", Helpful, Options))
    window = make_window()
    panel = window.panel("helpful")
    assert isinstance(panel, Helpful)
    window.actions_by_name["zoom_in_action"].trigger()
    assert panel.zoomed == 1
    modes, scatter = window.panel("modes"), window.panel("scatter")
    modes.chart.pointed.emit(2)  # type: ignore[attr-defined]
    assert panel.pointed_at == [2]
    panel.mode_pointed.emit(None)
    assert panel.pointed_at == [2, None]
    for asker in (panel, window.panel("try_this")):
        asker.own_images_asked.emit()
        chooser = window.findChild(QFileDialog, "data_chooser")
        assert chooser is not None
        chooser.reject()
        QApplication.sendPostedEvents(chooser, QEvent.Type.DeferredDelete)
    for asker in (panel, scatter):
        asker.draw_asked.emit()
        assert window.data._dialog is not None
        window.data._dialog.reject()


def test_a_check_of_a_panel_and_its_action_are_one(window: MainWindow) -> None:
    check = window.panel("diagnosis").pause_check  # type: ignore[attr-defined]
    action = window.actions_by_name["pause_on_alert_action"]
    before = check.isChecked()
    assert action.isChecked() == before
    action.trigger()
    assert (check.isChecked(), action.isChecked()) == (not before, not before)
    check.click()
    assert (check.isChecked(), action.isChecked()) == (before, before)


def test_the_view_of_samples_that_is_shown_is_exported(training: MainWindow) -> None:
    exported: list[str] = []
    for name in ("samples", "scatter"):
        training.panel(name).export = partial(exported.append, name)
    assert training.panel("losses").export is None
    training.export_png()
    assert exported == ["samples"]


def test_theme_switches_everything(training: MainWindow, make_window: MakeWindow) -> None:
    view = training.panel("losses").view  # type: ignore[attr-defined]
    for mode, colors in ((ThemeMode.DARK, DARK), (ThemeMode.LIGHT, LIGHT)):
        training.theme_actions[mode].trigger()
        assert training.theme.colors == colors
        assert view.backgroundBrush().color().name() == colors.surface
        assert colors.surface in training.styleSheet()
    training.theme_actions[ThemeMode.DARK].trigger()
    training.close()
    assert make_window().theme.mode is ThemeMode.DARK


def test_theme_follows_the_system_unless_chosen(window: MainWindow) -> None:
    window.theme.follow_system(Qt.ColorScheme.Dark)
    assert window.theme.colors == DARK
    window.theme.follow_system(Qt.ColorScheme.Light)
    assert window.theme.colors == LIGHT
    window.set_theme(ThemeMode.DARK)
    window.theme.follow_system(Qt.ColorScheme.Light)
    assert window.theme.colors == DARK


def test_refused_start_is_shown_beside_the_field(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.fail_start.append(InputError("data.path = '/nowhere': there is no such folder", "data.path"))
    window.model.form.edit({"data.path": "/nowhere"})
    click(window, "start_button")
    field = window.panel("what_trains").fields["data.path"]  # type: ignore[attr-defined]
    qtbot.waitUntil(field.message.isVisible)
    assert "no such folder" in field.message.text()
    click(window, "start_button")
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)
    assert not field.message.isVisible()


def test_refused_start_is_scrolled_into_view(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    window.resize(1200, 750)
    panel = window.panel("what_trains")
    field = panel.fields["training.batch_size"]  # type: ignore[attr-defined]
    group = next(group for group in panel.groups.values() if field in group.fields)  # type: ignore[attr-defined]
    group.set_open(False)
    engine.fail_start.append(InputError("training.batch_size = 64: larger than the data", "training.batch_size"))
    click(window, "start_button")
    qtbot.waitUntil(lambda: field.message.isVisible() and not field.message.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: field.message.visibleRegion().boundingRect() == field.message.rect())


@pytest.mark.parametrize("way", ["start_anew_action", "reset_action", "try_button", "preset", "data"])
def test_a_refused_start_leaves_the_run_and_says_so(
    training: MainWindow, engine: FakeEngine, qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    model = training.model
    run, sent = model.record.run, len(engine.seen)
    engine.fail_start.append(InputError("training.batch_size = 64: larger than the data", "training.batch_size"))
    if way.endswith("action"):
        training.actions_by_name[way].trigger()
    elif way == "preset":
        model.form.choose_preset("ring")
        model.start()
    elif way == "data":
        training.data._on_taken({"data.name": "images", "data.path": str(tmp_path)}, True)
    else:
        training.findChild(object, "try_fail-collapse_button").click()
    qtbot.waitUntil(lambda: not model.is_starting and not engine.fail_start)
    assert any(isinstance(command, commands.Start) for command in engine.seen[sent:])
    assert model.record.run is run
    steps = len(model.record.history)
    qtbot.waitUntil(lambda: len(model.record.history) > steps)
    assert training.notice.text.text() == (
        "Not started, and the run under way goes on: Batch = 64: larger than the data."
    )
    training.notice.place_button.click()
    batch = training.findChild(object, "batch_size_spin")
    qtbot.waitUntil(batch.hasFocus)
    assert not batch.visibleRegion().isEmpty()
    batch.setValue(8)
    assert training.notice.isHidden()


def test_a_first_start_that_is_refused_claims_no_run_and_leads_to_no_field_of_the_command_line(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.fail_start.append(InputError("the runs folder '/r' cannot be written", "--out"))
    window.model.start()
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.text.text() == "Not started: the runs folder '/r' cannot be written."
    assert window.notice.place_button.isHidden()
    qtbot.waitUntil(lambda: window.model.record.status is Status.READY)


def test_a_start_with_a_wrong_field_leads_to_it(training: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    rate = training.findChild(QLineEdit, "d_learning_rate_field")
    rate.setFocus()
    rate.selectAll()
    qtbot.keyClicks(rate, "fast")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    training.setFocus()
    sent = len(engine.seen)
    training.actions_by_name["start_anew_action"].trigger()
    assert "Not started, and the run under way goes on: D learning rate: “fast”" in training.notice.text.text()
    training.notice.place_button.click()
    assert rate.hasFocus()
    assert rate.text() == "fast"
    assert not any(isinstance(command, commands.Start) for command in engine.seen[sent:])
    assert not training.model.is_starting


def test_a_panel_that_was_behind_a_tab_shows_how_the_run_ended(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.model.form.edit({"training.steps": 60})
    docks = window.docks.docks
    docks["quality"].raise_()
    qtbot.waitUntil(lambda: not window.panel("diagnosis").is_watched)
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.model.record.status is Status.FINISHED)
    panel = window.panel("diagnosis")
    qtbot.waitUntil(lambda: panel not in window.repainter._round and not window.repainter._timer.isActive())
    asked = []
    panel.refresh = lambda: asked.append(True)  # type: ignore[method-assign]
    assert panel in window.repainter._waiting
    docks["diagnosis"].raise_()
    qtbot.waitUntil(lambda: bool(asked))


@pytest.mark.parametrize("closed", [False, True])
def test_a_panel_that_is_opened_after_the_end_shows_the_run_at_once(
    make_window: MakeWindow, qtbot: QtBot, closed: bool
) -> None:
    window = make_window()
    window.model.form.edit({"training.steps": 60})
    docks = window.docks.docks
    for name in ("quality", "phase"):
        docks[name].setHidden(closed)
    click(window, "start_button")
    qtbot.waitUntil(lambda: window.model.record.status is Status.FINISHED)
    window.model.receive(measured(60))
    qtbot.waitUntil(lambda: not window.repainter._timer.isActive())
    for name in ("quality", "phase"):
        docks[name].show()
        docks[name].raise_()
    quality, phase = window.panel("quality"), window.panel("phase")
    assert quality.caption.text() == "step 60"
    assert quality.rows["modes_covered"].value.text() == "6 of 8"  # type: ignore[attr-defined]
    assert phase.message.isHidden()  # type: ignore[attr-defined]


def test_window_loads_neither_tensorflow_nor_slow_libraries() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from gan_desktop.gui.shell.main_window import MainWindow\n"
        "from gan_desktop.gui.services import Services\n"
        "from tests.gui.fake_engine import FakeEngine\n"
        "window = MainWindow(FakeEngine(), services=Services(print, print, print, print))\n"
        "window.show(); app.processEvents(); window.close()\n"
        "slow = {'tensorflow', 'keras', 'sklearn', 'scipy', 'PIL', 'pandas', 'matplotlib'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("data", ["digits", "ring"])
def test_nothing_that_is_said_widens_the_window(make_window: MakeWindow, qtbot: QtBot, data: str) -> None:
    """1024 x 700 is enough: long titles and messages give way."""
    window = make_window()
    window.resize(1024, 700)
    window.model.form.edit({"data.name": data})
    window.model.start()
    qtbot.waitUntil(lambda: len(window.model.record.history) > 0)
    long = "a sentence that is far too long for the room there is " * 4
    window.model.receive(Preparing(long, 0.5))
    window.model.refused.emit(CommandRefused(long, "optimizer.d_learning_rate"))
    window.model.refused.emit(CommandRefused(long, "generator.widths"))
    window.model.refused.emit(CommandRefused(long))
    for dock in window.docks.docks.values():
        dock.panel.caption.setText(long)
        dock.panel.refresh()
    QTest.qWait(50)
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 700


def test_the_notice_of_a_pause_leads_to_before_the_alert(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    record, action = window.model.record, window.actions_by_name["before_alert_action"]
    assert not action.isEnabled()
    engine.alert_at, engine.pauses = 100, True
    window.model.start()
    qtbot.waitUntil(lambda: window.notice.before_button.isVisible())
    assert action.isEnabled()
    window.notice.before_button.click()
    assert record.moment is not None
    assert record.moment < 100
    assert not window.notice.before_button.isVisible()
    record.look_at(None)
    assert window.notice.before_button.isVisible()
