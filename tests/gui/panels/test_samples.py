"""Images, points, snapshots, the timeline and the export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import NewLatents, ShowClass
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Samples, StatusChanged
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.status import Status
from gan_desktop.core.tiling import tile, to_bytes
from gan_desktop.gui.panel import panels
from gan_desktop.gui.run.snapshots import SnapshotStore
from gan_desktop.gui.samples.grid_cells import best_blocks, best_columns, class_rows, fitted_rows, split_rows
from gan_desktop.gui.samples.image_grid import ImageGrid
from gan_desktop.gui.shell.export import write_png
from tests.gui.conftest import Bench


def images(count: int = 64, size: int = 8, channels: int = 1, value: float = 0.5) -> np.ndarray:
    return np.full((count, size, size, channels), value, np.float32)


def test_tile_puts_every_image_in_its_cell() -> None:
    pictures = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    tiled = tile(pictures, 2, 1, 99)
    assert tiled.shape == (3 * 3 - 1, 2 * 4 - 1, 1)
    assert tiled.flags["C_CONTIGUOUS"]
    assert tiled[0, 0] == 0
    assert tiled[0, 4] == 1
    assert tiled[3, 0] == 2
    assert tiled[6, 4] == 99


@pytest.mark.parametrize(("room", "columns"), [((400, 400), 8), ((900, 250), 16), ((200, 800), 4)])
def test_columns_suit_the_room(room: tuple[int, int], columns: int) -> None:
    assert best_columns(64, (8, 8), room, 1) == columns


@pytest.mark.parametrize(
    ("count", "size", "channels"), [(64, 8, 1), (1, 8, 3), (7, 28, 3), (64, 64, 3), (3, 1, 1), (64, 33, 1)]
)
def test_grid_paints_any_images(qtbot: QtBot, count: int, size: int, channels: int) -> None:
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.resize(400, 300)
    grid.show_images(to_bytes(images(count, size, channels)))
    grid.show()
    picture = grid.grab().toImage()
    assert not picture.isNull()
    exported = grid.to_image()
    assert exported is not None
    assert min(exported.width(), exported.height()) >= 512


def test_bytes_of_what_is_not_finite() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -0.5, 1.5, 0.5], np.float32)
    assert to_bytes(values).tolist() == [0, 255, 0, 0, 255, 128]


def test_snapshots_stay_few_and_even() -> None:
    store = SnapshotStore(most=20)
    for step in range(1000):
        store.add(Samples(step, images(4)))
    steps = [store[index].step for index in range(len(store))]
    assert 10 <= len(steps) <= 20
    assert steps[0] == 0
    assert set(np.diff(steps)) == {64}
    assert store[store.nearest(500)].step == 512


def test_snapshots_are_bounded_in_bytes() -> None:
    store = SnapshotStore(most=1000, most_bytes=10_000)
    for step in range(500):
        store.add(Samples(step, images(16, 8)))
    assert sum(store[index].values.nbytes for index in range(len(store))) <= 10_000


def test_panel_shows_samples_and_real_images(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(120, images(value=1.0)))
    panel.refresh()
    assert panel.generated.images.min() == 255
    assert panel.real.images.shape == (64, 8, 8, 1)
    panel.sample_tools.latents_button.click()
    assert bench.sent == [NewLatents()]


def test_timeline_looks_back_and_returns(bench: Bench) -> None:
    samples = bench.show("samples")
    timeline = panels["timeline"].value(bench.context)
    timeline.setParent(bench.host)
    bench.start()
    for step in range(0, 1000, 100):
        bench.model.receive(Samples(step, images(value=step / 1000)))
    timeline.refresh()
    assert timeline.slider.maximum() == 900
    assert timeline.slider.value() == 900
    timeline.slider.setValue(230)
    samples.refresh()
    assert samples.generated.images.max() == 51
    assert timeline.caption.text() == "looking back at step 230 of 900"
    bench.model.receive(Samples(1000, images(value=1.0)))
    timeline.refresh()
    assert (timeline.slider.value(), timeline.slider.maximum()) == (230, 900)
    assert not bench.model.record.is_live
    timeline.live_button.click()
    samples.refresh()
    assert samples.generated.images.max() == 255
    assert (timeline.slider.value(), timeline.slider.maximum()) == (1000, 1000)


def test_points_outside_the_view_are_counted(bench: Bench) -> None:
    panel = bench.show("scatter")
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    points = np.zeros((100, 2), np.float32)
    points[:7] = 1000
    points[7] = np.nan
    bench.model.receive(Samples(10, points))
    before = panel.view.viewRange()
    panel.refresh()
    assert panel.view.viewRange() == before
    assert "8 of 100" in panel.legend.text()


def test_points_of_one_place(bench: Bench) -> None:
    panel = bench.show("scatter")
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    bench.model.receive(Samples(10, np.full((5, 2), np.nan, np.float32)))
    panel.refresh()
    assert "5 of 5" in panel.legend.text()


def test_export_writes_a_picture(bench: Bench, tmp_path: Path) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(120, images(value=1.0)))
    panel.sample_tools.write(panel.picture(), tmp_path / "grid.png")
    assert QImage(str(tmp_path / "grid.png")).width() >= 512


def test_export_that_fails_is_one_sentence(bench: Bench, tmp_path: Path) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(120, images()))
    refusals = []
    bench.model.refused.connect(refusals.append)
    panel.sample_tools.write(panel.picture(), tmp_path / "missing" / "grid.png")
    assert "cannot be written" in refusals[0].message
    with pytest.raises(InputError, match=r"missing.*cannot be written: No such file"):
        write_png(panel.picture(), tmp_path / "missing" / "grid.png")


def test_export_asks_without_stopping_the_window(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(120, images()))
    panel.sample_tools.export_button.click()
    dialogs = [child for child in bench.host.children() if type(child).__name__ == "QFileDialog"]
    assert len(dialogs) == 1
    dialogs[0].reject()


@pytest.mark.parametrize(("room", "blocks"), [((400, 400), 1), ((900, 100), 4), ((80, 900), 1)])
def test_rows_of_classes_break_into_blocks_only_where_images_grow(room: tuple[int, int], blocks: int) -> None:
    cells = class_rows(np.repeat(np.arange(20), 8))
    assert best_blocks(cells, (8, 8), room, 1, 20) == blocks
    parts = split_rows(cells, blocks)
    assert len(parts) == blocks
    assert [label for part in parts for label in part.classes] == list(range(20))


def test_images_of_classes_are_not_smaller_than_they_are_where_leaving_some_out_helps() -> None:
    cells = class_rows(np.repeat(np.arange(10), 8))
    parts = fitted_rows(cells, (32, 32), (280, 230), 2, 46)
    assert [part.order.shape for part in parts] == [(5, 3), (5, 3)]
    assert [part.classes for part in parts] == [tuple(range(5)), tuple(range(5, 10))]
    # Where there is room for all, none is left out.
    assert [part.order.shape for part in fitted_rows(cells, (32, 32), (800, 400), 2, 46)] == [(10, 8)]
    assert [part.order.shape for part in fitted_rows(cells, (8, 8), (280, 230), 1, 46)] == [(10, 8)]


def test_each_class_has_a_row_whatever_the_order_and_the_counts(qtbot: QtBot) -> None:
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.resize(300, 300)
    labels = np.array([7, 2, 2, 7, 7, 4], np.int32)
    pictures = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.full((1, 8, 8, 1), 40, np.uint8)
    grid.show_images(pictures, labels, None)
    assert grid.rows == [("2", [1, 2]), ("4", [5]), ("7", [0, 3, 4])]
    grid.show_images(pictures, labels, ["none"] * 7 + ["cats"])
    assert grid.rows[-1] == ("cats", [0, 3, 4])
    picture = grid.grab().toImage()
    place = grid._placed()[0][0]
    ratio = picture.devicePixelRatio()
    # The second image of the last row is the fourth one.
    middle = QPointF(place.left() + place.width() * 0.5, place.top() + place.height() * 5 / 6)
    assert grid.index_at(middle) == 3
    assert grid.class_at(middle) == "cats"
    assert picture.pixelColor((middle * ratio).toPoint()).lightness() == 120
    blank = QPointF(place.left() + place.width() * 0.5, place.top() + place.height() / 2)
    assert grid.index_at(blank) is None
    assert grid.class_at(blank) == ""
    exported = grid.to_image()
    assert exported is not None
    assert exported.width() == exported.height()


def test_pointer_on_a_sample_says_its_class(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    bench.model.receive(Samples(10, images(80), labels=np.repeat(np.arange(10, dtype=np.int32), 8)))
    panel.refresh()
    QApplication.processEvents()
    place = panel.generated._placed()[0][0]
    point = QPoint(round(place.left()) + 2, round(place.bottom()) - 3)
    QApplication.sendEvent(panel.generated, QHelpEvent(QHelpEvent.Type.ToolTip, point, QPoint(50, 50)))
    assert QToolTip.text() == "Class 9"
    QToolTip.hideText()


def test_class_is_chosen_and_its_real_images_are_shown_beside(bench: Bench) -> None:
    panel = bench.show("samples")
    box = panel.choices.class_box
    assert not panel.choices.isVisible()
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    bench.model.receive(Samples(10, images(80), labels=np.repeat(np.arange(10, dtype=np.int32), 8)))
    panel.refresh()
    assert box.isVisible()
    assert not panel.choices.generator.isVisible()
    assert [head for head, _ in panel.generated.rows] == list("0123456789")
    assert [head for head, _ in panel.real.rows] == list("0123456789")
    box.setFocus()
    for place, command in ((4, ShowClass(3)), (0, ShowClass(None))):
        box.setCurrentIndex(place)
        box.activated.emit(place)
        assert bench.sent[-1] == command
    bench.model.receive(Samples(20, images(64), labels=np.full(64, 3, np.int32)))
    panel.refresh()
    assert {head for head, _ in panel.generated.rows} == {""}
    assert "class 3" in panel._titles[panel.generated].text()
    # Ten of the hundred real ones are of that class.
    assert len(panel.real.images) == 10
    box.setCurrentIndex(4)
    bench.start()
    assert box.currentText() == "all"
    bench.model.receive(Samples(0, images()))
    panel.refresh()
    assert not panel.choices.isVisible()
    assert len(panel.real.images) == 64


def test_class_cannot_be_chosen_when_the_run_is_over(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start(replace_keys(bench.model.form.config, {"data.conditional": True}))
    assert panel.choices.class_box.isEnabled()
    bench.model.receive(StatusChanged(Status.FINISHED, 20))
    assert not panel.choices.class_box.isEnabled()


def test_averaged_images_alone_and_beside(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(10, images(value=1.0), averaged=images(value=0.2)))
    panel.refresh()
    choice = panel.choices.generator
    assert choice.isVisible()
    assert not panel.averaged.isVisible()
    assert panel.generated.images.max() == 255
    alone = panel.picture().width()
    choice.button("averaged").click()
    assert panel.generated.images.max() == 51
    assert "Averaged" in panel._titles[panel.generated].text()
    choice.button("both").click()
    assert panel.averaged.isVisible()
    assert (panel.generated.images.max(), panel.averaged.images.max()) == (255, 51)
    assert panel.picture().width() > 2 * alone
    # Without an average, the generator in training is shown, whatever was chosen.
    bench.model.receive(Samples(20, images(value=0.4)))
    panel.refresh()
    assert not panel.choices.isVisible()
    assert not panel.averaged.isVisible()
    assert panel.generated.images.max() == 102


def test_segments_are_chosen_with_the_arrow_keys(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.show("samples")
    bench.start()
    bench.model.receive(Samples(10, images(value=1.0), averaged=images(value=0.2)))
    panel.refresh()
    first = panel.choices.generator.button("trained")
    bench.host.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert panel.choices.generator.value == "averaged"


def test_timeline_keeps_averages_and_classes(bench: Bench) -> None:
    panel = bench.show("samples")
    bench.start()
    labels = np.repeat(np.arange(4, dtype=np.int32), 2)
    bench.model.receive(Samples(0, images(8, value=1.0), images(8, value=0.2), labels))
    bench.model.receive(Samples(10, images(8)))
    panel.choices.generator.button("averaged").click()
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    panel.refresh()
    assert panel.generated.images.max() == 51
    assert len(panel.generated.rows) == 4
    assert "back at step 0" in panel._titles[panel.generated].text()
    bench.model.record.look_at(None)
    panel.refresh()
    assert panel.generated.images.max() == 128


def test_snapshots_count_the_bytes_of_averages() -> None:
    store = SnapshotStore(most=1000, most_bytes=10_000)
    for step in range(500):
        store.add(Samples(step, images(16, 8), images(16, 8)))
    assert 2 <= len(store) <= 4


def test_points_of_both_generators_and_of_one_class(bench: Bench) -> None:
    panel = bench.show("scatter")
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    raw, averaged = np.zeros((100, 2), np.float32), np.full((100, 2), 0.1, np.float32)
    averaged[:5] = np.nan
    bench.model.receive(Samples(10, raw, averaged, np.full(100, 6, np.int32)))
    panel.refresh()
    assert (len(panel.fake.points), len(panel.averaged.points)) == (100, 0)
    panel.choices.generator.button("both").click()
    assert (len(panel.fake.points), len(panel.averaged.points)) == (100, 95)
    assert "5 of 200" in panel.legend.text()
    assert "◆" in panel.legend.text()
    panel.choices.generator.button("averaged").click()
    assert (len(panel.fake.points), len(panel.averaged.points)) == (0, 95)
    assert "generated, step" not in panel.legend.text()
    assert "class 6" in panel.legend.text()
    real = bench.model.record.run.data.real_labels
    assert len(panel.real.points()) == (real == 6).sum() < len(real)
    bench.model.receive(Samples(20, raw))
    panel.refresh()
    assert len(panel.real.points()) == len(real)
    assert (len(panel.fake.points), len(panel.averaged.points)) == (100, 0)
