"""Pictures of samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_desktop.core import paths
from gan_desktop.core.events import Samples
from gan_desktop.recording.snapshots import (
    FAKE_COLOUR,
    REAL_COLOUR,
    SnapshotSchedule,
    class_columns,
    histogram_image,
    sample_grid_image,
    sample_image,
    save_snapshot,
    scatter_bounds,
    scatter_image,
)


@pytest.mark.parametrize("channels", [1, 3])
def test_small_images_are_enlarged_without_smoothing(channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 2, (64, 8, 8, channels)).astype(np.float32)
    picture = sample_grid_image(values)
    assert picture.mode == ("L" if channels == 1 else "RGB")
    assert 400 <= picture.width == picture.height < 800
    assert set(np.unique(np.asarray(picture))) == {0, 72, 255}


def test_large_images_keep_their_size() -> None:
    assert sample_grid_image(np.zeros((4, 256, 256, 3), np.float32)).size == (513, 513)


def test_a_snapshot_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).random((9, 28, 28, 1), dtype=np.float32)
    path = save_snapshot(tmp_path, Samples(1234, values))
    assert path == tmp_path / "step_00001234.png"
    with Image.open(path) as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.asarray(sample_grid_image(values)))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_snapshot(tmp_path, Samples(1235, values))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        (None, None),
        ([], None),
        ([3, 3, 3], None),
        ([0, 0, 0, 1, 1, 1], 3),
        ([0, 0, 2, 2, 5], 2),
        ([0, 0, 1, 1, 1], None),
        ([1, 0, 3], None),
    ],
)
def test_each_class_has_its_row(labels: list[int] | None, columns: int | None) -> None:
    assert class_columns(None if labels is None else np.array(labels)) == columns


def test_picture_of_a_conditional_run_has_a_row_for_each_class() -> None:
    values = np.zeros((80, 8, 8, 1), np.float32)
    picture = sample_image(Samples(0, values, labels=np.repeat(np.arange(10, dtype=np.int32), 8)))
    assert (picture.height + 1) * 8 == (picture.width + 1) * 10


def colour_at(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place given in shares of the width and height, y up."""
    pixel = picture.getpixel((int(x * picture.width), int((1 - y) * picture.height)))
    assert isinstance(pixel, tuple)
    return pixel


def test_points_are_where_they_belong() -> None:
    fake, real = np.array([[1, 3]], np.float32), np.array([[-1, -3], [3, -1]], np.float32)
    picture = scatter_image(fake, real, bounds=(-4, 4, -4, 4))
    assert colour_at(picture, 5 / 8, 7 / 8) == FAKE_COLOUR
    assert colour_at(picture, 3 / 8, 1 / 8) == REAL_COLOUR
    assert colour_at(picture, 7 / 8, 3 / 8) == REAL_COLOUR
    assert colour_at(picture, 1 / 8, 1 / 8) == (255, 255, 255)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_diverged_points_do_no_harm(value: float) -> None:
    fake = np.array([[value, 0], [value, value], [0, 0]], np.float32)
    picture = scatter_image(fake, np.array([[-1, -1], [1, 1]], np.float32))
    assert colour_at(picture, 0.5, 0.5) == FAKE_COLOUR
    scatter_image(fake[:2])
    scatter_image(fake[:0])


def test_bounds_are_a_square_with_a_margin() -> None:
    assert scatter_bounds(np.array([[0, 1], [2, 1]], np.float32), None) == pytest.approx((-0.15, 2.15, -0.15, 2.15))
    assert scatter_bounds(np.array([[5, 5]], np.float32)) == pytest.approx((4, 6, 4, 6))
    assert scatter_bounds(np.array([[np.nan, 5]], np.float32)) == (-1, 1, -1, 1)


def coloured(picture: Image.Image, x: float) -> set[str]:
    """Whose bars are drawn alone in a column of the picture, at a share of its width."""
    column = np.asarray(picture).astype(int)[: int(picture.height * 0.9), int(x * picture.width)]
    colours = {"fake": FAKE_COLOUR, "real": REAL_COLOUR}
    return {name for name, colour in colours.items() if (np.abs(column - colour).max(axis=1) < 4).sum() > 3}


def test_numbers_are_bars_where_they_belong() -> None:
    """From -1.35 to 1.35: the view is a little wider than the data."""
    fake, real = np.array([[0.51], [0.52], [7], [np.nan]], np.float32), np.array([[-1], [-1], [1]], np.float32)
    picture = sample_image(Samples(0, fake), real)
    assert picture == histogram_image(fake, real)
    places = {x: (x + 1.35) / 2.7 for x in (-1, -0.5, 0.51, 1)}
    assert coloured(picture, places[-1]) == {"real"}
    assert coloured(picture, places[-0.5]) == set()
    assert coloured(picture, places[1]) == {"real"}
    inside = np.asarray(picture).astype(int)[:, int(places[0.51] * 480)]
    assert (inside[:, 0] - inside[:, 2] > 50).sum() > 100  # orange
    # The numbers below the axis are the data's.
    assert (np.asarray(picture)[-20:] < 150).any()


@pytest.mark.parametrize("fake", [np.full((5, 1), np.nan), np.full((5, 1), 3e38), np.empty((0, 1)), np.full((5, 1), 2)])
@pytest.mark.parametrize("real", [None, np.full((3, 1), 2.0)])
def test_numbers_that_are_none_or_all_the_same(fake: np.ndarray, real: np.ndarray | None) -> None:
    assert histogram_image(fake.astype(np.float32), real).size == (480, 300)


def test_schedule_goes_by_the_step_alone() -> None:
    schedule = SnapshotSchedule()
    kept = []
    for step in range(20_001):
        if schedule.is_due(step):
            kept.append(step)
            schedule.saved(step)
    assert kept[:9] == [0, 10, 20, 30, 40, 50, 63, 79, 99]
    assert 28 <= len(kept) <= 36
    late = SnapshotSchedule()
    late.saved(100)
    assert next(step for step in range(200) if late.is_due(step)) == min(step for step in kept if step > 100)
