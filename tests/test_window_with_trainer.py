"""The real window on the real trainer, driven by mouse and keyboard as a person would."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gan_desktop import app
from gan_desktop.cli import main
from gan_desktop.core import events, views
from gan_desktop.core.config import RunConfig
from gan_desktop.core.interventions import Intervention, control_path
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import load_config
from gan_desktop.core.status import Status
from gan_desktop.gui.look import words
from gan_desktop.gui.run.interventions import merge_interventions
from gan_desktop.gui.shell.main_window import MainWindow
from gan_desktop.recording.reader import read_run
from gan_desktop.training.checkpoint import load_checkpoint
from gan_desktop.training.engine import run as run_module
from gan_desktop.training.engine import session as session_module
from tests.gui.conftest import _frozen_heap, _no_leaks  # noqa: F401
from tests.gui.panels.test_live_controls import drag, type_into
from tests.patience import SECONDS

pytestmark = pytest.mark.usefixtures("quick_starts")

CONFIG = replace_keys(
    RunConfig(),
    {
        "data.name": "digits",
        "generator.widths": [8],
        "discriminator.widths": [8],
        "latent.latent_dim": 2,
        "training.batch_size": 16,
    },
)
RATES = ("d_learning_rate", "g_learning_rate")


class Listener(QObject):
    """Keeps what the engine says, on the main thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.seen: list[events.Event] = []
        window.training_thread.event_emitted.connect(self.on_event)

    @Slot(object)
    def on_event(self, event: events.Event) -> None:
        self.seen.append(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.seen if isinstance(event, kind)]


class Person:
    """Sees a window, and does to it what people do."""

    def __init__(self, qtbot: QtBot, config: RunConfig, run: Path | None = None) -> None:
        self.qtbot = qtbot
        self.window = app.create_window(config, run=run)
        self.model = self.window.model
        self.heard = Listener(self.window)
        self.window.show()

    def find(self, kind: type, name: str) -> Any:
        widget = self.window.findChild(kind, name)
        assert widget is not None, name
        return widget

    def wait(self, what: Any) -> None:
        self.qtbot.waitUntil(what)

    def wait_status(self, status: Status) -> None:
        self.wait(lambda: self.model.record.status is status)

    def wait_steps(self, more: int = 1) -> None:
        wanted = len(self.model.record.history) + more
        self.wait(lambda: len(self.model.record.history) >= wanted)

    def click(self, name: str) -> None:
        button = self.find(QWidget, name)
        self.wait(lambda: button.isVisible() and button.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_confirmed(self, key: str, value: float) -> None:
        """Wait until the trainer uses that value, and the window says so."""
        self.wait(lambda: key not in self.model.pending and self.model.controls[key] == pytest.approx(value))
        assert any(change.key == key and change.value == value for change in self.model.record.interventions)

    def marks(self) -> list[tuple[float, str]]:
        """The interventions that are marked on the loss plot."""
        return [(mark.x, mark.text) for mark in self.window.panel("losses").view.marks]  # type: ignore[attr-defined]

    def close(self) -> None:
        self.window.close()
        assert not self.window.training_thread.isRunning()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    made = Person(qtbot, CONFIG)
    yield made
    made.close()


def test_a_session_at_the_window(person: Person, tmp_path: Path) -> None:
    model = person.model
    person.wait_status(Status.READY)
    assert not (tmp_path / "data").exists()

    person.click("start_button")
    person.wait_status(Status.TRAINING)
    assert model.record.run is not None
    assert model.record.run.config == CONFIG
    person.wait(lambda: model.record.samples is not None)
    first_samples = person.heard.of(events.Samples)[0]
    assert first_samples.step == 0
    assert first_samples.values.shape == (64, 8, 8, 1)
    person.wait_steps(50)
    assert np.isfinite(model.record.history.column("d_loss")).all()
    seen = len(person.heard.of(events.Samples))
    person.wait(lambda: len(person.heard.of(events.Samples)) > seen + 1)
    assert (model.record.samples.values != first_samples.values).any()
    assert len(model.record.snapshots) > 1

    # Each slider, by its handle.
    for key in RATES:
        slider = person.find(QSlider, f"{key}_slider")
        before = model.controls[key]
        drag(slider, 40)
        asked = slider.number()
        assert asked > before
        person.wait_confirmed(key, asked)
        assert float(person.find(QLineEdit, f"{key}_field").text()) == asked
        assert (model.record.interventions[-1].key, model.record.interventions[-1].value) == (key, asked)
        person.wait(lambda: person.marks() == merge_interventions(model.record.interventions))
        assert words.rate(asked) in person.marks()[-1][1]
    ratio = person.find(QSlider, "step_ratio_slider")
    drag(ratio, 30)
    assert ratio.value() > 0
    person.wait_confirmed("d_steps", 1 + ratio.value())
    assert person.find(QSpinBox, "d_steps_spin").value() == 1 + ratio.value()
    person.find(QSpinBox, "g_steps_spin").setValue(2)
    person.wait_confirmed("g_steps", 2)
    person.find(QSpinBox, "d_steps_spin").setValue(0)
    person.wait_confirmed("d_steps", 0)
    person.find(QSpinBox, "d_steps_spin").setValue(1)
    person.wait_confirmed("d_steps", 1)

    # Exact values, and nonsense.
    field = person.find(QLineEdit, "d_learning_rate_field")
    type_into(field, "3.21e-4")
    person.wait_confirmed("d_learning_rate", 3.21e-4)
    for nonsense in ("fast", "-1", "nan"):
        type_into(field, nonsense)
        assert field.text() == nonsense
        message = person.window.panel("live_controls").rates["d_learning_rate"].message  # type: ignore[attr-defined]
        assert message.isVisible()
        assert message.text().startswith("⚠ D learning rate")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert float(field.text()) == 3.21e-4
    assert not model.pending
    person.wait_steps()
    assert model.controls["d_learning_rate"] == 3.21e-4
    person.wait(lambda: person.marks() == merge_interventions(model.record.interventions))

    # Pause, one step, reset.
    person.click("pause_button")
    person.wait_status(Status.PAUSED)
    steps = len(model.record.history)
    QTest.qWait(200)
    assert len(model.record.history) == steps
    person.click("step_button")
    person.wait(lambda: len(model.record.history) == steps + 1 and model.record.status is Status.PAUSED)
    QTest.qWait(100)
    assert len(model.record.history) == steps + 1
    first_run = model.record.run.run_folder
    assert first_run is not None
    person.click("reset_button")
    # While it is prepared again there is no run.
    person.wait(
        lambda: (
            model.record.run is not None
            and model.record.run.run_folder != first_run
            and model.record.status is Status.PAUSED
        )
    )
    assert len(model.record.history) == 0
    assert model.record.interventions == []
    person.wait(lambda: person.marks() == [])
    assert model.record.run.config == CONFIG
    person.wait(lambda: model.record.samples is not None)
    assert model.record.samples.step == 0
    assert (model.record.samples.values == first_samples.values).all()
    person.click("start_button")
    person.wait_steps(20)

    # Both runs are whole: the one before the reset, and the one during which the window is closed.
    second_run = model.record.run.run_folder
    person.window.close()
    assert not person.window.training_thread.isRunning()
    for folder in (first_run, second_run):
        record = read_run(folder)
        ended = record.facts["step"]
        assert record.facts["status"] == "stopped"
        assert len(record.history) == ended > 0
        assert [saved.step for saved in record.checkpoints][-1] == ended
        checkpoint = load_checkpoint(folder / record.checkpoints[-1].path)
        assert checkpoint.weights_digest() == record.facts["weights_digest"]
        assert record.snapshots[-1].step == ended
        assert all((folder / snapshot.path).is_file() for snapshot in record.snapshots)
        assert load_config(folder / "config.toml").config == CONFIG
        assert not list(folder.glob("run.sqlite-*"))
    assert len(read_run(first_run).history) == steps + 1


def test_what_was_done_in_the_window_can_be_replayed(person: Person, capfd: pytest.CaptureFixture[str]) -> None:
    """The command line repeats a run in which sliders were dragged, to the last bit, from what the run recorded."""
    person.wait_status(Status.READY)
    person.click("start_button")
    person.wait_steps(20)
    drag(person.find(QSlider, "g_learning_rate_slider"), 50)
    person.wait(lambda: bool(person.model.record.interventions) and not person.model.pending)
    person.wait_steps(5)
    drag(person.find(QSlider, "step_ratio_slider"), -40)
    person.wait(lambda: person.model.controls["g_steps"] > 1 and not person.model.pending)
    person.wait_steps(5)
    assert person.model.record.run is not None
    folder = person.model.record.run.run_folder
    assert folder is not None
    person.window.close()
    record = read_run(folder)
    shown = [Intervention(e.step, e.key, e.value, e.previous) for e in person.model.record.interventions]
    assert list(record.interventions) == shown
    assert {change.key for change in shown} == {"g_learning_rate", "g_steps"}
    arguments = ["train", "--config", str(folder / "config.toml"), "--steps", str(record.facts["step"]), "--json"]
    capfd.readouterr()
    digests = []
    for changes in (record.interventions, record.interventions[:-1]):
        at = [f"--at={change.step}:{change.key}={change.value!r}" for change in changes]
        assert main([*arguments, *at]) == 0
        digests.append(json.loads(capfd.readouterr().out.splitlines()[-1])["weights_digest"])
    assert digests[0] == record.facts["weights_digest"]
    assert digests[1] != digests[0]


def test_objective_and_penalty_are_changed_while_it_trains(person: Person, capfd: pytest.CaptureFixture[str]) -> None:
    """Weights are kept and the steps go on; what was recorded replays to the last bit."""
    model = person.model
    person.wait_status(Status.READY)
    person.click("start_button")
    person.wait_steps(20)
    assert model.record.run is not None
    folder = model.record.run.run_folder
    assert folder is not None
    box = person.find(QComboBox, "objective_box")
    box.setCurrentIndex(box.findData("hinge"))
    person.wait(lambda: model.controls["objective"] == "hinge")
    assert box.currentData() == "hinge"
    person.wait_steps(5)
    person.window.docks.docks["regularization"].raise_()
    check = person.find(QCheckBox, "r1_weight_check")
    person.wait(check.isVisible)
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(10, check.height() // 2))
    # Usual for digits of 8 x 8.
    person.wait_confirmed("r1_weight", 0.3)
    assert person.find(QLineEdit, "r1_weight_field").text() == "0.3"
    person.wait_steps(5)
    # The penalty is at work: before, nothing was added.
    switched_on = model.record.interventions[-1].step
    penalties = model.record.history.column("d_penalty")
    assert (penalties[:switched_on] == 0).all()
    assert (penalties[switched_on:] > 0).all()
    assert model.record.run.run_folder == folder
    person.wait(lambda: "R1 penalty off → 0.3" in [text for _, text in person.marks()])
    person.window.close()
    record = read_run(folder)
    assert len(record.history) == record.facts["step"]
    assert [(change.key, change.value, change.previous) for change in record.interventions] == [
        ("objective", "hinge", "non_saturating"),
        ("r1_weight", 0.3, 0.0),
    ]
    arguments = ["train", "--config", str(folder / "config.toml"), "--steps", str(record.facts["step"]), "--json"]
    capfd.readouterr()
    digests = []
    for changes in (record.interventions, record.interventions[1:]):
        at = [f"--at={change.step}:{change.key}={change.value}" for change in changes]
        assert main([*arguments, *at]) == 0
        digests.append(json.loads(capfd.readouterr().out.splitlines()[-1])["weights_digest"])
    assert digests[0] == record.facts["weights_digest"]
    assert digests[1] != digests[0]


def test_an_error_in_training_is_shown_and_a_second_start_works(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, steps: int) -> None:
        raise ZeroDivisionError("broken on purpose")

    person.wait_status(Status.READY)
    with monkeypatch.context() as patch:
        patch.setattr(run_module.Trainer, "advance", broken)
        person.click("start_button")
        person.wait_status(Status.FAILED)
        person.wait(lambda: person.window.findChild(QMessageBox, "error_dialog") is not None)
    dialog = person.find(QMessageBox, "error_dialog")
    assert dialog.isVisible()
    assert dialog.text() == "ZeroDivisionError: broken on purpose"
    assert "Traceback" in dialog.detailedText()
    assert "in broken" in dialog.detailedText()
    person.click("start_button")  # with the dialog still open
    person.wait_steps(20)
    assert person.model.record.status is Status.TRAINING
    dialog.close()


def test_a_folder_of_images_is_trained_on_class_by_class(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "shades"
    for name, shade in (("dark", 20), ("light", 230)):
        (folder / name).mkdir(parents=True)
        for number in range(8):
            Image.new("L", (8, 8), shade + number).save(folder / name / f"{number}.png")
    (folder / "light" / "torn.png").write_bytes(b"not an image")
    person.wait_status(Status.READY)
    person.model.form.edit({"regularization.ema_decay": 0.9})
    dialog = person.window.data.open(folder)
    person.wait(lambda: dialog.choices is not None)
    assert person.find(QListWidget, "unreadable_list").count() == 1
    dialog.choices.conditional_check.setChecked(True)
    person.click("train_button")
    person.wait(lambda: person.model.record.samples is not None)
    run, samples = person.model.record.run, person.model.record.samples
    assert run is not None
    assert samples is not None
    assert (run.data.count, run.data.class_names) == (16, ("dark", "light"))
    assert samples.values.shape == (16, 8, 8, 1)
    panel: Any = person.window.panel("samples")
    panel.refresh()
    assert [head for head, _ in panel.generated.rows] == ["dark", "light"]
    panel.choices.generator.button("both").click()
    assert panel.averaged.images.shape == (16, 8, 8, 1)
    panel.choices.class_box.setCurrentIndex(2)
    panel.choices.class_box.activated.emit(2)
    person.wait(lambda: len(person.model.record.samples.values) == 64)
    assert set(person.model.record.samples.labels.tolist()) == {1}


def test_numbers_from_a_table_are_trained_on(person: Person, tmp_path: Path) -> None:
    """Data of one dimension: histograms, D's score below them, slow motion, and no view that needs a plane."""
    rng = np.random.default_rng(0)
    numbers = np.where(rng.random(400) < 0.5, rng.normal(-2, 0.3, 400), rng.normal(2, 0.3, 400))
    (tmp_path / "one.csv").write_text("value\n" + "\n".join(f"{number:.6f}" for number in numbers))
    person.wait_status(Status.READY)
    dialog = person.window.data.open(tmp_path / "one.csv")
    person.wait(lambda: dialog.choices is not None)
    assert "of one dimension: column 1 'value'" in dialog.state_label.text()
    person.click("train_button")
    panel: Any = person.window.panel("scatter")
    person.wait(lambda: len(panel.line.curve.values) > 0 and len(panel.line.histograms.shares["fake"]) > 0)
    assert panel.line.isVisible()
    assert not panel.plane.surface_choice.isVisible()
    assert ((panel.line.curve.values > 0) & (panel.line.curve.values < 1)).all()
    for name in person.window.docks.docks:
        person.window.docks.docks[name].raise_()
        person.wait_steps(20)
    person.click("pause_button")
    person.wait_status(Status.PAUSED)
    person.click("slow_motion_button")
    person.wait(lambda: bool(person.heard.of(views.UpdateShown)))
    assert not person.heard.of(events.EngineError)


def test_bad_input_from_the_form_is_told_and_the_window_goes_on(person: Person) -> None:
    """What only the engine can see: the data have to be read for it."""
    person.wait_status(Status.READY)
    assert person.model.form.edit({"training.batch_size": 1798})
    person.click("start_button")
    person.wait(lambda: bool(person.heard.of(events.CommandRefused)))
    (refused,) = person.heard.of(events.CommandRefused)
    assert "larger than the data (1797 samples)" in refused.message
    person.wait_status(Status.READY)
    assert any("1797 samples" in label.text() for label in person.window.findChildren(QLabel) if label.isVisible())
    assert person.model.form.edit({"training.batch_size": 16})
    person.click("start_button")
    person.wait_steps()


@pytest.mark.parametrize("moment", ["reading", "compiling", "training", "paused", "finished"])
def test_closed_at_any_moment(moment: str, person: Person, tmp_path: Path) -> None:
    person.wait_status(Status.READY)
    if moment == "finished":
        person.model.form.edit({"training.steps": 3})
    person.click("start_button")
    messages = {"reading": "Reading", "compiling": "Compiling"}
    if moment in messages:
        person.wait(lambda: any(messages[moment] in e.message for e in person.heard.of(events.Preparing)))
    else:
        person.wait_steps()
    if moment == "paused":
        person.click("pause_button")
        person.wait_status(Status.PAUSED)
    elif moment == "finished":
        person.wait_status(Status.FINISHED)
    person.window.close()
    assert not person.window.isVisible()
    assert not person.window.training_thread.isRunning()
    runs = list((tmp_path / "data" / "runs").glob("*"))
    assert bool(runs) or moment in messages
    for folder in runs:  # compiling may have ended before the window could close
        record = read_run(folder)
        assert len(record.history) == record.facts["step"] == record.checkpoints[-1].step > 0
        assert record.facts["status"] == ("finished" if moment == "finished" else "stopped")


def test_closed_while_tensorflow_loads(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading cannot be broken off: the window is gone at once, and after a moment says what it waits for."""
    loading, told, farewells = threading.Event(), threading.Event(), []

    def load_slowly() -> None:
        loading.set()
        assert told.wait(SECONDS)

    def say(self: MainWindow) -> QLabel:
        farewells.append(original(self))
        told.set()
        return farewells[-1]

    original = MainWindow._say_closing
    monkeypatch.setattr(MainWindow, "_say_closing", say)
    monkeypatch.setattr(session_module, "load_tensorflow", load_slowly)
    person = Person(qtbot, CONFIG)
    person.wait(loading.is_set)
    assert person.model.record.status is Status.LOADING
    person.click("start_button")  # a person who does not wait
    person.window.close()
    assert not person.window.isVisible()
    assert not person.window.training_thread.isRunning()
    assert len(farewells) == 1
    assert not person.heard.of(events.RunStarted)
    person.close()


def run_to(person: Person, step: int) -> None:
    """Run as many steps as it takes to be paused at a step."""
    record = person.model.record
    assert person.model.run_more(step - len(record.history))
    person.wait(lambda: len(record.history) == step and record.status is Status.PAUSED)


def test_a_run_is_replayed_and_stays_in_view(qtbot: QtBot) -> None:
    """Equal at first; once a figure of its record is another, the step at which it parts is found."""
    person = Person(qtbot, CONFIG)
    person.wait_status(Status.READY)
    run_to(person, 30)
    person.model.set_control("d_learning_rate", 3e-4)
    person.wait_confirmed("d_learning_rate", 3e-4)
    run_to(person, 60)
    person.model.stop()
    person.wait_status(Status.STOPPED)
    model, record = person.model, person.model.record
    run, history = record.run, record.history.column("d_loss")
    assert run is not None
    assert run.run_folder is not None
    notice = person.window.notice

    def replay(result: str) -> None:
        person.window.actions_by_name["replay_action"].trigger()
        person.wait(lambda: notice.text.text().startswith(result) and not model.replays.is_under_way)
        assert (record.run, record.status) == (run, Status.STOPPED)
        np.testing.assert_array_equal(record.history.column("d_loss"), history)

    replay("Equal: every figure of 60 steps and ")
    with closing(sqlite3.connect(run.run_folder / "run.sqlite")) as database, database:
        database.execute("UPDATE figures SET d_loss = d_loss + 1 WHERE step >= 41")
    replay("Parted at step 41: ")
    assert "the same" in notice.text.text()
    person.click("notice_step_button")
    assert record.moment == 41
    # What was replayed goes on as any other run.
    record.look_at(None)
    assert model.go_on(more=5)
    person.wait(lambda: len(record.history) == 65 and record.status is Status.PAUSED)
    person.close()


def test_a_run_is_opened_in_another_window_and_goes_on(qtbot: QtBot) -> None:
    """Trained, closed, opened: everything is there again, and it is the run that it would have been in one go."""
    first = Person(qtbot, CONFIG)
    first.wait_status(Status.READY)
    run_to(first, 30)
    first.model.set_control("d_learning_rate", 3e-4)
    first.wait_confirmed("d_learning_rate", 3e-4)
    run_to(first, 50)
    history = first.model.record.history.column("d_loss")
    interventions = first.model.record.interventions
    run = first.model.record.run
    assert run is not None
    assert run.run_folder is not None
    first.close()

    second = Person(qtbot, CONFIG, run.run_folder)
    record = second.model.record
    second.wait(lambda: record.run is not None)
    assert record.status is Status.STOPPED
    np.testing.assert_array_equal(record.history.column("d_loss"), history)
    assert record.interventions == interventions
    assert record.samples is not None
    assert record.samples.step == 50
    assert second.model.form.config == replace_keys(CONFIG, {control_path("d_learning_rate"): 3e-4})
    assert not second.model.can_look
    assert run.run_folder.name in second.window.windowTitle()

    second.wait(lambda: record.engine is not None)
    run_to(second, 75)
    np.testing.assert_array_equal(record.history.column("d_loss")[:50], history)
    assert second.model.controls["d_learning_rate"] == pytest.approx(3e-4)
    second.model.stop()
    second.wait_status(Status.STOPPED)
    went_on = read_run(run.run_folder).facts["weights_digest"]
    second.close()

    third = Person(qtbot, CONFIG)
    third.wait_status(Status.READY)
    run_to(third, 30)
    third.model.set_control("d_learning_rate", 3e-4)
    third.wait_confirmed("d_learning_rate", 3e-4)
    run_to(third, 75)
    third.model.stop()
    third.wait_status(Status.STOPPED)
    assert third.model.record.run is not None
    folder = third.model.record.run.run_folder
    assert folder is not None
    assert read_run(folder).facts["weights_digest"] == went_on
    third.close()
