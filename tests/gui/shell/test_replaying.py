"""Run > Replay…: what is said before and after, what breaks it off, and that the run that is shown stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Continue, Replay, Start, Stop
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Replayed, RunStarted, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.gui.shell.replaying import equal_sentence, parted_sentence
from tests.gui.fake_engine import FakeEngine
from tests.recording.made_runs import made_run

Ask = Callable[[], None]


@pytest.fixture
def folder(window: MainWindow, qtbot: QtBot) -> Path:
    """A run of 1,200 steps that is shown."""
    made = made_run(steps=1200)
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(made)
    return made


@pytest.fixture
def ask(window: MainWindow, folder: Path) -> Ask:
    """Chooses Run > Replay…"""
    return window.actions_by_name["replay_action"].trigger


def said(window: MainWindow) -> str:
    return "" if window.notice.isHidden() else window.notice.text.text()


def step_button(window: MainWindow) -> QPushButton:
    found = window.findChild(QPushButton, "notice_step_button")
    assert found is not None
    return found


def header(window: MainWindow) -> str:
    return window.header.status_label.text().replace("&nbsp;", " ")


def test_it_is_offered_for_a_run_with_a_folder_while_none_is_under_way(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    action = window.actions_by_name["replay_action"]
    assert action.isEnabled()
    window.model.start()
    assert not action.isEnabled()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert not action.isEnabled()
    window.model.stop()
    qtbot.waitUntil(lambda: window.model.record.status is Status.STOPPED)
    # The fake run has no folder.
    assert not action.isEnabled()


def test_an_equal_run_is_said_to_be_so_and_stays_as_it_is(
    window: MainWindow, folder: Path, ask: Ask, qtbot: QtBot, engine: FakeEngine
) -> None:
    record = window.model.record
    record.look_at(700)
    before = record.status, record.run, record.history, record.progress, record.samples, record.then, record.run_name
    told: list[object] = []
    record.run_started.connect(told.append)
    record.run_cleared.connect(lambda: told.append("cleared"))
    ask()
    qtbot.waitUntil(lambda: said(window).startswith("Equal"))
    assert said(window) == "Equal: every figure of 1,200 steps and 4 digests of the weights."
    assert step_button(window).isHidden()
    assert isinstance(engine.seen[-1], Replay)
    qtbot.waitUntil(lambda: not window.model.replays.is_under_way)
    after = record.status, record.run, record.history, record.progress, record.samples, record.then, record.run_name
    assert after == before
    assert told == []
    assert (record.preparation, record.recomputing) == (None, None)
    assert "finished" in header(window)
    assert window.actions_by_name["replay_action"].isEnabled()
    assert window.model.can_go_on


def test_what_differs_is_said_first_and_how_far_it_is(
    window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine
) -> None:
    engine.holds_replay, engine.reasons = True, ("TensorFlow differs: 2.20.0 then, 2.21.0 now",)
    ask()
    assert not window.actions_by_name["replay_action"].isEnabled()
    qtbot.waitUntil(lambda: "replaying 1,200 steps, 50 %" in header(window))
    assert said(window) == (
        f"Replaying “{window.model.record.run_name}” in memory; Esc breaks it off. "
        "The last bits may differ: TensorFlow differs: 2.20.0 then, 2.21.0 now."
    )
    assert window.footer.bar.value() == window.footer.bar.maximum() // 2


def test_esc_or_stop_breaks_it_off(window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.holds_replay = True
    stop = window.actions_by_name["stop_action"]
    keys = stop.shortcuts()
    assert not stop.isEnabled()
    for way in (lambda: QTest.keyClick(window, Qt.Key.Key_Escape), stop.trigger):
        ask()
        qtbot.waitUntil(lambda: "replaying 1,200" in header(window))
        assert stop.isEnabled()
        way()
        qtbot.waitUntil(lambda: said(window) == "The replay was broken off.")
        assert isinstance(engine.seen[-1], Stop)
        assert not stop.isEnabled()
        assert stop.shortcuts() == keys
        assert window.model.record.status is Status.FINISHED
        assert len(window.model.record.history) == 1200


def test_a_run_that_parted_leads_to_the_step(window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.parted, engine.reasons = 234, ("GAN Desktop differs: 0.1.0 then, 0.2.0 now",)
    ask()
    qtbot.waitUntil(lambda: said(window).startswith("Parted"))
    assert said(window) == (
        "Parted at step 234: its figures, or the weights after it, are not those of the record, "
        "perhaps because GAN Desktop differs: 0.1.0 then, 0.2.0 now."
    )
    button = step_button(window)
    assert button.text() == "Look at step 234"
    button.click()
    assert window.model.record.moment == 234
    window.notice.say("Something else.")
    assert button.isHidden()


def test_a_start_breaks_it_off_and_begins(
    window: MainWindow, folder: Path, ask: Ask, qtbot: QtBot, engine: FakeEngine
) -> None:
    engine.holds_replay = True
    ask()
    qtbot.waitUntil(lambda: "replaying 1,200" in header(window))
    assert window.header.start_button.isEnabled()
    window.model.start(pause_at_first_alert=True)
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert isinstance(engine.seen[-1], Start)
    assert window.model.pauses_at_first_alert
    assert not window.model.replays.is_under_way
    assert "broken off" not in said(window)


def test_going_on_breaks_it_off_and_the_run_stays_in_view(
    window: MainWindow, folder: Path, ask: Ask, qtbot: QtBot, engine: FakeEngine
) -> None:
    engine.holds_replay = True
    ask()
    qtbot.waitUntil(lambda: "replaying 1,200" in header(window))
    cleared: list[bool] = []
    window.model.record.run_cleared.connect(lambda: cleared.append(True))
    window.model.go_on()
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert any(isinstance(command, Continue) for command in engine.seen)
    assert cleared == []
    assert len(window.model.record.history) >= 1200


def test_another_run_that_is_opened_breaks_it_off(
    window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.holds_replay = True
    ask()
    qtbot.waitUntil(lambda: "replaying 1,200" in header(window))
    with qtbot.waitSignal(window.runs.shown):
        window.runs.open(made_run(tmp_path / "other"))
    qtbot.waitUntil(lambda: not window.model.replays.is_under_way)
    assert said(window).startswith("Opened “other”")


def test_what_keeps_it_from_being_repeated_is_said(
    window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine
) -> None:
    engine.fail_start = [InputError("the images are gone.", "data.path")]
    ask()
    qtbot.waitUntil(lambda: said(window).startswith("Not replayed"))
    assert said(window) == "Not replayed: the images are gone."
    qtbot.waitUntil(lambda: window.actions_by_name["replay_action"].isEnabled())
    assert window.model.record.status is Status.FINISHED


def test_an_engine_that_breaks_down_ends_it(window: MainWindow, ask: Ask, qtbot: QtBot, engine: FakeEngine) -> None:
    engine.holds_replay = True
    ask()
    qtbot.waitUntil(lambda: "replaying 1,200" in header(window))
    window.model.receive(StatusChanged(Status.FAILED, 0, "no memory"))
    assert not window.model.replays.is_under_way
    assert "no memory" in said(window)


def test_the_networks_of_a_run_of_now_are_gone_after_it(
    window: MainWindow, training: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    model, record = window.model, window.model.record
    model.stop()
    qtbot.waitUntil(lambda: record.status is Status.STOPPED)
    assert isinstance(record.run, RunStarted)
    object.__setattr__(record.run, "run_folder", made_run(tmp_path / "run"))
    assert model.can_look
    model.replay()
    qtbot.waitUntil(lambda: said(window).startswith("Equal"))
    assert not model.can_look
    assert record.status is Status.STOPPED
    assert "stopped" in header(window)


def test_words_of_one_and_of_many() -> None:
    folder = Path("run")
    assert equal_sentence(Replayed(folder, 1, 1, None, "")) == (
        "Equal: every figure of 1 step and 1 digest of the weights."
    )
    assert "12,345 steps and 0 digests" in equal_sentence(Replayed(folder, 12_345, 0, None, ""))
    assert parted_sentence(Replayed(folder, 9, 0, 0, "")) == (
        "Parted at step 0: its figures, or the weights after it, are not those of the record, "
        "though program, TensorFlow and processor are the same."
    )
