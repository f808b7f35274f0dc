"""The switches of the regularisation: off, on, slid, typed, refused where they were touched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Set
from gan_desktop.core.config import live_keys
from gan_desktop.core.events import CommandRefused, ControlChanged, StatusChanged
from gan_desktop.core.fields import live_fields
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.registry import penalties
from gan_desktop.core.status import Status
from gan_desktop.gui.panels.regularization import switches
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench
from tests.gui.panels.test_live_controls import sets, type_into

KEYS = [info.key for info in switches() if info.section != "game"]
USUAL = {info.key: info.usual for info in switches() if info.section != "game"}


@pytest.fixture
def panel(bench: Bench) -> Any:
    """The panel with a run under way."""
    shown = bench.show("regularization")
    bench.start()
    return shown


def confirm(bench: Bench, key: str, value: float) -> None:
    bench.model.receive(ControlChanged(10, key, value, float(bench.model.controls[key])))


def test_every_live_key_of_the_section_has_a_switch(panel: Any) -> None:
    assert set(panel.controls) == {key for key, section in live_keys().items() if section in ("regularization", "game")}
    assert list(panel.controls)[: len(penalties)] == [f"{name}_weight" for name in penalties]


def test_terms_stand_there_where_the_game_has_them(bench: Bench, panel: Any) -> None:
    terms = [control for key, control in panel.controls.items() if key in ("cycle_weight", "identity_weight")]
    assert [control.isHidden() for control in terms] == [True, True]
    bench.start(replace_keys(bench.model.form.config, {"game.name": "cyclegan"}))
    assert [control.isHidden() for control in terms] == [False, False]


@pytest.mark.parametrize("key", KEYS)
def test_a_click_switches_it_on_and_off(bench: Bench, panel: Any, key: str, qtbot: QtBot) -> None:
    control = panel.controls[key]
    assert control.slider.isHidden()
    assert (control.field.text(), control.field.placeholderText()) == ("", "off")
    QTest.mouseClick(control.check, Qt.MouseButton.LeftButton, pos=QPoint(10, control.check.height() // 2))
    assert sets(bench) == [Set(key, USUAL[key])]
    # Asked for, and not yet used.
    assert control.check.isChecked()
    assert control.field.text() == ""
    assert control.pending.text() == f"→ {USUAL[key]:g}"
    confirm(bench, key, USUAL[key])
    assert float(control.field.text()) == USUAL[key]
    assert control.pending.text() == ""
    assert not control.slider.isHidden()
    assert control.slider.number() == pytest.approx(USUAL[key], rel=0.02)
    assert panel.caption.text() == "1 on"
    control.check.setFocus()
    QTest.keyClick(control.check, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sets(bench)[-1] == Set(key, 0.0))
    confirm(bench, key, 0.0)
    assert not control.check.isChecked()
    assert control.field.text() == ""
    assert control.slider.isHidden()
    assert panel.caption.text() == "all off"


@pytest.mark.parametrize("key", KEYS)
def test_the_slider_stays_within_what_is_allowed(bench: Bench, panel: Any, key: str, qtbot: QtBot) -> None:
    confirm(bench, key, USUAL[key])
    slider = panel.controls[key].slider
    for position in (slider.maximum(), slider.minimum(), slider.maximum() // 2):
        slider.setValue(position)
        asked = slider.number()
        assert asked > 0
        qtbot.waitUntil(lambda asked=asked: sets(bench) and sets(bench)[-1] == Set(key, asked))
        confirm(bench, key, asked)
        assert panel.controls[key].message.isHidden()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [("r1_weight", "0.3", 0.3), ("instance_noise", ".05", 0.05), ("ema_decay", "0.9995", 0.9995)],
)
def test_what_is_typed_switches_it_on(bench: Bench, panel: Any, key: str, text: str, value: float) -> None:
    type_into(panel.controls[key].field, text)
    assert sets(bench) == [Set(key, value)]
    confirm(bench, key, value)
    assert panel.controls[key].check.isChecked()
    assert float(panel.controls[key].field.text()) == value


def test_an_emptied_field_is_off(bench: Bench, panel: Any) -> None:
    confirm(bench, "r1_weight", 1.0)
    field = panel.controls["r1_weight"].field
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert sets(bench) == [Set("r1_weight", 0.0)]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("text", ["strong", "-1", "nan"])
def test_nonsense_is_refused_beside_its_field(bench: Bench, panel: Any, key: str, text: str) -> None:
    control = panel.controls[key]
    type_into(control.field, text)
    assert sets(bench) == []
    assert live_fields()[key].path not in control.message.text()
    assert live_fields()[key].title in control.message.text()
    assert control.message.isVisible()
    assert (control.field.text(), control.check.isChecked()) == (text, False)
    assert control.field.property("invalid")
    assert sum(other.message.isVisible() for other in panel.controls.values()) == 1
    control.check.click()
    assert control.message.isHidden()
    assert control.field.text() == ""
    assert not bench.model.form.faults


def test_what_does_not_go_with_the_objective_is_refused_at_the_switch(bench: Bench, panel: Any) -> None:
    bench.model.receive(ControlChanged(5, "objective", "wasserstein", "non_saturating"))
    control = panel.controls["label_smoothing"]
    control.check.click()
    assert sets(bench) == []
    assert not control.check.isChecked()
    assert "no targets to smooth" in control.message.text()


def test_refused_by_the_engine_goes_back(bench: Bench, panel: Any) -> None:
    control = panel.controls["weight_clip"]
    control.check.click()
    path = "regularization.weight_clip"
    bench.model.receive(CommandRefused("not now", "objective.objective", asked=path))
    assert not control.check.isChecked()
    assert "not now" in control.message.text()
    assert bench.model.pending == {}


def test_before_a_run_it_is_set_for_the_next_start(bench: Bench) -> None:
    panel = bench.show("regularization")
    panel.controls["r2_weight"].check.click()
    assert bench.sent == []
    assert bench.model.form.config.regularization.penalty_weights[list(penalties).index("r2")] == 1
    assert panel.controls["r2_weight"].field.text() == "1"


def start_on(bench: Bench, spread: float | None, kind: str = "points") -> None:
    bench.start()
    assert bench.model.record.run is not None
    data = replace(bench.model.record.run.data, kind=kind, spread=spread)
    bench.model.receive(replace(bench.model.record.run, data=data))


@pytest.mark.parametrize(
    ("kind", "spread", "usual"), [("points", 1.0, 0.1), ("points", 4.0, 2.0), ("images", 14.5, 3.0)]
)
def test_the_usual_weight_goes_by_the_data_of_the_run(bench: Bench, kind: str, spread: float, usual: float) -> None:
    panel = bench.show("regularization")
    control = panel.controls["r1_weight"]
    assert "usual is 1." in control.check.toolTip()
    start_on(bench, spread, kind)
    for widget in (control.check, control.field):
        assert f"usual for these data: {usual:g}." in widget.toolTip()
    control.check.click()
    assert sets(bench) == [Set("r1_weight", usual)]
    confirm(bench, "r1_weight", usual)
    assert control.slider.number() == pytest.approx(usual, rel=0.02)
    assert control.slider.scale.high == pytest.approx(1000 * usual)
    # What has no unit is as usual as before.
    assert "usual is 0.1." in panel.controls["label_smoothing"].check.toolTip()


def test_a_value_that_is_on_stays_where_other_data_have_another_usual_weight(bench: Bench) -> None:
    panel = bench.show("regularization")
    bench.model.form.edit({"regularization.r1_weight": 0.3})
    start_on(bench, 1.0)
    assert sets(bench) == []
    assert panel.controls["r1_weight"].field.text() == "0.3"
    assert panel.controls["r1_weight"].slider.number() == pytest.approx(0.3, rel=0.02)


def test_for_other_data_the_usual_weight_is_the_registered_one(bench: Bench) -> None:
    """After a run, the switches set what the next start uses: with the same data, or with others not yet known."""
    panel = bench.show("regularization")
    control = panel.controls["r1_weight"]
    start_on(bench, 4.0)
    bench.model.receive(StatusChanged(Status.STOPPED, 5))
    assert "usual for these data: 2." in control.check.toolTip()
    control.check.click()
    assert bench.model.form.config.regularization.r1_weight == 2.0  # type: ignore[attr-defined]
    control.check.click()
    bench.model.form.edit({"data.name": "grid"})
    assert "usual is 1." in control.check.toolTip()
    control.check.click()
    assert bench.model.form.config.regularization.r1_weight == 1.0  # type: ignore[attr-defined]


def test_the_wheel_passes_over_a_slider_that_was_not_chosen(bench: Bench, panel: Any) -> None:
    confirm(bench, "r1_weight", 1.0)
    slider = panel.controls["r1_weight"].slider
    bench.host.setFocus()
    before = slider.value()

    def turn() -> None:
        at = QPointF(slider.rect().center())
        plain = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(slider, QWheelEvent(at, slider.mapToGlobal(at), QPoint(), QPoint(0, 120), *plain))

    turn()
    assert slider.value() == before
    slider.setFocus()
    turn()
    assert slider.value() != before


def test_end_to_end_in_the_window(training: MainWindow, qtbot: QtBot) -> None:
    panel: Any = training.panel("regularization")
    training.docks.docks["regularization"].raise_()
    for key in KEYS:
        panel.controls[key].check.click()
        qtbot.waitUntil(lambda key=key: training.model.controls[key] == USUAL[key])
    assert {change.key: change.value for change in training.model.record.interventions} == USUAL
    assert panel.caption.text() == f"{len(KEYS)} on"
