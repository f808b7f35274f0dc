"""What is drawn of a run: steps and measurements on their axis, and means of stretches, short and long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest

from gan_desktop.core.bins import BIN, Bins
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import CHUNK, History
from gan_desktop.core.measured import Measured
from gan_desktop.core.past import Past
from gan_desktop.gui.comparing.traces import FigureTrace, MetricTrace, has, stretch_means, trace_of
from gan_desktop.recording.comparing import ComparedRun, read_compared
from gan_desktop.recording.run_axis import Axis, Places
from tests.gan import FIGURES
from tests.recording.test_comparing import compared_run

STEPS = 3 * CHUNK


def history_of(values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> History:
    history = History()
    rows = np.zeros((len(values), len(FIGURES)), np.float32)
    rows[:, FIGURES.column("g_loss")] = values
    history.append(MetricsBlock(0, rows, FIGURES))
    return history


@pytest.fixture
def run(tmp_path: Path) -> ComparedRun:
    """A run of 20 steps that was measured three times."""
    values = {0: {"mode_kl": 4.0}, 10: {"mode_kl": float("inf")}, 20: {"mode_kl": 2.0}}
    return read_compared(compared_run(tmp_path / "run", values))


@pytest.mark.parametrize("most", [STEPS, 1000, 50])
def test_means_are_those_of_the_steps(most: int) -> None:
    values = np.random.default_rng(0).exponential(size=STEPS).astype(np.float32)
    x, y = stretch_means(history_of(values), "g_loss", 0, STEPS, most)
    size = STEPS // len(x)
    assert len(x) <= most
    assert (size < BIN) is (most >= 1000)
    np.testing.assert_allclose(y, values.reshape(-1, size).mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(x, np.arange(len(x)) * size + (size - 1) / 2)


def test_what_is_not_finite_is_left_out_of_means() -> None:
    _, y = stretch_means(history_of(np.array([1, np.inf, np.nan, np.nan, 3], np.float32)), "g_loss", 0, 5, 3)
    np.testing.assert_allclose(y, [1, np.nan, 3])


def test_a_figure_lies_where_the_axis_says() -> None:
    run = SimpleNamespace(past=Past(100, history_of(np.arange(100, dtype=np.float32))))
    places = Places(np.array([0.0, 50, 100]), np.array([0.0, 1, 101]))
    trace = FigureTrace(run.past.history, "g_loss", places, 0.0)
    assert trace.ends == (0, 101)
    x, y = trace.between(0, 101, 1000)
    np.testing.assert_allclose(y, np.arange(100))
    np.testing.assert_allclose(x[[0, 25, 50, 75]], [0, 0.5, 1, 51])
    # Closer up, what is in view and a point beyond either end.
    x, y = trace.between(1, 11, 1000)
    assert (y[0], y[-1]) == (49, 56)


def test_a_metric_breaks_where_it_is_not_finite(run: ComparedRun) -> None:
    trace = MetricTrace(run, "mode_kl", run.places[Axis.TIME], 0.95)
    x, y = trace.between(0, 1, 10)
    np.testing.assert_allclose(x, [0, 2, 4])
    assert y[0] == 4.0
    assert np.isnan(y[1])


def test_smoothing_that_reaches_no_measurement_before_changes_nothing(run: ComparedRun) -> None:
    far = [Measured(step, {"mode_kl": float(step)}, None, {}, {}, 0.0) for step in (0, 1000, 2000)]
    object.__setattr__(run.past, "measured", tuple(far))
    assert MetricTrace(run, "mode_kl", run.places[Axis.STEP], 0.95).means(0, 1, 9)[1].tolist() == [0, 1000, 2000]


def test_only_what_a_run_has_can_be_drawn(run: ComparedRun) -> None:
    assert [has(run, name) for name in ("g_loss", "mode_kl", "recall", "x")] == [True, True, False, False]
    assert isinstance(trace_of(run, "mode_kl", run.places[Axis.STEP], 0.0), MetricTrace)
    assert isinstance(trace_of(run, "g_loss", run.places[Axis.STEP], 0.0), FigureTrace)


def test_of_ten_million_steps_only_bins_are_read_until_somebody_looks_closer() -> None:
    asked: list[int] = []

    def read(names: Sequence[str], first_step: int, last_step: int) -> npt.NDArray[np.float32]:
        asked.append(last_step - first_step)
        return np.ones((last_step - first_step, len(names)), np.float32)

    history, stretches = History(read), 2441
    mean = np.full((len(FIGURES), stretches * CHUNK // BIN), 2.0, np.float32)
    history.load(0, FIGURES, Bins(mean - 1, mean + 1, mean))
    run = SimpleNamespace(past=Past(len(history), history))
    places = Places(np.array([0.0, len(history)]), np.array([0.0, 1.0]))
    for smoothing in (0.0, 0.99):
        trace = FigureTrace(run.past.history, "g_loss", places, smoothing)
        for x, y in (trace.between(0, 1, 800), trace.means(0, 1, 800)):
            assert len(x) <= 2 * 800
            assert [np.nanmin(y), np.nanmax(y)] in ([1, 3], [2, 2])
        assert asked == []
        trace.between(0.5, 0.5001, 800)
        assert 0 < sum(asked) <= 2 * CHUNK
        asked.clear()
        history._read.clear()
