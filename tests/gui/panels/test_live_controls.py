"""The live controls: dragged, typed, linked, confirmed, refused, never flooding the engine."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Set, Start
from gan_desktop.core.events import CommandRefused, ControlChanged
from gan_desktop.core.interventions import current_controls
from gan_desktop.core.presets import DEFAULT_PRESET, preset
from gan_desktop.core.status import Status
from gan_desktop.gui.form.log_slider import LEARNING_RATES, LogScale
from gan_desktop.gui.form.ratio_control import position_of, ratio_at
from gan_desktop.gui.look import words
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench

RATE = preset(DEFAULT_PRESET).config.optimizer.d_learning_rate
RATE_TEXT = words.rate(RATE)


@pytest.fixture
def panel(bench: Bench) -> Any:
    """The panel with a run under way."""
    shown = bench.show("live_controls")
    bench.start()
    return shown


def sets(bench: Bench) -> list[Set]:
    return [command for command in bench.sent if isinstance(command, Set)]


def drag(slider: Any, distance: int) -> None:
    """Press the handle with the mouse, move, release."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    start = handle.center()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for part in range(1, 11):
        QTest.mouseMove(slider, start + QPoint(distance * part // 10, 0))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(distance, 0))


@pytest.mark.parametrize("rate", [1e-6, 2e-4, 1e-3, 0.5, 1.0])
def test_log_slider_reaches_round_rates(rate: float) -> None:
    assert LEARNING_RATES.to_number(LEARNING_RATES.to_position(rate)) == pytest.approx(rate, rel=0.012)


def test_log_slider_ends() -> None:
    assert LEARNING_RATES.to_number(0) == 1e-6
    assert LEARNING_RATES.to_number(600) == 1.0
    assert LEARNING_RATES.to_position(100.0) == 600
    assert LEARNING_RATES.to_position(1e-12) == 0


def test_log_scale_towards_one() -> None:
    scale = LogScale(0.9, 0.99999, to_one=True)
    assert [scale.to_number(position) for position in (0, 100, 200, 400)] == [0.9, 0.99, 0.999, 0.99999]
    assert [scale.to_position(number) for number in (0.0, 0.9, 0.999, 0.9999999)] == [0, 0, 200, 400]


def test_ratio_positions() -> None:
    assert [ratio_at(position) for position in (-9, -1, 0, 1, 9)] == [(1, 10), (1, 2), (1, 1), (2, 1), (10, 1)]
    for position in range(-9, 10):
        assert position_of(*ratio_at(position)) == position
    assert position_of(5, 0) == 9
    assert position_of(0, 5) == -9
    assert position_of(1000, 1) == 9


@pytest.mark.parametrize("key", ["d_learning_rate", "g_learning_rate"])
def test_drag_shows_the_asked_then_the_confirmed_rate(bench: Bench, panel: Any, key: str, qtbot: QtBot) -> None:
    control = panel.rates[key]
    drag(control.slider, 60)
    asked = bench.model.pending[key]
    assert asked > RATE
    assert control.field.text() == RATE_TEXT
    assert control.pending.text().startswith("→")
    qtbot.waitUntil(lambda: sets(bench)[-1] == Set(key, asked))
    bench.model.receive(ControlChanged(120, key, asked, RATE))
    assert float(control.field.text()) == asked
    assert control.pending.text() == ""
    assert control.slider.number() == pytest.approx(asked)
    assert not bench.model.pending


def test_a_drag_does_not_flood_the_queue(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    slider = panel.rates["d_learning_rate"].slider
    for position in range(300, 400):
        slider.setValue(position)
    assert len(sets(bench)) < 10
    qtbot.waitUntil(lambda: sets(bench)[-1].value == LEARNING_RATES.to_number(399))
    assert sets(bench)[0].value == LEARNING_RATES.to_number(300)


def test_late_confirmations_do_not_pull_the_handle_back(bench: Bench, panel: Any) -> None:
    control = panel.rates["d_learning_rate"]
    control.slider.setValue(300)
    control.slider.setValue(400)
    bench.model.receive(ControlChanged(10, "d_learning_rate", LEARNING_RATES.to_number(300), RATE))
    assert control.slider.value() == 400
    assert control.field.text() == "1.0e-3"
    assert bench.model.pending == {"d_learning_rate": LEARNING_RATES.to_number(400)}


@pytest.mark.parametrize(("key", "factor"), [(Qt.Key.Key_Right, 1.023), (Qt.Key.Key_PageUp, 2.0)])
def test_keyboard_moves_a_rate(bench: Bench, panel: Any, key: Qt.Key, factor: float) -> None:
    slider = panel.rates["g_learning_rate"].slider
    QTest.keyClick(slider, key)
    assert bench.model.pending["g_learning_rate"] == pytest.approx(RATE * factor, rel=0.02)


def type_into(field: Any, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "rate"), [("1e-3", 1e-3), ("0.000312345", 0.000312345), (".5", 0.5), ("0,001", 1e-3), ("2,5e-4", 2.5e-4)]
)
def test_exact_field(bench: Bench, panel: Any, text: str, rate: float) -> None:
    control = panel.rates["d_learning_rate"]
    type_into(control.field, text)
    assert sets(bench) == [Set("d_learning_rate", rate)]
    bench.model.receive(ControlChanged(10, "d_learning_rate", rate, RATE))
    assert float(control.field.text()) == pytest.approx(rate, rel=1e-5)
    # What was typed is kept, although the slider has no such position.
    assert bench.model.controls["d_learning_rate"] == rate


@pytest.mark.parametrize("text", ["fast", "-1", "0", "inf", "nan", "1e-3 1e-4", "", "true", "1e9", "1,000"])
def test_nonsense_is_refused_beside_the_field(bench: Bench, panel: Any, text: str) -> None:
    control = panel.rates["d_learning_rate"]
    control.field.setFocus()
    control.field.selectAll()
    QTest.keyClick(control.field, Qt.Key.Key_Delete)
    type_into(control.field, text)
    assert sets(bench) == []
    assert control.field.text() == text
    assert control.message.text().startswith("⚠ D learning rate")
    assert control.message.isVisible()
    assert list(bench.model.form.faults) == ["optimizer.d_learning_rate"]
    bench.take_steps(1)
    bench.model.receive(ControlChanged(10, "g_learning_rate", 1e-3, RATE))
    assert control.field.text() == text
    QTest.keyClick(control.field, Qt.Key.Key_Escape)
    assert control.field.text() == RATE_TEXT
    assert control.message.isHidden()
    assert not bench.model.form.faults


def test_a_rate_that_is_too_large_is_named_as_it_was_typed(panel: Any) -> None:
    control = panel.rates["d_learning_rate"]
    type_into(control.field, "10000000")
    assert control.message.sentence == "D learning rate: 10000000 is more than 1, the largest rate here"


def test_moving_the_slider_mends_what_was_typed(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    control = panel.rates["d_learning_rate"]
    type_into(control.field, "fast")
    control.slider.setValue(300)
    assert control.field.text() == RATE_TEXT
    assert control.message.isHidden()
    assert not bench.model.form.faults
    qtbot.waitUntil(lambda: sets(bench) == [Set("d_learning_rate", control.slider.number())])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,5", "not a whole number"),
        ("-1", ": -1: must be from 0 to 1000"),
        ("99999999", ": 99999999: must be from 0 to 1000"),
    ],
)
def test_steps_that_cannot_be_stay_as_they_were_typed(bench: Bench, panel: Any, text: str, said: str) -> None:
    spin = panel.ratio.g_spin
    type_into(spin, text)
    assert sets(bench) == []
    assert spin.text() == text
    assert panel.ratio.message.text().startswith("⚠ Generator steps: ")
    assert said in panel.ratio.message.text()
    assert list(bench.model.form.faults) == ["training.d_steps"]
    QTest.keyClick(spin, Qt.Key.Key_Escape)
    assert (spin.text(), spin.value()) == ("1", 1)
    assert panel.ratio.message.isHidden()
    assert not bench.model.form.faults


def test_refused_by_the_engine_goes_back(bench: Bench, panel: Any) -> None:
    control = panel.rates["d_learning_rate"]
    before = control.slider.value()
    control.slider.setValue(550)
    bench.model.receive(CommandRefused("that rate is too hot", "optimizer.d_learning_rate"))
    assert control.slider.value() == before
    assert control.field.text() == RATE_TEXT
    assert "too hot" in control.message.text()
    control.slider.setValue(300)
    assert control.message.isHidden()


def test_linked_rates_keep_their_ratio(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    bench.model.receive(ControlChanged(0, "g_learning_rate", 2 * RATE, RATE))
    panel.link.setChecked(True)
    type_into(panel.rates["d_learning_rate"].field, "1e-3")
    assert bench.model.pending == {"d_learning_rate": 1e-3, "g_learning_rate": 2e-3}
    panel.link.setChecked(False)
    type_into(panel.rates["d_learning_rate"].field, "3e-3")
    assert bench.model.pending["g_learning_rate"] == 2e-3


def test_linked_equal_rates_stay_equal_to_the_last_digit(bench: Bench, panel: Any) -> None:
    panel.link.setChecked(True)
    type_into(panel.rates["g_learning_rate"].field, "2.13456e-4")
    assert bench.model.pending == {"d_learning_rate": 2.13456e-4, "g_learning_rate": 2.13456e-4}


def test_ratio_slider_and_spins(bench: Bench, panel: Any, qtbot: QtBot) -> None:
    ratio = panel.ratio
    ratio.slider.setValue(4)
    assert sets(bench) == [Set("d_steps", 5)]
    assert ratio.d_spin.value() == 5
    assert ratio.summary.text() == "D 1 : G 1"
    bench.model.receive(ControlChanged(3, "d_steps", 5.0, 1))
    assert ratio.summary.text() == "D 5 : G 1"
    ratio.slider.setValue(-2)
    qtbot.waitUntil(lambda: Set("d_steps", 1) in sets(bench) and Set("g_steps", 3) in sets(bench))


def test_freezing_one_network_is_allowed_and_both_is_not(bench: Bench, panel: Any) -> None:
    panel.ratio.g_spin.setValue(0)
    bench.model.receive(ControlChanged(3, "g_steps", 0, 1))
    assert panel.ratio.summary.text() == "G is frozen"
    panel.ratio.d_spin.setValue(0)
    assert "both 0" in panel.ratio.message.text()
    assert panel.ratio.d_spin.value() == 1
    assert sets(bench) == [Set("g_steps", 0)]


def test_from_one_frozen_to_the_other_both_are_never_zero(bench: Bench, panel: Any) -> None:
    bench.model.receive(ControlChanged(3, "g_steps", 0, 1))
    panel.ratio.asked.emit(0, 1)
    assert sets(bench) == [Set("g_steps", 1), Set("d_steps", 0)]


def test_before_a_run_the_sliders_edit_the_next_start(bench: Bench) -> None:
    panel = bench.show("live_controls")
    panel.rates["d_learning_rate"].slider.setValue(300)
    panel.ratio.d_spin.setValue(3)
    assert sets(bench) == []
    assert panel.rates["d_learning_rate"].field.text() == "1.0e-3"
    bench.model.start()
    start = bench.sent[-1]
    assert isinstance(start, Start)
    expected = {"d_learning_rate": 1e-3, "g_learning_rate": RATE, "d_steps": 3, "g_steps": 1}
    assert current_controls(start.config).items() >= expected.items()


def test_reset_brings_back_the_rates_of_the_start(bench: Bench, panel: Any) -> None:
    started = bench.model.form.config
    bench.model.receive(ControlChanged(10, "d_learning_rate", 0.1, RATE))
    bench.model.reset()
    bench.start(started, Status.PAUSED)
    assert panel.rates["d_learning_rate"].field.text() == RATE_TEXT


def test_end_to_end_in_the_window(training: MainWindow, qtbot: QtBot) -> None:
    panel: Any = training.panel("live_controls")
    for key in ("d_learning_rate", "g_learning_rate"):
        panel.rates[key].slider.setValue(300)
        qtbot.waitUntil(lambda key=key: training.model.controls[key] == 1e-3)
        assert panel.rates[key].field.text() == "1.0e-3"
    panel.ratio.slider.setValue(2)
    qtbot.waitUntil(lambda: panel.ratio.summary.text() == "D 3 : G 1")
    assert [change.key for change in training.model.record.interventions] == [
        "d_learning_rate",
        "g_learning_rate",
        "d_steps",
    ]


@pytest.mark.parametrize("settled", ["start", "control", "form"])
def test_a_refusal_goes_once_the_matter_is_settled(bench: Bench, panel: Any, settled: str) -> None:
    model = bench.model
    switches = bench.show("regularization")
    model.receive(CommandRefused("Too high.", "optimizer.d_learning_rate"))
    model.receive(CommandRefused("Both are 0.", "training.d_steps"))
    model.receive(CommandRefused("Not with packs.", "regularization.r1_weight"))
    messages = panel.rates["d_learning_rate"].message, panel.ratio.message, switches.controls["r1_weight"].message
    assert [message.text() for message in messages] == ["⚠ Too high.", "⚠ Both are 0.", "⚠ Not with packs."]
    if settled == "start":
        bench.start()
    elif settled == "control":
        model.receive(ControlChanged(10, "g_learning_rate", 1e-3, model.controls["g_learning_rate"]))
    else:
        model.form.edit({"training.seed": 7})
    assert [message.isHidden() for message in messages] == [True] * 3


@pytest.mark.parametrize("settled", ["start", "control", "form"])
def test_what_is_kept_in_a_field_goes_on_saying_that_it_is_not_in_use(bench: Bench, panel: Any, settled: str) -> None:
    model = bench.model
    rate, weight = panel.rates["d_learning_rate"], bench.show("regularization").controls["r1_weight"]
    for field, text in ((rate.field, "1e9"), (weight.field, "-5"), (panel.ratio.g_spin.lineEdit(), "many")):
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    messages = rate.message, weight.message, panel.ratio.message
    said = [message.sentence for message in messages]
    assert all(said)
    if settled == "start":
        bench.start()
    elif settled == "control":
        model.receive(ControlChanged(10, "g_learning_rate", 1e-3, model.controls["g_learning_rate"]))
    else:
        model.form.edit({"training.seed": 7})
    assert (rate.field.text(), weight.field.text(), panel.ratio.g_spin.text()) == ("1e9", "-5", "many")
    assert [message.sentence for message in messages] == said
    assert len(model.form.faults) == 3


def test_a_sign_says_which_rule_sets_a_control_and_that_it_is_suspended(bench: Bench) -> None:
    panel = bench.show("live_controls")
    assert all(sign.isHidden() for sign in panel.signs.values())
    bench.model.form.edit({"training.steps": 1000, "autopilot.schedule": "cosine", "autopilot.take_cures": True})
    assert panel.signs["d_learning_rate"].text() == "Rule: cosine schedule"
    assert panel.signs["d_steps"].isHidden()
    assert panel.signs[""].text() == "Rule: take cures"
    bench.start()
    bench.model.receive(ControlChanged(100, "g_learning_rate", 1e-4, RATE, author="rule:schedule"))
    assert panel.signs["g_learning_rate"].text() == "Rule: cosine schedule"
    bench.model.receive(ControlChanged(120, "g_learning_rate", 1e-3, 1e-4))
    assert panel.signs["g_learning_rate"].text() == "Rule: cosine schedule (suspended: moved by hand)"
    assert panel.signs["d_learning_rate"].text() == "Rule: cosine schedule"
    bench.model.receive(ControlChanged(150, "d_learning_rate", 1e-3, RATE, author="rule:take_cures"))
    assert panel.signs["d_learning_rate"].text() == "Rule: cosine schedule (suspended: set by another rule)"
