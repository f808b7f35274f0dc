"""Where steps lie on the axes: epochs with changes of the ratio, and training time told from a clock with pauses."""

from __future__ import annotations

import numpy as np
import pytest

from gan_desktop.core.events import ControlChanged
from gan_desktop.core.past import drawn_batches
from gan_desktop.recording.run_axis import training_times


def times(written: list[tuple[int, float]], end: int, seconds: float, *steps: int) -> list[float]:
    places = training_times(written, end, seconds)
    assert places is not None
    assert places.of(np.array([end]))[0] == pytest.approx(seconds)
    found: list[float] = places.of(np.array(steps)).tolist()
    return found


def test_each_update_of_d_draws_a_batch_and_a_step_at_least_one() -> None:
    changes = (ControlChanged(10, "d_steps", 3, 2), ControlChanged(20, "d_steps", 0, 3))
    steps, batches = drawn_batches(changes, 30, 2)
    assert steps.tolist() == [0, 10, 20, 30]
    assert batches.tolist() == [0, 20, 50, 60]


def test_changes_at_the_same_step_and_at_the_first_count_once() -> None:
    changes = (ControlChanged(0, "d_steps", 5, 1), ControlChanged(0, "d_steps", 2, 5), ControlChanged(0, "x", 9, 1))
    steps, batches = drawn_batches(changes, 10, 1)
    assert (steps.tolist(), batches.tolist()) == ([0, 10], [0, 20])


def test_without_pauses_the_clock_is_right() -> None:
    assert times([(0, 100), (10, 101), (30, 105), (40, 106)], 40, 6, 10, 20, 30) == pytest.approx([1, 3, 5])


def test_a_pause_is_left_out() -> None:
    # A second for every ten steps, and an hour's pause after step 20.
    written = [(0, 0.0), (10, 1), (20, 2), (30, 3603), (40, 3604)]
    assert times(written, 40, 4, 10, 20, 30) == pytest.approx([1, 2, 3])


def test_a_stretch_without_times_goes_at_the_limit_of_the_others() -> None:
    # A branch knows when it wrote from step 20 on, and how long it has trained with what its parent had.
    assert times([(20, 50.0), (30, 51), (40, 52)], 40, 6, 10, 20, 30) == pytest.approx([2, 4, 5])


def test_without_any_time_all_steps_take_the_same() -> None:
    assert times([], 40, 8, 10, 20) == pytest.approx([2, 4])


def test_a_run_that_went_on_from_an_earlier_step_never_goes_back() -> None:
    written = [(0, 0.0), (10, 1), (20, 2), (10, 500), (15, 501), (30, 503)]
    places = training_times(written, 30, 5)
    assert places is not None
    assert (np.diff(places.places) >= 0).all()
    assert places.places[-1] == pytest.approx(5)
    np.testing.assert_allclose(places.steps_at(places.of(np.arange(31))), np.arange(31))


@pytest.mark.parametrize(("end", "seconds"), [(0, 5.0), (10, 0.0)])
def test_of_a_run_that_knows_no_time_there_is_no_axis(end: int, seconds: float) -> None:
    assert training_times([(0, 0.0)], end, seconds) is None
