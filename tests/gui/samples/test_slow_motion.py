"""Slow motion: one update after the other, what is said of each, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import NextUpdate, Start
from gan_desktop.core.events import CommandRefused, RunStarted, Samples, StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.core.views import Role, UpdateShown
from gan_desktop.gui.look import words
from gan_desktop.gui.look.theme import DARK, LIGHT, ThemeMode
from gan_desktop.gui.samples.slow_motion import SlowMotion
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench, MakeWindow
from tests.gui.fake_engine import FakeEngine


def update(
    network: Role, number: int = 1, of: int = 1, before: float = 1.204, after: float = 1.187, last: bool = False
) -> UpdateShown:
    return UpdateShown(1203, network, number, of, before, after, np.ones((64, 8, 8, 1), "f"), is_last=last)


@pytest.fixture
def slow(bench: Bench) -> Iterator[SlowMotion]:
    made = SlowMotion(bench.context)
    made.setParent(bench.host)
    bench.host.show()
    bench.context.theme.apply()
    bench.start(status=Status.PAUSED)
    yield made
    made.end()


def asked(bench: Bench) -> int:
    return bench.sent.count(NextUpdate())


def test_what_each_update_does_is_said(bench: Bench, slow: SlowMotion) -> None:
    assert slow.isHidden()
    slow.next_update()
    assert asked(bench) == 1
    assert "making the first update" in slow.text.text()
    bench.model.receive(update("d", 2, 5))
    assert slow.text.text() == (
        f'<b style="color:{LIGHT.d}">D update 2 of 5</b> in step 1,204 · '
        "D looks at 64 real and 64 generated samples; its loss on them falls from 1.204 to 1.187."
    )
    bench.model.receive(update("g", before=0.88, after=0.91, last=True))
    assert slow.text.text() == (
        f'<b style="color:{LIGHT.g}">G update 1 of 1</b> · '
        "G follows D's slope at 64 generated samples; its loss on them rises from 0.880 to 0.910. Step 1,204 is taken."
    )
    bench.model.receive(update("d", after=1.2041))
    assert "stays at 1.204" in slow.text.text()
    bench.model.receive(update("d", after=float("nan")))
    assert "goes from 1.204 to –" in slow.text.text()


def test_next_waits_for_the_one_before(bench: Bench, slow: SlowMotion) -> None:
    for _ in range(3):
        slow.next_update()
    assert asked(bench) == 1
    bench.model.receive(update("d"))
    slow.next_update()
    assert asked(bench) == 2
    assert not slow.is_playing


def test_playing_asks_at_each_tick_and_holds(bench: Bench, slow: SlowMotion) -> None:
    states: list[bool] = []
    slow.playing_changed.connect(states.append)
    slow.play_button.click()
    assert slow.is_playing
    assert slow.play_button.text() == "Hold"
    # A tick before the answer asks for nothing.
    slow._timer.timeout.emit()
    assert asked(bench) == 1
    bench.model.receive(update("d"))
    slow._timer.timeout.emit()
    assert asked(bench) == 2
    slow.play_button.click()
    assert not slow.is_playing
    assert slow.play_button.text() == "Play"
    assert not slow.isHidden()
    assert (states[0], states[-1]) == (True, False)


@pytest.mark.parametrize("status", [Status.TRAINING, Status.STOPPED, Status.DIVERGED, Status.FAILED])
def test_ends_when_the_training_goes_on_or_is_over(bench: Bench, slow: SlowMotion, status: Status) -> None:
    slow.toggle()
    bench.model.receive(update("d"))
    bench.model.receive(StatusChanged(status, 5))
    assert slow.isHidden()
    assert not slow.is_playing
    # What comes late is not shown.
    bench.model.receive(update("g"))
    assert slow.isHidden()


def test_ends_with_a_refusal_and_with_another_run(bench: Bench, slow: SlowMotion) -> None:
    slow.toggle()
    bench.model.receive(CommandRefused("There is no run under way."))
    assert slow.isHidden()
    slow.toggle()
    bench.model.receive(update("d"))
    assert bench.model.record.run is not None
    bench.model.receive(RunStarted(bench.model.form.config, "x", bench.model.record.run.data, "CPU", None, None, 1, 1))
    assert slow.isHidden()
    assert not slow.is_playing


def test_hidden_it_does_not_play_on(bench: Bench, slow: SlowMotion) -> None:
    slow.toggle()
    bench.host.hide()
    assert not slow.is_playing


def test_without_a_run_one_is_built(bench: Bench) -> None:
    slow = SlowMotion(bench.context)
    slow.setParent(bench.host)
    bench.host.show()
    slow.toggle()
    assert isinstance(bench.sent[0], Start)
    assert bench.sent[0].paused
    assert bench.sent[1] == NextUpdate()
    bench.start(status=Status.PAUSED)
    assert slow.is_playing
    bench.model.receive(update("d"))
    assert "D update 1 of 1" in slow.text.text()
    slow.end()


def test_samples_are_those_after_the_update_until_others_come(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start(status=Status.PAUSED)
    bench.model.receive(Samples(1203, np.zeros((64, 8, 8, 1), "f")))
    bench.model.receive(update("g", 1, 2))
    panel.refresh()
    assert panel.generated.images.min() == 255
    assert panel._titles[panel.generated].text() == "Generated · after G update 1 of 2"
    # Looking back on the timeline shows what was.
    bench.model.receive(Samples(1203, np.zeros((64, 8, 8, 1), "f")))
    bench.model.receive(update("g", 1, 2))
    bench.model.record.look_at(bench.model.record.snapshots[0].step - 1)
    panel.refresh()
    assert panel.generated.images.max() == 0
    bench.model.record.look_at(None)
    bench.model.receive(Samples(1204, np.zeros((64, 8, 8, 1), "f")))
    panel.refresh()
    assert panel.generated.images.max() == 0
    assert panel._titles[panel.generated].text() == "Generated · step 1,204"


def texts(window: MainWindow) -> str:
    return window.slow_motion.text.text()


def test_keys_menu_and_button_of_the_window(training: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    window, slow = training, training.slow_motion
    window.activateWindow()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "D update 1 of 1" in texts(window))
    assert window.model.record.status is Status.PAUSED
    assert not slow.is_playing
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "is taken" in texts(window))
    button = window.findChild(QPushButton, "slow_motion_button")
    action = window.actions_by_name["slow_motion_action"]
    assert button is not None
    button.click()
    assert slow.is_playing
    assert button.isChecked()
    assert action.isChecked()
    # Space holds slow motion while it plays; after that, it goes on with the training.
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not slow.is_playing
    assert not button.isChecked()
    assert not action.isChecked()
    assert window.model.record.status is Status.PAUSED
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.model.record.status is Status.TRAINING)
    assert slow.isHidden()
    action.trigger()
    assert slow.is_playing
    qtbot.waitUntil(lambda: "D update" in texts(window))


def test_points_and_several_updates(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    changes = {"data.name": "ring", "training.d_steps": 2, "training.g_steps": 1}
    window.model.form.edit(changes)
    seen = []
    for _ in range(3):
        before = texts(window)
        window.slow_motion.next_update()
        qtbot.waitUntil(lambda before=before: texts(window) not in (before, "") and "making" not in texts(window))
        seen.append(texts(window).split("</b>")[0].split(">")[1])
    assert seen == ["D update 1 of 2", "D update 2 of 2", "G update 1 of 1"]


def test_theme_is_followed(training: MainWindow, qtbot: QtBot) -> None:
    training.slow_motion.next_update()
    qtbot.waitUntil(lambda: "D update" in texts(training))
    for mode, colors in ((ThemeMode.LIGHT, LIGHT), (ThemeMode.DARK, DARK)):
        training.set_theme(mode)
        assert colors.d in texts(training)


def test_not_offered_when_the_run_is_over(training: MainWindow, qtbot: QtBot) -> None:
    training.model.stop()
    qtbot.waitUntil(lambda: training.model.record.status is Status.STOPPED)
    for name in ("next_update_action", "slow_motion_action"):
        assert not training.actions_by_name[name].isEnabled()
    assert not training.header.slow_motion_button.isEnabled()


def test_the_way_back_is_named() -> None:
    there = update("g", 2, 5)
    assert words.update_name(there) == "G update 2 of 5"
    assert words.update_name(replace(there, is_backward=True)) == "G (y → x) update 2 of 5"
