"""The embedded digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet


def load(size: int, path: Path | None = None, samples: int = 0) -> DataSet:
    entry = datasets["digits"]
    return entry.value(DataRequest(entry.options(image_size=size, samples=samples), path))


def test_the_scans_are_as_they_came() -> None:
    data = load(8)
    assert data.title == "Digits, 1,797 scans of 8 x 8"
    assert data.samples.shape == (1797, 8, 8, 1)
    assert (data.samples.min(), data.samples.max()) == (0, 1)
    assert np.bincount(data.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # Seventeen grey levels.
    np.testing.assert_array_equal(data.samples * 16, np.round(data.samples * 16))


def test_enlarged_scans_show_the_same_digits() -> None:
    data = load(32)
    assert data.title == "Digits, 1,797 scans of 8 x 8, enlarged to 32 x 32"
    assert data.samples.shape == (1797, 32, 32, 1)
    assert data.samples.min() >= 0
    assert data.samples.max() <= 1
    shrunk = data.samples.reshape(1797, 8, 4, 8, 4).mean(axis=(2, 4))
    assert np.corrcoef(shrunk.ravel(), load(8).samples.ravel())[0, 1] > 0.95


def test_a_few_scans_are_of_every_class_and_among_the_more() -> None:
    few, more = load(8, samples=20), load(8, samples=45)
    assert (few.title, more.title) == ("Digits, 20 scans of 8 x 8", "Digits, 45 scans of 8 x 8")
    assert np.bincount(few.labels).tolist() == [2] * 10
    assert sorted(np.bincount(more.labels).tolist()) == [4] * 5 + [5] * 5
    np.testing.assert_array_equal(more.samples[:20], few.samples)
    assert len(np.unique(more.samples.reshape(45, -1), axis=0)) == 45
    every = {(scan.tobytes(), label) for scan, label in zip(load(8).samples, load(8).labels, strict=True)}
    assert {(scan.tobytes(), label) for scan, label in zip(more.samples, more.labels, strict=True)} <= every


def test_as_many_as_there_are_is_all_of_them() -> None:
    np.testing.assert_array_equal(load(8, samples=1797).samples, load(8).samples)
    assert load(8, samples=1797).title == load(8).title


def test_few_scans_are_the_same_ones_enlarged() -> None:
    enlarged, scans = load(16, samples=10), load(8, samples=10)
    np.testing.assert_array_equal(enlarged.labels, scans.labels)
    shrunk = enlarged.samples.reshape(10, 8, 2, 8, 2).mean(axis=(2, 4))
    assert np.corrcoef(shrunk.ravel(), scans.samples.ravel())[0, 1] > 0.95


def test_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the data set 'digits' is built in and takes no path"):
        load(8, tmp_path)
