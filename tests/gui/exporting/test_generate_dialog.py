"""File > Generate Samples, as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gan_desktop.core import presets
from gan_desktop.core.events import StatusChanged
from gan_desktop.core.status import Status
from gan_desktop.gui.exporting.generate_dialog import GenerateDialog
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.fake_generate import FakeGenerate
from tests.recording.made_runs import begun, made_run

OpenDialog = Callable[[Path], GenerateDialog]


@pytest.fixture
def open_dialog(window: MainWindow, qtbot: QtBot) -> OpenDialog:
    """Opens a run, and File > Generate Samples."""

    def opened(folder: Path) -> GenerateDialog:
        assert not window.actions_by_name["generate_action"].isEnabled()
        with qtbot.waitSignal(window.runs.shown):
            window.runs.open(folder)
        window.actions_by_name["generate_action"].trigger()
        dialog = window.findChild(GenerateDialog, "generate_dialog")
        assert dialog is not None
        return dialog

    return opened


def test_what_was_asked_for_is_generated(
    open_dialog: OpenDialog, generate: FakeGenerate, tmp_path: Path, qtbot: QtBot
) -> None:
    run = made_run(tmp_path / "run")
    dialog = open_dialog(run)
    dialog.count.setValue(1234)
    dialog.seed.setValue(7)
    dialog.kind.setCurrentIndex(dialog.kind.findData(".csv"))
    dialog.button.click()
    chooser = dialog.findChild(QFileDialog, "generate_chooser")
    assert chooser is not None
    assert [Path(path).name for path in chooser.selectedFiles()] == ["run-samples.csv"]
    chooser.fileSelected.emit(str(tmp_path / "x.csv"))
    chooser.close()
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    ((folder, wish),) = generate.asked
    assert folder == run
    assert (wish.count, wish.seed, wish.out, wish.step, wish.label) == (1234, 7, tmp_path / "x.csv", None, None)
    assert dialog.message.text() == f"Written: {tmp_path / 'x.csv'}"
    dialog.close()


def test_the_step_that_is_looked_at_is_the_generators(
    window: MainWindow, open_dialog: OpenDialog, generate: FakeGenerate, tmp_path: Path, qtbot: QtBot
) -> None:
    open_dialog(made_run(tmp_path / "run")).close()
    step = window.model.record.step // 2
    window.model.record.look_at(step)
    window.actions_by_name["generate_action"].trigger()
    dialog = window.findChildren(GenerateDialog, "generate_dialog")[-1]
    dialog.write(str(tmp_path / "x.npz"))
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert generate.asked[-1][1].step == step
    dialog.close()


def test_what_cannot_be_generated_is_said(
    open_dialog: OpenDialog, generate: FakeGenerate, tmp_path: Path, qtbot: QtBot
) -> None:
    generate.refusal = "the data are gone"
    dialog = open_dialog(made_run(tmp_path / "run"))
    dialog.write(str(tmp_path / "x.npz"))
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert dialog.message.text() == "Not written: the data are gone."
    dialog.close()


def test_it_can_be_broken_off(open_dialog: OpenDialog, generate: FakeGenerate, tmp_path: Path, qtbot: QtBot) -> None:
    generate.waits = True
    dialog = open_dialog(made_run(tmp_path / "run"))
    dialog.write(str(tmp_path / "x.npz"))
    qtbot.waitUntil(generate.begun.is_set)
    assert not dialog.count.isEnabled()
    dialog.close_button.click()
    qtbot.waitUntil(lambda: dialog.thread_at_work is None)
    assert dialog.message.text() == "It was broken off; nothing was written."
    assert dialog.count.isEnabled()
    dialog.close()


@pytest.mark.parametrize(
    ("preset", "shown"),
    [
        ("digits", {"generate_class_box": False, "generate_weights_box": False}),
        ("averaged", {"generate_class_box": False, "generate_weights_box": True}),
        ("cgan", {"generate_class_box": True, "generate_weights_box": False}),
    ],
)
def test_only_what_the_run_has_is_asked(
    open_dialog: OpenDialog, tmp_path: Path, preset: str, shown: dict[str, bool]
) -> None:
    recorder = begun(tmp_path / "run", preset, config=presets.preset(preset).config)
    recorder.on_event(StatusChanged(Status.FINISHED, 10))
    recorder.close(Status.FINISHED)
    dialog = open_dialog(tmp_path / "run")
    boxes = {"generate_class_box": dialog.label_box, "generate_weights_box": dialog.weights}
    assert {name: box.isVisible() for name, box in boxes.items()} == shown
    dialog.close()
