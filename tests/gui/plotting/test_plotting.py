"""Decimation, smoothing, strokes, and the overlay's arithmetic."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import History
from gan_desktop.gui.plotting.contour import zero_line
from gan_desktop.gui.plotting.curve import Curve, Line
from gan_desktop.gui.plotting.free_room import FreeRoom, free_top
from gan_desktop.gui.plotting.labels import BESIDE, Place, Rows, spread
from gan_desktop.gui.plotting.pyramid import MinMaxPyramid
from gan_desktop.gui.plotting.smoothing import Smoother
from gan_desktop.gui.plotting.strokes import lattice, shown_length
from tests.gan import FIGURES

blocks = st.lists(st.integers(0, 700), min_size=1, max_size=12)


def values_of(length: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=length).astype(np.float32)


@given(blocks, st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 300))
def test_buckets_hold_every_extreme(sizes: list[int], first: int, span: int, most: int) -> None:
    """Whatever the blocks and the view, they hold the least and greatest of each stretch, in order and complete."""
    values = values_of(sum(sizes))
    pyramid = MinMaxPyramid()
    start = 0
    for size in sizes:
        pyramid.append(values[start : start + size])
        start += size
    last = min(first + span, len(values))
    position, low, high = pyramid.buckets(first, first + span, most)
    if first >= last:
        assert len(position) == 0
        return
    assert len(position) <= most + 1
    assert np.all(np.diff(position) > 0)
    size = 1
    while (last - first) > size * most:
        size *= 2
    begin = first // size * size
    for number in range(len(position)):
        stretch = values[begin + number * size : min(begin + (number + 1) * size, last)]
        assert low[number] == stretch.min()
        assert high[number] == stretch.max()


def test_a_million_steps_keep_their_extremes() -> None:
    history = History()
    curve = Curve("d_loss", 0.95)
    rng = np.random.default_rng(1)
    for first in range(0, 1_000_000, 100_000):
        values = rng.normal(1, 0.1, (100_000, len(FIGURES))).astype(np.float32)
        history.append(MetricsBlock(first, values, FIGURES))
        curve.catch_up(history)
    spike = int(history.column("d_loss").argmax())
    line = curve.raw_line(0, 1_000_000, 900)
    assert len(line.x) <= 1802
    assert line.y.max() == history.column("d_loss").max()
    assert line.y.min() == history.column("d_loss").min()
    near = curve.raw_line(spike - 5, spike + 6, 900)
    np.testing.assert_array_equal(near.y, history.column("d_loss")[spike - 5 : spike + 6])
    assert np.abs(curve.smooth_line(0, 1_000_000, 450).y - 1).max() < 0.1


def test_what_is_not_finite_is_missing_and_breaks_nothing() -> None:
    values = np.array([1, np.nan, 3, np.inf, -np.inf, 2] * 20, np.float32)
    pyramid = MinMaxPyramid()
    pyramid.append(values)
    buckets = pyramid.buckets(0, len(values), 5)
    assert set(buckets.low) == {1.0}
    assert set(buckets.high) == {3.0}
    nothing = MinMaxPyramid()
    nothing.append(np.full(100, np.nan, np.float32))
    assert np.isnan(nothing.buckets(0, 100, 10).low).all()


@given(blocks, st.sampled_from([0.0, 0.5, 0.9, 0.999]))
def test_smoothing_in_blocks_is_the_textbook_loop(sizes: list[int], amount: float) -> None:
    values = values_of(sum(sizes))
    smoother = Smoother(amount)
    got, start = [], 0
    for size in sizes:
        got.append(smoother(values[start : start + size]))
        start += size
    expected, state = [], None
    for value in values.astype(np.float64):
        state = value if state is None else amount * state + (1 - amount) * value
        expected.append(state)
    np.testing.assert_allclose(np.concatenate(got), expected, atol=1e-5)


def test_smoothing_steps_over_what_is_missing() -> None:
    values = np.array([np.nan, 1, 1, np.nan, np.inf, 1, 1], np.float32)
    result = Smoother(0.9)(values)
    np.testing.assert_array_equal(np.isnan(result), [True, False, False, True, True, False, False])
    assert np.allclose(result[np.isfinite(result)], 1)


def test_changing_the_amount_smooths_all_over_again() -> None:
    history = History()
    block = np.tile(values_of(3000)[:, None], (1, len(FIGURES)))
    history.append(MetricsBlock(0, block, FIGURES))
    changed, fresh = Curve("g_loss", 0.5), Curve("g_loss", 0.99)
    changed.catch_up(history)
    changed.set_smoothing(0.99)
    fresh.catch_up(history)
    np.testing.assert_allclose(changed.smooth_line(0, 3000, 5000).y, fresh.smooth_line(0, 3000, 5000).y, atol=1e-6)


@given(st.lists(st.floats(-50, 350), min_size=1, max_size=6), st.floats(5, 20))
def test_labels_do_not_overlap(wanted: list[float], height: float) -> None:
    placed = sorted(spread(wanted, height, 0, 300))
    assert all(b - a >= height - 1e-6 for a, b in itertools.pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] + height <= 300 + 1e-6


def test_labels_with_room_stay_where_they_belong() -> None:
    assert spread([10, 100], 12, 0, 300) == pytest.approx([10, 100])


def test_zero_lines_are_where_the_sign_changes() -> None:
    """For a linear function, the line is exact: x = 0.3."""
    limits = np.array([[-1.0, 1.0], [-2.0, 2.0]])
    x = -1 + (np.arange(20) + 0.5) / 10
    values = np.tile(x - 0.3, (30, 1))
    strokes = zero_line(values, limits)
    np.testing.assert_allclose(strokes[:, :, 0], 0.3)
    # It goes through all rows: from the middle of the first to that of the last.
    assert strokes[:, :, 1].min() == pytest.approx(-2 + 4 / 60)
    assert strokes[:, :, 1].max() == pytest.approx(2 - 4 / 60)
    length = np.linalg.norm(strokes[:, 1] - strokes[:, 0], axis=1).sum()
    assert length == pytest.approx(4 - 4 / 30)


@pytest.mark.parametrize("value", [1.0, -1.0, np.nan, np.inf])
def test_without_a_change_of_sign_there_is_no_line(value: float) -> None:
    assert zero_line(np.full((5, 5), value), np.array([[0.0, 1], [0, 1]])).shape == (0, 2, 2)
    assert zero_line(np.empty((0, 0)), np.array([[0.0, 1], [0, 1]])).shape == (0, 2, 2)


def test_a_lattice_joins_neighbours() -> None:
    nodes = np.arange(12.0).reshape(2, 3, 2)
    joined = {tuple(map(tuple, stroke)) for stroke in lattice(nodes)}
    assert len(joined) == 2 * 2 + 3
    assert ((0.0, 1.0), (2.0, 3.0)) in joined
    assert ((0.0, 1.0), (6.0, 7.0)) in joined
    assert len(lattice(nodes[:1])) == 2


def test_the_length_of_an_arrow_tells_decades() -> None:
    lengths = shown_length(np.array([0, 1e-9, 1e-3, 1e-2, 1e-1, 1, 10, 1e9]))
    np.testing.assert_allclose(lengths, [0, 0, 0, 0.25, 0.5, 0.75, 1, 1], atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_labels_in_rows_cover_neither_each_other_nor_a_line_to_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = Rows(3, 0, 600)
    placed: list[tuple[float, float, Place]] = []
    for x, width in zip(rng.uniform(0, 600, 60), rng.uniform(20, 120, 60), strict=True):
        place = rows.place(x, width, 12)
        if place is not None:
            placed.append((x, width if place.is_whole else 12, place))
    assert len(placed) > 5
    assert any(not place.is_whole for _, _, place in placed)
    for number, (x, width, place) in enumerate(placed):
        assert place.left >= 0
        assert place.left + width <= 600
        assert place.left - BESIDE == pytest.approx(x) or place.left + width + BESIDE == pytest.approx(x)
        for other_x, other_width, other in placed[:number]:
            if place.row == other.row:
                assert place.left + width <= other.left or other.left + other_width <= place.left
            lower, upper_x = (place, other_x) if place.row < other.row else (other, x)
            lower_width = width if lower is place else other_width
            if place.row != other.row:
                assert not lower.left < upper_x < lower.left + lower_width


def test_a_label_without_room_is_not_placed() -> None:
    rows = Rows(1, 0, 100)
    assert rows.place(10, 60, 0) == Place(0, 14, True)
    assert rows.place(20, 60, 0) is None
    assert rows.place(85, 60, 8) == Place(0, 89, False)
    assert Rows(1, 0, 100).place(90, 60, 0) == Place(0, 26, True)


def test_a_text_stands_beside_what_it_must_not_hide() -> None:
    assert free_top(50, 10, [], 0, 100) == 50
    assert free_top(50, 10, [(45, 58)], 0, 100) == 58
    assert free_top(50, 10, [(54, 70)], 0, 100) == 44
    assert free_top(50, 10, [(40, 58), (60, 100)], 0, 100) == 30
    assert free_top(95, 10, [], 0, 100) == 90
    assert free_top(50, 10, [(5, 95)], 0, 100) is None


def test_texts_between_curves_hide_neither_them_nor_each_other() -> None:
    x = np.arange(0, 201, 10, dtype=np.float64)
    slope, broken = Line(x, (x / 2).astype(np.float32)), Line(x, np.full(len(x), np.nan, np.float32))
    room = FreeRoom(QRectF(0, 0, 200, 100), [slope, broken], [55.0])
    first, second = (room.take(QRectF(95, 45, 25, 12)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert not first.intersects(second)
    for place in (first, second):
        # Between 90 and 130 the curve is from 45 to 65.
        assert place.bottom() <= 45 or place.top() >= 65
    assert room.take(QRectF(0, 45, 200, 12)) is None
    # On a level rather than nowhere.
    tight = FreeRoom(QRectF(0, 0, 200, 20), [], [10.0])
    assert tight.take(QRectF(0, 2, 20, 14)) == QRectF(0, 2, 20, 14)
