"""Patches of the two photographs: where they lie, what they hold, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.data.files import scikit_learn_file
from gan_desktop.training.data.photographs import HELD_OUT_COLUMNS, LARGEST_HELD_OUT, Patches, _left_columns

Load = Callable[..., DataSet]
WIDTH = 640


@pytest.mark.parametrize(("channels", "count"), [("gray", 1), ("color", 3)])
def test_patches_are_squares_in_grey_or_colour(load_data: Load, channels: str, count: int) -> None:
    data = load_data("photographs", samples=50, image_size=24, channels=channels)
    assert data.samples.shape == (50, 24, 24, count)
    assert data.held_out is not None
    assert data.held_out.shape[1:] == (24, 24, count)
    assert data.samples.dtype == data.held_out.dtype == np.float32
    assert data.take(np.arange(50)).max() > 0.9
    assert (data.labels, data.source) == (None, None)
    assert f"50 patches of 24 x 24 in {'colour' if count == 3 else 'grey'}" in data.title


@pytest.mark.parametrize(
    ("photograph", "authors"),
    [("both", ["danielbuechele", "vultilion"]), ("china", ["danielbuechele"]), ("flower", ["vultilion"])],
)
def test_authors_and_licence_are_named(load_data: Load, photograph: str, authors: list[str]) -> None:
    data = load_data("photographs", samples=5, photograph=photograph)
    for words in (data.title, data.notes[0]):
        assert [name for name in ("danielbuechele", "vultilion") if name in words] == authors
        assert "CC BY 2.0" in words
    # scikit-learn's own words on each photograph: what is said here is what came with it.
    came_with = scikit_learn_file("datasets", "images", "README.txt").read_text(encoding="utf-8")
    assert all(f"https://www.flickr.com/photos/{name}/" in came_with for name in authors)
    assert "https://creativecommons.org/licenses/by/2.0/" in came_with


def test_a_photograph_is_chosen(load_data: Load) -> None:
    def mean_of(photograph: str) -> float:
        return float(load_data("photographs", samples=400, photograph=photograph, tries=1).take(np.arange(400)).mean())

    # A bright sky, and a flower before a dark background.
    assert mean_of("flower") + 0.1 < mean_of("both") < mean_of("china") - 0.1


@pytest.mark.parametrize("size", [8, 32, 128])
def test_no_training_patch_touches_what_is_held_out(size: int) -> None:
    held_out, training = _left_columns(WIDTH, size)
    columns_of_training = {column for left in training for column in range(left, left + size)}
    columns_held_out = {column for left in held_out for column in range(left, left + size)}
    assert columns_of_training | columns_held_out == set(range(WIDTH))
    assert columns_held_out == set(HELD_OUT_COLUMNS)
    assert not columns_of_training & columns_held_out


def test_patches_are_cut_where_they_lie() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 40, 50, 3)).astype(np.uint8)
    patches = Patches(pixels, 8, np.array([[0, 3, 5, 0], [1, 32, 42, 1], [1, 0, 0, 0]]))
    assert patches.shape == (3, 8, 8, 3)
    taken = patches[np.array([1, 0, 1])]
    np.testing.assert_array_equal(taken[1], pixels[0, 3:11, 5:13])
    np.testing.assert_array_equal(taken[0], pixels[1, 32:40, 42:50][:, ::-1])
    np.testing.assert_array_equal(taken[2], taken[0])


def test_places_are_anywhere() -> None:
    pixels = np.zeros((2, 40, 50, 1), np.uint8)
    columns = np.array([0, 1, 2, 30])
    places = Patches.draw(pixels, 10, columns, 4000, np.random.default_rng(0)).places
    assert [np.unique(column).tolist() for column in places.T] == [[0, 1], list(range(31)), [0, 1, 2, 30], [0, 1]]
    for column in places.T:
        counts = np.unique(column, return_counts=True)[1]
        # Five standard deviations of as many draws of equal probability.
        expected = len(places) / len(counts)
        assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


def test_the_most_detailed_of_a_few_places_is_taken() -> None:
    pixels = np.full((1, 40, 50, 1), 100, np.uint8)
    pixels[0, 10:20, 20:30, 0] = np.random.default_rng(0).integers(0, 256, (10, 10))

    def touching(tries: int) -> float:
        patches = Patches.draw(pixels, 8, np.arange(43), 2000, np.random.default_rng(0), tries)
        return float((patches[np.arange(2000)] != 100).any(axis=(1, 2, 3)).mean())

    # A place touches what is not plain with the probability p, and so does the best of four with 1 - (1 - p)^4.
    by_chance = 17 * 17 / (33 * 43)
    assert touching(1) == pytest.approx(by_chance, abs=0.06)
    assert touching(4) == pytest.approx(1 - (1 - by_chance) ** 4, abs=0.06)


def test_the_seed_draws_the_patches_and_not_those_held_out(load_data: Load) -> None:
    first, other, more = (load_data("photographs", samples=n, seed=seed) for n, seed in ((50, 0), (50, 1), (60, 0)))
    assert not np.array_equal(first.take(np.arange(50)), other.take(np.arange(50)))
    np.testing.assert_array_equal(first.held_out, other.held_out)
    np.testing.assert_array_equal(first.held_out, more.held_out)


def test_large_patches_hold_out_fewer(load_data: Load) -> None:
    data = load_data("photographs", samples=5, image_size=128, channels="color")
    assert data.held_out is not None
    assert data.held_out.nbytes <= LARGEST_HELD_OUT < data.held_out.nbytes * 1.01


def test_options_out_of_bounds_and_a_path_are_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    options = datasets["photographs"].options
    wrong: list[dict[str, object]] = [
        {"image_size": 7},
        {"image_size": 129},
        {"samples": 0},
        {"photograph": "cat"},
        {"tries": 0},
        {"channels": "auto"},
    ]
    for values in wrong:
        with pytest.raises(ValidationError):
            options(**values)
    assert "the data set 'photographs' is built in and takes no path" in refused("photographs", tmp_path)
