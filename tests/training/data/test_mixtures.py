"""The mixtures have the modes, the spread and the repeatability that mode counts rest on."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.config import RunConfig
from gan_desktop.core.errors import InputError
from gan_desktop.core.keys import dump_config, parse_assignments, replace_keys, validate_config
from gan_desktop.core.registry import datasets
from gan_desktop.training.data.dataset import DataRequest, DataSet
from gan_desktop.training.data.mixtures import grid_centres, ring_centres


def load(name: str, seed: int = 0, **options: object) -> DataSet:
    entry = datasets[name]
    return entry.value(DataRequest(entry.options(**options), seed=seed))


@given(modes=st.integers(1, 200), radius=st.floats(0.01, 100))
def test_ring_centres_are_distinct_and_evenly_spaced(modes: int, radius: float) -> None:
    centres = ring_centres(modes, radius).astype(np.float64)
    assert centres.shape == (modes, 2)
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), radius, rtol=1e-5)
    if modes > 1:
        steps = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
        np.testing.assert_allclose(steps, 2 * radius * np.sin(np.pi / modes), rtol=1e-2)


@given(side=st.integers(1, 20), radius=st.floats(0.01, 100))
def test_grid_centres_are_distinct_and_centred(side: int, radius: float) -> None:
    centres = grid_centres(side, radius)
    assert len(np.unique(centres, axis=0)) == side * side
    np.testing.assert_allclose(centres.mean(axis=0), 0, atol=1e-4 * radius)
    assert np.abs(centres).max() <= radius * (1 + 1e-6)


def test_the_default_grid_is_the_protocols() -> None:
    assert sorted(set(grid_centres(5, 4.0).ravel().tolist())) == [-4, -2, 0, 2, 4]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ring", {"modes": 8, "sigma": 0.3}),
        ("ring", {"modes": 1}),
        ("grid", {"side": 3, "sigma": 0.2}),
        ("grid", {}),
        ("mixture", {}),
        ("mixture", {"centres": [[0, 0], [-100, 100]], "sigma": 0.5}),
    ],
)
def test_every_mode_has_its_share_mean_and_spread(name: str, options: dict[str, float]) -> None:
    data = load(name, samples=50_000, **options)
    modes = len(data.centres)
    counts = np.bincount(data.labels, minlength=modes)
    # Five standard errors: a false alarm in two million draws, and the seed is fixed.
    assert np.abs(counts - len(data) / modes).max() <= 5 * np.sqrt(len(data) / modes)
    for mode in range(modes):
        points = data.samples[data.labels == mode].astype(np.float64)
        error = 5 * data.sigma / np.sqrt(len(points))
        np.testing.assert_allclose(points.mean(axis=0), data.centres[mode], atol=error)
        np.testing.assert_allclose(points.std(axis=0), data.sigma, atol=error)


def test_a_seed_repeats_and_another_differs() -> None:
    first, again, other = (load("ring", seed, samples=100) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


@pytest.mark.parametrize("name", ["ring", "grid", "mixture"])
def test_a_path_is_refused(name: str) -> None:
    entry = datasets[name]
    with pytest.raises(InputError, match="is built in and takes no path") as refused:
        entry.value(DataRequest(entry.options(), path="images"))
    assert refused.value.key == "data.path"


def assigned(*texts: str) -> RunConfig:
    config = replace_keys(RunConfig(), {"data.name": "mixture"})
    return replace_keys(config, parse_assignments(texts, config))


def test_weights_are_the_modes_shares() -> None:
    data = load("mixture", centres=[[0, 0], [1, 1], [2, 2]], weights=[6, 3, 1], samples=50_000)
    np.testing.assert_allclose(np.bincount(data.labels) / len(data), [0.6, 0.3, 0.1], atol=0.01)


COORDINATES = st.floats(-100, 100)


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=100))
def test_centres_survive_toml(centres: list[tuple[float, float]]) -> None:
    config = replace_keys(RunConfig(), {"data.name": "mixture", "data.centres": centres})
    assert config.data.options.centres == tuple(centres)
    again = validate_config(tomllib.loads(tomli_w.dumps(dump_config(config))))
    assert again == config
    assert load("mixture", samples=10, **again.data.options.model_dump(include={"centres"})).centres.shape == (
        len(centres),
        2,
    )


def test_centres_on_the_command_line() -> None:
    assert assigned("centres=[[0,0],[1,1]]").data.options.centres == ((0, 0), (1, 1))
    config = assigned("centres=[[0,0],[1.5,-1]]", "data.weights=[1, 2]")
    assert validate_config(tomllib.loads(tomli_w.dumps(dump_config(config)))) == config


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "must be a list of 1 to 100 pairs, as in [[0, 0], [1, 1]]"),
        ("5", "must be a list of 1 to 100 pairs"),
        (str([[0, 0]] * 101), "must be a list of 1 to 100 pairs"),
        ("[[0, 0], 1]", "centre 2 is 1; must be two numbers from -100 to 100"),
        ("[[0, 0, 0]]", "centre 1 is [0, 0, 0]; must be two numbers"),
        ("[[0, nan]]", "centre 1 is [0, nan]; must be two numbers"),
        ("[[inf, 0]]", "centre 1 is [inf, 0]; must be"),
        ("[[0, 100.1]]", "centre 1 is [0, 100.1]; must be"),
        ("[['a', 0]]", "centre 1 is ['a', 0]; must be"),
        ("[[true, 0]]", "centre 1 is [True, 0]; must be"),
    ],
)
def test_wrong_centres(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        assigned(f"centres={text}")
    assert refused.value.key == "data.centres"
    assert str(refused.value).startswith("data.centres = ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("weights", ["[1]", "[1, 0]", "[1, -1]", "[1, nan]", "[1, inf]", "[1, 1, 1]"])
def test_wrong_weights(weights: str) -> None:
    with pytest.raises(InputError, match=r"must be 2 numbers from 1e-06 to 1e\+06, one for each centre") as refused:
        assigned("centres=[[0, 0], [1, 1]]", f"data.weights={weights}")
    assert refused.value.key == "data.weights"


def test_others_of_the_same_mixture_are_held_out() -> None:
    """As many as metrics have use for, however few are trained on; and these are the same as without them."""
    few, many = load("mixture", samples=24, weights=(1, 1, 2, 1, 1)), load("mixture", samples=50_000)
    assert few.held_out is not None
    assert few.held_out_labels is not None
    assert len(few) == 24
    assert len(few.held_out) == len(few.held_out_labels) == 50_000
    assert not {point.tobytes() for point in few.held_out} & {point.tobytes() for point in few.take(np.arange(24))}
    assert few.weights == pytest.approx(np.array([1, 1, 2, 1, 1]) / 6)
    assert few.summary().weights is few.weights
    np.testing.assert_allclose(np.bincount(few.held_out_labels) / 50_000, few.weights, atol=0.01)
    assert many.weights is many.summary().weights is None
    assert few.centres is not None
    apart = few.held_out - few.centres[few.held_out_labels]
    np.testing.assert_allclose(apart.std(axis=0), 0.05, rtol=0.02)
