"""Lazy images from arrays and files: the rows of the array, whatever is asked for and from whichever thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.errors import InputError
from gan_desktop.training.data import streaming
from gan_desktop.training.data.dataset import silent
from gan_desktop.training.data.levels import EIGHT_BITS
from gan_desktop.training.data.streaming import FileRows, LazyImages, is_streamed, stored

ROWS = np.random.default_rng(0).integers(0, 256, (50, 9, 7, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def file_rows(tmp_path_factory: pytest.TempPathFactory) -> FileRows:
    path = tmp_path_factory.mktemp("rows") / "rows"
    path.write_bytes(b"header" + ROWS.tobytes())
    return FileRows(path, 6, ROWS.shape, ROWS.dtype)


@given(indices=st.lists(st.integers(0, 49), max_size=80))
def test_rows_of_a_file_are_those_of_the_array(file_rows: FileRows, indices: list[int]) -> None:
    chosen = np.array(indices, np.int64)
    np.testing.assert_array_equal(file_rows[chosen], ROWS[chosen])


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">u2", "|u1"])
def test_every_type_and_byte_order(tmp_path: Path, dtype: str) -> None:
    values = ROWS.astype(dtype)
    (tmp_path / "rows").write_bytes(values.tobytes())
    rows = FileRows(tmp_path / "rows", 0, values.shape, np.dtype(dtype))
    np.testing.assert_array_equal(rows[np.array([5, 6, 1])], values[[5, 6, 1]])


@pytest.mark.parametrize("size", [8, 16])
def test_lazy_images_are_the_stored_ones(file_rows: FileRows, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = LazyImages(file_rows, EIGHT_BITS, size)
    assert lazy.shape == (50, size, size, 3)
    told: list[float | None] = []
    array = stored(LazyImages(ROWS, EIGHT_BITS, size), "never", "", lambda _, fraction: told.append(fraction))
    assert isinstance(array, np.ndarray)
    assert told == [0]
    assert array.min() >= 0
    assert array.max() <= 1
    monkeypatch.setattr(streaming, "LARGEST_BLOCK", 4 * 9 * 7 * 3 * 7)
    few_at_a_time = LazyImages(file_rows, EIGHT_BITS, size)
    indices = np.random.default_rng(1).integers(-50, 50, 60)
    with ThreadPoolExecutor(4) as pool:
        for taken in pool.map(lambda source: source.take(indices), [lazy, few_at_a_time] * 4):
            np.testing.assert_array_equal(taken, array[indices])


def test_a_file_that_goes_or_shrinks(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(ROWS.tobytes())
    rows = FileRows(path, 0, ROWS.shape, ROWS.dtype)
    path.write_bytes(ROWS[:25].tobytes())
    np.testing.assert_array_equal(rows[np.array([24])], ROWS[[24]])
    with pytest.raises(InputError, match="rows is shorter than it was when the run began"):
        rows[np.array([24, 25])]
    path.unlink()
    with pytest.raises(InputError, match="rows can no longer be read: No such file or directory"):
        rows[np.array([0])]


def test_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "available_memory", lambda: 8000)
    assert not is_streamed((1000, 1), "auto")
    assert is_streamed((1001, 1), "auto")
    assert is_streamed((1, 1), "always")
    assert not is_streamed((2000, 1), "never")
    with pytest.raises(InputError, match=r"data\.stream = 'never': .*; allowed: 'auto' or 'always'") as refused:
        is_streamed((2001, 1), "never")
    assert refused.value.key == "data.stream"
    monkeypatch.setattr(streaming, "LARGEST_IN_MEMORY", 100)
    assert is_streamed((26, 1), "auto")


def test_lazy_samples_stay_as_they_are() -> None:
    lazy = LazyImages(ROWS, EIGHT_BITS, 8)
    assert stored(lazy, "always", "", silent) is lazy
