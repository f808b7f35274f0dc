"""Opening kept runs in the window: every way in, what is asked first, what cannot be opened, and going on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Continue, Start
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import (
    CheckpointRemoved,
    CheckpointSaved,
    ControlChanged,
    EngineError,
    MetricsBlock,
    StatusChanged,
    StepCompiling,
)
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.paths import runs_directory
from gan_desktop.core.status import Status
from gan_desktop.gui.library.table_model import NAME, tool_tip
from gan_desktop.gui.shell.dialogs import show_error
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.recording.exporting import export_run
from gan_desktop.recording.notes import RunNotes, write_notes
from gan_desktop.recording.remembered import remembered
from gan_desktop.recording.removal import delete_run
from gan_desktop.recording.run_entry import read_entry
from gan_desktop.recording.run_folder import CHECKPOINTS
from tests.gan import FIGURES
from tests.gui.conftest import MakeWindow
from tests.gui.fake_engine import FakeEngine
from tests.recording.made_runs import begun, killed_run, made_run

Show = Callable[[Path], None]


@pytest.fixture
def show(window: MainWindow, qtbot: QtBot) -> Show:
    """Opens a run, and waits until it is shown."""

    def open_run(folder: Path) -> None:
        with qtbot.waitSignal(window.runs.shown):
            window.runs.open(folder)

    return open_run


def button(window: MainWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def test_a_name_is_no_markup_wherever_it_stands(window: MainWindow, show: Show) -> None:
    folder = made_run()
    write_notes(folder, RunNotes(name="a <b>x</b>"))
    show(folder)
    assert "a <b>x</b>" in window.notice.text.text()
    dialog = window.library.open()
    for shown in (window.notice.text, dialog.summary, dialog.message, dialog.pane.facts, dialog.pane.picture):
        assert shown.textFormat() is Qt.TextFormat.PlainText
    assert "a &lt;b&gt;x&lt;/b&gt;" in tool_tip(read_entry(folder), NAME)
    assert show_error(window, EngineError("<b>x</b>", "")).textFormat() is Qt.TextFormat.PlainText


def test_a_run_is_shown_and_named(window: MainWindow, show: Show) -> None:
    folder = made_run(steps=1200)
    write_notes(folder, RunNotes(name="my ring"))
    show(folder)
    record = window.model.record
    assert (record.status, len(record.history)) == (Status.FINISHED, 1200)
    assert record.samples is not None
    assert window.windowTitle() == "my ring – GAN Desktop"
    assert window.notice.text.text() == "Opened “my ring”: finished at step 1,200. Continue goes on from there."
    assert "1,200" in window.footer.text.text()
    assert button(window, "start_button").text() == "Continue"
    assert not window.header.step_button.isEnabled()
    assert window.header.reset_button.isEnabled()
    assert window.actions_by_name["continue_action"].isEnabled()


@pytest.mark.parametrize("status", [Status.STOPPED, Status.DIVERGED, Status.FAILED])
def test_each_end_is_shown(window: MainWindow, show: Show, status: Status) -> None:
    show(made_run(status=status))
    assert window.model.record.status is status
    assert window.model.can_go_on == (status is not Status.DIVERGED)
    assert status.value in window.header.status_label.text()


def test_a_run_that_was_killed_can_go_on(window: MainWindow, show: Show) -> None:
    show(killed_run())
    assert window.model.record.status is Status.INTERRUPTED
    assert window.model.goes_on


def test_a_run_that_is_being_written_is_only_looked_at(window: MainWindow, show: Show) -> None:
    recorder = begun()
    show(recorder.folder)
    assert "is being trained by process" in window.notice.text.text()
    assert "training&nbsp;elsewhere" in window.header.status_label.text()
    assert "training elsewhere" in window.footer.text.text()
    assert button(window, "start_button").text() == "Start"
    assert not window.model.can_go_on
    recorder.close(Status.STOPPED)


def test_a_run_that_is_kept_elsewhere_is_remembered(window: MainWindow, show: Show, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = made_run(elsewhere / "run")
    (tmp_path / "data" / "library.json").unlink(missing_ok=True)
    show(folder)
    assert remembered() == (folder.resolve(),)


def test_what_cannot_be_opened_is_said_in_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.runs.open(tmp_path)
    qtbot.waitUntil(lambda: window.notice.text.text().startswith("The run was not opened:"))
    assert window.model.record.run is None
    assert window.windowTitle() == "GAN Desktop"


def test_the_last_one_that_is_asked_for_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    first, second = made_run(steps=10), made_run(steps=20)
    shown: list[int] = []
    window.runs.shown.connect(lambda: shown.append(len(window.model.record.history)))
    window.runs.open(first)
    window.runs.open(second)
    qtbot.waitUntil(lambda: not window.runs.threads)
    assert shown == [20]


def test_a_folder_is_chosen_dropped_or_taken_from_the_library(window: MainWindow, qtbot: QtBot) -> None:
    folder = made_run()
    window.actions_by_name["open_run_action"].trigger()
    dialog = window.findChild(QFileDialog, "run_chooser")
    assert dialog is not None
    ways: list[Callable[[], object]] = [
        lambda: dialog.fileSelected.emit(str(folder)),
        lambda: window.data.take_drop([QUrl.fromLocalFile(str(folder))]),
        lambda: window.data.take_drop([QUrl.fromLocalFile(str(folder / "run.sqlite"))]),
        lambda: window.library.open_asked.emit(folder),
    ]
    for way in ways:
        with qtbot.waitSignal(window.runs.shown):
            way()
    dialog.close()


def test_the_last_run_is_offered_at_the_start(make_window: MakeWindow, qtbot: QtBot) -> None:
    made_run(steps=1500)
    window = make_window()
    offer = button(window, "open_last_run_button")
    qtbot.waitUntil(lambda: not offer.isHidden())
    assert offer.accessibleDescription() == "ring · 1,500 steps · finished"
    with qtbot.waitSignal(window.runs.shown):
        offer.click()
    assert offer.isHidden()


def test_without_a_run_none_is_offered(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.runs.threads)
    assert button(window, "open_last_run_button").isHidden()


def test_a_training_is_not_ended_without_a_question(training: MainWindow, qtbot: QtBot, engine: FakeEngine) -> None:
    folder = made_run(steps=70)
    training.runs.open(folder)
    qtbot.waitUntil(lambda: training.findChild(QMessageBox, "open_run_question") is not None)
    box = training.findChild(QMessageBox, "open_run_question")
    assert box is not None
    assert box.text() == f"Stop “digits” and open “{folder.name}”?"
    box.reject()
    qtbot.waitUntil(lambda: training.findChild(QMessageBox, "open_run_question") is None)
    assert training.model.record.status is Status.TRAINING
    training.runs.open(folder)
    qtbot.waitUntil(lambda: training.findChild(QPushButton, "stop_and_open_button") is not None)
    with qtbot.waitSignal(training.runs.shown):
        button(training, "stop_and_open_button").click()
    assert len(training.model.record.history) == 70
    assert "“digits” was stopped at step" in training.notice.text.text()


def test_a_paused_run_gives_way_at_once(training: MainWindow, qtbot: QtBot) -> None:
    training.model.pause()
    qtbot.waitUntil(lambda: training.model.record.status is Status.PAUSED)
    with qtbot.waitSignal(training.runs.shown):
        training.runs.open(made_run(steps=70))
    assert len(training.model.record.history) == 70


def test_an_opened_run_goes_on(window: MainWindow, show: Show, qtbot: QtBot, engine: FakeEngine) -> None:
    folder = made_run(steps=1200, status=Status.STOPPED)
    show(folder)
    button(window, "start_button").click()
    qtbot.waitUntil(lambda: len(window.model.record.history) > 1260)
    assert window.notice.text.text() == (
        "The same run goes on from step 1,200. "
        "Recomputed 100 steps from the checkpoint of step 1,100: identical to the record."
    )
    assert [type(command) for command in engine.seen if isinstance(command, Continue | Start)] == [Continue]
    assert window.windowTitle() == f"{folder.name} – GAN Desktop"
    assert button(window, "pause_button").isVisible()


def test_a_run_can_always_be_started_anew(window: MainWindow, show: Show, qtbot: QtBot, engine: FakeEngine) -> None:
    show(made_run(steps=1200, status=Status.STOPPED))
    ways = window.findChild(QToolButton, "start_menu_button")
    assert ways is not None
    offered = [action.objectName() for action in ways.menu().actions()]
    assert offered == ["continue_action", "more_steps_action", "start_anew_action"]
    window.actions_by_name["start_anew_action"].trigger()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert isinstance(engine.seen[-1], Start)


def test_a_run_that_cannot_go_on_stays_in_view(
    window: MainWindow, show: Show, qtbot: QtBot, engine: FakeEngine
) -> None:
    show(made_run(steps=1200))
    engine.fail_start.append(InputError("every checkpoint is damaged"))
    button(window, "start_button").click()
    qtbot.waitUntil(lambda: window.notice.text.text() == "Not started: every checkpoint is damaged.")
    qtbot.waitUntil(lambda: window.model.record.status is Status.FINISHED)
    assert len(window.model.record.history) == 1200


def test_a_run_that_diverged_leads_to_the_timeline(window: MainWindow, show: Show, engine: FakeEngine) -> None:
    show(made_run(status=Status.DIVERGED))
    window.docks.docks["timeline"].hide()
    button(window, "start_button").click()
    assert not window.docks.docks["timeline"].isHidden()
    assert "choose an earlier one on the timeline" in window.notice.text.text()
    assert not any(isinstance(command, Continue) for command in engine.seen)


def wait_paused_at(window: MainWindow, qtbot: QtBot, step: int) -> None:
    record = window.model.record
    qtbot.waitUntil(lambda: len(record.history) == step and record.status is Status.PAUSED)


def test_so_many_steps_are_run_and_the_number_is_remembered(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.resize(1200, 750)
    spin = window.findChild(QSpinBox, "more_steps_spin")
    assert spin is not None
    spin.setValue(130)
    for total in (130, 260):
        button(window, "more_steps_button").click()
        wait_paused_at(window, qtbot, total)
    window.close()
    again = make_window().findChild(QSpinBox, "more_steps_spin")
    assert again is not None
    assert again.value() == 130


def test_a_narrow_window_leaves_more_steps_to_the_menu(window: MainWindow) -> None:
    window.resize(700, 500)
    assert not button(window, "more_steps_button").isVisible()
    window.resize(1200, 750)
    assert button(window, "more_steps_button").isVisible()


def test_the_room_of_the_checkpoints_is_shown(training: MainWindow, qtbot: QtBot) -> None:
    training.model.receive(CheckpointSaved(40, Path("step_40.npz"), True, "", 3, 12_500_000))
    qtbot.waitUntil(lambda: "checkpoints 12.5 of 1,000 MB" in training.footer.text.text())


def test_the_room_of_an_opened_runs_checkpoints_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    folder = made_run()
    (folder / CHECKPOINTS).mkdir(exist_ok=True)
    for step, size in ((4, 1_500_000), (8, 2_000_000)):
        (folder / CHECKPOINTS / f"step_{step:08}.npz").write_bytes(bytes(size))
    window.runs.open(folder)
    qtbot.waitUntil(lambda: "checkpoints 3.5 of 1,000 MB" in window.footer.text.text())


def test_the_reason_why_checkpoints_go_is_said_once(training: MainWindow) -> None:
    notice = training.notice
    training.model.receive(CheckpointRemoved(20, Path("step_20.npz")))
    assert not notice.isVisible()
    training.model.receive(CheckpointRemoved(40, Path("step_40.npz"), "the disk is full"))
    assert notice.isVisible()
    assert notice.text.text().startswith("Earlier checkpoints are removed, because the disk is full. ")
    notice.hide()
    training.model.receive(CheckpointRemoved(60, Path("step_60.npz"), "the disk is full"))
    assert not notice.isVisible()


def test_the_window_closes_while_a_run_is_read(window: MainWindow) -> None:
    window.runs.open(made_run())
    window.close()
    assert not any(thread.isRunning() for thread in window.runs.threads)


def test_panels_say_nothing_wrong_without_networks(window: MainWindow, show: Show) -> None:
    show(made_run())
    for dock in window.docks.docks.values():
        dock.show()
        dock.panel.refresh()
    assert isinstance(window.panel("latent"), QWidget)
    assert not window.model.can_look


def test_enter_in_the_number_of_steps_runs_them(window: MainWindow, qtbot: QtBot) -> None:
    spin = window.findChild(QSpinBox, "more_steps_spin")
    assert spin is not None
    spin.selectAll()
    QTest.keyClicks(spin, "130")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    wait_paused_at(window, qtbot, 130)


def test_what_is_said_of_a_run_that_goes_on_stays_while_something_is_compiled(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    show(made_run(steps=1200, status=Status.STOPPED))
    button(window, "start_button").click()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    window.model.receive(StepCompiling())
    window.model.receive(StatusChanged(Status.TRAINING, 1200))
    assert window.notice.isVisible()
    assert window.notice.text.text().startswith("The same run goes on from step 1,200.")


def packed(tmp_path: Path) -> Path:
    """A run of another computer as .zip."""
    archive = export_run(made_run(tmp_path / "theirs", steps=70), "zip", tmp_path / "x.zip")
    delete_run(read_entry(tmp_path / "theirs"), permanently=True)
    return archive


def test_a_run_that_was_exported_is_taken_in_and_shown(window: MainWindow, show: Show, tmp_path: Path) -> None:
    show(packed(tmp_path))
    run = window.model.record.run
    assert run is not None
    assert run.run_folder == runs_directory().absolute() / "theirs"
    assert len(window.model.record.history) == 70


def test_an_exported_run_can_be_dropped_and_chosen(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    with qtbot.waitSignal(window.runs.shown):
        window.data.take_drop([QUrl.fromLocalFile(str(archive))])
    window.actions_by_name["import_run_action"].trigger()
    chooser = window.findChild(QFileDialog, "run_import_chooser")
    assert chooser is not None
    chooser.fileSelected.emit(str(archive))
    chooser.close()
    qtbot.waitUntil(lambda: "which is here already" in window.notice.text.text())
    (tmp_path / "y.zip").write_bytes(b"no")
    window.runs._on_packed_chosen(str(tmp_path / "y.zip"))
    assert window.notice.text.text() == f"{tmp_path / 'y.zip'} is not a run that was exported as .zip."


def test_a_run_that_another_process_trains_is_followed_to_its_end(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    theirs = begun(steps=100)
    show(theirs.folder)
    record = window.model.record
    assert window.notice.text.text().endswith("step 100 so far: it is followed here, and can only be looked at.")
    assert not window.actions_by_name["continue_action"].isEnabled()
    theirs.on_event(ControlChanged(100, "g_learning_rate", 5e-2, 1e-3))
    theirs.on_event(MetricsBlock(100, np.zeros((60, len(FIGURES)), np.float32), FIGURES))
    theirs.flush()
    qtbot.waitUntil(lambda: len(record.history) == 160)
    assert current_controls(window.model.form.config)["g_learning_rate"] == 5e-2
    theirs.on_event(StatusChanged(Status.PAUSED, 160))
    theirs.flush()
    qtbot.waitUntil(lambda: "paused elsewhere" in window.footer.text.text())
    theirs.on_event(StatusChanged(Status.FINISHED, 160))
    theirs.close(Status.FINISHED)
    qtbot.waitUntil(lambda: record.writer is None)
    assert window.notice.text.text().endswith("has ended: finished at step 160. Continue goes on from there.")
    assert window.actions_by_name["continue_action"].isEnabled()


def test_another_run_ends_the_following(window: MainWindow, show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    theirs = begun(tmp_path / "theirs", steps=100)
    show(theirs.folder)
    show(made_run(tmp_path / "mine", steps=30))
    qtbot.waitUntil(lambda: not window.runs.follower.threads)
    theirs.on_event(MetricsBlock(100, np.zeros((60, len(FIGURES)), np.float32), FIGURES))
    theirs.close(Status.STOPPED)
    assert len(window.model.record.history) == 30


def test_a_followed_run_that_goes_on_from_an_earlier_step_is_read_anew(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    theirs = begun(steps=100)
    show(theirs.folder)
    with qtbot.waitSignal(window.runs.shown):
        theirs.forget_from(40, 0)
    assert len(window.model.record.history) == 40
    theirs.close(Status.STOPPED)


def test_a_followed_run_whose_folder_goes_is_told(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    theirs = begun(steps=100)
    show(theirs.folder)
    theirs.abandon()
    shutil.rmtree(theirs.folder)
    qtbot.waitUntil(lambda: window.notice.text.text().startswith("The run is not followed any more: "))
    assert len(window.model.record.history) == 100
