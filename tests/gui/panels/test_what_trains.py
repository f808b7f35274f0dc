"""The form: presets, a field for every key, refusals, live changes, and what needs a new start."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from gan_desktop.core import registry
from gan_desktop.core.commands import Set, Start
from gan_desktop.core.config import live_keys
from gan_desktop.core.events import CommandRefused, ControlChanged, Device, EngineReady, StatusChanged
from gan_desktop.core.keys import known_keys
from gan_desktop.core.presets import FAILS, preset, presets
from gan_desktop.core.registry import DataOptions
from gan_desktop.core.status import Status
from gan_desktop.gui.form.beside import Beside
from gan_desktop.gui.form.fault import Fault
from gan_desktop.gui.form.fields import HEADING
from gan_desktop.gui.form.preset_groups import GROUPS, grouped
from gan_desktop.gui.panels.live_controls import RATES, STEPS
from gan_desktop.gui.panels.regularization import switches
from gan_desktop.gui.panels.try_this import EXPERIMENTS
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench


@pytest.fixture
def panel(bench: Bench) -> Any:
    shown = bench.show("what_trains")
    for group in shown.groups.values():
        group.set_open(True)
    return shown


def choose(field: Any, value: object) -> None:
    field.box.setCurrentIndex(field.box.findData(value))


def enter(field: Any, text: str) -> None:
    field.editor.setFocus()
    field.editor.selectAll()
    QTest.keyClicks(field.editor, text)
    QTest.keyClick(field.editor, Qt.Key.Key_Return)


def values(box: Any) -> list[str]:
    return [box.itemData(index) for index in range(box.count())]


class AllKinds(DataOptions):
    """One option of every kind."""

    flag: Annotated[bool, Field(strict=True)] = False
    count: Annotated[int, Field(strict=True, ge=1, le=50)] = 3
    huge: Annotated[int, Field(strict=True, ge=1)] = 7
    number: Annotated[float, Field(strict=True, gt=0)] = 0.5
    choice: Literal["one", "another"] = "one"
    size: Literal[4, 5] = 4
    text: str = "x"
    file: str | None = None
    numbers: tuple[int, ...] = (1, 2)
    pairs: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    names: tuple[str, ...] = ("a",)


@pytest.fixture
def all_kinds() -> Iterator[None]:
    """A data set such as somebody might add."""

    @registry.datasets.register("all_kinds", title="All kinds", options=AllKinds)
    def load(request: object) -> None:
        """Nothing is read here."""

    yield
    del registry.datasets._entries["all_kinds"]


def test_boxes_list_the_registries(panel: Any) -> None:
    fields = panel.fields
    chosen = [value for value in values(panel.preset.box) if value != HEADING]
    assert sorted(chosen) == sorted(presets())
    assert values(fields["data.name"].box) == list(registry.datasets)
    assert values(fields["objective.objective"].box) == list(registry.objectives)
    assert values(fields["optimizer.g_optimizer"].box) == list(registry.optimizers)
    assert values(fields["generator.family"].box) == list(registry.families)
    assert panel.lesson.text() == preset("digits").lesson


def test_an_objective_is_explained_with_its_formula(panel: Any) -> None:
    box = panel.fields["objective.objective"].box
    tip = box.itemData(box.findData("hinge"), Qt.ItemDataRole.ToolTipRole)
    assert "<p>D: max(0, 1 − D(x)) + max(0, 1 + D(G(z))), G: −D(G(z))</p>" in tip


@pytest.mark.parametrize("family", registry.families)
@pytest.mark.parametrize("data", registry.datasets)
def test_every_key_can_be_set_somewhere(bench: Bench, panel: Any, data: str, family: str) -> None:
    choose(panel.fields["data.name"], data)
    choose(panel.fields["generator.family"], family)
    elsewhere = {*RATES, *STEPS, *(info.key for info in switches()), "epochs"}
    wanted = {
        f"{section}.{key}"
        for section, keys in known_keys(bench.model.form.config).items()
        for key in set(keys) - elsewhere
    }
    assert set(panel.fields) == wanted
    names = [field.editor.objectName() for field in panel.fields.values()]
    assert len(names) == len(set(names))
    for path, field in panel.fields.items():
        description = field.info.description
        assert description, path
        assert escape(description) in field.editor.toolTip(), path


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("data.name", QComboBox, "dataset_box"),
        ("data.conditional", QCheckBox, "data_conditional_check"),
        ("objective.objective", QComboBox, "objective_box"),
        ("objective.d_loss_halves", QComboBox, "d_loss_halves_box"),
        ("generator.widths", QLineEdit, "generator_widths_field"),
        ("discriminator.batch_norm", QCheckBox, "discriminator_batch_norm_check"),
        ("latent.latent_dim", QSpinBox, "latent_dim_spin"),
        ("optimizer.beta_1", QLineEdit, "beta_1_field"),
        ("regularization.spectral_norm", QCheckBox, "spectral_norm_check"),
        ("regularization.packing", QSpinBox, "packing_spin"),
        ("training.updates", QComboBox, "updates_box"),
        ("training.seed", QSpinBox, "seed_spin"),
        ("training.device", QComboBox, "device_box"),
    ],
)
def test_fields_are_of_the_kind_of_their_key(panel: Any, path: str, kind: type[QWidget], name: str) -> None:
    field = panel.fields[path]
    assert panel.findChild(kind, name) is field.editor
    assert path in field.editor.toolTip()
    live = path.partition(".")[2] in live_keys()
    assert ("Live" in field.editor.toolTip()) == live
    assert ("new run" in field.editor.toolTip()) != live
    assert field.tag.isVisible() == live


def test_edits_reach_the_config(bench: Bench, panel: Any) -> None:
    fields = panel.fields
    choose(fields["objective.objective"], "minimax")
    choose(fields["generator.output_activation"], "sigmoid")
    choose(fields["optimizer.d_optimizer"], "sgd")
    fields["training.seed"].spin.setValue(7)
    fields["training.batch_size"].spin.setValue(32)
    fields["regularization.packing"].spin.setValue(4)
    fields["regularization.spectral_norm"].check.click()
    enter(fields["generator.widths"], "64-64-32")
    enter(fields["optimizer.beta_2"], ".9")
    enter(fields["training.steps"], "1500")
    config = bench.model.form.config
    assert config.objective.objective == "minimax"
    assert config.generator.output_activation == "sigmoid"
    assert (config.optimizer.d_optimizer, config.optimizer.beta_2) == ("sgd", 0.9)
    assert (config.training.seed, config.training.batch_size, config.training.steps) == (7, 32, 1500)
    assert (config.regularization.packing, config.regularization.spectral_norm) == (4, True)
    assert config.generator.options.widths == (64, 64, 32)
    assert fields["generator.widths"].line.text() == "64, 64, 32"


@pytest.mark.usefixtures("all_kinds")
def test_options_of_every_kind_show_up_by_themselves(bench: Bench, panel: Any) -> None:
    bench.model.form.edit({"data.name": "all_kinds"})
    fields = {path.partition(".")[2]: field for path, field in panel.fields.items() if path.startswith("data.")}
    assert set(fields) == {"name", "path", "conditional", *AllKinds.model_fields}
    fields["flag"].check.click()
    fields["count"].spin.setValue(50)
    choose(fields["choice"], "another")
    choose(fields["size"], 5)
    for key, text in {
        "huge": "12345678901",
        "number": "1e-3",
        "text": "a word",
        "file": "here.csv",
        "numbers": "3 x 4",
        "pairs": "[0, 0.5], [1, 2]",
        "names": "cats, dogs",
    }.items():
        enter(fields[key], text)
    assert bench.model.form.config.data.options == AllKinds(
        flag=True,
        count=50,
        huge=12345678901,
        number=1e-3,
        choice="another",
        size=5,
        text="a word",
        file="here.csv",
        numbers=(3, 4),
        pairs=((0, 0.5), (1, 2)),
        names=("cats", "dogs"),
    )
    assert fields["names"].line.text() == "cats, dogs"
    fields["file"].line.setFocus()
    fields["file"].line.selectAll()
    QTest.keyClick(fields["file"].line, Qt.Key.Key_Delete)
    QTest.keyClick(fields["file"].line, Qt.Key.Key_Return)
    assert bench.model.form.config.data.options.file is None


def test_data_brings_its_own_options(bench: Bench, panel: Any) -> None:
    choose(panel.fields["data.name"], "ring")
    assert {"data.modes", "data.radius", "data.sigma", "data.samples"} < set(panel.fields)
    panel.fields["data.modes"].spin.setValue(12)
    assert bench.model.form.config.data.options.modes == 12
    choose(panel.fields["data.name"], "digits")
    assert "data.modes" not in panel.fields
    assert "data.image_size" in panel.fields


def test_sizes_of_images_may_be_rectangles(bench: Bench, panel: Any, tmp_path: Path) -> None:
    bench.model.form.edit_data({"data.name": "images", "data.path": str(tmp_path)})
    field = panel.fields["data.image_size"]
    assert field.line.text() == "32"
    for typed, size, shown in (("32x64", "32x64", "32 × 64"), ("24 × 16", "24x16", "24 × 16"), ("[28, 28]", 28, "28")):
        enter(field, typed)
        assert bench.model.form.config.data.options.image_size == size
        assert field.line.text() == shown
    enter(field, "4x300")
    assert field.message.text() == "⚠ Image size = '4x300': must be at least 8"
    assert bench.model.form.config.data.options.image_size == 28
    bench.model.form.edit_data({"data.name": "arrays", "data.path": str(tmp_path)})
    field = panel.fields["data.image_size"]
    assert (field.line.text(), field.line.placeholderText()) == ("", "as they are")


def test_another_family_keeps_what_still_applies(bench: Bench, panel: Any) -> None:
    enter(panel.fields["discriminator.dropout"], "0.25")
    box = panel.fields["discriminator.family"].box
    box.setFocus()
    choose(panel.fields["discriminator.family"], "dcgan")
    options = bench.model.form.config.discriminator.options
    assert (options.dropout, options.channels) == (0.25, 32)
    # Going through the families with the arrow keys is not interrupted.
    assert box is panel.fields["discriminator.family"].box
    assert box.hasFocus()
    assert panel.fields["discriminator.dropout"].line.text() == "0.25"


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        ("generator.widths", "wide", "128, 256"),
        ("generator.widths", "0", "128, 256"),
        ("generator.dropout", "1", "0"),
        ("optimizer.beta_1", "half", "0.5"),
        ("optimizer.beta_1", "1,000", "0.5"),
        ("training.steps", "soon", "20,000"),
        ("training.steps", "0", "20,000"),
        ("training.batch_size", "many", "64"),
        ("training.batch_size", "0", "64"),
        ("training.batch_size", "70000", "64"),
    ],
)
def test_nonsense_stays_with_a_message_until_it_is_mended_or_given_up(
    bench: Bench, panel: Any, path: str, text: str, kept: str
) -> None:
    field = panel.fields[path]
    before = bench.model.form.config
    height = panel.sizeHint().height()
    enter(field, text)
    assert bench.model.form.config == before
    assert field.editor.text() == text
    assert field.editor.property("invalid")
    assert field.title in field.message.text()
    assert path not in field.message.text()
    assert field.message.isVisible()
    assert panel.sizeHint().height() == height
    bench.model.form.edit({"training.seed": 5})
    assert field.editor.text() == text
    assert list(bench.model.form.faults) == [path]
    QTest.keyClick(field.editor, Qt.Key.Key_Escape)
    assert field.editor.text() == kept
    assert field.message.isHidden()
    assert not field.editor.property("invalid")
    enter(field, text)
    enter(field, "0.25" if kept in ("0", "0.5") else "32")
    assert field.message.isHidden()
    assert not bench.model.form.faults
    assert bench.model.form.config != before


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("generator.dropout", "0,25", 0.25),
        ("generator.dropout", " 2.5e-1 ", 0.25),
        ("training.batch_size", "1,024", 1024),
        ("training.batch_size", "1e3", 1000),
        ("training.steps", "30 000", 30_000),
        ("training.steps", "30,000", 30_000),
    ],
)
def test_numbers_are_read_as_people_write_them(bench: Bench, panel: Any, path: str, text: str, value: float) -> None:
    enter(panel.fields[path], text)
    section, key = path.split(".")
    part = getattr(bench.model.form.config, section)
    assert getattr(part, key, None) == value or getattr(part.options, key) == value


def test_what_is_being_typed_counts_at_the_start(bench: Bench, panel: Any) -> None:
    for path, text in (("training.batch_size", "16"), ("training.steps", "500")):
        editor = panel.fields[path].editor
        editor.setFocus()
        editor.selectAll()
        QTest.keyClicks(editor, text)
        bench.model.start()
        start = bench.sent.pop()
        assert isinstance(start, Start)
        bench.model.receive(StatusChanged(Status.PREPARING, 0))
        bench.model.receive(StatusChanged(Status.READY, 0))
    assert (start.config.training.batch_size, start.config.training.steps) == (16, 500)


def test_nothing_starts_while_something_is_wrong(bench: Bench, panel: Any) -> None:
    refusals: list[CommandRefused] = []
    bench.model.refused.connect(refusals.append)
    enter(panel.fields["training.batch_size"], "many")
    panel.groups["run"].set_open(False)
    bench.model.start()
    assert not bench.model.step_once()
    assert bench.sent == []
    assert [refusal.of_start for refusal in refusals] == [True, True]
    assert "Batch" in refusals[0].message
    assert panel.groups["run"].is_open
    # Another experiment is another form.
    bench.model.form.choose_preset("ring")
    assert panel.fields["training.batch_size"].editor.text() != "many"
    bench.model.start()
    assert isinstance(bench.sent[-1], Start)


def test_what_was_refused_for_a_reason_that_is_no_more_is_taken(bench: Bench, panel: Any) -> None:
    panel.fields["regularization.packing"].spin.setValue(4)
    batch = panel.fields["training.batch_size"]
    enter(batch, "30")
    assert (batch.spin.text(), bench.model.form.config.training.batch_size) == ("30", 64)
    panel.fields["regularization.packing"].spin.setValue(2)
    bench.model.start()
    assert bench.sent[-1].config.training.batch_size == 30
    assert batch.message.isHidden()


def test_a_field_that_goes_takes_its_fault_along(bench: Bench, panel: Any) -> None:
    choose(panel.fields["data.name"], "ring")
    enter(panel.fields["data.sigma"], "wide")
    assert list(bench.model.form.faults) == ["data.sigma"]
    choose(panel.fields["data.name"], "digits")
    assert not bench.model.form.faults


def test_a_message_does_not_cover_the_field_that_is_typed_in(bench: Bench, panel: Any) -> None:
    fields = panel.fields
    enter(fields["optimizer.beta_1"], "half")
    fault = fields["optimizer.beta_1"].message
    for other in fields.values():
        other.editor.setFocus()
        if fault.isVisible() and other is not fields["optimizer.beta_1"]:
            place = QRect(other.editor.mapTo(fault.parentWidget(), QPoint(0, 0)), other.editor.size())
            assert not fault.geometry().intersects(place), other.info.path


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_messages_do_not_cover_each_other(bench: Bench, qtbot: QtBot, order: tuple[int, int]) -> None:
    lines = [QLineEdit(bench.host) for _ in range(3)]
    for line, top in zip(lines, (80, 130, 170), strict=True):
        line.setGeometry(10, top, 200, 24)
    faults = [Fault(line) for line in lines[:2]]
    bench.host.resize(400, 400)
    bench.host.show()
    # The lower bubble has no room below its field, and then the upper one has none below its own.
    lines[2].setFocus()
    qtbot.waitUntil(lines[2].hasFocus)
    for place in order:
        faults[place].show_message("so many words that there are two lines of them " * 2)
    assert all(fault.isVisible() for fault in faults)
    upper, lower = (fault.geometry() for fault in faults)
    assert not upper.intersects(lower)
    assert not lower.intersects(lines[2].geometry())


def test_what_is_typed_is_not_pulled_away(bench: Bench, panel: Any) -> None:
    line = panel.fields["generator.widths"].line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "6")
    bench.model.form.edit({"training.seed": 3})
    QTest.keyClicks(line, "4")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert bench.model.form.config.generator.options.widths == (64,)


def test_length_in_steps_epochs_or_without_end(bench: Bench, panel: Any) -> None:
    length = panel.fields["training.steps"]
    for unit, steps, epochs in (("epochs", None, 100), ("", None, None), ("steps", 20_000, None)):
        length.unit.setCurrentIndex(length.unit.findData(unit))
        length.unit.activated.emit(length.unit.currentIndex())
        training = bench.model.form.config.training
        assert (training.steps, training.epochs) == (steps, epochs)


def test_refusal_by_the_engine_stands_beside_its_field(bench: Bench, panel: Any) -> None:
    panel.groups["run"].set_open(False)
    bench.model.receive(CommandRefused("training.batch_size = 64: larger than the data", "training.batch_size"))
    batch = panel.fields["training.batch_size"]
    assert panel.groups["run"].is_open
    assert "larger than the data" in batch.message.text()
    batch.spin.setValue(8)
    assert batch.message.isHidden()


def test_refusal_of_a_combination_stands_where_it_was_touched(bench: Bench, panel: Any) -> None:
    panel.fields["regularization.packing"].spin.setValue(4)
    panel.fields["training.batch_size"].spin.setValue(30)
    batch = panel.fields["training.batch_size"]
    assert "Packing = 4: must divide Batch = 30" in batch.message.text()
    assert (batch.spin.text(), bench.model.form.config.training.batch_size) == ("30", 64)
    assert panel.fields["regularization.packing"].message.isHidden()


def test_devices_come_from_the_engine(bench: Bench, panel: Any) -> None:
    bench.model.receive(EngineReady((Device("CPU", "CPU (2 cores)"), Device("GPU:0", "A GPU")), 3.0, "install it"))
    device = panel.fields["training.device"]
    assert [device.box.itemText(index) for index in range(3)] == ["Automatic", "CPU (2 cores)", "A GPU"]
    assert "install it" in device.box.toolTip()
    choose(device, "GPU:0")
    assert bench.model.form.config.training.device == "GPU:0"


# While a run goes.


def test_the_objective_is_changed_live(bench: Bench, panel: Any) -> None:
    bench.start()
    field = panel.fields["objective.objective"]
    choose(field, "hinge")
    assert bench.sent == [Set("objective", "hinge")]
    assert field.box.currentData() == "non_saturating"
    assert field.note.text() == "→ Hinge"
    bench.model.receive(ControlChanged(30, "objective", "hinge", "non_saturating"))
    assert field.box.currentData() == "hinge"
    assert field.note.text() == ""
    assert panel.restart.isHidden()
    assert bench.model.form.config.objective.objective == "hinge"


@pytest.mark.parametrize("key", ["beta_1", "beta_2", "momentum"])
def test_moments_are_changed_live(bench: Bench, panel: Any, key: str) -> None:
    bench.start()
    field = panel.fields[f"optimizer.{key}"]
    enter(field, "0.75")
    assert bench.sent == [Set(key, 0.75)]
    assert field.note.text() == "→ 0.75"
    bench.model.receive(ControlChanged(30, key, 0.75, 0.5))
    assert field.line.text() == "0.75"
    enter(field, "1.5")
    assert field.line.text() == "1.5"
    assert "must be less than 1" in field.message.text()
    assert len(bench.sent) == 1


def test_an_objective_that_does_not_go_is_refused_at_its_box(bench: Bench, panel: Any) -> None:
    bench.start()
    bench.model.receive(ControlChanged(5, "label_smoothing", 0.1, 0.0))
    field = panel.fields["objective.objective"]
    choose(field, "wasserstein")
    assert bench.sent == []
    assert field.box.currentData() == "non_saturating"
    assert "Label smoothing = 0.1" in field.message.text()
    assert field.message.isVisible()


def test_changes_during_a_run_offer_a_new_start(bench: Bench, panel: Any) -> None:
    bench.start()
    assert panel.restart.isHidden()
    seed = panel.fields["training.seed"]
    seed.spin.setValue(3)
    assert panel.restart.isVisible()
    assert seed.heading.text() == "Seed •"
    assert panel.fields["training.batch_size"].heading.text() == "Batch"
    panel.restart_button.click()
    start = bench.sent[-1]
    assert isinstance(start, Start)
    assert start.config.training.seed == 3
    assert start.name == "digits"
    assert panel.restart.isHidden()
    bench.start(start.config)
    assert seed.heading.text() == "Seed"


@pytest.mark.parametrize(
    "path",
    [
        "objective.d_loss_halves",
        "optimizer.d_optimizer",
        "optimizer.g_optimizer",
        "regularization.spectral_norm",
        "training.updates",
        "generator.output_activation",
        "data.conditional",
    ],
)
def test_what_is_not_live_needs_a_new_run(bench: Bench, panel: Any, path: str) -> None:
    bench.start()
    editor = panel.fields[path].editor
    if isinstance(editor, QCheckBox):
        editor.click()
    else:
        editor.setCurrentIndex((editor.currentIndex() + 1) % editor.count())
    assert bench.sent == []
    assert panel.restart.isVisible()


def test_a_preset_chosen_during_a_run_says_what_a_new_one_begins_with(bench: Bench, panel: Any) -> None:
    bench.start()
    bench.model.form.edit({"objective.objective": "hinge"})
    field = panel.fields["objective.objective"]
    assert field.box.currentData() == "non_saturating"
    assert field.note.text() == "anew: Hinge"


def test_another_experiment_is_custom(bench: Bench, panel: Any) -> None:
    enter(panel.fields["generator.widths"], "16")
    bench.model.start()
    assert bench.sent[-1].name == "custom"
    panel.preset.edited.emit({"preset": "digits"})
    assert bench.model.form.config == preset("digits").config


def test_path_is_offered_where_data_are_read(bench: Bench, panel: Any) -> None:
    path = panel.fields["data.path"]
    assert path.isHidden()
    path.edited.emit({"data.path": "/data/images"})
    assert path.isVisible()
    assert path.line.text() == "/data/images"


def test_path_is_offered_by_data_sets_that_take_one(panel: Any) -> None:
    for name, entry in registry.datasets.items():
        choose(panel.fields["data.name"], name)
        assert panel.fields["data.path"].isHidden() == (entry.options.path_use == "refused"), name


def test_groups_fold_say_what_they_hold_and_are_remembered(bench: Bench, panel: Any) -> None:
    group = panel.groups["generator"]
    QTest.keyClick(group.button, Qt.Key.Key_Space)
    assert group.body.isHidden()
    assert group.summary.text().startswith("MLP · 128, 256")
    assert bench.context.settings.get("form/generator", True) is False
    QTest.keyClick(group.button, Qt.Key.Key_Space)
    assert group.body.isVisible()


def test_tab_goes_from_the_top_to_the_bottom(bench: Bench, panel: Any) -> None:
    choose(panel.fields["data.name"], "ring")  # its options came last
    expected = [panel.preset.box]
    for group in panel.groups.values():
        expected.append(group.button)
        expected += [stop for field in group.fields for stop in field.stops]
    chain = [panel.preset.box]
    while (widget := chain[-1].nextInFocusChain()) is not chain[0]:
        chain.append(widget)
    assert [widget for widget in chain if widget in expected] == expected
    assert all(widget.focusPolicy() & Qt.FocusPolicy.TabFocus for widget in expected)


def test_presets_stand_in_groups(panel: Any) -> None:
    groups = grouped(presets().values())
    titles = {preset.name: title for title, found in groups for preset in found}
    assert set(titles) == set(presets())
    assert (titles["digits"], titles["tutorial-book"]) == ("To begin with", "Tutorials")
    assert (titles["remedy-batch-norm"], titles["wgan-gp"]) == ("Remedies", "Objectives and penalties")
    assert "Others" not in titles.values(), "a preset without a place"
    box = panel.preset.box
    rows = [(box.itemText(row), box.itemData(row)) for row in range(box.count())]
    expected = []
    for title, found in groups:
        expected += [(title, HEADING), *((preset.title, preset.name) for preset in found)]
    assert rows == expected
    assert len(groups) <= len(GROUPS)


def test_a_heading_cannot_be_chosen(bench: Bench, panel: Any) -> None:
    box = panel.preset.box
    place = next(row for row in range(1, box.count()) if box.itemData(row) == HEADING)
    assert not box.model().item(place).flags()
    box.setCurrentIndex(place - 1)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == place + 1
    assert bench.model.form.preset_name == box.itemData(place + 1)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.currentIndex() == place - 1


def test_try_this_starts_a_preset(bench: Bench) -> None:
    panel = bench.show("try_this")
    panel.findChild(QPushButton, "try_digits_button").click()
    assert isinstance(bench.sent[-1], Start)
    assert bench.model.record.status is Status.READY


@pytest.mark.parametrize("name", [name for name, _, _ in EXPERIMENTS])
def test_what_fails_is_started_so_that_it_pauses_at_its_first_alert(bench: Bench, name: str) -> None:
    button = bench.show("try_this").findChild(QPushButton, f"try_{name}_button")
    button.click()
    assert bench.sent[-1] == Start(presets()[name].config, name, pause_at_first_alert=name.startswith(FAILS))
    assert ("Pauses at the first alert." in button.toolTip()) == name.startswith(FAILS)


def test_try_this_offers_each_failure_and_says_what_it_is(bench: Bench) -> None:
    panel = bench.show("try_this")
    buttons = [button for button in panel.findChildren(QPushButton) if button.objectName().startswith("try_")]
    offered = [button.objectName().removeprefix("try_").removesuffix("_button") for button in buttons]
    assert offered == [*(name for name, _, _ in EXPERIMENTS if name in presets()), "own_images"]
    for button in buttons:
        assert button.accessibleName() == button.heading.text()
        assert button.detail.text() == button.accessibleDescription() != ""
        assert button.detail.isVisible()
        assert button.toolTip()
        assert button.height() >= button.heading.sizeHint().height() + button.detail.heightForWidth(
            button.detail.width()
        )


def test_no_field_is_cut_off_in_a_small_window(window: MainWindow) -> None:
    panel: Any = window.panel("what_trains")
    for group in panel.groups.values():
        group.set_open(True)
    window.resize(1280, 800)
    window.docks.share_room()
    QApplication.processEvents()
    content = panel.parentWidget()
    for data in registry.datasets:
        for family in registry.families:
            window.model.form.edit({"data.name": data, "generator.family": family, "discriminator.family": family})
            QApplication.processEvents()
            assert content.minimumSizeHint().width() <= content.parentWidget().width(), (data, family)


def test_titles_and_short_choices_are_whole_in_a_small_window(window: MainWindow, qtbot: QtBot) -> None:
    panel: Any = window.panel("what_trains")
    for group in panel.groups.values():
        group.set_open(True)
    shown = [field for field in panel.fields.values() if field.has_heading and field.isVisible()]
    assert len(shown) > 30

    def cut_titles() -> list[str]:
        return [field.title for field in shown if field.heading.cut(field.heading.width()) != field.title]

    rows = [row for group in panel.groups.values() for row in group.findChildren(Beside)]
    for size, directions in (((1200, 750), {True, False}), ((1920, 1080), {False})):
        window.resize(*size)
        window.docks.share_room()
        qtbot.waitUntil(lambda: cut_titles() == [])
        assert {row.is_column for row in rows} == directions
        assert panel.fields["autopilot.schedule"].box.shown_text() == "Constant"


def test_numbers_have_their_unit(panel: Any) -> None:
    shown = {
        path: [label.text() for label in field.findChildren(QLabel) if label.text() == field.info.unit]
        for path, field in panel.fields.items()
        if field.info.unit
    }
    assert shown == {
        "training.measure_every": ["steps"],
        "training.checkpoint_seconds": ["s"],
        "training.checkpoint_megabytes": ["MB"],
    }


def test_end_to_end_in_the_window(training: MainWindow, qtbot: QtBot) -> None:
    panel: Any = training.panel("what_trains")
    steps = len(training.model.record.history)
    choose(panel.fields["objective.objective"], "least_squares")
    qtbot.waitUntil(lambda: training.model.controls["objective"] == "least_squares")
    assert panel.fields["objective.objective"].box.currentData() == "least_squares"
    qtbot.waitUntil(lambda: len(training.model.record.history) > steps)
    (change,) = training.model.record.interventions
    assert (change.key, change.value, change.previous) == ("objective", "least_squares", "non_saturating")
