"""Images, points, snapshots, the timeline and the export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import NewLatents
from gan_desktop.core.errors import InputError
from gan_desktop.core.events import Samples
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.tiling import tile, to_bytes
from gan_desktop.gui.export import write_png
from gan_desktop.gui.panel import panels
from gan_desktop.gui.snapshots import SnapshotStore
from gan_desktop.gui.widgets.image_grid import ImageGrid, best_columns
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
    assert timeline.slider.maximum() == 10
    assert timeline.slider.value() == 10
    timeline.slider.setValue(2)
    samples.refresh()
    assert samples.generated.images.max() == 51
    assert "200" in timeline.caption.text()
    bench.model.receive(Samples(1000, images(value=1.0)))
    timeline.refresh()
    assert timeline.slider.value() == 2
    assert not bench.model.is_live
    timeline.live_button.click()
    samples.refresh()
    assert samples.generated.images.max() == 255
    assert timeline.slider.value() == 11


def test_points_outside_the_view_are_counted(bench: Bench) -> None:
    panel = bench.show("scatter")
    bench.start(replace_keys(bench.model.config, {"data.name": "ring"}))
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
    bench.start(replace_keys(bench.model.config, {"data.name": "ring"}))
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
