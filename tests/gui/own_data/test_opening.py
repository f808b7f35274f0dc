"""A person's own data: dropped, chosen, looked at in a thread, and trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QLibraryInfo, QMimeData, QPointF, Qt, QUrl, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QGraphicsView,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gan_desktop.core import commands
from gan_desktop.core.errors import InputError
from gan_desktop.core.folder_preview import FolderPreview
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.own_data import OwnData
from gan_desktop.core.registry import DataOptions, Entry, datasets
from gan_desktop.gui.own_data.choices import DataChoices, fitting_batch
from gan_desktop.gui.own_data.dialog import DataDialog
from gan_desktop.gui.own_data.preview import DataPreviewDialog, facts, shares_line, stacked
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.shell.about import AboutDialog
from gan_desktop.gui.shell.main_window import MainWindow
from tests.gui.conftest import Bench, MakeWindow
from tests.gui.fake_engine import FakeEngine
from tests.gui.fake_preview import SHADES, FakePreview, animals, fruit

COPY = Qt.DropAction.CopyAction
MOVE = Qt.DropAction.MoveAction


def entering(place: QPointF, actions: Qt.DropAction, mime: QMimeData) -> QDragEnterEvent:
    """Qt takes the place as floats from 6.12 on, which deprecates whole numbers, and as whole numbers before."""
    has_floats = QLibraryInfo.version() >= QVersionNumber(6, 12)
    given = place if has_floats else place.toPoint()
    return QDragEnterEvent(given, actions, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def drop(window: MainWindow, *urls: str, over: str = "loss_plot") -> bool:
    """Do what a file manager does: enter, then drop, over any widget. Returns whether the window took it."""
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    widget = window.findChild(object, over)
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = entering(place, COPY | MOVE, mime)
    QApplication.sendEvent(window.windowHandle(), enter)
    if not enter.isAccepted():
        return False
    assert enter.dropAction() == COPY
    event = QDropEvent(place, COPY | MOVE, mime, buttons, keys)
    QApplication.sendEvent(window.windowHandle(), event)
    assert event.dropAction() == COPY
    QApplication.processEvents()
    return event.isAccepted()


def opened(window: MainWindow) -> DataPreviewDialog:
    dialog = window.findChild(DataPreviewDialog)
    assert dialog is not None
    return dialog


def read(window: MainWindow, qtbot: QtBot) -> DataPreviewDialog:
    """The dialog, once what is there has been read."""
    dialog = opened(window)
    qtbot.waitUntil(lambda: dialog.choices is not None)
    return dialog


def rows(dialog: DataPreviewDialog, name: str) -> list[str]:
    box = dialog.findChild(QListWidget, name)
    assert box is not None
    return [box.item(row).text() for row in range(box.count())]


@pytest.mark.parametrize("over", ["loss_plot", "sample_grid", "seed_spin", "path_field"])
def test_dropped_folder_is_shown_and_trained_on(
    window: MainWindow, engine: FakeEngine, preview: FakePreview, qtbot: QtBot, tmp_path: Path, over: str
) -> None:
    edits = []
    window.model.form.config_changed.connect(lambda: edits.append(window.model.form.config))
    assert drop(window, QUrl.fromLocalFile(str(tmp_path)).toString(), over=over)
    dialog = read(window, qtbot)
    assert preview.seen == [tmp_path]
    assert dialog.headline.text() == "1,200 images, 1,150 in colour and 50 in grey"
    assert "48 × 64 (1,100), 32 × 32 (100) pixels (height × width)" in dialog.state_label.text()
    assert "cats 700, dogs 500: 58 % and 42 %" in dialog.state_label.text()
    assert "3 other files are passed over" in dialog.state_label.text()
    assert rows(dialog, "classes_list") == ["cats   700", "dogs   500"]
    assert rows(dialog, "unreadable_list") == ["notes.png: is not an image"]
    grid = dialog.findChild(ImageGrid, "preview_grid")
    assert grid is not None
    assert len(grid.images) == SHADES
    dialog.choices.conditional_check.setChecked(True)
    dialog.choices.fit_box.setCurrentIndex(1)
    dialog.train_button.click()
    qtbot.waitUntil(lambda: any(isinstance(command, commands.Start) for command in engine.seen))
    config = next(command for command in engine.seen if isinstance(command, commands.Start)).config
    assert (config.data.name, config.data.path, config.data.conditional) == ("images", tmp_path, True)
    assert (config.data.options.image_size, config.data.options.fit) == (32, "pad")
    assert config.generator.family == config.discriminator.family == "dcgan"
    assert len(edits) == 1
    assert window.model.form.preset_name == "custom"
    assert not window.data.threads


def test_two_dropped_folders_are_two_domains(
    window: MainWindow, engine: FakeEngine, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("apples", "oranges")]
    for folder in folders:
        folder.mkdir()
    assert drop(window, *(QUrl.fromLocalFile(str(folder)).toString() for folder in reversed(folders)))
    dialog = read(window, qtbot)
    # They come in the order of their names, whichever the file manager names first.
    assert preview.seen == folders
    assert dialog.windowTitle() == "Train on apples and oranges"
    assert "apples (700) to oranges (9)" in dialog.state_label.text()
    assert dialog.choices.batch_note.text() == "Batch 8 in place of 16, for there are 9 samples."
    assert dialog.choices.swap_check.text() == "The other way round: oranges to apples"
    dialog.choices.swap_check.setChecked(True)
    dialog.train_button.click()
    qtbot.waitUntil(lambda: any(isinstance(command, commands.Start) for command in engine.seen))
    config = next(command for command in engine.seen if isinstance(command, commands.Start)).config
    assert (config.data.name, config.data.path) == ("two_folders", folders[1])
    options = config.data.options
    assert (options.source_path, options.swap, options.pairs) == (folders[0], True, False)
    assert (config.game.name, config.game.cycle_weight, config.game.identity_weight) == ("cyclegan", 10, 0)
    assert config.generator.family == config.discriminator.family == "translator"
    assert (config.objective.objective, config.training.batch_size) == ("least_squares", 8)


def test_one_folder_can_be_read_in_several_ways(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    two = fruit(tmp_path, tmp_path)
    domains, pairs = (replace(each, suggested=without_source(each)) for each in (two, *two.others))
    preview.answer = replace(animals(tmp_path), others=(domains, pairs))
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    box = dialog.reading_box
    assert box.isVisible()
    assert [box.itemText(row) for row in range(box.count())] == [
        "Images of 2 classes",
        "Two domains, for a translation",
        "Pairs of images of the same name, for a translation",
    ]
    classes = dialog.findChild(QListWidget, "classes_list")
    assert classes.isVisible()
    assert dialog.choices.values()["data.name"] == "images"
    # The two are chosen one after the other: what belongs to the first is not left in the form.
    for row, game, is_paired in ((2, "translation", True), (1, "cyclegan", False)):
        box.setCurrentIndex(row)
        assert not classes.isVisible()
        qtbot.waitUntil(dialog.choices.swap_check.isVisible)
        config = replace_keys(window.model.form.config, dialog.choices.values())
        assert (config.game.name, config.data.options.pairs) == (game, is_paired)
    dialog.use_button.click()
    assert window.model.form.config.game.name == "cyclegan"
    qtbot.waitUntil(lambda: window.findChild(DataPreviewDialog) is None)
    # The reading that fits the form's game is now offered first, and choosing any other one changes the game to fit.
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    assert dialog.reading_box.currentIndex() == 1
    dialog.reading_box.setCurrentIndex(0)
    dialog.use_button.click()
    game = window.model.form.config.game
    assert (window.model.form.config.data.name, game.name, game.cycle_weight) == ("images", "gan", 0)


def without_source(preview: FolderPreview) -> dict[str, Any]:
    return {key: value for key, value in preview.suggested.items() if key != "data.source_path"}


@pytest.mark.parametrize("game", ["super_resolution", "translation"])
def test_any_images_do_where_the_game_makes_the_source(bench: Bench, qtbot: QtBot, tmp_path: Path, game: str) -> None:
    bench.model.form.edit({"game.name": game})
    made = choices(bench, animals(tmp_path), qtbot)
    assert not made.conditional_check.isVisible()
    made.size_box.setCurrentIndex(made.size_box.findData(8))
    config = replace_keys(bench.model.form.config, made.values())
    assert (config.game.name, config.generator.family, config.data.name) == (game, "translator", "images")
    points = FolderPreview(tmp_path, 500, suggested={"data.name": "points", "data.path": str(tmp_path)})
    config = replace_keys(bench.model.form.config, choices(bench, points, qtbot).values())
    assert (config.game.name, config.generator.family) == ("gan", "mlp")


def test_use_without_starting(window: MainWindow, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    window.data.open(tmp_path)
    read(window, qtbot).use_button.click()
    assert window.model.form.config.data.path == tmp_path
    assert not window.model.is_starting
    assert engine.seen == []


def test_cancel_changes_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before = window.model.form.config
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.model.form.config == before
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("urls", "sentence"),
    [
        (["file:///nowhere/cat.png"], "cat.png is a single image: drop the folder"),
        (["file:///nowhere/cat.JFIF"], "cat.JFIF is a single image: drop the folder"),
        (["file:///nowhere/letter.docx"], "letter.docx cannot be trained on: drop a folder of images, or a file"),
        (["https://example.org/images.zip"], "images.zip is not on this computer"),
        (["file:///a.npy", "file:///b.npy"], "One at a time"),
        (["file:///", "file:///b.npy"], "One at a time: drop one folder or one file, or the two folders of a"),
        (["file:///", "file:///", "file:///"], "One at a time"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_gently(
    window: MainWindow, preview: FakePreview, urls: list[str], sentence: str
) -> None:
    assert drop(window, *urls)
    assert sentence in window.notice.text.text()
    assert window.notice.isVisible()
    assert window.findChild(DataPreviewDialog) is None
    assert preview.seen == []


@pytest.mark.parametrize(
    "name",
    [
        "faces.NPY",
        "faces.npz",
        "points.csv",
        "dataset.zip",
        "train-images-idx3-ubyte",
        "t10k-images.IDX3-ubyte",
        "a.idx3-ubyte.gz",
    ],
)
def test_files_of_data_are_taken(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    assert drop(window, QUrl.fromLocalFile(str(tmp_path / name)).toString())
    read(window, qtbot).reject()
    assert preview.seen == [tmp_path / name]


def test_what_a_new_data_set_reads_can_be_chosen_and_dropped(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnData(reads="a book of songs", endings=(".song",))
    list(datasets)
    monkeypatch.setitem(datasets._entries, "songs", Entry("songs", "Songs", "Songs.", None, DataOptions, own))
    assert drop(window, QUrl.fromLocalFile(str(tmp_path / "a.song")).toString())
    read(window, qtbot).reject()
    assert preview.seen == [tmp_path / "a.song"]
    window.data.choose_file()
    chooser = window.findChild(QFileDialog, "data_chooser")
    assert "*.song" in chooser.nameFilters()[0]
    assert "*.npy" in chooser.nameFilters()[0]
    chooser.reject()


def test_text_is_dropped_into_fields_as_ever(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("128")
    field = window.findChild(object, "path_field")
    enter = entering(QPointF(field.mapTo(window, field.rect().center())), COPY, mime)
    assert not window.data.eventFilter(window.windowHandle(), enter)


def test_second_drop_waits_for_the_first(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    url = QUrl.fromLocalFile(str(tmp_path)).toString()
    assert drop(window, url)
    dialog = read(window, qtbot)
    assert not drop(window, url)
    dialog.reject()
    assert drop(window, url)
    read(window, qtbot).reject()


def test_slow_look_is_given_up_when_the_dialog_closes(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    preview.endless = True
    dialog = window.data.open(tmp_path)
    qtbot.waitUntil(lambda: dialog.progress.value() == 25)
    assert dialog.state_label.text() == "Reading images…"
    assert not dialog.train_button.isEnabled()
    dialog.cancel_button.click()
    assert not dialog.isVisible()
    qtbot.waitUntil(preview.ended.is_set)
    qtbot.waitUntil(lambda: not window.data.threads)


def test_slow_look_is_given_up_when_the_window_closes(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    preview.endless = True
    dialog = window.data.open(tmp_path)
    qtbot.waitUntil(lambda: bool(preview.seen))
    window.close()
    assert preview.ended.is_set()
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("data.path: /x is empty", "data.path"), "⚠ /x is empty"),
        (OSError("the disk is gone"), "⚠ OSError: the disk is gone"),
    ],
)
def test_refusal_is_a_sentence_in_the_dialog(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path, error: Exception, sentence: str
) -> None:
    preview.error = error
    dialog = window.data.open(tmp_path)
    qtbot.waitUntil(dialog.message.isVisible)
    assert dialog.message.text() == sentence
    assert not dialog.progress.isVisible()
    assert not dialog.train_button.isEnabled()
    dialog.reject()


def test_columns_of_another_file_are_not_asked_of_this_one(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    for name, columns in (("many.csv", "a, b"), ("few.csv", None)):
        path = tmp_path / name
        chosen = {"data.columns": columns} if columns else {}
        preview.answer = FolderPreview(path, 200, suggested={"data.name": "points", "data.path": str(path), **chosen})
        window.data.open(path)
        read(window, qtbot).use_button.click()
        data = window.model.form.config.data
        assert data.path == path
        assert dict(data.options)["columns"] == columns
        qtbot.waitUntil(lambda: window.findChild(DataPreviewDialog) is None)


def test_a_long_refusal_can_be_read_to_its_end(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    words = "is refused: " + "it has more columns of data than are allowed, " * 8
    preview.error = InputError(f"data.path: /table.csv {words}; choose one or two with data.columns", "data.path")
    dialog = window.data.open(tmp_path)
    qtbot.waitUntil(dialog.message.isVisible)
    message = dialog.message
    assert message.text().endswith("choose one or two with Columns")
    qtbot.waitUntil(lambda: message.height() >= message.heightForWidth(message.width()))
    # Above the buttons, over their whole width.
    assert message.geometry().right() >= dialog.train_button.geometry().right()
    assert message.geometry().bottom() < dialog.train_button.y()
    assert dialog.train_button.geometry().right() > dialog.width() - 40
    dialog.reject()


def test_nothing_to_train_on(window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path) -> None:
    preview.answer = FolderPreview(tmp_path, unreadable=(("a.png", "is not an image"),))
    dialog = window.data.open(tmp_path)
    qtbot.waitUntil(dialog.message.isVisible)
    assert rows(dialog, "unreadable_list") == ["a.png: is not an image"]
    assert not dialog.use_button.isEnabled()
    dialog.reject()


def test_combination_that_is_refused_keeps_the_dialog_open(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window()
    window.model.form.edit({"regularization.packing": 2})
    before = window.model.form.config
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    place = dialog.train_button.pos()
    dialog.choices.conditional_check.setChecked(True)
    assert dialog.message.text() == "⚠ Packing = 2: cannot go with Conditional: a pack would mix classes"
    assert dialog.message.isVisible()
    assert not dialog.train_button.isEnabled()
    assert not dialog.use_button.isEnabled()
    assert dialog.train_button.pos() == place
    dialog.choices.conditional_check.setChecked(False)
    assert dialog.message.isHidden()
    assert dialog.train_button.isEnabled()
    assert window.model.form.config == before
    dialog.reject()


def test_a_batch_larger_than_the_data_is_made_smaller(
    make_window: MakeWindow, engine: FakeEngine, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    preview.answer = replace(animals(tmp_path), count=5, classes=())
    window = make_window()
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    assert dialog.choices.batch_note.text() == "Batch 4 in place of 64, for there are 5 samples."
    qtbot.waitUntil(dialog.choices.batch_note.isVisible)
    dialog.train_button.click()
    qtbot.waitUntil(lambda: any(isinstance(command, commands.Start) for command in engine.seen))
    config = next(command for command in engine.seen if isinstance(command, commands.Start)).config
    assert config.training.batch_size == 4


def test_fewer_samples_than_a_pack_are_refused(
    make_window: MakeWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path
) -> None:
    preview.answer = replace(animals(tmp_path), count=3)
    window = make_window()
    window.model.form.edit({"regularization.packing": 4})
    window.data.open(tmp_path)
    dialog = read(window, qtbot)
    assert "D judges 4 samples together, and there are 3" in dialog.message.text()
    assert not dialog.train_button.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(
    ("count", "wanted", "pack", "batch"),
    [
        (1000, 64, 1, 64),
        (64, 64, 1, 64),
        (63, 64, 1, 32),
        (5, 64, 1, 4),
        (1, 64, 1, 1),
        (7, 66, 3, 6),
        (5, 64, 4, 4),
        (3, 64, 4, 0),
    ],
)
def test_batches_fit_the_data(count: int, wanted: int, pack: int, batch: int) -> None:
    assert fitting_batch(count, wanted, pack) == batch


@pytest.mark.parametrize("way", ["open_folder_action", "open_file_action", "try_own_images_button"])
def test_folder_is_chosen_without_a_mouse(
    window: MainWindow, preview: FakePreview, qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    action = window.actions_by_name.get(way)
    action.trigger() if action is not None else window.findChild(object, way).click()
    chooser = window.findChild(QFileDialog, "data_chooser")
    assert chooser.isVisible()
    chooser.fileSelected.emit(str(tmp_path))
    chooser.reject()
    read(window, qtbot).reject()
    assert preview.seen == [tmp_path]


@pytest.mark.parametrize(("kind", "count"), [("preview", 11), ("mixture", 9), ("about", 2)])
def test_every_control_of_the_dialogs_is_named(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kind: str, count: int
) -> None:
    if kind == "preview":
        window.data.open(tmp_path)
        dialog: QDialog = read(window, qtbot)
    elif kind == "mixture":
        window.data.draw_mixture()
        dialog = window.findChild(DataDialog)
    else:
        window.show_about()
        dialog = window.findChild(AboutDialog)
    controls = [
        widget
        for widget in dialog.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QAbstractSpinBox | QComboBox | QListWidget | QGraphicsView)
    ]
    assert len(controls) >= count
    for widget in controls:
        about = (type(widget).__name__, widget.objectName())
        assert widget.objectName(), about
        assert widget.accessibleName(), about
        assert widget.toolTip(), about
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, about
    dialog.reject()


def choices(bench: Bench, preview: FolderPreview, qtbot: QtBot) -> DataChoices:
    made = DataChoices(preview, bench.model.form.config)
    qtbot.addWidget(made)
    made.show()
    return made


def test_network_suits_the_size_until_one_is_chosen(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    made = choices(bench, animals(tmp_path), qtbot)
    assert made.network_box.currentData() == "dcgan"
    made.size_box.setCurrentIndex(made.size_box.findData(8))
    assert made.network_box.currentData() == "mlp"
    made.size_box.setCurrentIndex(made.size_box.findData(64))
    assert made.network_box.currentData() == "dcgan"
    made.network_box.setCurrentIndex(made.network_box.findData("mlp"))
    made.network_box.activated.emit(made.network_box.currentIndex())
    made.size_box.setCurrentIndex(made.size_box.findData(128))
    values = made.values()
    assert (values["generator.family"], values["data.image_size"]) == ("mlp", 128)
    replace_keys(bench.model.form.config, values)


def test_points_have_no_size_and_dense_networks(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    preview = FolderPreview(tmp_path, 500, suggested={"data.name": "points", "data.path": str(tmp_path)})
    bench.model.form.edit({"generator.family": "dcgan", "discriminator.family": "dcgan", "data.conditional": True})
    made = choices(bench, preview, qtbot)
    for hidden in (made.size_box, made.channels_box, made.network_box, made.conditional_check):
        assert not hidden.isVisible()
    values = made.values()
    assert values == preview.suggested | {
        "data.columns": None,
        "data.label_column": None,
        "data.conditional": False,
        "generator.family": "mlp",
        "discriminator.family": "mlp",
    }
    assert facts(preview) == ["500 samples", "Read as: Your points or numbers, a table"]


def test_images_of_a_file_keep_their_size(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    suggested = {"data.name": "arrays", "data.path": str(tmp_path)}
    made = choices(bench, FolderPreview(tmp_path, 9, sizes=(((28, 28), 9),), gray=9, suggested=suggested), qtbot)
    assert made.size_box.currentData() is None
    assert not made.channels_box.isVisible()
    assert "data.image_size" not in made.values()
    assert made.network_box.currentData() == "dcgan"


@pytest.mark.parametrize(("name", "side"), [("mnist", 28), ("cifar10", 32)])
def test_data_sets_of_one_size_keep_it(bench: Bench, qtbot: QtBot, tmp_path: Path, name: str, side: int) -> None:
    made = choices(bench, FolderPreview(tmp_path, suggested={"data.name": name, "data.path": str(tmp_path)}), qtbot)
    assert made.size_box.currentData() == side
    assert made.values()["data.image_size"] == side


def test_rectangles_of_the_images_own_proportions_are_offered(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    made = choices(bench, animals(tmp_path), qtbot)
    place = made.size_box.findData("24x32")
    assert made.size_box.itemText(place) == "24 high, 32 wide"
    assert made.size_box.findData("48x64") > place
    assert made.size_box.findData("128x171") < 0
    made.size_box.setCurrentIndex(place)
    assert made.network_box.currentData() == "dcgan"
    config = replace_keys(bench.model.form.config, made.values())
    assert config.data.options.image_size == "24x32"
    made.size_box.setCurrentIndex(made.size_box.findData("8x11"))
    assert made.network_box.currentData() == "mlp"


@pytest.mark.parametrize(
    ("classes", "line"),
    [
        ((), ""),
        ((("cats", 7),), ""),
        ((("cats", 700), ("dogs", 701)), ""),
        ((("cats", 900), ("dogs", 100)), "cats 900, dogs 100: 90 % and 10 %"),
        ((("a", 1), ("b", 2000), ("c", 999)), "b 2,000, c 999, a 1: 67 %, 33 % and 0 %"),
        (
            (*tuple((str(number), 100 + number) for number in range(10)), ("x", 1)),
            "The classes are unequal: from 0 % (x) to 10 % (9)",
        ),
    ],
)
def test_unequal_classes_are_said(tmp_path: Path, classes: tuple[tuple[str, int], ...], line: str) -> None:
    assert shares_line(FolderPreview(tmp_path, classes=classes)) == line


def test_many_sizes_and_many_files_are_counted(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    sizes = tuple(((64 + side, 64), 10) for side in range(7))
    unreadable = tuple((f"{number}.png", "is not an image") for number in range(1234))
    preview = FolderPreview(tmp_path, 70, unreadable, sizes, color=70, suggested={"data.name": "images"})
    assert facts(preview)[1] == "64 × 64 (10), 64 × 65 (10), 64 × 66 (10), and 4 other sizes pixels (height × width)"
    dialog = DataPreviewDialog(bench.host, bench.model, tmp_path, bench.context.theme.colors)
    qtbot.addWidget(dialog)
    dialog.show_preview(preview)
    listed = rows(dialog, "unreadable_list")
    assert len(listed) == 501
    assert listed[-1] == "and 734 more"


def test_thumbnails_of_any_sizes_stand_on_white() -> None:
    together = stacked([np.zeros((2, 4, 3), np.uint8), np.full((1, 1, 3), 7, np.uint8)])
    assert together.shape == (2, 4, 4, 3)
    assert together[0, :, 0, 0].tolist() == [255, 0, 0, 255]
    assert (together[1] == 7).sum() == 3
