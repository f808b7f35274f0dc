"""The form: presets, data, options, numbers, refusals, and what needs a new start."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gan_desktop.core import registry
from gan_desktop.core.commands import Start
from gan_desktop.core.events import CommandRefused, Device, EngineReady
from gan_desktop.core.presets import preset, presets
from gan_desktop.core.status import Status
from tests.gui.conftest import Bench


@pytest.fixture
def panel(bench: Bench) -> Any:
    return bench.show("what_trains")


def choose(box: Any, value: str) -> None:
    box.setCurrentIndex(box.findData(value))


def enter(line: Any, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_boxes_list_the_registries(panel: Any) -> None:
    def values(box: Any) -> list[str]:
        return [box.itemData(index) for index in range(box.count())]

    assert values(panel.preset.box) == list(presets())
    assert values(panel.data.box) == list(registry.datasets)
    assert values(panel.objective.box) == list(registry.objectives)
    assert panel.lesson.text() == preset("digits").lesson


def test_edits_reach_the_config(bench: Bench, panel: Any) -> None:
    choose(panel.objective.box, "minimax")
    panel.seed.spin.setValue(7)
    panel.batch.spin.setValue(32)
    enter(panel.generator.line, "64-64-32")
    enter(panel.length.line, "1500")
    config = bench.model.config
    assert config.objective.objective == "minimax"
    assert (config.training.seed, config.training.batch_size, config.training.steps) == (7, 32, 1500)
    assert config.generator.options.widths == (64, 64, 32)
    assert panel.generator.line.text() == "64, 64, 32"


def test_data_brings_its_own_options(bench: Bench, panel: Any) -> None:
    choose(panel.data.box, "ring")
    names = {field.key for field in panel._option_fields}
    assert names == {"data.modes", "data.radius", "data.sigma", "data.samples"}
    field = next(field for field in panel._option_fields if field.key == "data.modes")
    enter(field.line, "12")
    assert bench.model.config.data.options.modes == 12
    choose(panel.data.box, "digits")
    assert {field.key for field in panel._option_fields} == {"data.image_size"}


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [("generator", "wide", "128, 256"), ("generator", "0", "128, 256"), ("length", "soon", "20,000")],
)
def test_nonsense_reverts_with_a_message(bench: Bench, panel: Any, name: str, text: str, kept: str) -> None:
    field = getattr(panel, name)
    before = bench.model.config
    enter(field.line, text)
    assert bench.model.config == before
    assert field.line.text() == kept
    assert not field.message.isHidden()
    enter(field.line, "50")
    assert field.message.isHidden()


def test_length_in_steps_epochs_or_without_end(bench: Bench, panel: Any) -> None:
    for unit, steps, epochs in (("epochs", None, 100), ("", None, None), ("steps", 20_000, None)):
        panel.length.unit.setCurrentIndex(panel.length.unit.findData(unit))
        panel.length.unit.activated.emit(panel.length.unit.currentIndex())
        training = bench.model.config.training
        assert (training.steps, training.epochs) == (steps, epochs)


def test_refusal_by_the_engine_stands_beside_its_field(bench: Bench, panel: Any) -> None:
    bench.model.receive(CommandRefused("training.batch_size = 64: larger than the data", "training.batch_size"))
    assert "larger than the data" in panel.batch.message.text()
    panel.batch.spin.setValue(8)
    assert panel.batch.message.isHidden()


def test_devices_come_from_the_engine(bench: Bench, panel: Any) -> None:
    bench.model.receive(EngineReady((Device("CPU", "CPU (2 cores)"), Device("GPU:0", "A GPU")), 3.0, "install it"))
    assert [panel.device.box.itemText(index) for index in range(3)] == ["Automatic", "CPU (2 cores)", "A GPU"]
    assert panel.device.box.toolTip() == "install it"
    choose(panel.device.box, "GPU:0")
    assert bench.model.config.training.device == "GPU:0"


def test_changes_during_a_run_offer_a_new_start(bench: Bench, panel: Any) -> None:
    bench.start()
    assert panel.restart.isHidden()
    panel.seed.spin.setValue(3)
    assert not panel.restart.isHidden()
    panel.restart_button.click()
    start = bench.sent[-1]
    assert isinstance(start, Start)
    assert start.config.training.seed == 3
    assert start.name == "digits"
    assert panel.restart.isHidden()


def test_another_experiment_is_custom(bench: Bench, panel: Any) -> None:
    enter(panel.generator.line, "16")
    bench.model.start()
    assert bench.sent[-1].name == "custom"
    choose_again = panel.preset
    choose_again.edited.emit({"preset": "digits"})
    assert bench.model.config == preset("digits").config


def test_path_is_offered_where_data_are_read(bench: Bench, panel: Any) -> None:
    assert panel.path.isHidden()
    panel.path.edited.emit({"data.path": "/data/images"})
    assert not panel.path.isHidden()
    assert panel.path.line.text() == "/data/images"


def test_path_is_offered_by_data_sets_that_take_one(panel: Any) -> None:
    for name, entry in registry.datasets.items():
        choose(panel.data.box, name)
        panel.data.box.activated.emit(panel.data.box.currentIndex())
        assert panel.path.isHidden() == (entry.options.path_use == "refused"), name


def test_try_this_starts_a_preset(bench: Bench) -> None:
    panel = bench.show("try_this")
    panel.findChild(QPushButton, "try_digits_button").click()
    assert isinstance(bench.sent[-1], Start)
    assert bench.model.status is Status.READY
