"""Data sets and their scaling; and what every registered one keeps to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.core.errors import InputError
from gan_desktop.core.registry import DataOptions, datasets
from gan_desktop.training.data.dataset import SHOWN_REAL, DataRequest, DataSet, Scaling

DOWNLOADED = {"mnist", "fashion_mnist", "cifar10"}
AT_HAND = [name for name in datasets if name not in DOWNLOADED and datasets[name].options.path_use != "needed"]
ACTIVATIONS = ["tanh", "sigmoid", "linear"]
RANGES = {"tanh": (-1, 1), "sigmoid": (0, 1), "linear": (-1, 1)}

POINTS = npst.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.just(2)),
    elements=st.floats(-1e4, 1e4, width=32, allow_subnormal=False),
)
IMAGES = npst.arrays(np.float32, (3, 4, 4, 1), elements=st.floats(0, 1, width=32))


@pytest.mark.parametrize("other", [None, 0, 1, 2, 63, 64, 4159, 4160, 4999])
def test_samples_that_are_all_equal_are_told(other: int | None) -> None:
    samples = np.full((5000, 2), 0.5, np.float32)
    if other is not None:
        samples[other, 1] = 0
    assert DataSet("", "points", samples).is_constant == (other is None)
    assert not DataSet("", "points", samples[:1]).is_constant


@given(samples=POINTS, activation=st.sampled_from(ACTIVATIONS))
def test_points_survive_the_way_there_and_back(samples: np.ndarray, activation: str) -> None:
    scaling = Scaling.fit(DataSet("", "points", samples), activation)
    extent = float(np.abs(samples).max())
    np.testing.assert_allclose(scaling.to_data(scaling.to_network(samples)), samples, atol=1e-5 * extent + 1e-6)
    if activation == "linear":
        np.testing.assert_array_equal(scaling.to_network(samples), samples)
    else:
        low, high = RANGES[activation]
        assert scaling.to_network(samples).min() >= low
        assert scaling.to_network(samples).max() <= high


@given(samples=IMAGES, activation=st.sampled_from(ACTIVATIONS))
def test_images_survive_the_way_there_and_back(samples: np.ndarray, activation: str) -> None:
    scaling = Scaling.fit(DataSet("", "images", samples), activation)
    outputs = scaling.to_network(samples)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(scaling.to_data(outputs), samples, atol=1e-6)
    assert scaling.to_network(np.float32([0, 1])).tolist() == list(RANGES[activation])


def load(name: str, seed: int = 0) -> DataSet:
    entry = datasets[name]
    drawn = entry.options.model_fields.get("samples")
    fewer = {"samples": 3000} if drawn is not None and drawn.default > 3000 else {}
    return entry.value(DataRequest(entry.options(**fewer), seed=seed))


@pytest.mark.parametrize("name", AT_HAND)
def test_every_data_set_keeps_to_the_contract(name: str) -> None:
    data = load(name)
    assert data.title
    assert len(data) == len(data.samples) > 0
    assert data.samples.dtype == np.float32
    assert np.isfinite(data.samples).all()
    if data.kind == "images":
        assert data.samples.ndim == 4
        assert data.samples.min() >= 0
        assert data.samples.max() <= 1
    else:
        assert data.samples.shape[1:] == (2,)
        assert (data.centres is None) == (data.sigma is None)
    if data.centres is not None:
        assert data.centres.shape[1:] == (2,)
        assert data.sigma > 0
    assert data.classes == (0 if data.labels is None else data.labels.max() + 1)
    if data.labels is not None:
        assert data.labels.shape == (len(data),)
        assert data.labels.dtype == np.int64
        assert data.labels.min() >= 0
    if data.class_names is not None:
        assert len(data.class_names) == data.classes
    np.testing.assert_array_equal(data.samples, load(name).samples)


@pytest.mark.parametrize("name", AT_HAND)
def test_a_summary_is_small_and_a_copy(name: str) -> None:
    data = load(name)
    summary = data.summary()
    assert summary.count == len(data)
    assert summary.sample_shape == data.samples.shape[1:]
    assert len(summary.real) == min(len(data), SHOWN_REAL)
    assert not np.shares_memory(summary.real, data.samples)
    assert summary.classes == data.classes
    assert (summary.real_labels is None) == (data.labels is None)


@pytest.mark.parametrize("name", datasets)
def test_every_data_set_says_whether_it_takes_a_path(name: str) -> None:
    entry = datasets[name]
    assert issubclass(entry.options, DataOptions)
    request = DataRequest(entry.options(), Path("nowhere"))
    if name == "stacked_digits":
        request = DataRequest(entry.options(source="mnist"), Path("nowhere"))
    with pytest.raises(InputError) as refused:
        entry.value(request)
    assert refused.value.key == "data.path"
    assert ("takes no path" in str(refused.value)) == (entry.options.path_use == "refused")
    if entry.options.path_use == "needed":
        with pytest.raises(InputError, match=r"data\.path is not given: the data set .* is read from") as refused:
            load(name)
        assert refused.value.key == "data.path"


class Counted:
    """Lazy points that are looked at a block at a time."""

    shape = (10_000, 2)

    def __init__(self) -> None:
        self.largest = 0

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, indices: np.ndarray) -> np.ndarray:
        self.largest = max(self.largest, len(indices))
        return np.stack([indices, -indices], axis=1).astype(np.float32)


def test_lazy_samples_do_all_that_an_array_does() -> None:
    lazy, labels = Counted(), np.arange(10_000) % 7
    data = DataSet("Lazy", "points", lazy, labels, notes=("A note.",), class_names=tuple("abcdefg"))
    array = replace(data, samples=lazy.take(np.arange(10_000)))
    lazy.largest = 0
    assert (len(data), data.sample_shape, data.classes) == (10_000, (2,), 7)
    assert Scaling.fit(data, "tanh") == Scaling.fit(array, "tanh")
    summary = data.summary()
    np.testing.assert_array_equal(summary.real, array.summary().real)
    assert (summary.notes, summary.class_names) == (("A note.",), tuple("abcdefg"))
    np.testing.assert_array_equal(summary.real_labels, summary.real[:, 0].astype(int) % 7)
    # The first ones of a sorted set would all be alike.
    assert summary.real[:, 0].mean() > 3000
    assert lazy.largest < 10_000
    np.testing.assert_array_equal(data.take(np.array([3, 1])), array.take(np.array([3, 1])))
