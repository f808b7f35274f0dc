"""When a run is measured: cheaply where nothing depends on it, always where something does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.figures import COLUMN, FIGURE_NAMES
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training import measuring as module
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.measuring import CHUNK, MEASURE_SHARE, Measuring, make_measurer

Tiny = Callable[..., RunConfig]

CENTRES = np.array([[1, 0], [0, 1]], np.float32)
REFERENCE = Reference.of("points", np.repeat(CENTRES, 50, axis=0), centres=CENTRES, sigma=0.1)
COUNT = 2 * CHUNK + 7


def perfect(latents: np.ndarray) -> np.ndarray:
    return CENTRES[(latents[:, 0] > 0).astype(int)]


def far_off(latents: np.ndarray) -> np.ndarray:
    return latents + np.float32(100)


@pytest.fixture
def make(tiny_config: Tiny) -> Callable[..., Measuring]:
    """A function from changes of the config to its `Measuring`, of fakes from latents that are drawn once."""

    def make(changes: dict[str, Any]) -> Measuring:
        latents = np.random.default_rng(0).normal(size=(COUNT, 2)).astype(np.float32)
        return Measuring(tiny_config(changes), Measurer(REFERENCE, COUNT), latents)

    return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Each look at the clock is a second later."""
    times = [0.0]

    def tick() -> float:
        times[0] += 1.0
        return times[0]

    monkeypatch.setattr(module.time, "perf_counter", tick)
    return times


def block(last_step: int, **figures: float) -> MetricsBlock:
    values = np.zeros((1, len(FIGURE_NAMES)), np.float32)
    for name, value in figures.items():
        values[0, COLUMN[name]] = value
    return MetricsBlock(last_step, values)


def test_without_a_condition_it_takes_a_small_share_of_the_time(
    make: Callable[..., Measuring], clock: list[float]
) -> None:
    measuring = make({"training.measure_every": 10})
    assert measuring.is_due(0, seconds=0.0)
    assert measuring.measure(0, perfect).seconds == 1.0
    early, late = 0.9 / MEASURE_SHARE, 1.1 / MEASURE_SHARE
    assert not measuring.is_due(10, early)
    assert measuring.next_due(3, early) is None
    assert measuring.is_due(10, late)
    assert not measuring.is_due(11, late)
    assert [measuring.next_due(step, late) for step in (0, 3, 9, 10)] == [10, 10, 10, 20]


def test_with_a_condition_it_is_always_measured(make: Callable[..., Measuring], clock: list[float]) -> None:
    measuring = make({"training.measure_every": 10, "training.stop_when": "modes_covered >= 3"})
    for step in (0, 10, 20):
        assert measuring.is_due(step, seconds=0.0)
        measuring.measure(step, perfect)
        assert not measuring.is_due(step, seconds=0.0)
        assert measuring.next_due(step, seconds=0.0) == step + 10
        assert not measuring.is_behind(step)
    assert measuring.is_behind(25)


def test_fakes_are_made_in_pieces_and_averaged_ones_beside_them(make: Callable[..., Measuring]) -> None:
    sizes = []

    def count(latents: np.ndarray) -> np.ndarray:
        sizes.append(len(latents))
        return far_off(latents)

    found = make({}).measure(5, count, averaged=perfect)
    assert sizes == [CHUNK, CHUNK, 7]
    assert (found.step, found.values["modes_covered"], found.values["high_quality_share"]) == (5, 0, 0)
    assert np.isnan(found.values["mode_kl"])
    assert found.unknown["mode_kl"] == "no fake lies within 3 sigma of a mode"
    assert found.averaged is not None
    assert found.averaged["modes_covered"] == 2
    assert found.shares == (0, 0)
    assert found.floors["modes_covered"].mean == 2
    for mean, deviation in found.share_floors:
        assert mean == pytest.approx(0.5, abs=0.2)
        assert deviation == pytest.approx(0.011, rel=0.8)


def test_a_condition_needs_a_measurement_of_that_step(make: Callable[..., Measuring]) -> None:
    measuring = make({"training.stop_when": "modes_covered >= 2 and d_loss < 0.1"})
    measuring.measure(10, perfect)
    assert measuring.reached(block(9, d_loss=0.5)) == ""
    assert measuring.reached(block(8, d_loss=0.05)) == ""
    assert measuring.reached(block(9, d_loss=0.0625)) == (
        "modes_covered = 2 and d_loss = 0.0625 reached the condition modes_covered >= 2 and d_loss < 0.1"
    )


def test_nothing_is_generated_where_nothing_can_be_known(tiny_config: Tiny) -> None:
    images = np.zeros((20, 2, 2, 1), np.float32)
    measuring = Measuring(tiny_config(), Measurer(Reference.of("images", images)), np.zeros((5, 2), np.float32))

    def never(latents: np.ndarray) -> np.ndarray:
        raise AssertionError("no fakes are needed")

    found = measuring.measure(0, never)
    assert found.values == found.floors == {}
    assert found.unknown["modes_covered"] == "the images have no labels, so there are no classes to count"


def test_a_few_training_samples_are_not_what_fakes_are_compared_with(tiny_config: Tiny) -> None:
    trained = np.repeat(CENTRES, 15, axis=0)
    fresh = np.random.default_rng(0).normal(0, 0.1, (1000, 2)).astype(np.float32) + np.repeat(CENTRES, 500, axis=0)
    data = DataSet("Two modes", "points", trained, centres=CENTRES, sigma=0.1, held_out=fresh)
    measurer = make_measurer(data, tiny_config())
    reference = measurer.reference
    assert reference.trained_on is not None
    assert (len(reference.samples), len(reference.held_out), len(reference.trained_on)) == (500, 500, 30)
    found = measurer.measure(np.repeat(CENTRES, 500, axis=0))
    assert (found["copied_share"], found["precision"]) == (1, 1)
    assert found["recall"] < 0.1
