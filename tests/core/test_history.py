"""The growing array of figures keeps every step of every block, in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core import history as history_module
from gan_desktop.core import newest
from gan_desktop.core.bins import BIN, bins_of
from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import CHUNK, History, StepsNotHeldError
from tests.gan import FIGURES


def block(first_step: int, steps: int) -> MetricsBlock:
    """Figures that tell which step and column they are of."""
    rows = np.arange(first_step, first_step + steps, dtype=np.float32)[:, None]
    return MetricsBlock(first_step, rows + np.arange(len(FIGURES), dtype=np.float32) / 16, FIGURES)


@given(first=st.integers(0, 1000), lengths=st.lists(st.integers(0, 700), max_size=8))
def test_nothing_is_lost_however_steps_are_cut_into_blocks(first: int, lengths: list[int]) -> None:
    history = History()
    step = first
    for length in lengths:
        history.append(block(step, length))
        step += length
    assert len(history) == sum(lengths)
    if lengths:
        np.testing.assert_array_equal(history.steps(), np.arange(first, step))
        for figure, column in ((name, FIGURES.column(name)) for name in FIGURES):
            np.testing.assert_array_equal(history.column(figure), block(first, sum(lengths)).values[:, column])


@pytest.mark.parametrize("first_step", [9, 11, 0])
def test_a_gap_or_an_overlap_is_an_error(first_step: int) -> None:
    history = History()
    history.append(block(0, 10))
    with pytest.raises(ValueError, match=f"block starts at step {first_step}, expected 10"):
        history.append(block(first_step, 1))
    assert len(history) == 10


def test_a_cleared_history_starts_anywhere() -> None:
    history = History()
    history.append(block(0, 5000))
    history.clear()
    assert len(history) == 0
    assert history.column("d_loss").shape == (0,)
    history.append(block(77, 2))
    assert history.steps().tolist() == [77, 78]


def test_a_block_knows_its_figures() -> None:
    figures = block(3, 4)
    assert len(figures) == 4
    assert figures.next_step == 7
    assert figures.column("d_loss").tolist() == [3, 4, 5, 6]
    assert list(figures.last()) == list(FIGURES)
    assert figures.last()["d_loss"] == 6


@pytest.fixture
def few_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have only some 8,000 steps held one by one."""
    monkeypatch.setattr(history_module, "KEPT_STEPS", CHUNK)
    monkeypatch.setattr(newest, "PIECE", CHUNK)


def reader(names: Sequence[str], first_step: int, last_step: int) -> np.ndarray:
    """Reads steps as `block` makes them."""
    found = block(first_step, last_step - first_step)
    return np.stack([found.column(name) for name in names], axis=1)


@pytest.mark.usefixtures("few_held")
@pytest.mark.parametrize("length", [1, 700, 4096, 9000, 30_000])
def test_older_steps_are_binned_and_read(length: int) -> None:
    history, asked = History(), []
    for first in range(7, 7 + 30_000, length):
        history.append(block(first, min(length, 30_007 - first)))
    assert len(history) == 30_000
    every = block(7, 30_000)
    assert 30_000 - history.exact_first <= 2 * CHUNK
    for part, expected in zip(
        history.bins.between(0, len(history.bins)), bins_of(every.values[: 30_000 // BIN * BIN]), strict=True
    ):
        np.testing.assert_array_equal(part, expected)
    with pytest.raises(StepsNotHeldError):
        history.column("d_loss")
    with pytest.raises(StepsNotHeldError):
        history.at(0)

    def read(names: Sequence[str], first_step: int, last_step: int) -> np.ndarray:
        asked.append((first_step, last_step))
        return reader(names, first_step, last_step)

    history.read_steps = read
    np.testing.assert_array_equal(history.column("d_loss"), every.column("d_loss"))
    before = len(asked)
    for first, last in ((0, 10), (4000, 5000), (history.exact_first - 3, history.exact_first + 3), (29_990, 30_000)):
        np.testing.assert_array_equal(
            history.values(("g_loss",), first, last)[:, 0], every.column("g_loss")[first:last]
        )
        np.testing.assert_array_equal(
            history.values(("d_loss",), first, last)[:, 0], every.column("d_loss")[first:last]
        )
    # What was read is kept for a while.
    assert len(asked) - before <= 3
    assert history.at(100) == dict(zip(FIGURES, every.values[100].tolist(), strict=True))
    assert asked[-1] == (107, 108)


@pytest.mark.usefixtures("few_held")
@pytest.mark.parametrize("length", [29_000, 12_345, 10, 0])
def test_a_history_goes_on_from_an_earlier_step(length: int) -> None:
    history = History(reader)
    history.append(block(7, 30_000))
    before, version = history.frozen(), history.version
    history.cut(length)
    assert len(history) == length
    assert history.version > version
    history.append(MetricsBlock(7 + length, -block(7 + length, 500).values, FIGURES))
    every = np.concatenate([block(7, length).values, -block(7 + length, 500).values])
    held = history.exact_first
    np.testing.assert_array_equal(
        history.values(("g_loss",), held, len(history))[:, 0], every[held:, FIGURES.column("g_loss")]
    )
    whole = len(every) // BIN
    np.testing.assert_array_equal(history.bins.between(0, whole), bins_of(every[: whole * BIN]))
    np.testing.assert_array_equal(before.column("d_loss"), block(7, 30_000).column("d_loss"))
