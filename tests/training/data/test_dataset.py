"""Data sets and their scaling; and what every registered one keeps to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import SHOWN_REAL, DataRequest, DataSet, Scaling

DOWNLOADED = {"mnist", "fashion_mnist"}
ACTIVATIONS = ["tanh", "sigmoid", "linear"]
RANGES = {"tanh": (-1, 1), "sigmoid": (0, 1), "linear": (-1, 1)}

POINTS = npst.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.just(2)),
    elements=st.floats(-1e4, 1e4, width=32, allow_subnormal=False),
)
IMAGES = npst.arrays(np.float32, (3, 4, 4, 1), elements=st.floats(0, 1, width=32))


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
    return entry.value(DataRequest(entry.options(), seed=seed))


@pytest.mark.parametrize("name", [name for name in datasets if name not in DOWNLOADED])
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
        assert data.centres.shape[1:] == (2,)
        assert data.sigma > 0
    if data.labels is not None:
        assert data.labels.shape == (len(data),)
        assert data.labels.dtype == np.int64
    np.testing.assert_array_equal(data.samples, load(name).samples)


@pytest.mark.parametrize("name", [name for name in datasets if name not in DOWNLOADED])
def test_a_summary_is_small_and_a_copy(name: str) -> None:
    data = load(name)
    summary = data.summary()
    assert summary.count == len(data)
    assert summary.sample_shape == data.samples.shape[1:]
    assert len(summary.real) == min(len(data), SHOWN_REAL)
    assert not np.shares_memory(summary.real, data.samples)
