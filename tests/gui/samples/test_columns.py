"""Games that translate: columns of images, the ways of points, and what is said where there are no latents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gan_desktop.core.commands import Inspect
from gan_desktop.core.events import MetricsBlock, Picture, Samples
from gan_desktop.core.keys import replace_keys
from gan_desktop.core.presets import preset
from gan_desktop.core.registry import games
from gan_desktop.core.views import UpdateShown
from gan_desktop.gui.run.snapshots import SnapshotStore
from gan_desktop.gui.samples.column_grid import ColumnGrid, fitted_tables
from gan_desktop.gui.samples.columns import Column, side_by_side, spread_of
from gan_desktop.gui.samples.sample_grid import SampleGrid
from gan_desktop.gui.samples.translations import SHOWN_WAYS
from tests.gui.conftest import Bench

COUNT = 64


def images(value: float, size: int = 8, channels: int = 1) -> np.ndarray:
    return np.full((COUNT, size, size, channels), value, np.float32)


def samples(game: str, step: int = 120, averaged: bool = False) -> Samples:
    """Samples with the game's pictures: the maker's are white, each other picture has a shade of its own."""
    made, pictures = images(1.0), []
    for number, picture in enumerate(games[game].value().pictures):
        small = game == "super_resolution" and picture.name == "source"
        values = made if picture.name == "made" else images(number / 10, 4 if small else 8)
        pictures.append(Picture(picture.name, picture.title, values, picture.group))
    scores = np.linspace(0, 1, COUNT, dtype=np.float32)
    latents = images(0.3, 4 if game == "super_resolution" else 8)
    return Samples(step, made, images(0.8) if averaged else None, None, latents, scores, tuple(pictures))


def start(bench: Bench, game: str) -> None:
    bench.start(replace_keys(bench.model.form.config, {"game.name": game}))


@pytest.fixture
def shown(bench: Bench) -> Any:
    """The panel with samples of super-resolution."""
    panel = bench.show("samples")
    start(bench, "super_resolution")
    bench.model.receive(samples("super_resolution"))
    panel.refresh()
    return panel


# The columns.


def test_rows_of_columns_are_put_together_pixel_by_pixel() -> None:
    small = np.arange(4, dtype=np.uint8).reshape(1, 2, 2, 1)
    colour = np.full((1, 4, 4, 3), 200, np.uint8)
    odd = np.full((1, 3, 3, 1), 7, np.uint8)
    columns = [Column("a", small), Column("b", colour, is_made=True), Column("c", odd, group=1)]
    spread = spread_of(columns, 2)
    assert (spread.height, spread.spans) == (4, ((0, 4), (6, 4), (16, 3)))
    rows = side_by_side(columns, 1, 2, 99)
    assert rows.shape == (1, 4, spread.width, 3)
    # A small image is enlarged by whole pixels, and grey stays the same grey beside colour.
    np.testing.assert_array_equal(rows[0, :, 0:4, 1], [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]])
    assert (rows[0, :, 6:10] == 200).all()
    assert (rows[0, :, 4:6] == 99).all()
    assert (rows[0, :3, 16:] == 7).all()


@pytest.mark.parametrize("room", [(760.0, 300.0), (300.0, 200.0), (120.0, 60.0), (200.0, 900.0), (2000.0, 1000.0)])
@pytest.mark.parametrize(
    ("row", "count"), [((32.0, 8.0), 64), ((192.0, 32.0), 64), ((256.0, 64.0), 5), ((8.0, 8.0), 1)]
)
def test_tables_fit_their_room(room: tuple[float, float], row: tuple[float, float], count: int) -> None:
    tables, rows, scale = fitted_tables(count, row, (9.0, 3.0), room, max(40.0 / row[1], 1.0))
    assert 1 <= tables * rows <= count
    assert tables * (row[0] * scale + 9 + 16) - 16 <= room[0] + 1e-6 or scale <= 0.1
    assert rows * (row[1] * scale + 3) - 3 <= room[1] + 1e-6


def test_a_plain_gan_looks_as_ever(qtbot: QtBot) -> None:
    pictures = np.random.default_rng(0).integers(256, size=(COUNT, 8, 8, 1), dtype=np.uint8)
    grabs = []
    for grid in (SampleGrid(), ColumnGrid()):
        qtbot.addWidget(grid)
        grid.resize(400, 300)
        grid.show_images(pictures)
        grid.show_scores(np.linspace(0, 1, COUNT, dtype=np.float32))
        grabs.append(grid.grab().toImage())
    assert grabs[0] == grabs[1]


@pytest.mark.parametrize(
    ("game", "titles"),
    [
        ("super_resolution", ["Low", "Bicubic", "Made", "Real"]),
        ("translation", ["Source", "Made", "Real"]),
        ("cyclegan", ["x", "G(x)", "F(G(x))", "y", "F(y)", "G(F(y))"]),
    ],
)
def test_columns_are_what_the_game_declares(bench: Bench, game: str, titles: list[str]) -> None:
    panel = bench.show("samples")
    start(bench, game)
    bench.model.receive(samples(game))
    panel.refresh()
    columns = panel.generated.columns
    assert [column.title for column in columns] == titles
    assert [column.images.max() for column in columns if column.is_made] == [255]
    # The real images have a column, or are the ones of the domain y.
    assert panel.real.isHidden()
    assert "step 120" in panel._titles[panel.generated].text()
    assert panel.sample_tools.latents_button.text() == "New samples"
    panel.generated.grab()
    # A game without pictures shows real images beside its samples again.
    start(bench, "gan")
    bench.model.receive(Samples(10, images(0.5)))
    panel.refresh()
    assert panel.generated.columns == []
    assert not panel.real.isHidden()
    assert panel.sample_tools.latents_button.text() == "New latents"


def test_every_cell_of_a_row_is_its_sample(bench: Bench, shown: Any, qtbot: QtBot) -> None:
    grid = shown.generated
    places = grid.places()
    assert len(places) == sum(len(row) for _, row in grid.rows) > 4
    for index, place in places.items():
        for share in (0.1, 0.5, 0.9):
            assert grid.index_at(QPointF(place.left() + share * place.width(), place.center().y())) == index
    frames = grid.frame_places()
    last = max(frames)
    image = grid.grab().toImage()
    ratio = image.devicePixelRatio()
    # The maker's own cell is white here, and no other is.
    assert image.pixelColor((frames[last].center() * ratio).toPoint()).lightness() == 255
    assert "Made" in grid.tip_at(frames[last].center())
    with qtbot.waitSignal(grid.rested) as rested:
        QTest.mouseMove(grid, frames[last].center().toPoint())
    assert rested.args == [last]
    assert bench.sent[-1] == Inspect(last)


def test_arrow_keys_go_down_a_table_and_across_to_the_next(shown: Any) -> None:
    grid = shown.generated
    rows = len(grid._blocks[0].cells.order)
    assert len(grid._blocks) > 1
    grid._select(0)
    for key, index in (
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Right, 1 + rows),
        (Qt.Key.Key_Up, rows),
        (Qt.Key.Key_Up, rows),
    ):
        QTest.keyClick(grid, key)
        assert grid.selected == index


def test_the_average_takes_the_makers_column(bench: Bench, shown: Any) -> None:
    bench.model.receive(samples("super_resolution", averaged=True))
    shown.refresh()
    greatest = lambda: [column.images.max() for column in shown.generated.columns]  # noqa: E731
    others = [0, 26, 255, 77]
    assert greatest() == others
    shown.choices.generator.button("averaged").click()
    assert greatest() == [0, 26, 204, 77]
    shown.choices.generator.button("both").click()
    assert [column.title for column in shown.generated.columns] == ["Low", "Bicubic", "Made", "Average", "Real"]
    assert greatest() == [0, 26, 255, 204, 77]
    assert shown.averaged.isHidden()


def test_slow_motion_and_the_timeline_keep_the_columns(bench: Bench, shown: Any) -> None:
    bench.model.receive(UpdateShown(121, "g", 1, 1, 1.0, 0.9, images(0.6), is_last=False))
    shown.refresh()
    assert [column.images.max() for column in shown.generated.columns] == [0, 26, 153, 77]
    bench.model.receive(samples("super_resolution", 130))
    bench.model.record.look_at(bench.model.record.snapshots[0].step)
    shown.refresh()
    assert [column.images.max() for column in shown.generated.columns] == [0, 26, 255, 77]


def test_snapshots_count_the_bytes_of_pictures() -> None:
    store = SnapshotStore()
    store.add(samples("super_resolution"))
    # The maker's own are there once.
    assert store[0].nbytes == COUNT * (16 + 64 + 64 + 64)
    assert [picture.name for picture in store[0].samples().pictures] == ["source", "bicubic", "made", "target"]


def test_an_export_has_all_rows_and_their_heads(shown: Any) -> None:
    picture = shown.picture()
    assert min(picture.width(), picture.height()) >= 512
    top = {picture.pixelColor(x, y).lightness() for x in range(0, picture.width(), 2) for y in range(14)}
    assert min(top) < 128 < max(top)


def test_no_latents_to_walk_between(bench: Bench) -> None:
    panel = bench.show("latent")
    panel.set_watched(True)
    start(bench, "super_resolution")
    bench.model.receive(samples("super_resolution"))
    panel.refresh()
    assert "not of latents" in panel.picker.message
    assert not panel.slider.isEnabled()
    panel.slider.setValue(50)
    panel.picker.grab()
    bench.start()
    panel.refresh()
    assert "Start a run" in panel.picker.message


# The ways of points.


def points(step: int = 10, averaged: bool = False) -> Samples:
    rng = np.random.default_rng(0)
    start_, made, back = (rng.normal(size=(1000, 2)).astype("f") for _ in range(3))
    start_[0] = np.nan
    pictures = (
        Picture("source", "x", start_),
        Picture("made", "G(x)", made),
        Picture("there_and_back", "F(G(x))", back),
    )
    return Samples(step, made, made + 1 if averaged else None, latents=start_, pictures=pictures)


@pytest.fixture
def plane(bench: Bench) -> Any:
    """The panel of points in a run of CycleGAN."""
    panel = bench.show("scatter")
    config = replace_keys(bench.model.form.config, {"data.name": "ring", "game.name": "cyclegan"})
    bench.start(config)
    bench.model.receive(points())
    panel.refresh()
    return panel


def test_ways_lead_from_x_to_what_is_made_of_it_and_back(bench: Bench, plane: Any) -> None:
    ways, event = plane.translations, bench.model.record.samples
    source, made, back = (picture.values for picture in event.pictures)
    # The first point is not finite.
    assert len(ways.there.strokes) == SHOWN_WAYS - 1
    np.testing.assert_array_equal(ways.there.strokes[-1], [source[-1], made[-1]])
    np.testing.assert_array_equal(ways.back.strokes[-1], [made[-1], back[-1]])
    assert len(ways.source.points) == 999
    assert "F(G(x))" in plane.legend.text()
    bench.host.grab()
    ways.check.click()
    assert not len(ways.there.strokes) + len(ways.back.strokes) + len(ways.source.points)
    assert "F(G(x))" not in plane.legend.text()


def test_ways_of_the_average_end_where_it_is(bench: Bench, plane: Any) -> None:
    bench.model.receive(points(averaged=True))
    plane.choices.generator.button("averaged").click()
    plane.refresh()
    ways = plane.translations
    np.testing.assert_array_equal(ways.there.strokes[-1, 1], bench.model.record.samples.averaged[-1])
    # The way back begins at what the generator in training makes.
    assert not len(ways.back.strokes)


def test_ways_are_offered_only_where_points_are_translated(bench: Bench, plane: Any) -> None:
    assert not plane.translations.check.isHidden()
    bench.start(replace_keys(bench.model.form.config, {"data.name": "ring"}))
    bench.model.receive(Samples(10, np.zeros((100, 2), np.float32)))
    plane.refresh()
    assert plane.translations.check.isHidden()
    assert not len(plane.translations.there.strokes)


# The figures of the way back.


def test_the_other_pairs_losses_and_figures(bench: Bench) -> None:
    losses, figures = bench.show("losses"), bench.show("figures")
    config = preset("cycle-plane").config
    assert losses.pair.isHidden()
    bench.start(config)
    names = config.game.figures
    values = np.tile(np.arange(len(names), dtype=np.float32), (200, 1))
    bench.model.receive(MetricsBlock(0, values, names))

    def ends() -> list[str]:
        losses.refresh()
        return [end.text.split()[1] for end in losses.view.overlay.content.ends]

    assert not losses.pair.isHidden()
    assert ends() == [f"{names.column(name):.3f}" for name in ("d_loss", "g_loss")]
    losses.pair.button("back").click()
    assert ends() == [f"{names.column(name):.3f}" for name in ("d_back_loss", "g_back_loss")]
    assert list(losses.view.table()) == [
        "step",
        "d_back_loss",
        "g_back_loss",
        "d_back_loss_smoothed",
        "g_back_loss_smoothed",
    ]
    figures.pair.button("back").click()
    figures.refresh()
    assert figures.values["real_score"].text() == f"{names.column('back_real_score'):.3f}"
    assert figures.values["g_cycle"].text() == f"{names.column('g_back_cycle'):.3f}"
    # A game of one pair shows that one.
    bench.start(preset("digits").config)
    bench.take_steps(100)
    assert losses.pair.isHidden()
    assert len(ends()) == 2
    assert losses.view.curves["d"].figure == "d_loss"
