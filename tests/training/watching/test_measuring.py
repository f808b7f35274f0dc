"""When a run is measured, and where: beside training where nothing depends on it, at once where something does."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gan_desktop.core.config import RunConfig
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.watching import WATCHED_BUDGETS
from gan_desktop.diagnosis.measure import Measurer
from gan_desktop.diagnosis.reference import Reference
from gan_desktop.training.data.dataset import DataSet
from gan_desktop.training.trainer import Trainer
from gan_desktop.training.watching import measuring as module
from gan_desktop.training.watching.cost import WatchCost
from gan_desktop.training.watching.diagnosing import data_traits
from gan_desktop.training.watching.measuring import CHUNK, Asked, Labels, Measuring, make_measurer
from tests.gan import FIGURES

Tiny = Callable[..., RunConfig]

CONFIG = RunConfig()
CENTRES = np.array([[1, 0], [0, 1]], np.float32)
REFERENCE = Reference.of("points", np.repeat(CENTRES, 50, axis=0), centres=CENTRES, sigma=0.1)
COUNT = 2 * CHUNK + 7


def perfect(latents: np.ndarray, labels: Labels | None = None) -> np.ndarray:
    return CENTRES[(latents[:, 0] > 0).astype(int)]


def far_off(latents: np.ndarray, labels: Labels | None = None) -> np.ndarray:
    return latents + np.float32(100)


class Held(Measurer):
    """Measures once it is let go; until then it can be interrupted."""

    def __init__(self) -> None:
        super().__init__(REFERENCE, COUNT)
        self.is_under_way, self.may_go_on = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def measure(
        self, fakes: np.ndarray, asked: Labels | None = None, give_way: Callable[[], None] = lambda: None
    ) -> dict[str, float]:
        self.is_under_way.set()
        while not self.may_go_on.is_set():
            give_way()
        if self.error is not None:
            raise self.error
        return super().measure(fakes, asked, give_way)


@pytest.fixture
def cost() -> WatchCost:
    made = WatchCost(WATCHED_BUDGETS)
    made.set_counting(True)
    return made


@pytest.fixture
def make(tiny_config: Tiny, cost: WatchCost) -> Iterator[Callable[..., Measuring]]:
    """A function from changes of the config to its `Measuring`, of fakes from latents that are drawn once."""
    made: list[Measuring] = []

    def make(changes: dict[str, Any] | None = None, measurer: Measurer | None = None) -> Measuring:
        latents = np.random.default_rng(0).normal(size=(COUNT, 2)).astype(np.float32)
        made.append(Measuring(tiny_config(changes), measurer or Measurer(REFERENCE, COUNT), Asked(latents), cost))
        return made[-1]

    yield make
    for measuring in made:
        measuring.close()


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
    values = np.zeros((1, len(FIGURES)), np.float32)
    for name, value in figures.items():
        values[0, FIGURES.column(name)] = value
    return MetricsBlock(last_step, values, FIGURES)


def test_it_is_measured_at_every_multiple_whatever_that_costs(
    make: Callable[..., Measuring], cost: WatchCost, clock: list[float]
) -> None:
    measuring = make({"training.measure_every": 10})
    assert measuring.is_due(0)
    assert measuring.measure(0, CONFIG, perfect).seconds > 1
    assert not measuring.is_due(0)
    assert not cost.is_affordable("metrics")
    assert measuring.is_due(10)
    assert not measuring.is_due(11)
    assert [measuring.next_due(step) for step in (0, 3, 9, 10)] == [10, 10, 10, 20]


def test_with_a_condition_it_is_always_measured(make: Callable[..., Measuring]) -> None:
    measuring = make({"training.measure_every": 10, "training.stop_when": "modes_covered >= 3"})
    for step in (0, 10, 20):
        assert measuring.is_due(step)
        measuring.measure(step, CONFIG, perfect)
        assert not measuring.is_due(step)
        assert measuring.next_due(step) == step + 10
        assert not measuring.is_behind(step)
    assert measuring.is_behind(25)


def test_fakes_are_made_in_pieces_and_averaged_ones_beside_them(make: Callable[..., Measuring]) -> None:
    sizes = []

    def count(latents: np.ndarray, labels: Labels | None) -> np.ndarray:
        sizes.append(len(latents))
        return far_off(latents)

    found = make().measure(5, CONFIG, count, averaged=perfect)
    assert sizes == [669, 669, 669]  # even parts of 2 * CHUNK + 7, none of them larger than CHUNK
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
    measuring.measure(10, CONFIG, perfect)
    assert measuring.reached(block(9, d_loss=0.5)) == ""
    assert measuring.reached(block(8, d_loss=0.05)) == ""
    assert measuring.reached(block(9, d_loss=0.0625)) == (
        "modes_covered = 2 and d_loss = 0.0625 reached the condition modes_covered >= 2 and d_loss < 0.1"
    )


def test_nothing_is_generated_where_nothing_can_be_known(make: Callable[..., Measuring]) -> None:
    measuring = make({}, Measurer(Reference.of("images", np.zeros((20, 2, 2, 1), np.float32))))

    def never(latents: np.ndarray, labels: Labels | None) -> np.ndarray:
        raise AssertionError("no fakes are needed")

    found = measuring.measure(0, CONFIG, never)
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


def test_it_is_measured_beside_training(make: Callable[..., Measuring]) -> None:
    held = Held()
    measuring = make({"training.measure_every": 10}, held)
    assert measuring.take() is None
    measuring.begin(10, CONFIG, perfect, averaged=far_off)
    held.is_under_way.wait()
    assert measuring.take() is None
    assert measuring.is_due(20)
    with pytest.raises(RuntimeError, match="a measurement is under way"):
        measuring.begin(20, CONFIG, perfect)
    held.may_go_on.set()
    found = measuring.finish()
    assert found is not None
    assert (found.step, found.values["modes_covered"]) == (10, 2)
    assert found.averaged is not None
    assert found.averaged["modes_covered"] == 0
    assert found.seconds > 0
    assert measuring.take() is measuring.finish() is None
    assert not measuring.is_behind(10)


def test_what_is_measured_beside_training_is_what_is_measured_at_once(make: Callable[..., Measuring]) -> None:
    at_once = make().measure(7, CONFIG, perfect, far_off)
    measuring = make()
    measuring.begin(7, CONFIG, perfect, far_off)
    beside = measuring.finish()
    assert beside is not None
    np.testing.assert_equal(vars(replace(beside, seconds=0)), vars(replace(at_once, seconds=0)))


def test_an_error_comes_out_where_the_result_is_taken(make: Callable[..., Measuring]) -> None:
    held = Held()
    held.error = ZeroDivisionError("broken on purpose")
    held.may_go_on.set()
    measuring = make({}, held)
    measuring.begin(0, CONFIG, perfect)
    with pytest.raises(ZeroDivisionError, match="broken on purpose") as raised:
        measuring.finish()
    assert "in measure" in "".join(traceback.format_tb(raised.value.__traceback__))
    assert measuring.finish() is None


def test_closing_ends_a_measurement_that_is_under_way(make: Callable[..., Measuring]) -> None:
    held = Held()
    measuring = make({}, held)
    measuring.begin(0, CONFIG, perfect)
    held.is_under_way.wait()
    measuring.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "measuring"]
    assert measuring.take() is measuring.finish() is None


def test_the_other_thread_is_charged_by_its_share_of_the_cores(
    make: Callable[..., Measuring], cost: WatchCost, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor = iter([100.0, 108.0])
    monkeypatch.setattr("gan_desktop.training.engine.side_work.time.thread_time", lambda: next(processor))
    monkeypatch.setattr("gan_desktop.training.watching.cost.usable_cores", lambda: 4)
    monkeypatch.setattr(module.time, "perf_counter", lambda: 0.0)
    measuring = make()
    measuring.begin(0, CONFIG, perfect)
    measuring.finish()
    cost.passed(100.0)
    assert cost.shares()["metrics"] == pytest.approx(0.02)


@pytest.mark.parametrize("activation", ["linear", "tanh", "sigmoid"])
def test_the_spread_is_of_what_the_discriminator_sees(tiny_trainer: Callable[..., Trainer], activation: str) -> None:
    """A generator that ends in tanh or a sigmoid has the data scaled to its range, and so D sees them."""
    trainer = tiny_trainer({"generator.output_activation": activation, "data.radius": 4.0})
    reference = make_measurer(trainer.data, trainer.config).reference
    seen = trainer.scaling.to_network(reference.samples)
    expected = np.sqrt(((seen - seen.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert data_traits(trainer.data, trainer.scaling, reference).spread == pytest.approx(expected, rel=1e-4)


def test_a_run_that_stands_still_is_measured_aside(make: Callable[..., Measuring]) -> None:
    """It is shown, and neither a measurement of the run nor what its condition to stop is about."""
    measuring = make({"training.measure_every": 10, "training.stop_when": "modes_covered >= 2"})
    measuring.measure(10, CONFIG, far_off)
    assert measuring.is_shown(10)
    assert not measuring.is_shown(13)
    found = measuring.measure_aside(13, perfect, far_off, seconds=60)
    assert found is not None
    assert (found.step, found.values["modes_covered"], found.aside) == (13, 2, True)
    assert found.averaged is not None
    assert measuring.is_shown(13)
    assert measuring.is_behind(13)
    assert measuring.reached(block(12)) == measuring.reached(block(9)) == ""


def test_going_on_drops_what_is_measured_aside(make: Callable[..., Measuring]) -> None:
    held = Held()
    measuring = make({"training.measure_every": 10}, held)
    assert measuring.measure_aside(13, perfect, None, seconds=0) is None
    assert not measuring.is_shown(13)
    held.is_under_way.wait()
    measuring.drop_aside()
    assert not any(thread.name == "measuring aside" for thread in threading.enumerate())
    held.may_go_on.set()
    assert measuring.measure(13, CONFIG, perfect).aside is False
    assert measuring.is_shown(13)
