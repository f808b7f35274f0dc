"""Curves of runs that are too long to be held: the picture of every step, and every step closer up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from gan_desktop.core import history as history_module
from gan_desktop.core import newest
from gan_desktop.core.bins import bins_of
from gan_desktop.core.csv_tables import csv_bytes
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import CHUNK, History, StepsNotHeldError
from gan_desktop.gui.plotting.curve import Curve
from gan_desktop.gui.plotting.figure_table import figure_table
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid
from gan_desktop.gui.plotting.smoothing import Smoother
from tests.gan import FIGURES

LENGTH = 30_011
COLUMN = FIGURES.column("d_loss")
AMOUNTS = (0.0, 0.5, 0.95, 0.999)


@pytest.fixture
def values() -> np.ndarray:
    """A loss that drifts under noise, with a spike and some steps without a value."""
    rng = np.random.default_rng(0)
    found = rng.normal(1, 0.1, (LENGTH, len(FIGURES))) + np.sin(np.arange(LENGTH) / 4000)[:, None]
    found[1234, COLUMN], found[2000:2040, COLUMN], found[20_000, COLUMN] = 9, np.nan, np.inf
    return found.astype(np.float32)


@pytest.fixture
def few_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "KEPT_STEPS", CHUNK)
    monkeypatch.setattr(newest, "PIECE", CHUNK)


def followed(curve: Curve, history: History, values: np.ndarray, size: int) -> None:
    for start in range(0, len(values), size):
        history.append(MetricsBlock(start, values[start : start + size], FIGURES))
        curve.catch_up(history)


def reader(values: np.ndarray) -> history_module.ReadSteps:
    def read(names: Sequence[str], first_step: int, last_step: int) -> np.ndarray:
        return values[first_step:last_step, [FIGURES.column(name) for name in names]]

    return read


VIEWS = [
    (0, LENGTH, 900),
    (0, LENGTH, 64),
    (1200, 1300, 900),
    (1990, 2050, 900),
    (512, 16_000, 300),
    (29_000, LENGTH, 90),
]


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("size", [17, 5000])
def test_a_run_that_is_held_is_drawn_as_if_every_step_were_smoothed(
    values: np.ndarray, amount: float, size: int
) -> None:
    curve = Curve("d_loss", amount)
    followed(curve, History(), values, size)
    raw, smooth = MinMaxPyramid(), MinMaxPyramid()
    raw.append(values[:, COLUMN])
    smooth.append(Smoother(amount)(values[:, COLUMN]))
    for first, last, most in VIEWS:
        line = curve.raw_line(first, last, most)
        position, low, high = raw.buckets(first, last, most)
        if low is high:
            np.testing.assert_array_equal((line.x, line.y), (position, low))
        else:
            # The last stretch reaches to the end of its bin.
            np.testing.assert_array_equal(line.x[::2], position)
            np.testing.assert_array_equal(line.y[:-2].reshape(-1, 2), np.stack([low, high], axis=1)[:-1])
        drawn = curve.smooth_line(first, last, most)
        position, low, high = smooth.buckets(first, last, most)
        np.testing.assert_array_equal(drawn.x, position)
        np.testing.assert_allclose(drawn.y[:-1], ((low + high) / 2)[:-1], rtol=1e-3)
    assert curve.value(1234) == 9
    assert np.isnan(curve.value(2000))
    assert np.isnan(curve.value(LENGTH))
    assert [curve.last_finite(index) for index in (1234, 2005, 2039, 2040, 20_000)] == [1234, 1999, 1999, 2040, 19_999]


@pytest.mark.usefixtures("few_held")
@pytest.mark.parametrize("size", [1500, LENGTH])
def test_closer_up_every_step_is_read(values: np.ndarray, size: int) -> None:
    curve, whole = Curve("d_loss", 0.95), Curve("d_loss", 0.95)
    followed(curve, History(reader(values)), values, size)
    everything = Smoother(0.95)(values[:, COLUMN])
    line = curve.raw_line(1230, 1240, 900)
    np.testing.assert_array_equal(line.y, values[1230:1240, COLUMN])
    assert curve.raw_line(0, LENGTH, 200).y[:200].max() == 9
    for first in (0, 1234, 9000, 25_000):
        near = curve.smooth_line(first, first + 300, 900)
        np.testing.assert_allclose(near.y, everything[first : first + 300], atol=5e-3)
        assert curve.smooth_value(first) == pytest.approx(everything[first], abs=5e-3)
    del whole


@pytest.mark.usefixtures("few_held")
@pytest.mark.parametrize("amount", AMOUNTS)
def test_the_average_of_means_is_the_same_curve_within_a_bin(values: np.ndarray, amount: float) -> None:
    values[1234] = values[1233]
    whole = LENGTH // CHUNK * CHUNK
    history = History()
    history.load(0, FIGURES, bins_of(values[:whole]))
    history.append(MetricsBlock(whole, values[whole:], FIGURES))
    curve, exact = Curve("d_loss", amount), MinMaxPyramid()
    curve.catch_up(history)
    exact.append(Smoother(amount)(values[:, COLUMN]))
    _, low, high = exact.buckets(0, LENGTH, 400)
    drawn = curve.smooth_line(0, LENGTH, 400).y
    room = 0.02
    assert np.all((drawn > low - room) & (drawn < high + room))
    # What is not to be had one by one is drawn from bins, and never fails.
    assert len(curve.raw_line(0, 100, 900).y) == 2 * 4
    assert np.isfinite(curve.smooth_line(0, 100, 900).y).all()
    assert np.isnan(curve.value(5))
    assert np.isfinite(curve.smooth_value(5))
    assert curve.last_finite(5) == 5


@pytest.mark.usefixtures("few_held")
def test_a_curve_begins_again_with_another_run_or_an_earlier_step(values: np.ndarray) -> None:
    curve, history = Curve("d_loss", 0.9), History(reader(values))
    followed(curve, history, values, 5000)
    history.cut(10_000)
    history.append(MetricsBlock(10_000, -values[10_000:], FIGURES))
    curve.catch_up(history)
    assert len(curve) == LENGTH
    assert curve.raw_line(0, LENGTH, 300).y.min() < -1
    other = History()
    other.append(MetricsBlock(0, values[:100], FIGURES))
    curve.catch_up(other)
    assert len(curve) == 100
    curve.clear()
    assert len(curve) == 0


@pytest.mark.usefixtures("few_held")
def test_a_table_of_a_long_run_has_every_step_as_it_was_when_it_was_asked_for(values: np.ndarray) -> None:
    curve, history = Curve("d_loss", 0.95), History(reader(values))
    followed(curve, history, values, 5000)
    table = figure_table(history, len(history), ["d_loss"], [curve], first=100)
    history.append(MetricsBlock(LENGTH, values[:50], FIGURES))
    rows = csv_bytes(table).decode().splitlines()
    assert rows[0] == "step,d_loss,d_loss_smoothed"
    assert len(rows) == 1 + LENGTH - 100
    found = np.genfromtxt(rows[1:], delimiter=",")
    np.testing.assert_array_equal(found[:, 0], np.arange(100, LENGTH))
    np.testing.assert_array_equal(found[:, 1].astype(np.float32), values[100:, COLUMN])
    np.testing.assert_allclose(found[:, 2], Smoother(0.95)(values[:, COLUMN])[100:], atol=5e-3)
    history = History()
    followed(Curve("d_loss", 0.9), history, values, 5000)
    with pytest.raises(StepsNotHeldError):
        csv_bytes(figure_table(history, len(history), ["d_loss"]))
