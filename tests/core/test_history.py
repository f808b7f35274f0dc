"""The growing array of figures keeps every step of every block, in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_desktop.core.events import MetricsBlock
from gan_desktop.core.history import History
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
